# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio's error codes: those that the collection acts on by name, and what to do about the common ones. Pure.

Source: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from typing import Any

BAD_CREDENTIALS = 20003
# A message can be changed or deleted only after it was sent or has failed.
NOT_COMPLETE = 20009
NOT_FOUND = 20404
TOO_MANY_REQUESTS = 20429
SENDER_UNABLE = 21606
# This sender's queue is full.
QUEUE_FULL = 21611
SENDER_UNKNOWN = 21659
OTHER_ACCOUNTS_SENDER = 21660
# Only a scheduled message can be canceled.
NOT_SCHEDULED = 30409

_MESSAGING_SERVICE = range(21701, 21800)
_SCHEDULE = range(35100, 35200)

# Errors of the credentials, the account, the sender or the Messaging Service. They affect all recipients.
FATAL = {
    BAD_CREDENTIALS,
    NOT_FOUND,
    SENDER_UNABLE,
    SENDER_UNKNOWN,
    OTHER_ACCOUNTS_SENDER,
    *_MESSAGING_SERVICE,
}

SUSPENDED = 20403
# The caller is no number of the account, nor one that it has verified; it is no number at all.
NOT_A_CALLER = 21210
NO_CALLER = 21212

# The same for calls. They include errors of URLs and TwiML, which are the same for all calls of a task.
FATAL_TO_CALLS = {
    *(BAD_CREDENTIALS, SUSPENDED, NOT_FOUND, 10001, 20005, NOT_A_CALLER, NO_CALLER),
    *(21205, 21206, 21208, 21209, 21218, 21609, 32018, 573005),
}

# What Twilio's message contains if a new trial account sets a parameter that it may not. This error has no code of its
# own.
_TRIAL_LIMIT = "limited parameter access"

_SENDER_ADVICE = "Check that the sender belongs to this account and is able to send SMS to that country."
_SERVICE_ADVICE = (
    "Check the Messaging Service's SID, that it belongs to this account, and that its sender pool is not empty."
)
_NUMBER_ADVICE = "Check the number: a plus sign, the country code, then the number without a leading zero."
_INACTIVE_ADVICE = "The account is not active: see the Console, or ask Twilio's support."
_TRIAL_ADVICE = (
    "A trial account may not set all parameters. Its calls take to, from, url and status_callback only: to try one, set"
    " url to https://webhooks.twilio.com/v1/Voice/Template/voice_text_to_speech; to say your own text, upgrade it."
)
_SCHEDULE_ADVICE = (
    "A scheduled message needs a Messaging Service and a time more than 5 minutes and at most 35 days ahead."
)

OPTED_OUT = 21610

# Rejections that concern only this recipient, so a retry is useless. Any other error may be gone at the next try.
OF_RECIPIENT = {
    *(21211, 21214, 21217, 21219, 21266, 21408, 21608, OPTED_OUT, 21612, 21614, 21635),
    *(63003, 63016, 63024, 63032, 63033),
}
# The same for calls; and those that no further try of the same call can change.
OF_CALLEE = {*OF_RECIPIENT, 13223, 13224, 21215, 21216, 32018}

# The call cannot be canceled, because it is over or somebody has answered it.
NOT_IN_PROGRESS = 21220

# What to do about the common error codes of requests (2…) and of deliveries (3…), in addition to Twilio's own text.
ADVICE = {
    10001: _INACTIVE_ADVICE,
    10004: "Too many calls at once for this account: lower concurrency, or wait until some have ended.",
    13223: _NUMBER_ADVICE,
    13224: _NUMBER_ADVICE,
    BAD_CREDENTIALS: (
        "Check account_sid, auth_token or api_key and api_secret. They must belong to the same live account."
    ),
    20005: _INACTIVE_ADVICE,
    NOT_COMPLETE: (
        "A message can be changed or deleted only after it was sent or has failed. Cancel a scheduled one first."
    ),
    SUSPENDED: "The account is suspended or lacks this permission: see the Console, or ask Twilio's support.",
    NOT_FOUND: "Check account_sid, the SIDs that the task names and, if you set api_url, its path.",
    TOO_MANY_REQUESTS: "Send more slowly: this account makes too many requests at once.",
    21205: "Set url to a public http or https URL that returns TwiML.",
    NOT_A_CALLER: "Call from a number that belongs to this account, or that you have verified as a caller ID.",
    21211: _NUMBER_ADVICE,
    NO_CALLER: "Write the sender as a number in E.164 form; for messages, a short code or a sender ID will do as well.",
    21214: "Twilio cannot reach this number: check it, or contact them another way.",
    21215: "Enable the number's country in the Console under Voice > Settings > Geo permissions.",
    21216: "Twilio blocks calls to this number: contact them another way, or ask Twilio's support.",
    21217: _NUMBER_ADVICE,
    21219: "A trial account calls only verified numbers: verify this one in the Console, or upgrade the account.",
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
    32018: "Shorten the TwiML to 4,000 characters, or set url to where Twilio can fetch it.",
    573002: "During its trial an account calls each country from one number: use the one that the Console shows.",
    573005: "Complete the account's verification in the Console first.",
    OTHER_ACCOUNTS_SENDER: (
        "The sender belongs to another account: name that account in account_sid, or use another sender."
    ),
}


def as_code(value: Any) -> int | None:
    """Return one of Twilio's error codes, which may come as a string, as a number; None if it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def is_trial_limit(text: str) -> bool:
    """Say whether Twilio rejected a parameter that a new trial account may not set. That error has no code."""
    return _TRIAL_LIMIT in text.lower()


def advice(code: int | None, text: str = "") -> str:
    """Say what to do about one of Twilio's errors; empty if there is nothing to add to Twilio's text."""
    if is_trial_limit(text):
        return _TRIAL_ADVICE
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
