# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What arrives at the server for a message, option by option, is what Twilio's own SDK sends for the same arguments."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from inspect import signature

from twilio.rest.api.v2010.account.message import MessageList

from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_spec import MESSAGE
from support.forms import Case, arguments_of, both_forms
from support.sdk import client_of

TO, FROM = "+15551234567", "+15552223333"
HEX = "0d6c41f5e8b94a72b3c5f19d70e2a84b"
SERVICE, TEMPLATE = f"MG{HEX}", f"HX{HEX}"
LATER = (datetime.now(timezone.utc) + timedelta(days=2)).replace(microsecond=0)
ISO = LATER.strftime("%Y-%m-%dT%H:%M:%SZ")

# Parameters of the SDK that are no options, and why. All can be set by extra_parameters.
LEFT_OUT = {"message_intent": "is the guide's example of a parameter that is newer than a release"}
# The SDK's names for ours.
RENAMED = {"from": "from_"}

BASE = {"to": TO, "from": FROM, "body": "Hi"}
SERVED = {"to": TO, "messaging_service_sid": SERVICE, "body": "Hi"}

TOGETHER = {
    **SERVED,
    "media_url": ["https://x.example/a", "https://x.example/b"],
    "status_callback": "https://hooks.example.com/",
    "application_sid": f"AP{HEX}",
    "max_price": 1.5,
    "provide_feedback": True,
    "attempt": 1,
    "validity_period": 36000,
    "force_delivery": False,
    "content_retention": "retain",
    "address_retention": "retain",
    "smart_encoded": False,
    "persistent_action": ["geo:1,2"],
    "shorten_urls": True,
    "send_at": ISO,
    "send_as_mms": True,
    "content_sid": TEMPLATE,
    "content_variables": '{"1": "Maria"}',
    "risk_check": "enable",
    "fallback_from": FROM,
    "traffic_type": "free",
}

# Each option alone, beside what makes a message; then several together. The second of a pair is what the SDK is
# given where that differs from the options.
CASES: dict[str, Case] = {
    "from": BASE,
    "from, a sender ID": {**BASE, "to": "+4915123456789", "from": "Example Co"},
    "from, a short code": {**BASE, "from": "12345"},
    "to, a channel": {**BASE, "to": f"whatsapp:{TO}", "from": f"whatsapp:{FROM}"},
    "messaging_service_sid": SERVED,
    "from and messaging_service_sid": {**SERVED, "from": FROM},
    "source from": ({**SERVED, "from": FROM, "source": "from"}, BASE),
    "source messaging_service_sid": ({**SERVED, "from": FROM, "source": "messaging_service_sid"}, SERVED),
    "body, special": {**BASE, "body": 'Grüße & 50% = "x+y"\n{a}; 😀 \u2013 €'},
    "body, 1,600": {**BASE, "body": "ab" * 800},
    "media_url": {"to": TO, "from": FROM, "media_url": ["https://x.example/a.png?b=c&d=e", "https://x.example/b"]},
    "content_sid": {"to": TO, "messaging_service_sid": SERVICE, "content_sid": TEMPLATE},
    "content_variables": {**SERVED, "content_sid": TEMPLATE, "content_variables": '{"1": "Maria"}'},
    "content_variables, a mapping": (
        {**SERVED, "content_sid": TEMPLATE, "content_variables": {"1": "Maria", "2": "db1"}},
        {**SERVED, "content_sid": TEMPLATE, "content_variables": '{"1": "Maria", "2": "db1"}'},
    ),
    "content body": ({**BASE, "media_url": ["https://x.example/a"], "content": "body"}, BASE),
    "status_callback": {**BASE, "status_callback": "https://hooks.example.com/a?b=c"},
    "application_sid": {**BASE, "application_sid": f"AP{HEX}"},
    "max_price": {**BASE, "max_price": 0.0079},
    "provide_feedback": {**BASE, "provide_feedback": True},
    "provide_feedback, false": {**BASE, "provide_feedback": False},
    "attempt": {**BASE, "attempt": 3},
    "validity_period": {**BASE, "validity_period": 600},
    "force_delivery": {**BASE, "force_delivery": True},
    "content_retention": {**BASE, "content_retention": "discard"},
    "address_retention": {**BASE, "address_retention": "obfuscate"},
    "smart_encoded": {**BASE, "smart_encoded": True},
    "persistent_action": {**BASE, "persistent_action": ["geo:1,2|a", "mailto:b"]},
    "shorten_urls": {**SERVED, "shorten_urls": True},
    "send_at": ({**SERVED, "send_at": ISO}, {**SERVED, "send_at": LATER, "schedule_type": "fixed"}),
    "send_at with schedule_type": (
        {**SERVED, "send_at": ISO, "schedule_type": "fixed"},
        {**SERVED, "send_at": LATER, "schedule_type": "fixed"},
    ),
    "send_at in a zone": (
        {**SERVED, "send_at": {"date_time": LATER.strftime("%Y-%m-%dT%H:%M:%S"), "zone_id": "Etc/GMT-5"}},
        {**SERVED, "send_at": LATER - timedelta(hours=5), "schedule_type": "fixed"},
    ),
    "send_as_mms": {**BASE, "send_as_mms": True},
    "risk_check": {**BASE, "risk_check": "disable"},
    "fallback_from": {**SERVED, "fallback_from": FROM},
    "traffic_type": {**BASE, "traffic_type": "free"},
    "extra_parameters": (
        {**BASE, "extra_parameters": {"MessageIntent": "notifications"}},
        {**BASE, "message_intent": "notifications"},
    ),
    "empty strings are not sent": ({**BASE, "messaging_service_sid": "", "status_callback": "", "media_url": []}, BASE),
    "all together": (TOGETHER, {**TOGETHER, "send_at": LATER, "schedule_type": "fixed"}),
}


def test_every_parameter_of_the_sdk_is_an_option_or_left_out_on_purpose():
    parameters = signature(MessageList.create).parameters.keys() - {"self", "to"}
    assert parameters == {RENAMED.get(name, name) for name in MESSAGE} | LEFT_OUT.keys()
    assert {name for case in CASES.values() for name in arguments_of(case, RENAMED)} >= parameters - LEFT_OUT.keys()


def test_forms(twilio):
    ours, from_sdk = both_forms(twilio, "twilio_sms", client_of(twilio).messages.create, CASES, RENAMED)
    assert ours == from_sdk
