# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of calls: what is wrong with them, and the form that the others become."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.call_form import predict_call, to_call_forms
from ansible_collections.oncall.twilio.plugins.module_utils._options.call_rules import call_problems, call_warnings
from ansible_collections.oncall.twilio.plugins.module_utils._options.call_spec import CALL
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.call import KEYS
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.callees import read_callees

TO, FROM = "+15551234567", "+15557654321"
HOOK = "https://hooks.example.com/"


def params(**options):
    defaults = {name: option.get("default") for name, option in CALL.items()}
    return {**defaults, "to": [TO], "from": FROM, "say": "Hi", **options}


def problems(**options):
    return list(call_problems(params(**options), datetime.now(timezone.utc)))


FINE = [
    {"repeat": 20, "language": "de-DE", "voice": "Polly.Vicki"},
    {"say": "x" * 1850},
    {"say": "x" * 3000, "repeat": 1, "voice": "Polly.Vicki"},
    {"say": "x" * 3900, "repeat": 1, "voice": "Google.de-DE-Standard-A"},
    {"say": None, "twiml": "<Response/>"},
    {"say": "", "url": HOOK, "method": "GET", "fallback_url": HOOK, "fallback_method": "GET"},
    {"say": "", "application_sid": f"AP{'a' * 32}"},
    {
        "to": ["sip:ada@example.com;transport=tls"],
        "from": "client:ops",
        "sip_auth_username": "a",
        "sip_auth_password": "b",
    },
    {"status_callback": "http://localhost/", "api_url": "http://127.0.0.1:8480"},
    {"record": False, "async_amd": False},
    {"extra_parameters": {"Passports": "x"}},
]


@pytest.mark.parametrize("options", FINE, ids=str)
def test_what_is_fine(options):
    assert problems(**options) == []


WRONG = [
    ({"to": []}, "to: contains no recipient."),
    ({"to": ["555-GET-HELP"]}, "to: '555-GET-HELP' is not a phone number in E.164 form such as '+15551234567', nor an"),
    ({"to": ["112"]}, "to: '112' is a short code or an extension, which cannot be called. Use a phone number."),
    ({"to": ["15551234567"]}, "to: '15551234567' has no plus sign and country code. Write both, as in '+15551234567'."),
    ({"to": [f"whatsapp:{TO}"]}, "to: 'whatsapp:+15551234567' is not a phone number in E.164 form"),
    ({"to": ["sip:ada"]}, "to: 'sip:ada' is not a phone number"),
    ({"from": ""}, "from: is required."),
    ({"from": "Ops"}, "from: 'Ops' is not a phone number in E.164 form"),
    ({"from": "12345"}, "from: '12345' is a short code or an extension, which cannot place calls. Use a phone number."),
    ({"from": "client:ada;client:bob"}, "from: 'client:ada;client:bob' seems to contain several addresses. Set only"),
    ({"from": "client:ops"}, "from: 'client:ops' is not a phone number. To call a phone number, set one"),
    ({"caller_id": "Ada"}, "caller_id: 'Ada' is not a phone number"),
    ({"say": None}, "say: is required. Set say, twiml, url or application_sid."),
    ({"twiml": "<Response/>", "url": HOOK}, "say: cannot be used with twiml and url. Set only one of them."),
    ({"say": " \n"}, "say: contains only spaces. Set the text to say."),
    ({"say": "\a"}, "say: contains only spaces. Set the text to say."),
    ({"say": "x" * 2000}, "say: becomes 4,"),
    (
        {"say": "x" * 3001, "repeat": 1, "voice": "Polly.Vicki"},
        "say: has 3,001 characters. A voice of Polly says at most 3,000: shorten it.",
    ),
    ({"say": "&" * 400}, "say: becomes 4,"),
    ({"repeat": 10**12}, "repeat: must be 1 to 20, not 1000000000000."),
    ({"say": "", "twiml": "<Response>"}, "twiml: is not well-formed XML (no element found"),
    ({"say": "", "twiml": "<Say>Hi</Say>"}, "twiml: must be a <Response> element, not <Say>."),
    (
        {"say": "", "twiml": f"<Response>{' ' * 4000}</Response>"},
        "twiml: has 4,021 characters. Twilio accepts at most 4,000.",
    ),
    ({"say": "", "twiml": "<Response/>", "voice": "man"}, "voice: requires say."),
    ({"say": "", "url": "hooks.example.com"}, "url: 'hooks.example.com' is not an http or https URL"),
    (
        {"say": "", "url": "http://localhost/x"},
        "url: 'http://localhost/x' is on this machine, which Twilio cannot reach.",
    ),
    ({"method": "GET"}, "method: requires url."),
    ({"say": "", "application_sid": "AP1"}, "application_sid: must be AP and 32 hexadecimal digits, not 'AP1'."),
    (
        {"say": "", "application_sid": f"AP{'a' * 32}", "status_callback": HOOK},
        "status_callback: cannot be used with application_sid. Twilio uses the application's own.",
    ),
    ({"ring_time": 601}, "ring_time: must be 1 to 600, not 601."),
    ({"time_limit": 0}, "time_limit: must be 1 to 86400, not 0."),
    ({"send_digits": "1x"}, "send_digits: must have 1 to 32 characters"),
    (
        {"send_digits": "1", "machine_detection": "Enable"},
        "send_digits: cannot be used with machine_detection, which Twilio then ignores.",
    ),
    ({"async_amd": True}, "async_amd: requires machine_detection."),
    ({"record": False, "trim": "trim-silence"}, "trim: requires record: true."),
    ({"status_callback_event": ["ringing"]}, "status_callback_event: requires status_callback."),
    ({"sip_auth_username": "a"}, "sip_auth_username: requires sip_auth_password."),
    ({"extra_parameters": {"Timeout": "5"}}, "extra_parameters: use the option ring_time instead of Timeout."),
    ({"extra_parameters": {"X": 5}}, 'extra_parameters: X must be a string; quote it, as in X: "5".'),
    ({"concurrency": 0}, "concurrency: must be 1 to 100, not 0."),
    ({"wait_timeout": -1}, "wait_timeout: must be 0 to 86400, not -1."),
]


@pytest.mark.parametrize(("options", "problem"), WRONG, ids=str)
def test_what_is_wrong(options, problem):
    (found,) = problems(**options)
    assert found.startswith(problem)


def test_all_is_told_together():
    wrong = {"to": ["1"], "from": "x", "caller_id": "y", "say": "", "byoc": "z", "ring_time": 0}
    assert [found.split(":")[0] for found in problems(**wrong)] == list(wrong)


def test_both_the_choice_and_the_document_are_told():
    first, second = problems(twiml="<Resp")
    assert first == "say: cannot be used with twiml. Set only one of them."
    assert second.startswith("twiml: is not well-formed XML")


@pytest.mark.parametrize(
    ("text", "callees"),
    [
        ("sip:ada@example.com\nsip:bob@example.com\n", ["sip:ada@example.com", "sip:bob@example.com"]),
        ("client:ada; client:bob;", ["client:ada", "client:bob"]),
        ("client:ada,+15551234567", ["client:ada", TO]),
        (
            f"{TO}, sip:ada@example.com;transport=tls;user=phone;{TO}",
            [TO, "sip:ada@example.com;transport=tls;user=phone", TO],
        ),
        (f"{TO};+15557654321", [TO, "+15557654321"]),
    ],
)
def test_several_in_one_string(text, callees):
    assert read_callees([text]) == (callees, {})


def test_a_form_for_each_person():
    to = ["+1 (555) 123-4567, client:ada", TO, "SIP:ada@example.com;transport=tls"]
    options = params(to=to, say="", url=HOOK, ring_time=20, record=False, status_callback=HOOK)
    first, second, third = to_call_forms({**options, "status_callback_event": ["ringing", "completed"]})
    assert first == {
        "To": TO,
        "From": FROM,
        "Url": HOOK,
        "Timeout": "20",
        "StatusCallback": HOOK,
        "StatusCallbackEvent": ["ringing", "completed"],
        "Record": "false",
    }
    assert (second, third) == ({**first, "To": "client:ada"}, {**first, "To": "sip:ada@example.com;transport=tls"})
    assert list(call_warnings({**options, "to": [*to, ""]})) == [
        "to: 1 of 4 entries is empty. Is a number missing?",
        f"to: contains {TO} more than once. Each recipient is called once.",
    ]


def test_a_prediction():
    call = predict_call("AC1", {"To": TO, "From": FROM})
    assert tuple(call) == KEYS
    assert {name: value for name, value in call.items() if value is not None} == {
        "account_sid": "AC1",
        "api_version": "2010-04-01",
        "direction": "outbound-api",
        "from": FROM,
        "queue_time": "0",
        "status": "queued",
        "to": TO,
    }
