# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule of the create action: form in, Twilio's error out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.simulator import Simulator

SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
TEMPLATE = "HX0d6c41f5e8b94a72b3c5f19d70e2a84b"
WINDOW = "SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive."
NOT_OWNED = "'From' {} is not a Twilio phone number or Short Code country mismatch"
NOT_FROM = "The 'From' number {} is not a valid phone number, shortcode, or alphanumeric sender ID."


def ahead(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def scheduled(send_at: str | None, kind: str = "fixed", **more: Any) -> dict[str, Any]:
    return {"MessagingServiceSid": SERVICE, "ScheduleType": kind, "SendAt": send_at} | more


CHANNELS = "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel"
SAME_ON_CHANNEL = "Channels message cannot have same 'From' and 'To'"
COMBINATION = "Message cannot be sent with the current combination of 'To' ({}) and/or 'From' ({}) parameters"

REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"To": None}, 21604, "A 'To' phone number is required."),
    ({"To": ""}, 21604, "A 'To' phone number is required."),
    ({"From": None}, 21603, "A 'From' phone number is required."),
    ({"Body": None}, 21602, "Message body is required."),
    ({"Body": ""}, 21602, "Message body is required."),
    (
        {"To": "whatsapp:+15551234567", "Body": None},
        21619,
        "A text message body or media urls must be specified.",
    ),
    ({"Body": "x" * 1601}, 21617, "The concatenated message body exceeds the 1600 character limit"),
    ({"To": "5551234"}, 21211, "The 'To' number 5551234 is not a valid phone number."),
    ({"To": "+1555123456"}, 21211, "The 'To' number +1555123456 is not a valid phone number."),
    ({"To": "+{x}"}, 21211, "The 'To' number +{x} is not a valid phone number."),
    ({"To": "whatsapp:Ann"}, 21211, "The 'To' number whatsapp:Ann is not a valid phone number."),
    ({"From": "+1"}, 21212, NOT_FROM.format("+1")),
    ({"From": "Twelve chars"}, 21212, NOT_FROM.format("Twelve chars")),
    (
        {"From": "+15550001111"},
        21659,
        "'From' +15550001111 is not a Twilio phone number or Short Code country mismatch",
    ),
    ({"From": "54321"}, 21659, NOT_OWNED.format("54321")),
    ({"To": "12345"}, 21265, "'To' number cannot be a Short Code: 12345"),
    ({"To": "+15552223333"}, 21266, "'To' and 'From' number cannot be the same: +15552223333"),
    ({"To": "(+1) 555 222-3333"}, 21266, "'To' and 'From' number cannot be the same: +15552223333"),
    ({"To": "whatsapp:+15551230000", "From": "whatsapp:+15551230000"}, 63031, SAME_ON_CHANNEL),
    ({"To": "whatsapp:+15551234567"}, 21910, CHANNELS),
    ({"To": "+15551234567", "From": "whatsapp:+15552223333"}, 21910, CHANNELS),
    ({"To": "whatsapp:+15551234567", "From": "messenger:1"}, 21910, CHANNELS),
    ({"To": "rcs:+15551234567"}, 21910, CHANNELS),
    ({"From": "Ops Team"}, 21612, COMBINATION.format("+15551234567", "Ops Team")),
    ({"From": "Ops Team", "To": "+17875551234"}, 21612, COMBINATION.format("+17875551234", "Ops Team")),
    ({"MediaUrl": "ftp://x.example/a.png"}, 21620, "Invalid media URL(s)"),
    ({"MediaUrl": "a.png"}, 21620, "Invalid media URL(s)"),
    ({"MediaUrl": ["https://x.example/a.png"] * 11}, 21623, "Number of media files exceeds allowed limit"),
    ({"StatusCallback": "status"}, 21609, "The StatusCallback URL status is not a valid URL."),
    (
        {"StatusCallback": "http://a_b.net/"},
        21609,
        "The StatusCallback URL http://a_b.net/ is not a valid URL.",
    ),
    ({"StatusCallback": "http://localhost/"}, 21609, "The StatusCallback URL http://localhost/ is not a valid URL."),
    (
        {"StatusCallback": "http://10.0.0.1/"},
        21609,
        "The StatusCallback URL http://10.0.0.1/ is not a valid URL.",
    ),
    ({"StatusCallback": "http://[::1]/"}, 21609, "The StatusCallback URL http://[::1]/ is not a valid URL."),
    ({"ValidityPeriod": "0"}, 21624, "The ValidityPeriod is invalid"),
    ({"ValidityPeriod": "36001"}, 21624, "The ValidityPeriod is invalid"),
    ({"ValidityPeriod": "soon"}, 21624, "The ValidityPeriod is invalid"),
    ({"ContentSid": "HX12"}, 21655, "The ContentSid is Invalid"),
    ({"ContentVariables": "{}"}, 21654, "The ContentSid is Required"),
    ({"ContentSid": TEMPLATE, "ContentVariables": "[]"}, 21656, "The Content Variables parameter is invalid."),
    ({"ContentSid": TEMPLATE, "ContentVariables": "{'a': 1}"}, 21656, "The Content Variables parameter is invalid."),
    ({"ContentSid": TEMPLATE, "ContentVariables": "[" * 9999}, 21656, "The Content Variables parameter is invalid."),
    ({"MessagingServiceSid": "MG12"}, 21705, "The Messaging Service is invalid"),
    ({"MessagingServiceSid": f"MG{'0' * 32}"}, 21701, "The Messaging Service does not exist"),
    (scheduled(None), 35111, "You must indicate SendAt timestamp if ScheduleType is 'fixed'."),
    (scheduled("tomorrow"), 35114, WINDOW),
    (scheduled(ahead(minutes=4)), 35115, WINDOW),
    (scheduled(ahead(days=35, hours=1)), 35117, WINDOW),
    (scheduled(ahead(hours=1), "daily"), 35126, "The ScheduleType value provided is not supported for this channel"),
    ({"Attempt": "0"}, 20001, "Bad request"),
    ({"Attempt": "two"}, 20001, "Bad request"),
    ({"MaxPrice": "-0.01"}, 21627, "Max Price must be a valid float"),
    ({"MaxPrice": "NaN"}, 21627, "Max Price must be a valid float"),
    ({"MaxPrice": "cheap"}, 21627, "Max Price must be a valid float"),
    ({"ProvideFeedback": "True"}, 20001, "Bad request"),
    ({"SmartEncoded": "1"}, 20001, "Bad request"),
    ({"ForceDelivery": "yes"}, 20001, "Bad request"),
    ({"SendAsMms": "yes"}, 20001, "Bad request"),
    ({"ShortenUrls": "yes"}, 20001, "Bad request"),
    ({"ContentRetention": "keep"}, 30029, "Invalid ContentRetention"),
    ({"AddressRetention": "discard"}, 30030, "Invalid AddressRetention"),
    ({"RiskCheck": "maybe"}, 20001, "Bad request"),
    ({"TrafficType": "paid"}, 20001, "Bad request"),
    ({"ApplicationSid": "AC12"}, 20001, "Bad request"),
    ({"To": "+15005550001"}, 21211, "The 'To' number +15005550001 is not a valid phone number."),
    (
        {"To": "+15005550002"},
        21612,
        COMBINATION.format("+15005550002", "+15552223333"),
    ),
    (
        {"To": "+15005550003"},
        21408,
        "Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number:"
        " +15005550003",
    ),
    ({"To": "+15005550004"}, 21610, "Attempt to send to unsubscribed recipient"),
    ({"To": "+15005550009"}, 21614, "To number: +15005550009, is not a mobile number"),
    ({"From": "+15005550001"}, 21212, NOT_FROM.format("+15005550001")),
    (
        {"From": "+15005550007"},
        21606,
        "The From phone number +15005550007 is not a valid, SMS-capable inbound phone number or short code"
        " for your account.",
    ),
    ({"From": "+15005550008"}, 21611, "SMS queue is full."),
]


@pytest.mark.parametrize(("form", "code", "text"), REFUSED, ids=lambda value: str(value)[:50])
def test_refused(slow: Simulator, form: dict[str, Any], code: int, text: str) -> None:
    response = slow.create(**form)
    body = response.json()
    status = 429 if code == 21611 else 400
    assert (response.status_code, body["status"], body["code"], body["message"]) == (status, status, code, text)
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert ("detail" in body) == (code in (20001, 21624, 21627, 30029, 30030))
    assert slow.call("GET", "/simulator/messages").json() == {"messages": []}


ACCEPTED: list[dict[str, Any]] = [
    {"Body": "x" * 1600},
    {"To": "+1 (555) 123-4567"},
    {"To": "+4915112345678"},
    {"To": "whatsapp:+15551234567", "From": "whatsapp:+15552223333"},
    {"To": "messenger:12345", "From": "messenger:67890"},
    {"From": "12345"},
    {"From": "+15005550006"},
    {"From": "Ops Team", "To": "+447700900123"},
    {"From": "Ops Team", "To": "+18765551234"},
    {"From": "rcs:ops_team"},
    {"To": "rcs:+15551234567", "From": "rcs:ops_team"},
    {"From": None, "MessagingServiceSid": SERVICE},
    {"Body": None, "MediaUrl": ["https://x.example/a.png"] * 10},
    {"Body": None, "ContentSid": TEMPLATE, "ContentVariables": '{"1": "db1"}'},
    {"StatusCallback": "https://hooks.example.com:8443/status?a=b"},
    {"ValidityPeriod": "36000", "Attempt": "1", "MaxPrice": "0.5", "ShortenUrls": "true", "RiskCheck": "disable"},
    {"ContentRetention": "discard", "AddressRetention": "obfuscate", "TrafficType": "free", "ForceDelivery": "false"},
    {"ScheduleType": "fixed", "SendAt": "whenever"},
    # Some minutes may pass before it is its turn.
    scheduled(ahead(minutes=20)),
    scheduled(ahead(days=34, hours=23)),
    {"NotOfTwilio": "ignored"},
]


@pytest.mark.parametrize("form", ACCEPTED, ids=lambda value: str(value)[:50])
def test_accepted(slow: Simulator, form: dict[str, Any]) -> None:
    assert slow.create(**form).status_code == 201


def test_recipient_is_kept_in_e164(slow: Simulator) -> None:
    assert slow.created(To="+1 (555) 123-4567")["to"] == "+15551234567"


def test_local_callbacks_are_for_rehearsals(swift: Simulator) -> None:
    assert swift.create(StatusCallback="http://127.0.0.1:8000/status").status_code == 201
    assert swift.create(StatusCallback="http://").json()["code"] == 21609


def test_without_numbers_any_sender_is_owned(swift: Simulator) -> None:
    assert swift.create(From="+15550001111").status_code == 201


def test_senders_on_channels_are_owned_where_any_is(simulate: Any) -> None:
    owner = simulate(numbers=["+15552223333", "whatsapp:+15552223333"])
    assert owner.create(To="whatsapp:+15551234567", From="whatsapp:+15552223333").status_code == 201
    refused = owner.create(To="whatsapp:+15551234567", From="whatsapp:+15550001111").json()
    assert (refused["code"], refused["status"]) == (63007, 400)
    assert owner.create(To="whatsapp:+15551234567", From="", MessagingServiceSid=SERVICE).status_code == 201
