# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong, what is warned of, and in which words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_rules import sms_problems, sms_warnings
from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_spec import SMS

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
HEX = "0d6c41f5e8b94a72b3c5f19d70e2a84b"
TO, FROM, SERVICE = "+15551234567", "+15557654321", f"MG{HEX}"


def params(**options):
    """All options of a send; those that are not named have their defaults."""
    defaults = {name: option.get("default") for name, option in SMS.items()}
    return {**defaults, "to": [TO], "from": FROM, "body": "Hi", **options}


def problems(**options):
    return list(sms_problems(params(**options), NOW))


def ahead(**delta):
    return (NOW + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def scheduled(send_at, **options):
    return {"messaging_service_sid": SERVICE, "send_at": send_at, **options}


FINE = {
    "the least there can be": {},
    "channels' recipients": {
        "to": ["whatsapp:+15551234567", "rcs:+15551234567", "messenger:10203040"],
        "from": None,
        "messaging_service_sid": SERVICE,
    },
    "numbers as people keep them": {"to": ["+1 (555) 123-4567; tel:+1-555-234-5678\n"], "from": "+1 555 765 4321"},
    "a name to Jamaica and Germany": {"from": "Shop", "to": ["+18765551234", "+4915123456789"]},
    "a sender on RCS to a number": {"from": "rcs:example_agent"},
    "a schedule so far ahead": scheduled("+2h"),
    "a short code": {"from": "12345"},
    "a sender ID of 11 characters": {"from": "Example Co1", "to": ["+4915123456789"]},
    "a Wireless SIM": {"from": f"DE{HEX}"},
    "a channel's sender": {"from": "messenger:1234", "to": ["messenger:10203040"]},
    "a Service alone": {"from": None, "messaging_service_sid": SERVICE},
    "a body of 1,600": {"body": "a" * 1600},
    "media without a body": {"body": None, "media_url": ["https://example.com/a.png"] * 10},
    "a template": {"body": None, "content_sid": f"HX{HEX}", "content_variables": '{"1": "x"}'},
    "no variables": {"content_variables": "{}"},
    "variables set aside": {"content": "body", "content_variables": "nonsense"},
    "a callback": {"status_callback": "https://hooks.example.com:8443/a_b?c=d"},
    "a local callback": {"status_callback": "http://127.0.0.1:8080/", "api_url": "http://127.0.0.1:8080"},
    "an application": {"application_sid": f"AP{HEX}"},
    "a price of nothing": {"max_price": 0.0},
    "a high price": {"max_price": 1000000.0},
    "media on hosts of all kinds": {
        "media_url": ["https://my_bucket.s3.example.com/a.png", "https://m\u00fcller.example/"]
    },
    "a price with four decimals": {"max_price": 0.0079},
    "the first attempt": {"attempt": 1},
    "validity's least": {"validity_period": 1},
    "validity's most": {"validity_period": 36000},
    "short links of a Service": {"shorten_urls": True, "messaging_service_sid": SERVICE},
    "no short links": {"shorten_urls": False},
    "a schedule's nearest": scheduled(ahead(minutes=5, seconds=1)),
    "a schedule's farthest": scheduled(ahead(days=35)),
    "a parameter of tomorrow": {"extra_parameters": {"MessageIntent": "notifications"}},
}


@pytest.mark.parametrize("case", FINE.values(), ids=FINE)
def test_fine(case):
    assert problems(**case) == []


WRONG = {
    "no recipient": ({"to": []}, "to: contains no recipient"),
    "an unquoted recipient": ({"to": ["15551234567"]}, "{{ phone | string }}"),
    "a recipient with letters": ({"to": ["+1 555 FLOWERS"]}, "to: '+1 555 FLOWERS' is not a phone number"),
    "a short code as recipient": ({"to": ["12345"]}, "to: '12345' is a short code"),
    "a number that texts itself": ({"to": ["+1 555 765 4321"]}, "to: +15557654321 is also the sender"),
    "a channel and a plain sender": ({"to": ["whatsapp:+15551234567"]}, "https://www.twilio.com/docs/errors/21910"),
    "a channel that texts itself": (
        {"to": ["whatsapp:+15557654321"], "from": "WhatsApp:+1 555 765 4321"},
        "https://www.twilio.com/docs/errors/63031",
    ),
    "a name to the USA": ({"from": "Shop"}, "to: +15551234567 is in the USA or Canada"),
    "a number too long": ({"to": ["+1555123456789012"]}, "to: "),
    "a number with a leading zero": ({"to": ["+0123456"]}, "to: "),
    "an empty recipient": ({"to": [""]}, "to: contains no recipient"),
    "an unknown channel": ({"to": ["whatsap:+15551234567"]}, "to: "),
    "a channel's bad number": ({"to": ["whatsapp:5551234567"]}, "to: "),
    "no sender": ({"from": None}, "from: is required"),
    "no sender after source": (
        {"source": "messaging_service_sid"},
        "messaging_service_sid: is required when source=messaging_service_sid",
    ),
    "a WhatsApp sender without a plus sign": (
        {"from": "whatsapp:5551234567"},
        "from: 'whatsapp:5551234567' has no",
    ),
    "an unquoted sender": ({"from": "15557654321"}, "quote it in YAML"),
    "a sender ID of 12": ({"from": "ExampleComp1"}, "from: 'ExampleComp1' is not a valid sender"),
    "a sender ID without letters": ({"from": "12 34"}, "from: "),
    "a sender ID with an umlaut": ({"from": "Müller"}, "from: "),
    "a bad Service": ({"messaging_service_sid": "MG123"}, "messaging_service_sid: must be MG and 32"),
    "no content": ({"body": None}, "body: is required"),
    "no content after content": ({"content": "media_url"}, "media_url: is required when content=media_url"),
    "a body of 1,601": ({"body": "a" * 1601}, "body: has 1,601 characters"),
    "11 media": ({"media_url": ["https://example.com/a.png"] * 11}, "media_url: has 11 URLs"),
    "media of another scheme": ({"media_url": ["ftp://example.com/a.png"]}, "media_url: 'ftp://"),
    "a bad template": ({"content_sid": "HX1"}, "content_sid: must be HX"),
    "variables without a template": ({"content_variables": '{"1": "x"}'}, "content_variables: requires content_sid"),
    "a variable that is a boolean": (
        {"content_sid": f"HX{HEX}", "content_variables": '{"1": true, "2": 1, "3": false, "x": null}'},
        "content_variables: 1 is true, 3 is false, x is null; each variable must be a string.",
    ),
    "a media URL with a blank": ({"media_url": ["https://example.com/a b.png"]}, "Write spaces as %20"),
    "a boolean": ({"validity_period": True}, "validity_period: must be a number, not True. YAML reads yes, no,"),
    "variables in too many brackets": (
        {"content_sid": f"HX{HEX}", "content_variables": "[" * 10**5},
        "content_variables: must",
    ),
    "variables in a list": ({"content_sid": f"HX{HEX}", "content_variables": "[1]"}, "content_variables: must be"),
    "variables that are not JSON": ({"content_sid": f"HX{HEX}", "content_variables": "{1"}, "content_variables: must"),
    "a callback with an underscore": ({"status_callback": "https://my_host.example.com/"}, "status_callback: "),
    "a callback to localhost": ({"status_callback": "http://localhost/x"}, "is on this machine"),
    "a callback to localhost with a dot": ({"status_callback": "http://localhost./x"}, "is on this machine"),
    "a callback to 0.0.0.0": ({"status_callback": "http://0.0.0.0/x"}, "is on this machine"),
    "a callback to ::1": ({"status_callback": "http://[::1]/x"}, "is on this machine"),
    "a callback of another scheme": ({"status_callback": "mailto:a@example.com"}, "status_callback: "),
    "a bad application": ({"application_sid": f"AC{HEX}"}, "application_sid: must be AP"),
    "a negative price": ({"max_price": -0.01}, "max_price: must be 0 or more"),
    "an endless price": ({"max_price": float("inf")}, "max_price: "),
    "a price that is no number": ({"max_price": float("nan")}, "max_price: "),
    "a price of minus infinity": ({"max_price": float("-inf")}, "max_price: must be 0 or more"),
    "a price with five decimals": ({"max_price": 0.00791}, "max_price: must have at most four decimals"),
    "attempt 0": ({"attempt": 0}, "attempt: must be 1 or more, not 0"),
    "validity 0": ({"validity_period": 0}, "validity_period: must be 1 to 36000, not 0"),
    "validity 36001": ({"validity_period": 36001}, "validity_period: must be 1 to 36000"),
    "short links without a Service": ({"shorten_urls": True}, "shorten_urls: requires messaging_service_sid"),
    "a fallback on RCS": (
        {"from": None, "messaging_service_sid": SERVICE, "fallback_from": "rcs:example_agent"},
        "fallback_from: must be a sender of SMS",
    ),
    "a schedule without a time": ({"schedule_type": "fixed"}, "schedule_type: requires send_at"),
    "a time without a Service": ({"send_at": ahead(hours=1)}, "Twilio would send the message at once"),
    "a time whose Service is set aside": (scheduled(ahead(hours=1), source="from"), "send the message at once"),
    "a time too near": (scheduled(ahead(minutes=5)), "It is 5.0 minutes ahead"),
    "a time too far": (scheduled(ahead(days=35, seconds=1)), "It is 35.0 days ahead"),
    "a time gone by": (scheduled(ahead(hours=-2)), "It is 2.0 hours ago"),
    "a time just gone by": (scheduled(ahead(seconds=-2)), "It is 2.0 seconds ago"),
    "a bad time": (scheduled("tomorrow"), "send_at: 'tomorrow' is not an ISO 8601"),
    "an option in disguise": ({"extra_parameters": {"Body": "x"}}, "use the option body instead of Body"),
    "an option in other letters": ({"extra_parameters": {"mediaurl": "x"}}, "use the option media_url instead"),
    "the recipient in disguise": ({"extra_parameters": {"To": "x"}}, "use the option to instead"),
    "an extra parameter of another type": (
        {"extra_parameters": {"Tags": True}},
        'must be a string; quote it, as in Tags: "True"',
    ),
}


@pytest.mark.parametrize(("case", "text"), WRONG.values(), ids=WRONG)
def test_wrong(case, text):
    found = problems(**case)
    assert len(found) == 1
    assert text in found[0]
    assert found[0].endswith(".")


def test_all_problems_come_at_once():
    found = problems(to=["5551234567", "x"], body=None, attempt=0, validity_period=0, send_at="soon", **{"from": "?"})
    names = [problem.partition(":")[0] for problem in found]
    assert names == ["body", "to", "to", "from", "attempt", "validity_period", "send_at", "send_at"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"validity_period": 5}, "validity_period: 5 seconds is so short"),
        ({"send_at": ahead(minutes=14, seconds=59)}, "send_at: is less than 15 minutes ahead"),
    ],
)
def test_warnings(options, text):
    (warning,) = sms_warnings(params(**options), NOW)
    assert text in warning


def test_no_warnings():
    assert list(sms_warnings(params(to=[TO, FROM], validity_period=6, send_at=ahead(minutes=15)), NOW)) == []


def test_a_missing_number_is_warned_of():
    assert list(sms_warnings(params(to=[TO, "", " "]), NOW)) == [
        "to: 2 of 3 entries are empty. Is a number missing?",
    ]
    assert list(sms_warnings(params(to=[f"{TO},,{FROM}\n"]), NOW)) == []


def test_repeated_recipients_are_warned_of():
    assert list(sms_warnings(params(to=[TO, FROM, TO]), NOW)) == [
        f"to: contains {TO} more than once. Each recipient is sent one message."
    ]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"concurrency": 0}, "concurrency: must be 1 to 100, not 0."),
        ({"concurrency": 101}, "concurrency: must be 1 to 100"),
        ({"dedupe_window": -1}, "dedupe_window: must be 0 to 604800"),
        ({"wait_timeout": float("nan")}, "wait_timeout: must be 0 to 86400"),
        ({"dedupe_window": 60, "content_sid": f"HX{HEX}"}, "dedupe_window: cannot be used with content_sid. Twilio's"),
        (
            {"dedupe_window": 60, "shorten_urls": True, "messaging_service_sid": SERVICE},
            "dedupe_window: cannot be used with shorten_urls.",
        ),
        ({"dedupe_window": 60, **scheduled(ahead(hours=1))}, "dedupe_window: cannot be used with send_at."),
        ({"dedupe_window": 60, "content_retention": "discard"}, "dedupe_window: cannot be used with content_reten"),
        ({"dedupe_window": 60, "address_retention": "obfuscate"}, "dedupe_window: cannot be used with address_reten"),
        (
            {"dedupe_window": 60, "media_url": ["https://example.com/a.png"], "body": None},
            "dedupe_window: cannot be used with media_url without body.",
        ),
        ({"wait": True, **scheduled(ahead(hours=1))}, "wait: cannot be used with send_at"),
    ],
)
def test_wrong_ways_of_sending(options, text):
    (problem,) = problems(**options)
    assert problem.startswith(text)


WITH_SERVICE = "fallback_from: requires messaging_service_sid, for a Service with an RCS sender."
NOT_WITH_FROM = "fallback_from: cannot be used with from. The Service chooses the RCS sender."


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ({"from": None, "messaging_service_sid": SERVICE}, []),
        ({"messaging_service_sid": SERVICE}, [NOT_WITH_FROM]),
        ({}, [WITH_SERVICE, NOT_WITH_FROM]),
    ],
)
def test_a_fallback_is_for_a_service_that_chooses_the_sender(options, texts):
    assert problems(fallback_from="12345", **options) == texts


def test_what_a_search_for_duplicates_can_tell_apart():
    assert problems(dedupe_window=60, content_retention="retain", media_url=["https://example.com/a.png"]) == []
