# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages as a medium: how to recognise one in Twilio's list, and when it has arrived. Pure."""

from __future__ import annotations

from typing import Any

from .._options.sms_form import predict
from .._text.gsm7 import gsm7
from .._twilio.codes import FATAL, error_page
from .._twilio.errors import ErrorDetails
from .._twilio.message import NOT_DELIVERED, TRIAL_PREFIX, Form, Message, normalise
from .medium import Medium

SENT = "sent"

# The further statuses that end waiting, for each value of ``wait_for``.
REACHED = {"delivered": ("delivered", "read"), "sent": ("sent", "delivered", "read")}


def is_alike(message: Message, form: Form) -> bool:
    """Say whether a message in Twilio's list may be the one that a form requested."""
    service = form.get("MessagingServiceSid")
    return (
        message["to"] == form["To"]
        and (not service or message["messaging_service_sid"] == service)
        and ("From" not in form or message["from"] == form["From"])
        and str(message["direction"]).startswith("outbound")
        and message["num_media"] == str(len(form.get("MediaUrl", [])))
        and _plain(message["body"]) == _plain(form.get("Body"))
    )


def _plain(body: Any) -> str:
    # Smart Encoding may have replaced characters.
    return gsm7(str(body or "").removeprefix(TRIAL_PREFIX)).strip()


def delivery_error(message: Message) -> ErrorDetails | None:
    """Return why a message was not delivered, None if it has not failed."""
    if message["status"] not in NOT_DELIVERED:
        return None
    reason = message["error_message"] or "Twilio gave no reason"
    text = f"Twilio created the message {message['sid']}, but it is {message['status']}: {reason}"
    code = message["error_code"]
    return ErrorDetails(code=code, message=text, more_info=error_page(code))


TEXTING = Medium(
    noun="message",
    made=SENT,
    late="The messages may still arrive: not all carriers send receipts.",
    resources=lambda client: client.messages,
    normalise=normalise,
    predict=predict,
    created=lambda message: str(message["date_created"] or ""),
    is_alike=is_alike,
    failure=delivery_error,
    is_fatal=lambda error: error.code in FATAL,
)
