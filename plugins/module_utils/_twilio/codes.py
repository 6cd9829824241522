# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio's error codes: those that the collection acts on by name, and what to do about the common ones. Pure.

Source: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from typing import Any

BAD_CREDENTIALS = 20003
# A message that has neither been sent nor failed yet can be neither changed nor deleted.
NOT_COMPLETE = 20009
NOT_FOUND = 20404
TOO_MANY_REQUESTS = 20429
SENDER_UNABLE = 21606
# Too many messages wait for this sender.
QUEUE_FULL = 21611
SENDER_UNKNOWN = 21659
OTHER_ACCOUNTS_SENDER = 21660
# Only a scheduled message can be canceled.
NOT_SCHEDULED = 30409

_MESSAGING_SERVICE = range(21701, 21800)
_SCHEDULE = range(35100, 35200)

# Errors of the credentials, the account, the sender or the Messaging Service: each other recipient would get them too.
FATAL = {
    BAD_CREDENTIALS,
    NOT_FOUND,
    SENDER_UNABLE,
    SENDER_UNKNOWN,
    OTHER_ACCOUNTS_SENDER,
    *_MESSAGING_SERVICE,
}

_SENDER_ADVICE = "Check that the sender belongs to this account and is able to send SMS to that country."
_SERVICE_ADVICE = (
    "Check the Messaging Service's SID, that it belongs to this account, and that its sender pool is not empty."
)
_SCHEDULE_ADVICE = (
    "A scheduled message needs a Messaging Service and a time more than 5 minutes and at most 35 days ahead."
)

OPTED_OUT = 21610

# Rejections that are about this one recipient; any other may be gone at the next try.
OF_RECIPIENT = {
    *(21211, 21214, 21217, 21219, 21266, 21408, 21608, OPTED_OUT, 21612, 21614, 21635),
    *(63003, 63016, 63024, 63032, 63033),
}

# What to do about the common codes, of rejections (2…) and of deliveries (3…), beside what Twilio's own text says.
ADVICE = {
    BAD_CREDENTIALS: (
        "Check account_sid, auth_token or api_key and api_secret. They must belong to the same live account."
    ),
    NOT_COMPLETE: "A message can be changed or deleted only after it was sent or has failed.",
    NOT_FOUND: "Check account_sid and, if you set api_url, its path.",
    TOO_MANY_REQUESTS: "Send more slowly: this account makes too many requests at once.",
    21211: "Check the number: a plus sign, the country code, then the number without a leading zero.",
    21212: "Write the sender as a number in E.164 form, a short code or an alphanumeric sender ID.",
    21408: "Enable the recipient's country in the Console under Messaging > Settings > Geo permissions.",
    SENDER_UNABLE: _SENDER_ADVICE,
    21608: "A trial account sends only to verified numbers: verify this one in the Console, or upgrade the account.",
    21609: "Use a public http or https URL without underscores in its host name.",
    21610: "The recipient replied STOP to this sender. Only their START reply ends that: contact them another way.",
    QUEUE_FULL: "This sender's queue is full: wait, or spread the messages over a Messaging Service with more senders.",
    21612: "This sender cannot reach the recipient: try another sender, such as one in the recipient's country.",
    21614: "The number is not a mobile number: call it, or text another one.",
    21617: "Shorten the text to 1,600 characters, or send it as several messages.",
    SENDER_UNKNOWN: _SENDER_ADVICE,
    30001: "Too many messages wait for this sender: spread them over a Messaging Service with more senders.",
    30002: "The account is suspended: see the Console, or ask Twilio's support.",
    30003: "The phone is off or out of reach: try again later, or contact them another way.",
    30004: "The recipient's carrier or the recipient blocks messages: contact them another way.",
    30005: "The number is unknown or no longer in use: check it.",
    30006: "The number is a landline, or its carrier cannot be reached: call it, or text another one.",
    30007: "Carriers or Twilio filtered the message: change its text, and check the sender's registration.",
    30008: "The carrier gave no reason: try again, and tell Twilio's support if it happens again.",
    30034: "Register the sender for A2P 10DLC, which carriers in the USA require.",
    NOT_SCHEDULED: "Only a scheduled message can be canceled. This one is no longer scheduled.",
    30450: "SMS pumping protection blocked it: see the Console, or set risk_check to disable for numbers you trust.",
    30610: "The recipient has quiet hours now: send it later.",
    OTHER_ACCOUNTS_SENDER: (
        "The sender belongs to another account: name that account in account_sid, or use another sender."
    ),
}


def as_code(value: Any) -> int | None:
    """Return one of Twilio's error codes, which may come as a string, as a number; None if it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def advice(code: int | None) -> str:
    """Say what to do about one of Twilio's error codes; empty where there is nothing to add to Twilio's text."""
    if code is None:
        return ""
    if code in _MESSAGING_SERVICE:
        return _SERVICE_ADVICE
    if code in _SCHEDULE:
        return _SCHEDULE_ADVICE
    return ADVICE.get(code, "")


def error_page(code: int | None) -> str | None:
    """Return the URL of Twilio's page on an error code; None without a code."""
    return f"https://www.twilio.com/docs/errors/{code}" if code else None
