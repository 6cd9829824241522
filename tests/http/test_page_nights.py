# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights over HTTP that depend on what somebody does while the page is open."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import formatdate

import pytest

from support.cast import DEAD, OTHER, SILENT, TAKES, TAKES_ALONE
from support.faults import SID, FaultyServer, answer
from support.pages import HINT, LONG, moment, page, sent, tier
from support.ports import free_port
from support.simulator import FROM

CODE = "7F3"
PAGE = f"Disk full\n{HINT.format(CODE)}"


@pytest.fixture
def twilio(cast):
    return cast


@contextmanager
def paging(twilio, tiers, texts=1, **options):
    """Page, and begin the block when that many texts are out; what it yields returns the result."""
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, tiers, code=CODE, **options)
        twilio.wait(texts)
        yield running.result


@pytest.mark.parametrize("text", ["ack", "Ack.", "ok, ACK7F3 on my way", f"ack 7f3\n{PAGE}", "yes, Ack 7f3! 👍"])
def test_a_reply_that_takes_it(twilio, text):
    with paging(twilio, [tier(SILENT)]) as result:
        twilio.inbound(text, SILENT, To=FROM)
        assert result()["by"]["number"] == SILENT


@pytest.mark.parametrize("text", ["no", "No.", "can't. NO 7F3"])
def test_a_reply_that_passes(twilio, text):
    with paging(twilio, [tier(SILENT)]) as result:
        twilio.inbound(text, SILENT, To=FROM)
        paged = result()
    assert (paged["outcome"], paged["pages"][0]["answer"]) == ("untaken", "declined")


def test_replies_that_say_neither_are_answered_once(twilio):
    neither = [
        *("NO ACK 7F3", "can't ack 7f3", "did anyone ack 7f3?", "7f3", "yes 7f3", "acked 7f3", "what is this"),
        *(f"Liked “{PAGE}”", "ACK 9XZ"),
    ]
    with paging(twilio, [tier(SILENT)]) as result:
        for text in neither:
            twilio.inbound(text, SILENT, To=FROM)
        # The page, and the answer.
        twilio.wait(2, to=SILENT)
        twilio.inbound("ack 7f3", SILENT, To=FROM)
        paged = result()
    assert [reply["answer"] for reply in paged["replies"]] == [None] * len(neither) + ["accepted"]
    answer = f"Your reply was not understood. {HINT.format(CODE)}"
    assert [text for _to, text in sent(twilio)] == [PAGE, answer, "You have taken 7F3: Disk full"]


def test_the_second_to_take_it_is_told_who_has_it(twilio):
    people = {"Ada": TAKES, "Grace": TAKES_ALONE}
    tiers = [{"name": "first", "numbers": people, "wait": LONG}]
    twilio.set_clock(speed=0)
    with paging(twilio, tiers, texts=2, tell_others=False) as result:
        # Both answer during a leap of the clock, so that one look finds both.
        twilio.set_clock(advance=10, speed=10)
        paged = result()
    other = next(number for number in people.values() if number != paged["by"]["number"])
    assert (other, f"Taken by {paged['by']['name']}: 7F3: Disk full") in sent(twilio)


def test_the_last_phone_is_dead_and_the_first_one_still_answers(twilio):
    with paging(twilio, [tier(SILENT, wait=12), tier(DEAD)], texts=2) as result:
        twilio.wait(1, to=DEAD, status="undelivered")
        twilio.inbound("ack", SILENT, To=FROM)
        assert result()["by"]["number"] == SILENT


def test_dead_phones_and_three_rounds(twilio):
    paged = page(twilio, [tier(DEAD, wait=12)], repeat=3)
    dates = [moment(entry["date"]) for entry in paged["pages"]]
    assert [entry["round"] for entry in paged["pages"]] == [1, 2, 3]
    # Each round has had its time, by the server's clock and in whole seconds.
    assert all(later - earlier >= 11 for earlier, later in zip(dates, dates[1:]))


FORMS = [
    {"numbers": {"Ada": SILENT}, "wait": "5m"},
    [{"numbers": [{"name": "Ada", "number": SILENT}], "wait": 300}],
    json.dumps([{"numbers": {"Ada": SILENT}, "wait": "300"}]),
    {"Ada": f"{SILENT[:2]} (555) 123-0201"},
    {"Ada": f"tel:{SILENT}"},
    [{"numbers": {"Ada": f"tel:{SILENT[:2]}-555-123-0201"}}],
]


@pytest.mark.parametrize("tiers", FORMS, ids=str)
def test_tiers_as_people_write_them(twilio, tiers):
    paged = page(twilio, tiers, check_mode=True)
    assert [(entry["tier"], entry["wait"]) for entry in paged["plan"]] == [("tier 1", 300)]
    assert paged["plan"][0]["recipients"] == [{"name": "Ada", "to": SILENT, "outcome": "planned"}]
    with paging(twilio, tiers) as result:
        twilio.inbound("ack", SILENT, To=FROM)
        assert result()["by"] == {"name": "Ada", "number": SILENT}


AMBIGUOUS = ["0015551230201", "15551230201", "+44 (0)20 7946 0000", "555-1230", "+1 555 123 0201 ext. 5"]


def test_numbers_that_could_mean_two_things_are_refused_by_day_and_left_out_at_night(twilio):
    tiers = [tier(*AMBIGUOUS, SILENT)]
    problems = page(twilio, tiers, check_mode=True)["problems"]
    assert len(problems) == len(AMBIGUOUS)
    with paging(twilio, tiers) as result:
        twilio.inbound("ack", SILENT, To=FROM)
        paged = result()
    assert paged["left_out"] == paged.warnings == problems
    assert {to for to, _text in sent(twilio)} == {SILENT}


class Accepting(FaultyServer):
    """Accepts messages; whoever is asked for has replied."""

    def behaviour(self, request):
        message = {"sid": SID, "to": SILENT, "from": FROM, "body": "", "status": "sent", "direction": "outbound-api"}
        date = {"date_created": formatdate(usegmt=True)}
        if request.method == "POST":
            return answer(201, json.dumps({**message, **date}))
        reply = {**message, "sid": f"{SID[:-1]}0", "body": "ack 7f3", "direction": "inbound", "to": FROM}
        listed = {"messages": [{**reply, **date, "from": SILENT}] if "From=" in request.line else [{**message, **date}]}
        return answer(200, json.dumps({**message, **date, **listed, "next_page_uri": None}))


def test_a_server_that_cannot_be_reached_at_first(twilio):
    has_failed = threading.Event()

    def follow(line):
        if "is not paged yet" in line:
            has_failed.set()

    port = free_port()
    connection = {**twilio.connection, "api_url": f"http://127.0.0.1:{port}"}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(
            page, twilio, [tier(SILENT)], connection=connection, code=CODE, dedupe_window=0, progress=follow
        )
        assert has_failed.wait(30)
        with Accepting(port=port).running():
            paged = running.result()
    assert paged["acknowledged"]
    assert paged["pages"][0]["attempts"] >= 2


def test_wrong_credentials_are_told_at_once_and_may_be_mended(twilio):
    twilio.fault("twilio_error", operation="create", code=20003, times=2)
    paged = page(twilio, [tier(TAKES)])
    assert paged["acknowledged"]
    assert "code 20003" in next(line for line in paged.progress if "is not paged yet" in line)


def test_a_person_who_was_not_paged_is_never_answered(twilio):
    with paging(twilio, [tier(SILENT), tier(OTHER)]) as result:
        twilio.inbound("what is this", OTHER, To=FROM)
        twilio.inbound("ack", SILENT, To=FROM)
        result()
    assert {to for to, _text in sent(twilio)} == {SILENT}
