# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until a text is delivered."""

from __future__ import annotations

import json
import time

from support.faults import SID, FaultyServer, FaultyTwilio, answer, refusal, silence
from support.send import TO, WELL, always, outcomes, send


def test_a_passing_fault_of_the_list_does_not_keep_a_message_from_being_waited_for():
    delivered = json.dumps({"sid": SID, "to": TO, "status": "delivered"})
    behaviours = [refusal(500, 20500), answer(201, delivered.replace("delivered", "queued")), answer(200, delivered)]
    with FaultyServer(*behaviours).running() as server:
        result = send(server.url, wait=True, retries=0)
    assert result["message"]["status"] == "delivered"
    assert [request.method for request in server.requests] == ["GET", "POST", "GET"]


def test_credentials_that_cannot_read_send_nothing_to_wait_for():
    with FaultyServer(refusal(403, 20008, "Resource not accessible with Test Account Credentials")).running() as server:
        result = send(server.url, wait=True)
    assert outcomes(result) == ["not_tried"]
    assert "Messages cannot be read, so the task cannot wait for them" in result["msg"]
    assert server.posts() == []


def test_a_duplicate_is_waited_for():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        result = send(server.url, dedupe_window=60, wait=True, wait_timeout=0.1)
    assert outcomes(result) == ["duplicate"]
    assert f"Not delivered after 0.1 seconds: {TO}" in result["warnings"][0]


def test_an_odd_answer_while_waiting_does_not_replace_the_message():
    with FaultyServer(
        answer(200, '{"messages": []}'), answer(201, '{"sid": "SM1"}'), answer(200, "{}")
    ).running() as server:
        result = send(server.url, wait=True, wait_timeout=1)
    assert result["message"]["sid"] == "SM1"
    assert not any("None" in request.line for request in server.requests)


def test_waiting_ends_in_time_even_if_nothing_is_answered():
    with FaultyServer(answer(200, '{"messages": []}'), answer(201, '{"sid": "SM1"}'), silence).running() as server:
        began = time.monotonic()
        send(server.url, wait=True, wait_timeout=1.5)
    assert time.monotonic() - began < 5


def test_waiting_with_credentials_that_are_taken_away():
    replies = [answer(200, '{"messages": []}'), answer(201, '{"sid": "SM1"}'), refusal(401, 20003, "Authenticate")]
    with FaultyServer(*replies).running() as server:
        began = time.monotonic()
        result = send(server.url, wait=True, wait_timeout=30)
    assert time.monotonic() - began < 10
    assert len(server.requests) == 3
    assert "cannot be read: Authenticate" in result["warnings"][0]
