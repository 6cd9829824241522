# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending against the simulator: what becomes of a message, and what was foreseen of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work import find
from support.simulator import FROM, SERVICE, TO
from support.work import work

BASE = {"to": [TO], "from": FROM, "body": "Hi"}
UNDELIVERABLE = "+15557779999"


def send(twilio, check_mode=False, diff=False, **options):
    return work("twilio_sms", twilio.connection, check_mode, diff, **{**BASE, **options})


def posts(twilio):
    return [request for request in twilio.ledger() if request["method"] == "POST"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"body": "\u201cHi\u201d \u2013 " * 20},
        {"body": "\u201cHi\u201d \u2013 " * 20, "smart_encoded": True},
        {"body": "{€}" * 60},
        {"messaging_service_sid": SERVICE},
        {"messaging_service_sid": SERVICE, "from": ""},
        {"media_url": ["https://x.example/a.png"], "body": ""},
        {"to": [f"whatsapp:{TO}"], "from": f"whatsapp:{FROM}"},
    ],
)
def test_the_prediction_comes_true(swift, options):
    predicted = send(swift, check_mode=True, diff=True, **options)
    assert posts(swift) == []
    sent = send(swift, diff=True, **options)
    assert (predicted["changed"], sent["changed"]) == (True, True)
    assert predicted["ansible_facts"]["twilio_message"] == predicted["message"]
    known = {name: value for name, value in predicted["message"].items() if value is not None}
    assert known.keys() >= {"account_sid", "body", "direction", "num_media", "num_segments", "status", "to"}
    assert known == {name: sent["message"][name] for name in known}
    for result in (predicted, sent):
        (diff,) = result["diff"]
        shown = {name: value for name, value in result["message"].items() if value is not None}
        assert (diff["before"], diff["after"]) == ({}, shown)
        assert diff["after_header"] == result["message"]["to"]


def test_facts_only_where_they_are_wanted(swift):
    assert send(swift)["ansible_facts"].keys() == {"twilio_message", "twilio_messages"}
    assert "ansible_facts" not in send(swift, register_facts=False)


def test_waiting_for_delivery(swift):
    result = send(swift, wait=True)
    assert not result["failed"]
    assert result["message"]["status"] == "delivered"
    assert result["message"]["price"] is not None


def test_waiting_for_what_never_arrives(swift):
    result = send(swift, to=[TO, UNDELIVERABLE], wait=True)
    assert result["failed"]
    assert [message["status"] for message in result["messages"]] == ["delivered", "undelivered"]
    assert [recipient["outcome"] for recipient in result["recipients"]] == ["sent", "sent"]
    assert f"{UNDELIVERABLE} failed: Twilio created the message SM" in result["msg"]
    assert "code 30005, https://www.twilio.com/docs/errors/30005" in result["msg"]


@pytest.mark.parametrize("fails", [False, True])
def test_waiting_no_longer_than_told(slow, fails):
    result = send(slow, wait=True, wait_timeout=0.1, wait_timeout_fails=fails)
    (said,) = [result["msg"]] if fails else result["warnings"]
    assert f"Not delivered after 0.1 seconds: {TO}" in said
    assert (result["failed"], result["message"]["status"]) == (fails, "queued")


def test_waiting_for_sent(slow):
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(send, slow, wait=True, wait_for="sent", wait_timeout=30)
        (message,) = slow.wait()
        while slow.call("GET", message["uri"]).json()["status"] != "sent":
            slow.set_clock(advance=600)
        result = waiting.result()
    # It is delivered in an hour only.
    assert (result["message"]["status"], result["warnings"]) == ("sent", [])


def test_credentials_that_cannot_read_cannot_wait(swift, defaults):
    test_account = {"account_sid": defaults["test_account_sid"], "auth_token": defaults["test_auth_token"]}
    result = send(swift, **test_account, wait=True, **{"from": "+15005550006"})
    assert "Messages cannot be read, so the task cannot wait for them" in result["msg"]
    assert result["error"]["code"] == 20008
    assert posts(swift) == []


@pytest.mark.parametrize("lag", [0, 60])
def test_a_lost_answer_is_rehearsed(twilio, monkeypatch, lag):
    """In another year, too: dates of messages are told from the simulator's clock, which its answers tell."""
    monkeypatch.setattr(find, "PROOF_DELAYS", (0.01, 0.01, 0.01))
    twilio.set_clock(now="2031-03-01T02:30:00Z")
    twilio.fault("lost_response", times=1)
    twilio.fault("list_lag", seconds=lag)
    result = send(twilio)
    (message,) = twilio.call("GET", "/simulator/messages").json()["messages"]
    assert message["date_created"].startswith("Sat, 01 Mar 2031 02:30:")
    (recipient,) = result["recipients"]
    assert result["changed"]
    if lag == 0:
        assert (result["failed"], recipient["outcome"], recipient["sid"]) == (False, "sent", message["sid"])
    else:
        assert (result["failed"], recipient["outcome"], recipient["sid"]) == (True, "unknown", None)
        assert "may have" in result["msg"]


@pytest.mark.parametrize("send_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_out_of_range(swift, send_at):
    result = send(swift, send_at=send_at, messaging_service_sid=SERVICE)
    assert result["problems"] == [f"send_at: '{send_at}' is not a valid date and time."]
