# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message from a person as an event. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from ...module_utils._twilio.account import API_VERSION
from ...module_utils._twilio.message import Message, normalise

# The start of what Jinja evaluates. With a first line such as "#jinja2: ...", Ansible also uses other markers than
# braces.
_TEMPLATE = re.compile(r"\{(?=[{%#])|#(?=jinja2:)")


def to_event(message: Message) -> dict[str, Any]:
    """Return the event of a message. Its UUID is derived from the SID, so that a message always has the same one.

    ansible-rulebook passes events to playbooks as extra variables, which Ansible evaluates as templates. Anybody who
    can send a text could run commands that way, so templates in the event's texts are disabled.
    """
    return {"message": harmless(message), "meta": {"uuid": str(uuid.UUID(message["sid"][2:]))}}


def harmless(value: Any) -> Any:
    """Return a value in whose texts a space is put inside everything that starts a template, as in ``{ {``."""
    if isinstance(value, str):
        return _TEMPLATE.sub(lambda match: f"{match[0]} ", value)
    if isinstance(value, Mapping):
        return {harmless(key): harmless(item) for key, item in value.items()}
    if isinstance(value, list):
        return [harmless(item) for item in value]
    return value


def from_webhook(form: Mapping[str, str]) -> Message:
    """Return the message that Twilio's webhook describes. Its dates are null: Twilio does not send them.

    Source: https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    uri = f"/{API_VERSION}/Accounts/{form.get('AccountSid')}/Messages/{form['MessageSid']}"
    return normalise(
        {
            "sid": form["MessageSid"],
            "account_sid": form.get("AccountSid"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "from": form.get("From"),
            "to": form.get("To"),
            "body": form.get("Body", ""),
            "num_media": form.get("NumMedia", "0"),
            "num_segments": form.get("NumSegments", "1"),
            "direction": "inbound",
            "status": form.get("SmsStatus"),
            "api_version": form.get("ApiVersion", API_VERSION),
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }
    )
