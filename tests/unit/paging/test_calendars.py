# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tiers whose calendar says who is on call when their turn comes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.paging.night import ADA, GRACE, LINUS, MARGARET, Night, Outage, Says
from unit.paging.test_engine import again, told

from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.failure import failure
from ansible_collections.oncall.twilio.plugins.module_utils._paging.people import CALENDAR_OPTIONS
from ansible_collections.oncall.twilio.plugins.module_utils._paging.plan import read_plan
from ansible_collections.oncall.twilio.plugins.module_utils._paging.prediction import predicted
from ansible_collections.oncall.twilio.plugins.module_utils._paging.tiers import Person
from ansible_collections.oncall.twilio.plugins.module_utils._work.calendars import predict_on_call
from ansible_collections.oncall.twilio.plugins.module_utils._work.task import OnCallNow, Task
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.options import SPEC

SECRET = "hunter2-4711"
CALENDAR = {"source": f"https://rota.example/{SECRET}.ics", "people": {"Ada": ADA, "Grace": GRACE}}
ROTA = {"name": "rota", "calendar": CALENDAR, "wait": 200}
BOSS = {"name": "boss", "numbers": {"Margaret": MARGARET}, "wait": 200}
FAILS = "The server does not answer."


def night(people=(), tiers=(ROTA, BOSS), options=(), **more):
    return Night(dict(people), options={"tiers": list(tiers), **dict(options)}, **more)


def plan(calendar, **options):
    return read_plan(
        {"body": "x", "from": "+15557654321", "tiers": [{**ROTA, "calendar": calendar}, BOSS], **options}, "7F3"
    )


def test_a_calendar_has_all_that_the_lookup_has_but_the_moment():
    assert {*CALENDAR_OPTIONS, "at"} == {*SPEC}


@pytest.mark.parametrize("write", [dict, json.dumps])
def test_a_calendar_is_read(write):
    read = plan(write({**CALENDAR, "cache": "/tmp/x", "fallback": {"Linus": f"tel:{LINUS}"}, "timeout": None}))
    calendar = read.tiers[0].calendar
    assert read.problems == ()
    assert (calendar.sources, calendar.people) == (
        (CALENDAR["source"],),
        (Person(ADA, "Ada"), Person(GRACE, "Grace"), Person(LINUS, "Linus")),
    )
    assert calendar.options == {"people": CALENDAR["people"], "cache": "/tmp/x", "fallback": {"Linus": LINUS}}
    # They may have been paged by an earlier run.
    assert list(read.people) == [ADA, GRACE, LINUS, MARGARET]
    assert SECRET not in repr(read)


@pytest.mark.parametrize(
    ("calendar", "problem"),
    [
        (CALENDAR["source"], "must be a mapping with the keys source and people"),
        ({**CALENDAR, "source": None}, "source is required"),
        ({**CALENDAR, "people": {}}, "people is required"),
        ({**CALENDAR, "people": [ADA]}, "people is required"),
        ({**CALENDAR, "at": "2026-01-01"}, "unknown key 'at'"),
        ({**CALENDAR, "people": {"Ada": ADA, "Bo": "5551230002"}}, "people: Bo: the entry '5551230002' is left out"),
        ({**CALENDAR, "people": {"Ada": [ADA, GRACE]}}, f"people: Ada has several numbers; {ADA} is used"),
    ],
)
def test_what_is_wrong_with_a_calendar(calendar, problem):
    read = plan(calendar)
    assert problem in read.problems[0]
    assert read.problems[0].startswith("tiers: tier 1 (rota): calendar: ")
    assert not read.has_fatal_error
    assert not any(SECRET in text for text in read.problems)


def test_no_calendar_is_read_on_a_target():
    read = plan(CALENDAR, run_on="target")
    assert [tier.name for tier in read.tiers] == ["boss"]
    assert "can be read on the controller only" in read.problems[0]


def test_whoever_is_on_call_at_the_tiers_turn_is_paged():
    # The shift changes at 300.
    night_ = night(
        calendar=lambda now: {"Ada": ADA} if now < 300 else {"Grace": GRACE},
        options={"repeat": 2},
    ).run()
    assert [(to, turn) for _at, turn, to in night_.pages()] == [(ADA, 0), (MARGARET, 1), (GRACE, 2), (MARGARET, 3)]
    # Whose page counts from when it is known who it is.
    assert [at for at, turn, _to in night_.pages() if turn < 2] == pytest.approx([0.3, 200.5], abs=0.2)
    assert night_.noted("on call") == ["On call in rota: Ada", "On call in rota: Grace"]


def test_a_calendar_that_fails_keeps_nobody_else_from_being_paged():
    down = night({MARGARET: [Says("ack {code}")]}, calendar=lambda _now: FAILS).run()
    # Nobody has to be waited for.
    assert down.pages()[0][0] < 1
    assert told(down)["by"]["name"] == "Margaret"
    assert down.noted("calendar")[0] == (
        f"The calendar of rota does not say who is on call: {FAILS} The next try is in 1 s"
    )


def test_a_calendar_is_asked_again_until_it_tells():
    late = night({ADA: [Says("ack {code}")]}, calendar=lambda now: FAILS if now < 60 else {"Ada": ADA}).run()
    assert told(late)["by"]["name"] == "Ada"
    assert 60 < next(at for at, _turn, to in late.pages(ADA)) < 95


def test_a_calendar_alone_that_never_tells_has_the_whole_time():
    alone = night(tiers=[ROTA], calendar=lambda _now: FAILS).run()
    assert alone.sent() == []
    assert 200 <= alone.ended_at < 240
    assert f"The calendar of rota did not say who is on call: {FAILS}" in failure(alone.incident)


def test_numbers_and_calendar_in_one_tier():
    both = night(tiers=[{**ROTA, "numbers": {"Ada": ADA, "Linus": LINUS}}], calendar=lambda _now: {"Ada": ADA}).run()
    assert [to for _at, _turn, to in both.pages()] == [ADA, LINUS]


def test_whoever_has_said_no_is_not_paged_again_in_the_round():
    tiers = [{"name": "first", "numbers": {"Ada": ADA}, "wait": 200}, ROTA]
    refused = night({ADA: [Says("no {code}")]}, tiers=tiers, calendar=lambda _now: {"Ada": ADA, "Grace": GRACE}).run()
    assert [to for _at, _turn, to in refused.pages()] == [ADA, GRACE]


def test_killed_and_run_again():
    first = night(calendar=lambda _now: {"Ada": ADA}, kill_at=100).run()
    second = again(first, calendar=lambda _now: {"Grace": GRACE})
    # Whoever was on call at the tier's turn has the page.
    assert told(second)["resumed"]
    assert [to for _at, _turn, to in second.pages()] == [ADA, MARGARET]


def test_killed_in_a_later_incident_with_the_same_code_and_another_shift():
    options = {"code": "DB1"}
    first = night(calendar=lambda _now: {"Ada": ADA}, options=options, kill_at=250).run()
    after = first.plan.time + 10
    second = again(first, calendar=lambda _now: {"Grace": GRACE}, now=after, kill_at=after + 50)
    third = again(second, calendar=lambda _now: {"Grace": GRACE})
    assert told(third)["resumed"]
    assert [to for _at, _turn, to in third.pages()] == [ADA, MARGARET, GRACE, MARGARET]


def test_killed_before_the_calendar_told():
    tiers = [{**ROTA, "numbers": {"Linus": LINUS}}]
    first = night(tiers=tiers, calendar=lambda _now: FAILS, kill_at=50).run()
    second = again(first, calendar=lambda _now: {"Ada": ADA})
    assert told(second)["resumed"]
    assert [to for _at, _turn, to in second.pages()] == [LINUS, ADA]


def test_check_mode_asks_calendars_for_the_time_of_a_page_that_has_begun():
    tiers = [{**ROTA, "wait": 600}, {**ROTA, "name": "second", "wait": 600}]
    read = read_plan({"body": "x", "from": "+15557654321", "tiers": tiers}, "7F3")
    asked: list[datetime] = []

    def ask(_sources, _options, moment):
        asked.append(moment)
        return OnCallNow({"Ada": ADA}, [])

    now = datetime(2026, 11, 27, 3, 10, tzinfo=timezone.utc)
    task = Task(True, False, lambda _text: None, ask_calendar=ask)
    assert predict_on_call(read, task, now, 600) == {0: (Person(ADA, "Ada"),), 1: (Person(ADA, "Ada"),)}
    assert asked == [now, now]
    asked.clear()
    predict_on_call(read, task, now, 0)
    assert sorted(asked) == [now, now + timedelta(seconds=600)]


def test_check_mode_shows_who_will_be_on_call():
    read = plan(CALENDAR)
    outcome = predicted(read, plain.Incident(read, "7F3", 0.0), 0.0, {0: [Person(GRACE, "Grace")]})
    assert [[person["name"] for person in entry["recipients"]] for entry in outcome["plan"]] == [
        ["Grace"],
        ["Margaret"],
    ]


@given(
    fails=st.lists(st.tuples(st.floats(0, 400), st.floats(1, 300)), max_size=3),
    outages=st.lists(st.builds(Outage, st.floats(0, 300), st.floats(1, 200)), max_size=2),
    yes=st.booleans(),
)
def test_whoever_is_on_call_is_paged_while_there_is_time(fails, outages, yes):
    def calendar(now):
        return FAILS if any(start <= now < start + length for start, length in fails) else {"Ada": ADA}

    people = {ADA: [Says("ack {code}")]} if yes else {}
    random = night(people, tiers=[BOSS, ROTA], calendar=calendar, outages=outages).run()
    assert random.ended_at < 400 + 100
    stopped_at = next(now for now, stage in random.stages if stage != plain.PAGING)
    bad = [*fails, *((outage.start, outage.length) for outage in outages)]
    quiet = max([200.0, *(start + length for start, length in bad)])
    # Pauses between tries are half a minute at most, one for the calendar and one for the page.
    if quiet + 65 < 400:
        assert random.pages(ADA)
        assert len(random.pages(ADA)) == 1 or any(page["resent"] for page in told(random)["pages"])
    assert told(random)["acknowledged"] == (yes and bool(random.pages(ADA)) and random.incident.taken is not None)
    assert stopped_at <= 400 + 17
