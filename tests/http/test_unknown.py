# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lost answers: what a server accepted all the same, what its list proves, and what is sent again."""

from __future__ import annotations

import json
import os
import random
import time
from contextlib import suppress
from email.utils import formatdate

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work import dispatcher, find
from support.client import TOKEN
from support.faults import FaultyServer, FaultyTwilio, answer, chunked, gzipped, hang_up, refusal, reset, silence
from support.send import WELL, always, in_turn, outcomes, recipients, send


@pytest.fixture(autouse=True)
def _quick_proof(monkeypatch):
    monkeypatch.setattr(find, "PROOF_DELAYS", (0.01, 0.01, 0.01))


# What happens to the create request, by whether the message was accepted all the same: the outcome, given that the
# list of messages shows what was accepted, and how many create requests there are.
FAULTS = {
    "none": (True, None, "sent", 1),
    "a chunked answer": (True, chunked(201, '{"sid": "SM1", "status": "queued"}'), "sent", 1),
    "a gzipped answer": (True, gzipped(201, '{"sid": "SM1", "status": "queued"}'), "sent", 1),
    "a refusal": (False, refusal(400, 21211), "rejected", 1),
    "a redirect": (False, answer(307, Location="https://example.com/"), "rejected", 1),
    "a reset before it was accepted": (False, reset, "unknown", 1),
    "a reset after it was accepted": (True, reset, "sent", 1),
    "a hang-up before it was accepted": (False, hang_up, "unknown", 1),
    "a hang-up after it was accepted": (True, hang_up, "sent", 1),
    "silence after it was accepted": (True, silence, "sent", 1),
    "a 500 before it was accepted": (False, answer(500, "<h1>Oops</h1>", "text/html"), "unknown", 1),
    "a 500 after it was accepted": (True, answer(500, "<h1>Oops</h1>", "text/html"), "sent", 1),
    "a 503 with Retry-After": (False, refusal(503, 20503, Retry_After="0"), "unknown", 1),
    "a captive portal": (False, answer(200, "<a>Log in</a>", "text/html"), "unknown", 1),
    "an answer cut short": (True, answer(201, '{"sid": "SM', Content_Length="300"), "sent", 1),
    "an unreadable answer": (True, answer(201, '{"sid": "SM'), "sent", 1),
    "a very long Retry-After": (False, refusal(429, 20429, Retry_After="3600"), "rejected", 1),
    "too many requests, again and again": (False, refusal(429, 20429, Retry_After="0"), "rejected", 3),
    "too many requests, says a gateway": (
        False,
        answer(429, "slow down", "text/plain", Retry_After="0"),
        "rejected",
        3,
    ),
}


@pytest.mark.parametrize(("accepts", "fault", "outcome", "posts"), FAULTS.values(), ids=FAULTS)
def test_faults(accepts, fault, outcome, posts):
    with FaultyTwilio(always(accepts, fault)).running() as server:
        # Only silence lasts until the time is up; a busy machine may be slow with everything else.
        result = send(server.url, timeout=2 if fault is silence else 60, retries=2)
    assert outcomes(result) == [outcome]
    assert len(server.posts()) == posts
    assert len(server.accepted) == (1 if accepts else 0)
    assert ("msg" in result) is (outcome != "sent")
    if outcome == "unknown":
        assert "may or may not have been sent" in result["msg"]
        assert "Check Twilio's message log" in result["msg"]
    assert TOKEN not in json.dumps(result)


def test_proof_that_comes_late():
    with FaultyTwilio(always(True, reset), lag=2).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["sent"]
    assert result["message"]["sid"] == server.accepted[0]["sid"]


def test_no_proof_is_no_disproof():
    with FaultyTwilio(always(True, reset), lag=100).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["unknown"]
    assert result["changed"]
    assert len(server.posts()) == 1


def test_a_search_for_proof_ends_though_the_server_hangs(monkeypatch):
    class Hanging(FaultyTwilio):
        def _listed(self, request):
            return silence

    monkeypatch.setattr(find, "_PROOF_TIME", 3)
    began = time.monotonic()
    with Hanging(always(True, reset)).running() as server:
        result = send(server.url, timeout=60)
    assert outcomes(result) == ["unknown"]
    assert time.monotonic() - began < 30


def test_an_older_message_alike_is_no_proof():
    with FaultyTwilio(in_turn(WELL, (False, reset))).running() as server:
        send(server.url)
        # Twilio's dates have whole seconds.
        time.sleep(2.1)
        assert outcomes(send(server.url)) == ["unknown"]


def test_proof_is_of_this_recipient():
    class Careless(FaultyTwilio):
        """Lists all messages, whichever were asked for."""

        def _listed(self, request):
            return answer(200, json.dumps({"messages": self.accepted}), Date=formatdate(usegmt=True))

    with Careless(in_turn(WELL, (False, reset))).running() as server:
        result = send(server.url, to=recipients(2), concurrency=1)
    assert outcomes(result) == ["sent", "unknown"]


# What a server, or something on the way, may answer in place of what is expected.
ODD_LISTS = ['{"messages": [null]}', '{"messages": [1]}', '{"messages": 5}', '{"messages": "abc"}', "[]", "5", "{}"]


@pytest.mark.parametrize("body", [*ODD_LISTS, '{"messages": [], "next_page_uri": 5}'])
def test_odd_lists_prove_nothing_and_crash_nothing(body):
    replies = [reset, *[answer(200, body)] * 3]
    with FaultyServer(*replies).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["unknown"]


def test_what_another_task_sends_later_is_no_proof():
    with FaultyTwilio(in_turn(WELL, (False, reset))).running() as server:
        send(server.url)
        server.accepted[0]["date_created"] = formatdate(time.time() + 60, usegmt=True)
        assert outcomes(send(server.url)) == ["unknown"]


def test_resend_unknown():
    with FaultyTwilio(in_turn((False, reset), WELL)).running() as server:
        result = send(server.url, resend_unknown=True)
    assert outcomes(result) == ["sent"]
    assert result["recipients"][0]["resent"]
    assert "sent twice" in result["warnings"][0]
    assert len(server.posts()) == 2


def test_resend_unknown_once_only():
    with FaultyTwilio(always(True, reset), lag=100).running() as server:
        result = send(server.url, resend_unknown=True)
    assert outcomes(result) == ["unknown"]
    assert (len(server.posts()), result["recipients"][0]["resent"]) == (2, True)


def test_resend_unknown_looks_for_proof_first():
    with FaultyTwilio(always(True, reset)).running() as server:
        result = send(server.url, resend_unknown=True)
    assert outcomes(result) == ["sent"]
    assert (len(server.posts()), result["recipients"][0]["resent"]) == (1, False)


@pytest.mark.parametrize("second", [refusal(400, 21610), refusal(429, 20429, Retry_After="3600"), refusal(401, 20003)])
def test_a_second_try_that_is_refused_leaves_the_first_unknown(second):
    with FaultyTwilio(in_turn((True, answer(500)), (False, second)), lag=100).running() as server:
        result = send(server.url, resend_unknown=True)
    assert len(server.accepted) == 1
    assert outcomes(result) == ["unknown"]
    assert (result["changed"], result["recipients"][0]["resent"]) == (True, False)


def test_a_reset_before_the_request_is_read():
    with FaultyServer(reset, reads=False).running() as server:
        (outcome,) = outcomes(send(server.url, retries=0))
    # How much of the request was written by then is for the operating system to say.
    assert outcome in ("unknown", "not_tried")
    assert server.connections >= 1


def test_an_answer_that_drips_slower_than_the_timeout():
    def drip(connection):
        for byte in b"HTTP/1.1 201 Created\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.5)

    with FaultyTwilio(always(True, drip)).running() as server:
        result = send(server.url, timeout=2)
    assert outcomes(result) == ["sent"]
    assert (len(server.posts()), len(server.accepted)) == (1, 1)


def test_an_interim_response_is_none_and_its_connection_is_not_used_again():
    def interim(connection):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        with suppress(OSError):
            later.append(connection.recv(1))

    later: list[bytes] = []
    with FaultyTwilio(in_turn((True, interim), WELL)).running() as server:
        result = send(server.url, to=recipients(2), concurrency=1)
    assert outcomes(result) == ["sent", "sent"]
    assert [message["sid"] for message in result["messages"]] == [message["sid"] for message in server.accepted]
    assert later in ([], [b""])


def test_what_nobody_thought_of_forgets_no_other_recipient(monkeypatch):
    def crash(_client, form, *_rest):
        raise ZeroDivisionError(f"{form['To']} by zero")

    monkeypatch.setattr(dispatcher, "find_proof", crash)
    with FaultyTwilio(in_turn(WELL, (True, reset), WELL)).running() as server:
        result = send(server.url, to=recipients(3), concurrency=1)
    assert outcomes(result) == ["sent", "unknown", "sent"]
    assert "ZeroDivisionError: +15550000001 by zero" in result["msg"]


@pytest.mark.parametrize("resend_unknown", [False, True])
def test_random_faults(resend_unknown):
    seed = int(os.environ.get("FAULTS_SEED", random.randrange(10**6)))
    print(f"FAULTS_SEED={seed}")
    dice = random.Random(seed)
    choices = [
        WELL,
        (False, refusal(429, 20429, Retry_After="0")),
        (False, refusal(400, 21211)),
        *((accepts, fault) for accepts in (False, True) for fault in (reset, hang_up, answer(500), answer(201, "{"))),
    ]

    def choose(_request):
        return dice.choice(choices) if dice.random() < 0.4 else WELL

    with FaultyTwilio(choose).running() as server:
        server.lag = 150
        result = send(server.url, to=recipients(1000), concurrency=32, resend_unknown=resend_unknown)
    accepted = dict.fromkeys(recipients(1000), 0)
    for message in server.accepted:
        accepted[str(message["to"])] += 1
    by_outcome = {
        outcome: {accepted[recipient["to"]] for recipient in result["recipients"] if recipient["outcome"] == outcome}
        for outcome in ("sent", "rejected", "not_tried", "unknown")
    }
    assert by_outcome["sent"] == ({1, 2} if resend_unknown else {1})
    assert by_outcome["rejected"] == {0}
    assert by_outcome["not_tried"] == set()
    assert by_outcome["unknown"] <= ({0, 1, 2} if resend_unknown else {0, 1})
