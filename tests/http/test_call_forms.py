# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What arrives at the server for a call, option by option, is what Twilio's own SDK sends for the same arguments."""

from __future__ import annotations

from inspect import signature

from twilio.rest.api.v2010.account.call import CallList

from ansible_collections.oncall.twilio.plugins.module_utils._options.call_spec import CALL_REQUEST
from support.forms import Case, arguments_of, both_forms
from support.sdk import client_of

TO, FROM = "+15551234567", "+15552223333"
HEX = "0d6c41f5e8b94a72b3c5f19d70e2a84b"
HOOK = "https://hooks.example.com/a?b=c"

# Parameters of the SDK that are no options, and why. All can be set by extra_parameters.
LEFT_OUT = {
    "passports": "an operator signs these for single calls; a task has none",
    "client_notification_url": "wakes apps with Twilio's Voice SDK, of which the documentation says no more",
    "recording_configuration_id": "belongs to a part of Twilio's API that is not documented",
}
# The SDK's names for ours.
RENAMED = {"from": "from_", "ring_time": "timeout"}

BASE = {"to": TO, "from": FROM, "url": HOOK}
LISTENING = {**BASE, "machine_detection": "Enable"}
RECORDED = {**BASE, "record": True}

# Each option alone, beside what makes a call; then several together. The second of a pair is what the SDK is given
# where that differs from the options.
CASES: dict[str, Case] = {
    "url": BASE,
    "method": {**BASE, "method": "GET"},
    "twiml": {"to": TO, "from": FROM, "twiml": '<Response><Say voice="man">ä &amp; 50% = "x+y"</Say></Response>'},
    "say": (
        {"to": TO, "from": FROM, "say": "Hi & bye", "repeat": 1},
        {"to": TO, "from": FROM, "twiml": '<Response><Pause length="1"/><Say>Hi &amp; bye</Say></Response>'},
    ),
    "application_sid": {"to": TO, "from": FROM, "application_sid": f"AP{HEX}"},
    "to, a SIP address": {**BASE, "to": "sip:ada@example.com", "sip_auth_username": "ops", "sip_auth_password": "p&w"},
    "fallback": {**BASE, "fallback_url": HOOK, "fallback_method": "POST"},
    "ring_time": {**BASE, "ring_time": 15},
    "time_limit": {**BASE, "time_limit": 300},
    "send_digits": {**BASE, "send_digits": "Ww12#*A"},
    "machine_detection": {**BASE, "machine_detection": "DetectMessageEnd"},
    "machine_detection's limits": {
        **LISTENING,
        "machine_detection_timeout": 3,
        "machine_detection_speech_threshold": 1000,
        "machine_detection_speech_end_threshold": 500,
        "machine_detection_silence_timeout": 2000,
    },
    # The SDK takes this one as a text.
    "async_amd": ({**LISTENING, "async_amd": True}, {**LISTENING, "async_amd": "true"}),
    "async_amd's callback": (
        {
            **LISTENING,
            "async_amd": True,
            "async_amd_status_callback": HOOK,
            "async_amd_status_callback_method": "GET",
        },
        {
            **LISTENING,
            "async_amd": "true",
            "async_amd_status_callback": HOOK,
            "async_amd_status_callback_method": "GET",
        },
    ),
    "status_callback": {
        **BASE,
        "status_callback": HOOK,
        "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        "status_callback_method": "GET",
    },
    "record": RECORDED,
    "record, false": {**BASE, "record": False},
    "record, with all": {
        **RECORDED,
        "recording_channels": "dual",
        "recording_track": "inbound",
        "recording_status_callback": HOOK,
        "recording_status_callback_event": ["in-progress", "completed", "absent"],
        "recording_status_callback_method": "GET",
        "trim": "do-not-trim",
    },
    "caller_id": {**BASE, "caller_id": FROM},
    "call_reason": {**BASE, "call_reason": "Ä & 50%"},
    "call_token": {**BASE, "call_token": '{"a": "b"}'},
    "byoc": {**BASE, "byoc": f"BY{HEX}"},
    "extra_parameters": ({**BASE, "extra_parameters": {"Passports": "a,b"}}, {**BASE, "passports": "a,b"}),
    "empty strings are not sent": ({**BASE, "twiml": "", "status_callback": "", "status_callback_event": []}, BASE),
}


def test_every_parameter_of_the_sdk_is_an_option_or_left_out_on_purpose():
    parameters = signature(CallList.create).parameters.keys() - {"self", "to"}
    assert parameters == {RENAMED.get(name, name) for name in CALL_REQUEST} | LEFT_OUT.keys()
    assert {name for case in CASES.values() for name in arguments_of(case, RENAMED)} >= parameters - LEFT_OUT.keys()


def test_forms(twilio):
    ours, from_sdk = both_forms(twilio, "twilio_call", client_of(twilio).calls.create, CASES, RENAMED)
    assert ours == from_sdk
