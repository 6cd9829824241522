# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tiers whose people come from a real calendar: a file, a server that is down, a shift that changes during a page."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work.task import OnCallNow
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.options import make_rota
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.rota import on_call
from support.cast import OTHER, SILENT, TAKES
from support.faults import FaultyServer, answer
from support.pages import LONG, page, sent
from support.rota import always, calendar, event

PEOPLE = {"Ada Lovelace": SILENT, "Grace Hopper": TAKES}
SECRET = "hunter2-4711"
BOSS = {"name": "boss", "numbers": {"Margaret": TAKES}, "wait": LONG}


@pytest.fixture
def twilio(cast):
    return cast


def ask(sources, options, moment):
    """What the action plugin does."""
    return on_call(make_rota(sources, options), moment)


def rota(source, wait=LONG, **more):
    return {"name": "rota", "calendar": {"source": str(source), "people": PEOPLE, **more}, "wait": wait}


def paged(twilio, *tiers, **options):
    return page(twilio, list(tiers), ask_calendar=ask, **options)


def stamp(moment):
    return moment.strftime("%Y%m%dT%H%M%SZ")


def test_check_mode_knows_a_shift_that_changes_during_a_page(twilio, tmp_path):
    now = datetime.fromisoformat(twilio.set_clock(advance=0)["now"]).astimezone(timezone.utc)
    begin, change, end = now - timedelta(hours=1), now + timedelta(hours=1), now + timedelta(days=1)
    first, second = event("Ada Lovelace", stamp(begin), stamp(change)), event("Grace Hopper", stamp(change), stamp(end))
    (tmp_path / "rota.ics").write_bytes(calendar(first, second))
    tiers = [rota(tmp_path / "rota.ics", wait="40m"), {"name": "other", "numbers": {"Linus": OTHER}, "wait": "40m"}]
    foreseen = paged(twilio, *tiers, repeat=2, check_mode=True)["plan"]
    names = [[person["name"] for person in entry["recipients"]] for entry in foreseen]
    assert names == [["Ada Lovelace"], ["Linus"], ["Grace Hopper"], ["Linus"]]


def test_a_shift_that_changes_during_a_page(twilio):
    moments = []

    def changes(_sources, options, moment):
        moments.append(moment)
        is_over = moment - moments[0] > timedelta(seconds=18)
        name = "Grace Hopper" if is_over else "Ada Lovelace"
        return OnCallNow({name: options["people"][name]}, [])

    # The moments are by the simulator's clock, which runs ten times as fast.
    tiers = [rota("rota.ics", wait=12), {"name": "other", "numbers": {"Linus": OTHER}, "wait": 12}]
    result = page(twilio, tiers, ask_calendar=changes, repeat=2, tell_others=False)
    assert [entry["name"] for entry in result["pages"][:3]] == ["Ada Lovelace", "Linus", "Grace Hopper"]
    assert len(moments) == 2
    assert moments[1] - moments[0] >= timedelta(seconds=23)


def test_a_server_that_is_down_keeps_nobody_else_from_being_paged(twilio):
    with FaultyServer(answer(503, "")).running() as server:
        broken = rota(f"{server.url}/{SECRET}.ics", timeout=0.5)
        result = paged(twilio, broken, BOSS)
        check = paged(twilio, broken, BOSS, check_mode=True)
    assert (result["tier"], result["by"]["number"]) == ("boss", TAKES)
    assert any("The calendar of rota does not say who is on call: " in line for line in result.progress)
    # By day it is an error.
    assert check["failed"]
    assert check["problems"][0].startswith("tiers: the calendar of rota: ")
    assert SECRET not in str([result.result, result.progress, check.result])


def test_a_server_that_comes_back(twilio):
    with FaultyServer(answer(404), answer(200, always("Grace Hopper").decode())).running() as server:
        result = paged(twilio, rota(f"{server.url}/rota.ics"))
    assert result["by"]["name"] == "Grace Hopper"
    assert [entry["kind"] for entry in result["timeline"]][1:4] == ["calendar", "on call", "paged"]


def test_warnings_and_wrong_options_are_on_the_screen(twilio, tmp_path):
    (tmp_path / "rota.ics").write_bytes(
        calendar(
            event("Grace Hopper", "VALUE=DATE:20200101", "", "RRULE:FREQ=DAILY"),
            event("Somebody else", "VALUE=DATE:20200101", "", "RRULE:FREQ=DAILY"),
        )
    )
    result = paged(twilio, rota(tmp_path / "rota.ics"))
    assert result["by"]["name"] == "Grace Hopper"
    assert any("The calendar of rota: " in line and "Somebody else" in line for line in result.progress)
    wrong = paged(twilio, rota(tmp_path / "rota.ics", timezone="Nowhere", timeout=-1), BOSS, check_mode=True)
    assert "timezone: 'Nowhere'" in wrong["msg"]
    assert "timeout: must be more than 0" in wrong["msg"]


def test_no_calendar_is_read_on_a_target(twilio, tmp_path):
    (tmp_path / "rota.ics").write_bytes(always("Grace Hopper"))
    tiers = [rota(tmp_path / "rota.ics"), BOSS]
    check = page(twilio, tiers, run_on="target", check_mode=True)
    assert "calendar: can be read on the controller only. Remove run_on and async" in check["msg"]
    result = page(twilio, tiers, run_on="target")
    assert (result["tier"], result["by"]["number"]) == ("boss", TAKES)
    assert {to for to, _text in sent(twilio)} == {TAKES}
