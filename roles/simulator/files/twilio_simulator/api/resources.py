# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages, their media and their feedback, accounts and their keys, as Twilio's JSON."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from ..world.accounts import Account
from ..world.messages import API_VERSION, Medium, Message, iso8601


def uri_of(message: Message) -> str:
    return f"{_base_of(message)}.json"


def message_json(message: Message) -> dict[str, object]:
    """The Message resource: https://www.twilio.com/docs/messaging/api/message-resource"""
    base = _base_of(message)
    return {
        "account_sid": message.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.sender,
        "messaging_service_sid": message.draft.service,
        "num_media": str(len(message.media)),
        "num_segments": message.num_segments(),
        "price": message.price,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{base}/Media.json", "feedback": f"{base}/Feedback.json"},
        "to": message.draft.to,
        "uri": uri_of(message),
    }


def shown(message: Message) -> dict[str, object]:
    """Return the Message resource with further keys that Twilio does not have. Dates are in ISO 8601."""
    return message_json(message) | {
        "number": message.number,
        "form": message.form,
        "encoding": message.segments and message.segments.encoding,
        "media": [medium.url for medium in message.media],
        "history": [{"status": status, "at": iso8601(at)} for status, at in message.history],
    }


def medium_json(message: Message, medium: Medium) -> dict[str, object]:
    """The Media resource: https://www.twilio.com/docs/messaging/api/media-resource"""
    return {
        "account_sid": message.account_sid,
        "content_type": mimetypes.guess_type(urlsplit(medium.url).path)[0] or "application/octet-stream",
        "date_created": rfc2822(message.created),
        "date_updated": rfc2822(message.created),
        "parent_sid": message.sid,
        "sid": medium.sid,
        "uri": f"{_base_of(message)}/Media/{medium.sid}.json",
    }


def account_json(account: Account, now: datetime) -> dict[str, object]:
    """The Account resource: https://www.twilio.com/docs/iam/api/account"""
    base = f"/{API_VERSION}/Accounts/{account.sid}"
    return {
        "auth_token": account.token,
        "date_created": rfc2822(now),
        "date_updated": rfc2822(now),
        "friendly_name": "Simulated account",
        "owner_account_sid": account.parent or account.sid,
        "sid": account.sid,
        "status": "active",
        "subresource_uris": {"keys": f"{base}/Keys.json", "messages": f"{base}/Messages.json"},
        "type": "Full",
        "uri": f"{base}.json",
    }


def new_key_json(sid: str, secret: str, name: str | None, now: datetime) -> dict[str, object]:
    """The NewKey resource: https://www.twilio.com/docs/iam/api-keys/keys-in-console"""
    return {
        "date_created": rfc2822(now),
        "date_updated": rfc2822(now),
        "friendly_name": name,
        "secret": secret,
        "sid": sid,
    }


def feedback_json(message: Message, outcome: str, now: datetime) -> dict[str, object]:
    return {
        "account_sid": message.account_sid,
        "date_created": rfc2822(now),
        "date_updated": rfc2822(now),
        "message_sid": message.sid,
        "outcome": outcome,
        "uri": f"{_base_of(message)}/Feedback.json",
    }


def rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment else None


def _base_of(message: Message) -> str:
    return f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
