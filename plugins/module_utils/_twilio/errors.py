# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, as one family of exceptions that carry their details.

::

    TwilioError                 anything that fails a task; ``result`` is what the task returns
     ├── InvalidOptions         wrong options: nothing was sent, every problem is listed
     ├── SendFailed             some recipients failed: the result says what became of each
     └── RequestError           one request failed; ``outcome`` says what became of it
          ├── NotSent           no request reached Twilio (DNS, refused, TLS, proxy)
          ├── Rejected          Twilio refused the request: it created nothing
          ├── Unknown           Twilio may have acted: a 5xx, a lost connection, an unreadable answer
          └── ReadFailed        reading failed, which changes nothing
"""

from __future__ import annotations

from typing import Any, NamedTuple

# Twilio's page on an error, by its code.
DOCS_URL = "https://www.twilio.com/docs/errors/{code}"

_SENDER = "Check that the sender belongs to this account and is able to send SMS to that country."
_SERVICE = "Check the Messaging Service's SID, that it belongs to this account, and that its sender pool is not empty."
_SCHEDULE = "A scheduled message needs a Messaging Service and a time more than 5 minutes and at most 35 days ahead."

# What to do about the common codes, of refusals (2…) and of deliveries (3…), beside what Twilio's own text says.
# Source: https://www.twilio.com/docs/api/errors
ADVICE = {
    20003: "Check account_sid, auth_token or api_key and api_secret: they must belong together, to a live account.",
    20009: "A message can be changed or deleted once it has been sent or has failed.",
    20404: "Check account_sid and, with an api_url of your own, its path.",
    20429: "Send more slowly: this account makes too many requests at once.",
    21211: "Check the number: a plus sign, the country code, then the number without a leading zero.",
    21212: "Write the sender as a number in E.164 form, a short code or an alphanumeric sender ID.",
    21408: "Enable the recipient's country in the Console under Messaging > Settings > Geo permissions.",
    21606: _SENDER,
    21608: "A trial account sends to verified numbers only: verify this one in the Console, or upgrade the account.",
    21609: "Use a public http or https URL without underscores in its host name.",
    21610: "The recipient has replied STOP to this sender. Only their START reply lifts that: page them another way.",
    21611: "This sender's queue is full: wait, or spread the messages over a Messaging Service with more senders.",
    21612: "This sender cannot reach the recipient: try another sender, one of the recipient's country.",
    21614: "The number is not a mobile number: call it, or text another one.",
    21617: "Shorten the text to 1,600 characters, or send it as several messages.",
    21659: _SENDER,
    30001: "Too many messages wait for this sender: spread them over a Messaging Service with more senders.",
    30002: "The account is suspended: see the Console, or ask Twilio's support.",
    30003: "The phone is off or out of reach: try again later, or page them another way.",
    30004: "The recipient's carrier or the recipient blocks messages: page them another way.",
    30005: "The number is unknown or no longer in use: check it.",
    30006: "The number is a landline, or its carrier cannot be reached: call it, or text another one.",
    30007: "Carriers or Twilio filtered the message: change its text, and check the sender's registration.",
    30008: "The carrier gave no reason: try again, and tell Twilio's support if it goes on.",
    30034: "Register the sender for A2P 10DLC, which carriers in the USA ask for.",
    30409: "Only a scheduled message can be canceled; this one is past that.",
    30450: "SMS pumping protection blocked it: see the Console, or set risk_check to disable for numbers you trust.",
    30610: "It is the recipient's quiet hours: send it later.",
    21660: "The sender belongs to another account: name that account in account_sid, or use another sender.",
}  # fmt: skip


def as_code(value: Any) -> int | None:
    """Return one of Twilio's error codes, which may come as a string, as a number; None if it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def advice(code: int | None) -> str:
    """Say what to do about one of Twilio's error codes; empty where there is nothing to add to Twilio's text."""
    if code is None:
        return ""
    if 21701 <= code <= 21799:
        return _SERVICE
    if 35100 <= code <= 35199:
        return _SCHEDULE
    return ADVICE.get(code, "")


class ErrorDetails(NamedTuple):
    """A refusal in Twilio's terms, as results show it: ``status`` is HTTP's, ``code`` and ``message`` Twilio's."""

    status: int | None = None
    code: int | None = None
    message: str = ""
    more_info: str | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        facts = [f"HTTP {self.status}" if self.status else "", f"code {self.code}" if self.code else ""]
        known = ", ".join(filter(None, [*facts, self.more_info]))
        text = f"{self.message.rstrip('.')} ({known})." if known else f"{self.message.rstrip('.')}."
        return f"{text} {advice(self.code)}".rstrip()


class TwilioError(Exception):
    """Anything that fails a task. ``result`` holds ``msg`` and all else that the task returns."""

    def __init__(self, msg: str, **result: Any) -> None:
        super().__init__(msg)
        self.result: dict[str, Any] = {"msg": msg, **result}


class InvalidOptions(TwilioError):
    """The options are wrong. ``problems`` lists every one of them; no request was made."""

    def __init__(self, problems: list[str]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n- {problem}" for problem in problems)
        super().__init__(f"Nothing was done: {count} with the task's options.{lines}", problems=problems)


class SendFailed(TwilioError):
    """Not every recipient's message went out as it should. The result holds those that did."""


class RequestError(TwilioError):
    """One request failed. ``details`` say how, ``outcome`` what became of it."""

    outcome: str

    def __init__(self, details: ErrorDetails) -> None:
        super().__init__(str(details), error=details._asdict())
        self.details = details


class NotSent(RequestError):
    """No request reached Twilio, so nothing can have been created."""

    outcome = "not_tried"


class Rejected(RequestError):
    """Twilio refused the request and created nothing."""

    outcome = "rejected"


class Unknown(RequestError):
    """The request was written and the answer is missing or unreadable: Twilio may have acted on it."""

    outcome = "unknown"


class ReadFailed(RequestError):
    """Messages could not be read. Whatever was to follow from them was not tried."""

    outcome = "not_tried"
