# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending as a whole, against servers with faults: what they accepted, and what the task says of it."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from email.utils import formatdate

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.spec import SMS
from ansible_collections.oncall.twilio.plugins.module_utils._work import find, sending, sms
from ansible_collections.oncall.twilio.plugins.module_utils._work.job import run_job
from ansible_collections.oncall.twilio.plugins.module_utils._work.task import Task
from support.faults import (
    SID,
    FaultyServer,
    FaultyTwilio,
    answer,
    chunked,
    gzipped,
    hang_up,
    refusal,
    reset,
    silence,
)

TO, FROM = "+15551234567", "+15557654321"
OTHER = "+15550001111"
ACCOUNT, TOKEN = "AC5e1d0b47a2c94f6e8b3a7d61f0c29e84", "9b1f6c3e07d84a25b6e0f47c81d2a93e"
WELL = (True, None)


@pytest.fixture(autouse=True)
def _quick_proof(monkeypatch):
    monkeypatch.setattr(find, "PROOF_DELAYS", (0.01, 0.01, 0.01))


def recipients(count):
    return [f"+1555{number:07}" for number in range(count)]


def params(url, **options):
    defaults = {name: option.get("default") for name, option in SMS.items()}
    required = {"to": [TO], "from": FROM, "body": "Hi", "account_sid": ACCOUNT, "auth_token": TOKEN, "api_url": url}
    return {**defaults, **required, **options}


def send(url, check_mode=False, warnings=None, progress=lambda _text: None, **options):
    """Send, and return the result whether it is a failure or not; a failure has a msg."""
    said = [] if warnings is None else warnings
    return run_job(sms.JOB, params(url, **options), Task(check_mode, True, said.append, progress))


def outcomes(result):
    return [recipient["outcome"] for recipient in result["recipients"]]


def always(accepts, fault):
    return lambda _request: (accepts, fault)


def in_turn(*choices):
    """Each create request gets the next choice, the last one for ever."""
    left = list(choices)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


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
        result = send(server.url, timeout=0.5, retries=2)
    assert outcomes(result) == [outcome]
    assert len(server.posts()) == posts
    assert len(server.accepted) == (1 if accepts else 0)
    assert ("msg" in result) is (outcome != "sent")
    if outcome == "unknown":
        assert "may or may not have been sent" in result["msg"]
        assert "Check Twilio's message log" in result["msg"]
    assert TOKEN not in json.dumps(result)


def test_a_very_long_retry_after_is_said():
    with FaultyTwilio(always(False, refusal(429, 20429, Retry_After="3600"))).running() as server:
        assert "asks to wait 3600 seconds. A task waits at most 60" in send(server.url)["msg"]


def test_too_many_requests_pass():
    with FaultyTwilio(in_turn((False, refusal(429, 20429, Retry_After="0")), WELL)).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["sent"]
    assert (len(server.posts()), len(server.accepted)) == (2, 1)


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


def test_an_older_message_alike_is_no_proof():
    with FaultyTwilio(in_turn(WELL, (False, reset))).running() as server:
        send(server.url)
        # Twilio's dates have whole seconds.
        time.sleep(2.1)
        assert outcomes(send(server.url)) == ["unknown"]


def test_resend_unknown():
    warnings: list[str] = []
    with FaultyTwilio(in_turn((False, reset), WELL)).running() as server:
        result = send(server.url, resend_unknown=True, warnings=warnings)
    assert outcomes(result) == ["sent"]
    assert result["recipients"][0]["resent"]
    assert "sent twice" in warnings[0]
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
        result = send(server.url, timeout=0.2)
    assert outcomes(result) == ["sent"]
    assert (len(server.posts()), len(server.accepted)) == (1, 1)


def test_nothing_connected_means_nothing_tried():
    result = send("http://127.0.0.1:1", to=recipients(3), retries=0, concurrency=1)
    assert outcomes(result) == ["not_tried"] * 3
    assert not result["changed"]
    assert result["msg"].startswith("3 of 3 messages failed.\n- +15550000000, +15550000001, +15550000002 was not sent")


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
    warnings: list[str] = []
    with FaultyTwilio(always(*WELL)).running() as server:
        result = send(server.url, to=[TO, OTHER, "+1 (555) 123-4567"], warnings=warnings)
    assert [recipient["to"] for recipient in result["recipients"]] == [TO, OTHER]
    assert len(server.accepted) == 2
    assert TO in warnings[0]


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

    def meet(connection):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
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


DEDUPE = {
    "the same": ({}, "duplicate"),
    "another recipient": ({"to": [OTHER]}, "sent"),
    "another sender": ({"from": "+15550000000"}, "sent"),
    "another text": ({"body": "Ho"}, "sent"),
    "other media": ({"media_url": ["https://example.com/a.png"]}, "sent"),
    "no window": ({"dedupe_window": 0}, "sent"),
}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("options", "outcome"), DEDUPE.values(), ids=DEDUPE)
def test_dedupe(options, outcome, check_mode):
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        result = send(server.url, check_mode, **{"dedupe_window": 60, **options})
        assert outcomes(result) == [outcome]
        assert result["changed"] is (outcome == "sent")
        assert len(server.posts()) == (2 if outcome == "sent" and not check_mode else 1)
        if outcome == "duplicate":
            assert result["message"]["sid"] == server.accepted[0]["sid"]
            assert "diff" not in result or result["diff"] == []


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_message_that_failed_is_no_duplicate(status):
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        send(server.url)
        server.accepted[1]["status"] = status
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]
        server.accepted[0]["status"] = status
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_a_message_before_the_window_is_no_duplicate():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        server.accepted[0]["date_created"] = formatdate(time.time() - 70, usegmt=True)
        assert outcomes(send(server.url, dedupe_window=80)) == ["duplicate"]
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_the_search_ends_after_many_messages_that_are_too_old():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        (alike,) = server.accepted
        old = {**alike, "date_created": formatdate(time.time() - 3600, usegmt=True)}
        server.accepted += [old] * 49
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]
        server.accepted.append(old)
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_a_passing_fault_of_the_list_does_not_keep_a_message_from_being_waited_for():
    delivered = json.dumps({"sid": SID, "to": TO, "status": "delivered"})
    behaviours = [refusal(500, 20500), answer(201, delivered.replace("delivered", "queued")), answer(200, delivered)]
    with FaultyServer(*behaviours).running() as server:
        result = send(server.url, wait=True, retries=0)
    assert result["message"]["status"] == "delivered"
    assert [request.method for request in server.requests] == ["GET", "POST", "GET"]


def test_an_unreadable_list_sends_nothing():
    with FaultyServer(refusal(500, 20500)).running() as server:
        result = send(server.url, dedupe_window=60, retries=0)
    assert outcomes(result) == ["not_tried"]
    assert server.posts() == []


def test_credentials_that_cannot_read_send_nothing_to_wait_for():
    with FaultyServer(refusal(403, 20008, "Resource not accessible with Test Account Credentials")).running() as server:
        result = send(server.url, wait=True)
    assert outcomes(result) == ["not_tried"]
    assert "Messages cannot be read, so the task cannot wait for them" in result["msg"]
    assert server.posts() == []


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
        accepted[message["to"]] += 1
    by_outcome = {
        outcome: {accepted[recipient["to"]] for recipient in result["recipients"] if recipient["outcome"] == outcome}
        for outcome in ("sent", "rejected", "not_tried", "unknown")
    }
    assert by_outcome["sent"] == ({1, 2} if resend_unknown else {1})
    assert by_outcome["rejected"] == {0}
    assert by_outcome["not_tried"] == set()
    assert by_outcome["unknown"] <= ({0, 1, 2} if resend_unknown else {0, 1})


@pytest.fixture(autouse=True)
def _kept_handlers():
    """Ansible's handler of a task's timeout, which raises, and those of other signals are the same afterwards."""

    def handler(_number, _frame):
        raise AssertionError

    before = signal.signal(signal.SIGALRM, handler)
    yield
    assert signal.signal(signal.SIGALRM, before) is handler


def test_a_tasks_timeout_tells_what_went_out():
    def choose(_request):
        if len(server.accepted) == 10:
            handlers.append([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)])
            os.kill(os.getpid(), signal.SIGALRM)
        time.sleep(0.01)
        return WELL

    handlers: list[object] = []
    untouched = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with FaultyTwilio(choose).running() as server:
        result = send(server.url, to=recipients(200), concurrency=4)
    assert 10 <= outcomes(result).count("sent") == len(server.accepted) < 200
    assert set(outcomes(result)) == {"sent", "not_tried"}
    assert "The task's timeout was reached before the request was made" in result["msg"]
    # Ansible does not wait for its workers after any other signal.
    assert handlers[0] == untouched


def test_progress(monkeypatch):
    monkeypatch.setattr(sending, "PROGRESS_INTERVAL", 0.01)
    lines: list[str] = []

    def choose(_request):
        time.sleep(0.15)
        return WELL

    with FaultyTwilio(choose).running() as server:
        send(server.url, to=recipients(2), concurrency=1, progress=lines.append)
    assert "1 of 2 recipients done" in lines


# What a server, or something on the way, may answer in place of what is expected.
ODD_LISTS = ['{"messages": [null]}', '{"messages": [1]}', '{"messages": 5}', '{"messages": "abc"}', "[]", "5", "{}"]


@pytest.mark.parametrize("body", [*ODD_LISTS, '{"messages": [], "next_page_uri": 5}'])
def test_odd_lists_prove_nothing_and_crash_nothing(body):
    replies = [reset, *[answer(200, body)] * 3]
    with FaultyServer(*replies).running() as server:
        result = send(server.url)
    assert outcomes(result) == ["unknown"]


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


def test_what_nobody_thought_of_forgets_no_other_recipient(monkeypatch):
    def crash(_client, form, *_rest):
        raise ZeroDivisionError(f"{form['To']} by zero")

    monkeypatch.setattr(find, "find_proof", crash)
    with FaultyTwilio(in_turn(WELL, (True, reset), WELL)).running() as server:
        result = send(server.url, to=recipients(3), concurrency=1)
    assert outcomes(result) == ["sent", "unknown", "sent"]
    assert "ZeroDivisionError: +15550000001 by zero" in result["msg"]


@pytest.mark.parametrize("second", [refusal(400, 21610), refusal(429, 20429, Retry_After="3600"), refusal(401, 20003)])
def test_a_second_try_that_is_refused_leaves_the_first_unknown(second):
    with FaultyTwilio(in_turn((True, answer(500)), (False, second)), lag=100).running() as server:
        result = send(server.url, resend_unknown=True)
    assert len(server.accepted) == 1
    assert outcomes(result) == ["unknown"]
    assert (result["changed"], result["recipients"][0]["resent"]) == (True, False)


def test_proof_is_of_this_recipient():
    class Careless(FaultyTwilio):
        """Lists all messages, whichever were asked for."""

        def _listed(self, request):
            return answer(200, json.dumps({"messages": self.accepted}), Date=formatdate(usegmt=True))

    with Careless(in_turn(WELL, (False, reset))).running() as server:
        result = send(server.url, to=recipients(2), concurrency=1)
    assert outcomes(result) == ["sent", "unknown"]


def test_three_recipients_without_a_connection_are_enough():
    with FaultyServer(answer(407)).running() as proxy:
        result = send(None, to=recipients(10), concurrency=1, retries=0, proxy=proxy.url)
    assert outcomes(result) == ["not_tried"] * 10
    assert proxy.connections == 3


def test_a_duplicate_behind_an_older_message():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        send(server.url, body="An old one")
        server.accepted[1]["date_created"] = formatdate(time.time() - 3 * 86400, usegmt=True)
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]


def test_a_scheduled_message_is_no_duplicate_of_one_now():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        server.accepted[0]["status"] = "scheduled"
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_a_duplicate_is_waited_for():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        warnings: list[str] = []
        result = send(server.url, dedupe_window=60, wait=True, wait_timeout=0.1, warnings=warnings)
    assert outcomes(result) == ["duplicate"]
    assert f"Not delivered after 0.1 seconds: {TO}" in warnings[0]


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
    warnings: list[str] = []
    replies = [answer(200, '{"messages": []}'), answer(201, '{"sid": "SM1"}'), refusal(401, 20003, "Authenticate")]
    with FaultyServer(*replies).running() as server:
        began = time.monotonic()
        send(server.url, wait=True, wait_timeout=30, warnings=warnings)
    assert time.monotonic() - began < 10
    assert len(server.requests) == 3
    assert "cannot be read: Authenticate" in warnings[0]


def test_a_tasks_timeout_starts_no_request_after_a_pause():
    slow_down = refusal(429, 20429, Retry_After="3")
    with FaultyTwilio(in_turn((False, slow_down), WELL)).running() as server:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGALRM)).start()
        began = time.monotonic()
        result = send(server.url, to=recipients(3), concurrency=1)
    assert time.monotonic() - began < 2.5
    assert len(server.posts()) == 1
    assert server.accepted == []
    assert "sent" not in outcomes(result)


def test_who_has_gone_needs_no_more_messages():
    def choose(_request):
        time.sleep(0.05)
        return WELL

    with FaultyTwilio(choose).running() as server:
        task = Task(False, False, lambda _text: None, is_abandoned=lambda: len(server.accepted) >= 5)
        assert run_job(sms.JOB, params(server.url, to=recipients(100), concurrency=1), task)["failed"]
    assert 5 <= len(server.accepted) < 20
