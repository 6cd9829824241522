# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending to many: who gets a text, in which order, and what one recipient's failure means to the others."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from contextlib import suppress

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work import sending
from support.faults import FaultyServer, FaultyTwilio, answer, refusal
from support.send import OTHER, TO, WELL, always, in_turn, outcomes, recipients, send


def test_a_very_long_retry_after_is_said():
    with FaultyTwilio(always(False, refusal(429, 20429, Retry_After="3600"))).running() as server:
        assert "asks to wait 3600 seconds. A task waits at most 60" in send(server.url)["msg"]


def test_too_many_requests_pass():
    with FaultyTwilio(in_turn((False, refusal(429, 20429, Retry_After="0")), WELL)).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["sent"]
    assert (len(server.posts()), len(server.accepted)) == (2, 1)


def test_nothing_connected_means_nothing_tried():
    result = send("http://127.0.0.1:1", to=recipients(3), retries=0, concurrency=1)
    assert outcomes(result) == ["not_tried"] * 3
    assert not result["changed"]
    assert result["msg"].startswith("3 of 3 messages failed.\n- +15550000000, +15550000001, +15550000002 were not sent")


def test_one_reason_is_said_once_though_each_response_has_an_id():
    def choose(_request):
        return False, refusal(400, 21408, Twilio_Request_Id=f"RQ{next(numbers):032x}")

    numbers = itertools.count()
    with FaultyTwilio(choose).running() as server:
        result = send(server.url, to=recipients(12))
    assert len({recipient["error"]["request_id"] for recipient in result["recipients"]}) == 12
    assert result["msg"].count("code 21408") == 1
    assert f"{', '.join(recipients(10))} and 2 more were rejected: No (HTTP 400" in result["msg"]


@pytest.mark.parametrize("code", [20003, 20404, 21606, 21659, 21660, 21703])
def test_a_fatal_error_stops_all(code):
    with FaultyServer(refusal(400, code)).running() as server:
        result = send(server.url, to=recipients(5), concurrency=1)
    assert outcomes(result) == ["rejected"] + ["not_tried"] * 4
    assert len(server.requests) == 1


def test_one_refusal_does_not_stop_the_others():
    def choose(request):
        return (False, refusal(400, 21610)) if dict(request.form)["To"] == recipients(5)[2] else WELL

    with FaultyTwilio(choose).running() as server:
        result = send(server.url, to=recipients(5))
    assert outcomes(result) == ["sent", "sent", "rejected", "sent", "sent"]
    assert [message and message["to"] for message in result["messages"]] == [
        None if number == 2 else to for number, to in enumerate(recipients(5))
    ]
    assert len(server.accepted) == 4
    assert result["changed"]
    assert result["error"]["code"] == 21610
    assert result["msg"].startswith("1 of 5 messages failed.\n- +15550000002 was rejected: No (HTTP 400, code 21610")


def test_a_message_born_dead_fails_the_task():
    body = json.dumps({"sid": "SM1", "status": "failed", "error_code": 30005, "error_message": None, "to": TO})
    with FaultyServer(answer(201, body)).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["sent"]
    assert result["message"]["sid"] == "SM1"
    assert "created the message SM1, but it is failed" in result["msg"]
    assert "code 30005, https://www.twilio.com/docs/errors/30005). The number is unknown" in result["msg"]


def test_repeated_recipients_get_one_message():
    with FaultyTwilio(always(*WELL)).running() as server:
        result = send(server.url, to=[TO, OTHER, "+1 (555) 123-4567"])
    assert [recipient["to"] for recipient in result["recipients"]] == [TO, OTHER]
    assert len(server.accepted) == 2
    assert TO in result["warnings"][0]


def test_results_are_in_the_order_of_to():
    def choose(_request):
        time.sleep(random.random() / 100)
        return WELL

    with FaultyTwilio(choose).running() as server:
        result = send(server.url, to=recipients(50), concurrency=16)
    assert [message["to"] for message in result["messages"]] == recipients(50)
    assert result["message"]["to"] == recipients(50)[-1]


def test_concurrency_is_the_number_in_flight():
    lock, now, most = threading.Lock(), 0, 0
    five = threading.Barrier(5)

    def meet(connection):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        with suppress(threading.BrokenBarrierError):
            five.wait(10)
        # A sixth would come meanwhile.
        time.sleep(0.02)
        with lock:
            now -= 1
        answer(201, '{"sid": "SM1"}')(connection)

    with FaultyServer(meet).running() as server:
        send(server.url, to=recipients(40), concurrency=5)
    assert most == 5


def test_wrong_options_make_no_request():
    with FaultyServer(answer(201)).running() as server:
        result = send(server.url, to=["1"], attempt=0, account_sid="x")
    assert server.connections == 0
    assert [problem.split(":")[0] for problem in result["problems"]] == ["account_sid", "to", "attempt"]
    assert (result["failed"], result["changed"]) == (True, False)


def test_check_mode_makes_no_request():
    with FaultyServer(answer(201)).running() as server:
        result = send(server.url, check_mode=True, wait=True, resend_unknown=True)
    assert server.connections == 0
    assert outcomes(result) == ["sent"]
    assert result["changed"]


def test_progress(monkeypatch):
    monkeypatch.setattr(sending, "PROGRESS_INTERVAL", 0.01)
    lines: list[str] = []

    def choose(_request):
        time.sleep(0.15)
        return WELL

    with FaultyTwilio(choose).running() as server:
        send(server.url, to=recipients(2), concurrency=1, progress=lines.append)
    assert "1 of 2 recipients done" in lines


ODD_ANSWERS = {
    "a code in a superscript": answer(400, '{"code": "\u00b2", "message": "No"}'),
    "a code as long as a book": answer(400, json.dumps({"code": "9" * 5000, "message": "No"})),
    "a Retry-After out of range": answer(
        429, '{"code": 14107}', Retry_After="Mon, 23 Nov 2026 12:00:30 +99999999999999999"
    ),
    "a Date out of range": answer(400, "{}", Date="Mon, 23 Nov 2026 12:00:30 +99999999999999999"),
    "very deep JSON": answer(400, "[" * 200_000),
    "a very long page": answer(400, "<script>" * 50_000, "text/html"),
}


@pytest.mark.parametrize("behaviour", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_odd_refusals(behaviour):
    with FaultyServer(behaviour).running() as server:
        began = time.monotonic()
        assert outcomes(send(server.url)) == ["rejected"]
        assert time.monotonic() - began < 5


def test_a_redirect_to_nonsense():
    with FaultyServer(answer(302, Location="http://[")).running() as server:
        (outcome,) = outcomes(send(server.url, retries=0))
    assert outcome in ("rejected", "unknown")


def test_an_odd_error_code_of_a_message():
    body = json.dumps({"sid": "SM1", "status": "failed", "error_code": "\u00b2", "date_created": ["x"]})
    with FaultyServer(answer(201, body)).running() as server:
        result = send(server.url)
    assert (result["message"]["sid"], result["message"]["error_code"]) == ("SM1", None)


def test_half_a_character_does_not_lose_the_rest():
    with FaultyTwilio(always(*WELL)).running() as server:
        assert outcomes(send(server.url, body="Disk full \ud83d")) == ["sent"]
    assert dict(server.posts()[0].form)["Body"] == "Disk full ?"


def test_three_recipients_without_a_connection_are_enough():
    with FaultyServer(answer(407)).running() as proxy:
        result = send(None, to=recipients(10), concurrency=1, retries=0, proxy=proxy.url)
    assert outcomes(result) == ["not_tried"] * 10
    assert proxy.connections == 3
