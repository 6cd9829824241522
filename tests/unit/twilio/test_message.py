# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options to form, Twilio's answer to results, and predictions."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.form import form_name
from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_form import (
    choose,
    predict,
    to_form,
    to_forms,
)
from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_spec import SMS
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS, normalise

ACCOUNT = "AC5e1d0b47a2c94f6e8b3a7d61f0c29e84"
SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
TO, FROM = "+15551234567", "+15557654321"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


def params(**options):
    """All options of a send; those that are not named are not set."""
    return {**dict.fromkeys(SMS), **options}


@pytest.mark.parametrize(
    ("option", "name"),
    [("to", "To"), ("media_url", "MediaUrl"), ("send_as_mms", "SendAsMms"), ("shorten_urls", "ShortenUrls")],
)
def test_form_name(option, name):
    assert form_name(option) == name


def test_everything_set_is_chosen():
    options = {"from": FROM, "messaging_service_sid": SERVICE, "body": "x", "smart_encoded": False}
    assert choose(params(**options)) == {
        "from": FROM,
        "messaging_service_sid": SERVICE,
        "body": "x",
        "smart_encoded": False,
    }


@pytest.mark.parametrize("empty", ["", None, []])
def test_what_is_empty_is_not_set(empty):
    assert choose(params(media_url=empty, body="x")) == {"body": "x"}


@pytest.mark.parametrize(("source", "left"), [("from", {"from"}), ("messaging_service_sid", {"messaging_service_sid"})])
def test_source_excludes_the_other_sender(source, left):
    assert set(choose(params(source=source, messaging_service_sid=SERVICE, **{"from": FROM}))) == left


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("body", {"body"}),
        ("media_url", {"media_url"}),
        ("content_sid", {"content_sid", "content_variables"}),
        (None, {"body", "media_url", "content_sid", "content_variables"}),
    ],
)
def test_content_excludes_the_others(content, left):
    options = {"body": "x", "media_url": ["u"], "content_sid": "HX", "content_variables": '{"1": "x"}'}
    assert set(choose(params(content=content, **options))) == left


def test_variables_of_a_template_are_texts():
    form = to_form(TO, {"content_variables": '{"1": 5, "2": 1.5, "3": "5", "4": 0}'}, {}, NOW)
    assert form["ContentVariables"] == '{"1": "5", "2": "1.5", "3": "5", "4": "0"}'


def test_senders_are_read_like_recipients():
    assert choose(params(**{"from": "+1 (555) 765-4321", "fallback_from": "tel:+15550001111"})) == {
        "from": FROM,
        "fallback_from": "+15550001111",
    }


def test_a_time_ahead_counts_from_now():
    assert to_form(TO, {"send_at": "+2h"}, {}, NOW)["SendAt"] == "2026-11-23T14:00:00Z"


def test_form():
    options = {
        "from": FROM,
        "body": "x",
        "media_url": ["https://a", "https://b"],
        "max_price": 0.05,
        "attempt": 2,
        "smart_encoded": False,
        "shorten_urls": True,
        "send_at": "2026-12-01T10:00:00+01:00",
    }
    assert to_form(TO, options, {"Tags": '{"a":"b"}'}, NOW) == {
        "To": TO,
        "From": FROM,
        "Body": "x",
        "MediaUrl": ["https://a", "https://b"],
        "MaxPrice": "0.05",
        "Attempt": "2",
        "SmartEncoded": "false",
        "ShortenUrls": "true",
        "SendAt": "2026-12-01T09:00:00Z",
        "ScheduleType": "fixed",
        "Tags": '{"a":"b"}',
    }


def test_a_form_for_each_recipient():
    options = params(to=[TO, FROM], body="x", extra_parameters={"Tags": "{}"})
    assert to_forms(options, NOW) == [{"To": to, "Body": "x", "Tags": "{}"} for to in (TO, FROM)]


def test_normalise():
    message = normalise(
        {
            "sid": "SM1",
            "date_created": "Mon, 23 Nov 2026 09:46:00 +0000",
            "date_sent": None,
            "date_updated": "not a date",
            "error_code": "30003",
            "num_segments": "2",
            "news": "from Twilio",
        }
    )
    assert tuple(message) == KEYS
    assert message["date_created"] == "2026-11-23T09:46:00+00:00"
    assert message["date_sent"] is None
    assert message["date_updated"] == "not a date"
    assert message["error_code"] == 30003
    assert message["num_segments"] == "2"
    assert message["to"] is None


@pytest.mark.parametrize(
    ("zone", "offset"),
    # RFC 2822 writes -0000 where the zone is not known.
    [("+0000", "+00:00"), ("GMT", "+00:00"), ("-0000", "+00:00"), ("+0100", "+01:00")],
)
def test_dates_keep_their_offset(zone, offset):
    message = normalise({"date_sent": f"Mon, 23 Nov 2026 09:46:00 {zone}"})
    assert message["date_sent"] == f"2026-11-23T09:46:00{offset}"


@pytest.mark.parametrize(("code", "expected"), [(None, None), (30003, 30003), ("", None), ("oops", None)])
def test_error_codes_are_integers_or_null(code, expected):
    assert normalise({"error_code": code})["error_code"] == expected


def predicted(**form):
    return predict(ACCOUNT, {"To": TO, "Body": "Hi", **form})


def test_predicts_a_message_from_a_number():
    assert {key: value for key, value in predicted(From=FROM).items() if value is not None} == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "Hi",
        "direction": "outbound-api",
        "from": FROM,
        "num_media": "0",
        "num_segments": "1",
        "status": "queued",
        "to": TO,
    }


def test_predicts_a_message_of_a_service():
    message = predicted(MessagingServiceSid=SERVICE)
    assert (message["from"], message["messaging_service_sid"]) == (None, SERVICE)
    assert (message["status"], message["num_segments"]) == ("accepted", "0")
    assert predicted(MessagingServiceSid=SERVICE, SendAt="2026-12-01T09:00:00Z")["status"] == "scheduled"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"Body": "a" * 161}, "2"),
        ({"Body": "\u2018" * 71}, "2"),
        ({"Body": "\u2018" * 71, "SmartEncoded": "true"}, "1"),
        ({"Body": "\u2018" * 71, "SmartEncoded": "false"}, "2"),
        ({"Body": "a" * 161, "MediaUrl": ["https://a"]}, "1"),
        ({"Body": "a" * 161, "SendAsMms": "true"}, "1"),
        ({"Body": "a" * 161, "To": "whatsapp:" + TO}, "1"),
        ({"ContentSid": "HX"}, None),
    ],
)
def test_predicts_segments(form, expected):
    assert predicted(From=FROM, **form)["num_segments"] == expected


def test_predicts_media_and_templates():
    assert predict(ACCOUNT, {"To": TO, "MediaUrl": ["a", "b"]})["num_media"] == "2"
    assert predict(ACCOUNT, {"To": TO, "MediaUrl": ["a", "b"]})["body"] == ""
    assert predicted(ContentSid="HX")["body"] is None
