# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's errors: code, HTTP status and text, as published at https://www.twilio.com/docs/api/errors."""

from __future__ import annotations

from typing import NamedTuple


class Error(NamedTuple):
    """A published error; ``text`` may name values to fill in."""

    text: str
    status: int = 400


_SEND_AT = Error("SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive.")

REFUSALS: dict[int, Error] = {
    20001: Error("Bad request"),
    20003: Error("Authenticate", 401),
    20004: Error("Method not allowed", 405),
    20008: Error("Resource not accessible with Test Account Credentials", 403),
    20009: Error("Cannot delete this resource before it is complete"),
    20403: Error("Forbidden", 403),
    20404: Error("The requested resource {path} was not found", 404),
    20429: Error("Too Many Requests", 429),
    20500: Error("Internal Server Error", 500),
    21211: Error("The 'To' number {to} is not a valid phone number."),
    21212: Error("The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21408: Error("Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}"),
    21602: Error("Message body is required."),
    21603: Error("A 'From' phone number is required."),
    21604: Error("A 'To' phone number is required."),
    21606: Error(
        "The From phone number {sender} is not a valid, SMS-capable inbound phone number or short code"
        " for your account."
    ),
    21609: Error("The StatusCallback URL {url} is not a valid URL."),
    21610: Error("Attempt to send to unsubscribed recipient"),
    21611: Error("SMS queue is full.", 429),
    21612: Error(
        "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {sender} via SMS."
    ),
    21614: Error("To number: {to}, is not a mobile number"),
    21617: Error("The concatenated message body exceeds the 1600 character limit"),
    21619: Error("A text message body or media urls must be specified."),
    21620: Error("Invalid media URL(s)"),
    21623: Error("Number of media files exceeds allowed limit"),
    21624: Error("The ValidityPeriod is invalid"),
    21654: Error("The ContentSid is Required"),
    21655: Error("The ContentSid is Invalid"),
    21656: Error("The Content Variables parameter is invalid."),
    21659: Error("'From' {sender} is not a Twilio phone number or Short Code country mismatch"),
    21701: Error("The Messaging Service does not exist"),
    21705: Error("The Messaging Service is invalid"),
    30409: Error("This message cannot be canceled"),
    35111: Error("You must indicate SendAt timestamp if ScheduleType is 'fixed'."),
    35114: _SEND_AT,
    35115: _SEND_AT,
    35117: _SEND_AT,
    35126: Error("The ScheduleType value provided is not supported for this channel"),
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


class Refused(Exception):
    """A request that Twilio refuses with this code; ``values`` fill its text, ``detail`` adds to it."""

    def __init__(self, code: int, *, detail: str | None = None, **values: str | None) -> None:
        text, self.status = REFUSALS[code]
        self.code = code
        self.message = text.format_map(values)
        self.detail = detail
        super().__init__(self.message)
