# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to people who sleep through a page, over HTTP: what the simulator's phones were told, and what became of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from support.cast import BUSY, DEAD, OTHER, SILENT, SLEEPER, TAKES
from support.pages import killed, page, tier
from support.simulator import FROM, LIMIT

CODE = "7F3"
# Twilio places one call a second; the others wait.
MANY = [f"+1555123{number}" for number in range(4000, 4040)]


@pytest.fixture
def twilio(cast):
    return cast


@contextmanager
def paging(twilio, tiers, **options):
    """Page, and begin the block when the first call was to be placed; what it yields returns the result."""
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, tiers, code=CODE, **options)
        wait_for(lambda: requests_for_calls(twilio))
        yield running.result


def wait_for(happened):
    deadline = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def requests_for_calls(twilio, method="POST"):
    return [entry for entry in twilio.ledger() if entry["method"] == method and "/Calls" in entry["path"]]


def test_somebody_wakes_from_the_call_and_takes_it(twilio):
    paged = page(twilio, [tier(SLEEPER, BUSY)], code=CODE, ring=12)
    assert paged["by"]["number"] == SLEEPER
    calls = {entry["to"]: entry["calls"] for entry in paged["pages"]}
    assert [(call["to"], call["outcome"], call["status"]) for call in calls[SLEEPER]] == [
        (SLEEPER, "answered", calls[SLEEPER][0]["status"])
    ]
    assert [(call["outcome"], call["status"]) for call in calls[BUSY]] == [("unanswered", "busy")]
    assert {call["sid"] for rung in calls.values() for call in rung} == {call["sid"] for call in twilio.rung()}
    # They are called at the same time, in no order.
    assert sorted(paged.names("rung")) == sorted([SLEEPER, BUSY])
    form = next(dict(entry["form"]) for entry in requests_for_calls(twilio) if dict(entry["form"])["To"] == SLEEPER)
    assert form["From"] == FROM
    assert set(form) == {"To", "From", "Twiml"}
    assert "You are paged: Disk full. The code is 7, F, 3. To take it, text ACK 7, F, 3 to the number" in form["Twiml"]


def test_whoever_answers_in_time_is_not_called(twilio):
    paged = page(twilio, [tier(TAKES)], code=CODE, ring="5m")
    assert paged["by"]["number"] == TAKES
    assert requests_for_calls(twilio) == requests_for_calls(twilio, "GET") == []
    assert paged["pages"][0]["calls"] == []


def test_check_mode_calls_nobody(twilio):
    paged = page(twilio, [tier(SLEEPER), tier(BUSY, ring=0)], code=CODE, ring=60, check_mode=True)
    assert [entry["ring"] for entry in paged["plan"]] == [60, None]
    assert [entry["method"] for entry in twilio.ledger()] == ["GET", "GET"]


def test_whoever_was_paged_on_whatsapp_may_answer_the_call_by_sms(twilio):
    sender = {"from": f"whatsapp:{FROM}", "ring_from": FROM}
    with paging(twilio, [tier(f"whatsapp:{SILENT}")], ring=10, **sender) as result:
        twilio.inbound(f"ack {CODE}", SILENT, To=FROM)
        paged = result()
    assert paged["by"]["number"] == f"whatsapp:{SILENT}"
    assert [(reply["from"], reply["answer"]) for reply in paged["replies"]] == [(SILENT, "accepted")]


def test_check_mode_says_whether_an_open_page_would_call(twilio):
    options = {"code": CODE, "ring": "1h", "confirm": False, "tell_others": False}
    killed(twilio, [tier(SILENT)], **options)
    assert page(twilio, [tier(SILENT)], check_mode=True, **options)["changed"]
    twilio.placed(To=SILENT, From=FROM, Twiml="<Response/>")
    count = len(twilio.ledger())
    assert not page(twilio, [tier(SILENT)], check_mode=True, **options)["changed"]
    assert {entry["method"] for entry in twilio.ledger()[count:]} == {"GET"}


def test_calls_that_wait_are_canceled_when_somebody_has_it(twilio):
    twilio.set_clock(speed=5)
    with paging(twilio, [tier(OTHER, *MANY, wait=1200)], ring=10) as result:
        twilio.inbound(f"ACK {CODE}", OTHER, To=FROM)
        paged = result()
    statuses = [call["status"] for entry in paged["pages"] for call in entry["calls"]]
    assert "canceled" in statuses
    assert not {"queued", "ringing"} & {call["status"] for call in twilio.rung()}


def test_whoever_cannot_be_texted_is_called_at_once(twilio):
    # Without the second tier, the page might end with the call before the reply is read.
    with paging(twilio, [tier(DEAD), tier(SILENT)], ring="1h") as result:
        twilio.inbound(f"ack {CODE}", DEAD, To=FROM)
        paged = result()
    entry = paged["pages"][0]
    assert (entry["status"], len(entry["calls"])) == ("undelivered", 1)
    assert paged["by"]["number"] == DEAD


def test_a_call_whose_answer_is_lost_is_found_and_not_placed_again(twilio):
    twilio.fault("lost_response", operation="create_call", times=1)
    with paging(twilio, [tier(SILENT)], ring=12) as result:
        # The list is searched, and then the call itself is read.
        wait_for(lambda: len(requests_for_calls(twilio, "GET")) > 1)
        twilio.inbound(f"ack {CODE}", SILENT, To=FROM)
        paged = result()
    (call,) = paged["pages"][0]["calls"]
    assert [call["sid"]] == [rung["sid"] for rung in twilio.rung()]
    assert (call["attempts"], call["error"]) == (1, None)


def test_a_call_that_twilio_refuses_costs_nobody_the_page(twilio):
    twilio.fault("twilio_error", operation="create_call", code=21215)
    with paging(twilio, [tier(SILENT)], ring=10) as result:
        twilio.inbound(f"ack {CODE}", SILENT, To=FROM)
        paged = result()
    assert paged["acknowledged"]
    (call,) = paged["pages"][0]["calls"]
    assert (call["outcome"], call["error"]["code"], call["attempts"]) == ("rejected", 21215, 1)
    assert paged.names("not rung") == [SILENT]


def test_a_call_that_twilio_does_not_know_yet_is_canceled_all_the_same(twilio):
    twilio.fault("twilio_error", operation="update_call", code=20404, times=1)
    twilio.set_clock(speed=5)
    with paging(twilio, [tier(OTHER, *MANY, wait=1200)], ring=10) as result:
        twilio.inbound(f"ACK {CODE}", OTHER, To=FROM)
        result()
    updates = [entry for entry in requests_for_calls(twilio) if not entry["path"].endswith("/Calls.json")]
    assert updates[0]["status"] == 404
    assert not {"queued", "ringing"} & {call["status"] for call in twilio.rung()}
