# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's errors of messages and calls: code, text, HTTP status, and whether one comes at once or later.

Codes and texts are from https://www.twilio.com/docs/api/errors, for errors that a request for a message or a call, or a
message, can have. If Twilio's responses are known to have another text, that one is used.
"""

from __future__ import annotations

from typing import NamedTuple


class Error(NamedTuple):
    """An error. ``text`` may contain placeholders. One that comes ``later`` ends a message that was accepted."""

    text: str
    status: int = 400
    later: bool = False


def _later(text: str) -> Error:
    return Error(text, later=True)


_SEND_AT = Error("SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive.")

ERRORS: dict[int, Error] = {
    20001: Error("Bad request"),
    20003: Error("Authenticate", 401),
    20004: Error("Method not allowed", 405),
    20007: Error("Page size too large"),
    20008: Error("Resource not accessible with Test Account Credentials", 403),
    20009: Error("Cannot delete this resource before it is complete"),
    20403: Error("Forbidden", 403),
    20404: Error("The requested resource {path} was not found", 404),
    20429: Error("Too Many Requests", 429),
    20500: Error("Internal Server Error", 500),
    20503: Error("Service Unavailable", 503),
    13223: Error("The phone number you are attempting to call, {to}, is not valid."),
    21201: Error("No 'To' number is specified"),
    21205: Error("Url is not a valid URL: {url}"),
    21206: Error("SendDigits must contain valid digits"),
    21208: Error("Timeout is not valid"),
    21209: Error("Method must be GET or POST"),
    21210: Error(
        "The source phone number provided, {sender}, is not yet verified for your account."
        " You may only make calls from phone numbers that you've verified or purchased from Twilio."
    ),
    21211: Error("The 'To' number {to} is not a valid phone number."),
    21212: Error("The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21213: Error("No 'From' number is specified"),
    21214: Error("'To' phone number cannot be reached"),
    21215: Error("Account not authorized to call {to}. Perhaps you need to enable some international permissions"),
    21216: Error("Account not allowed to call {to}"),
    21217: Error("Phone number does not appear to be valid"),
    21219: Error("'To' phone number not verified"),
    21218: Error("Invalid ApplicationSid"),
    21220: Error("Call is not in-progress. Cannot redirect."),
    21265: Error("'To' number cannot be a Short Code: {to}"),
    21266: Error("'To' and 'From' number cannot be the same: {to}"),
    21408: Error(
        "Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number: {to}"
    ),
    21601: Error("Phone number is not a valid SMS-capable inbound phone number"),
    21602: Error("Message body is required."),
    21603: Error("A 'From' phone number is required."),
    21604: Error("A 'To' phone number is required."),
    21606: Error(
        "The From phone number {sender} is not a valid, SMS-capable inbound phone number or short code"
        " for your account."
    ),
    21607: Error("The 'from' phone number must be the sandbox phone number for trial accounts."),
    21608: Error("The number {to} is unverified. Trial accounts cannot send messages to unverified numbers."),
    21609: Error("The StatusCallback URL {url} is not a valid URL."),
    21610: Error("Attempt to send to unsubscribed recipient"),
    21611: Error("SMS queue is full.", 429),
    21612: Error(
        "Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' ({sender}) parameters"
    ),
    21614: Error("To number: {to}, is not a mobile number"),
    21616: Error("The 'From' number matches multiple numbers for your account"),
    21617: Error("The concatenated message body exceeds the 1600 character limit"),
    21618: Error("The message body cannot be sent"),
    21619: Error("A text message body or media urls must be specified."),
    21620: Error("Invalid media URL(s)"),
    21621: Error("The 'From' number {sender} has not been enabled for MMS"),
    21622: Error("MMS has not been enabled for your account"),
    21623: Error("Number of media files exceeds allowed limit"),
    21624: Error("The ValidityPeriod is invalid"),
    21627: Error("Max Price must be a valid float"),
    21635: Error("'To' number cannot be a landline: {to}"),
    21654: Error("The ContentSid is Required"),
    21655: Error("The ContentSid is Invalid"),
    21656: Error("The Content Variables parameter is invalid."),
    21657: Error("The Sender ID is invalid"),
    21658: Error("Parameter exceeded character limit"),
    21659: Error("'From' {sender} is not a Twilio phone number or Short Code country mismatch"),
    21660: Error("Mismatch between the 'From' number {sender} and the account"),
    21661: Error("'From' number is not SMS-capable: {sender}"),
    21701: Error("The Messaging Service does not exist"),
    21702: Error("The Messaging Service is not available to send new messages"),
    21703: Error("The Messaging Service does not have a phone number available to send a message"),
    21704: Error("The Messaging Service contains no phone numbers"),
    21705: Error("The Messaging Service is invalid"),
    21709: Error("Alpha Sender ID is Invalid or Not Authorized for this Messaging Service"),
    21910: Error("Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel"),
    30001: _later("Queue overflow"),
    30002: _later("Account suspended"),
    30003: _later("Unreachable destination handset"),
    30004: _later("Message blocked"),
    30005: _later("Unknown destination handset"),
    30006: _later("Landline or unreachable carrier"),
    30007: _later("Message filtered"),
    30008: _later("Unknown error"),
    30009: _later("Missing inbound segment"),
    30010: _later("Message price exceeds max price"),
    30011: _later("MMS not supported by the receiving phone number in this region"),
    30017: _later("Carrier network congestion"),
    30018: _later("Destination carrier requires sender ID pre-registration"),
    30019: _later("Content size exceeds carrier limit"),
    30022: _later("US A2P 10DLC - Rate Limits Exceeded"),
    30023: _later("US A2P 10DLC - Daily Message Cap Reached"),
    30024: _later("Numeric Sender ID Not Provisioned on Carrier"),
    30027: _later("US A2P 10DLC - T-Mobile Daily Message Limit Reached"),
    30029: Error("Invalid ContentRetention"),
    30030: Error("Invalid AddressRetention"),
    30032: _later("Toll-Free Number Has Not Been Verified"),
    30033: _later("US A2P 10DLC - Campaign Suspended"),
    30034: _later("US A2P 10DLC - Message from an Unregistered Number"),
    30035: _later("US A2P 10DLC - Message from a number still being configured"),
    30036: _later("Validity Period Expired"),
    30037: _later("Outbound Messaging Disabled"),
    30038: _later("OTP Message Body Filtered"),
    30040: _later("Destination carrier requires Sender ID pre-registration"),
    30041: _later("Message from an unregistered number sent to a United Kingdom number"),
    30409: Error("This message cannot be canceled"),
    30410: _later("Provider Timeout Error"),
    30450: _later("Message delivery blocked by SMS pumping protection"),
    30454: _later("Account exceeded the messages limit"),
    30485: _later("Message couldn't be delivered"),
    30610: _later("Message blocked during quiet hours"),
    32018: Error("The TwiML is too large: it may have 4000 characters"),
    35111: Error("You must indicate SendAt timestamp if ScheduleType is 'fixed'."),
    35114: _SEND_AT,
    35115: _SEND_AT,
    35117: _SEND_AT,
    35118: Error("MessagingServiceSid is required to schedule a message"),
    35125: Error("Maximum limit reached in the account for scheduling messages"),
    35126: Error("The ScheduleType value provided is not supported for this channel"),
    63001: _later("Channel could not authenticate the request"),
    63002: _later("Channel could not find the From address"),
    63003: _later("Channel could not find To address"),
    63005: _later("Channel did not accept given content"),
    63006: _later("Could not format given content for the channel"),
    63007: Error("Twilio could not find a Channel with the specified From address"),
    63008: _later("Could not execute the request because the channel module has been misconfigured"),
    63009: _later("Channel provider returned an internal service error"),
    63010: _later("Twilio's platform encountered an internal error processing this message"),
    63012: _later("Channel provider returned an internal service error"),
    63013: _later("Channel policy violation"),
    63014: _later("Channel message blocked by user action"),
    63015: _later("Channel Sandbox can only send messages to phone numbers that have joined the Sandbox"),
    63016: _later("Failed to send freeform message because you are outside the allowed window"),
    63017: _later("Rate limit exceeded"),
    63018: _later("Rate limit exceeded for Channel"),
    63019: _later("Media failed to download"),
    63020: _later("Twilio encountered a Business Manager account error"),
    63021: _later("Channel invalid content error"),
    63023: _later("Channel generic error"),
    63024: _later("Invalid message recipient"),
    63026: _later("Channel sender content flagged as spam"),
    63027: _later("Template does not exist for a language and locale"),
    63028: _later("Number of parameters provided does not match the expected number of parameters"),
    63030: Error("Unsupported parameter for type of channels message"),
    63031: Error("Channels message cannot have same 'From' and 'To'"),
    63032: _later("We cannot send this message to this user because of a WhatsApp limitation"),
    63033: _later("Recipient blocked to receive message"),
    63034: _later("Media exceeds size limit"),
    63036: _later("The specified phone number cannot be reached by RBM at this time"),
    63038: _later("Account exceeded the daily messages limit"),
    63041: _later("Template paused"),
    63042: _later("Template disabled"),
    63051: _later("WhatsApp Business Account is Locked"),
}

# Errors of messages that never reach a carrier. The others come from carriers, channels and phones.
FAILED = frozenset({21610, 30001, 30002, 30010, 30036, 30037, 30410, 30454})

# Ranges of error codes: deliveries, and channels.
_LATER = ((30000, 31000), (63000, 64000))


def error_of(code: int) -> Error:
    """Return the error with this code, or a generic one if it is not known."""
    known = ERRORS.get(code)
    return known or Error(f"Twilio's error {code}", later=any(first <= code < end for first, end in _LATER))


class Refused(Exception):
    """Twilio rejects a request with this code. ``values`` fill its text, and ``detail`` adds to it."""

    def __init__(self, code: int, *, detail: str | None = None, **values: str | None) -> None:
        text, self.status, _later = error_of(code)
        self.code = code
        self.message = text.format_map(_Blank(values))
        self.detail = detail
        super().__init__(self.message)


class _Blank(dict[str, "str | None"]):
    """Uses an empty text for unknown values."""

    def __missing__(self, key: str) -> str:
        return ""
