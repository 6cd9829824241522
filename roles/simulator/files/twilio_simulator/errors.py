# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's errors: code, HTTP status and text, as published at https://www.twilio.com/docs/api/errors."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """A published error; ``text`` may name values to fill in."""

    text: str
    status: int = 400


_SEND_AT = Refusal("SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive.")

REFUSALS: dict[int, Refusal] = {
    20001: Refusal("Bad request"),
    20003: Refusal("Authenticate", 401),
    20004: Refusal("Method not allowed", 405),
    20008: Refusal("Resource not accessible with Test Account Credentials", 403),
    20009: Refusal("Cannot delete this resource before it is complete"),
    20404: Refusal("The requested resource {path} was not found", 404),
    20429: Refusal("Too Many Requests", 429),
    20500: Refusal("Internal Server Error", 500),
    21211: Refusal("The 'To' number {to} is not a valid phone number."),
    21212: Refusal("The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21408: Refusal("Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}"),
    21602: Refusal("Message body is required."),
    21603: Refusal("A 'From' phone number is required."),
    21604: Refusal("A 'To' phone number is required."),
    21606: Refusal(
        "The From phone number {sender} is not a valid, SMS-capable inbound phone number or short code"
        " for your account."
    ),
    21609: Refusal("The StatusCallback URL {url} is not a valid URL."),
    21610: Refusal("Attempt to send to unsubscribed recipient"),
    21611: Refusal("SMS queue is full.", 429),
    21612: Refusal(
        "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {sender} via SMS."
    ),
    21614: Refusal("To number: {to}, is not a mobile number"),
    21617: Refusal("The concatenated message body exceeds the 1600 character limit"),
    21619: Refusal("A text message body or media urls must be specified."),
    21620: Refusal("Invalid media URL(s)"),
    21623: Refusal("Number of media files exceeds allowed limit"),
    21624: Refusal("The ValidityPeriod is invalid"),
    21654: Refusal("The ContentSid is Required"),
    21655: Refusal("The ContentSid is Invalid"),
    21656: Refusal("The Content Variables parameter is invalid."),
    21659: Refusal("'From' {sender} is not a Twilio phone number or Short Code country mismatch"),
    21701: Refusal("The Messaging Service does not exist"),
    21705: Refusal("The Messaging Service is invalid"),
    30409: Refusal("This message cannot be canceled"),
    35111: Refusal("You must indicate SendAt timestamp if ScheduleType is 'fixed'."),
    35114: _SEND_AT,
    35115: _SEND_AT,
    35117: _SEND_AT,
    35126: Refusal("The ScheduleType value provided is not supported for this channel"),
}

DELIVERY_FAILURES: dict[int, str] = {
    21610: "Attempt to send to unsubscribed recipient",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
    30036: "Validity Period Expired",
    30450: "Message delivery blocked by SMS pumping protection",
    30610: "Message blocked during quiet hours",
}


class ApiError(Exception):
    """A request refused as Twilio would; ``detail`` says what its generic "Bad request" leaves unsaid."""

    def __init__(self, code: int, *, detail: str | None = None, **values: str | None) -> None:
        text, self.status = REFUSALS[code]
        self.code = code
        self.message = text.format_map(values)
        self.detail = detail
        super().__init__(self.message)

    def body(self) -> dict[str, object]:
        """Twilio's JSON: ``code``, ``message``, ``more_info``, ``status``, and ``detail`` where there is one."""
        body: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return body if self.detail is None else body | {"detail": self.detail}
