# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Incidents over HTTP that are resolved before, during and after a page, and that are quiet once they are taken."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.cast import DEAD, OTHER, SILENT, TAKES
from support.faults import FaultyServer, answer, refusal
from support.pages import LONG, killed, lack_a_thread, page, sent, tier

TIERS = [{"name": "first", "numbers": {"Ada": SILENT, "Grace": OTHER}, "wait": LONG}]
KEY = {"incident": "db1/disk"}


@pytest.fixture
def twilio(cast):
    return cast


def resolve(twilio, tiers=TIERS, **options):
    return page(twilio, tiers, state="resolved", **options)


def resolved(twilio):
    return sorted(message for message in sent(twilio) if message[1].startswith("Resolved "))


@pytest.mark.parametrize("key", [{}, KEY], ids=["message", "key"])
def test_before_after_and_twice(twilio, key):
    before = resolve(twilio, **key)
    assert (before["changed"], before["resolved"], before["code"]) == (False, False, None)
    assert sent(twilio) == []

    code = killed(twilio, TIERS, 2, **key)["code"]
    # With a key, the message may be another one.
    message = {"body": "Disk OK"} if key else {}
    text = f"Resolved {code}: {'Disk OK' if key else 'Disk full'}"
    foreseen = resolve(twilio, check_mode=True, **key, **message)
    assert (foreseen["changed"], foreseen["plan"]) == (True, [])
    told = [{"name": name, "number": to, "outcome": "planned", "text": text, "error": None} for name, to in people()]
    assert sorted(foreseen["told"], key=lambda person: person["name"]) == told
    assert resolved(twilio) == []

    after = resolve(twilio, **key, **message)
    assert (after["changed"], after["resolved"], after["outcome"], after["code"]) == (True, True, "resolved", code)
    assert {person["outcome"] for person in after["told"]} == {"sent"}
    assert resolved(twilio) == [(SILENT, text), (OTHER, text)]

    twice = resolve(twilio, **key, **message)
    assert (twice["changed"], twice["resolved"], twice["told"]) == (False, True, [])
    assert len(resolved(twilio)) == 2
    # It is over, so that it would be paged for anew.
    assert page(twilio, TIERS, check_mode=True, **key)["resumed"] is False


def people():
    return [("Ada", SILENT), ("Grace", OTHER)]


@pytest.mark.parametrize("key", [{}, KEY], ids=["message", "key"])
def test_during_a_page_that_runs_elsewhere(twilio, key):
    tiers = [*TIERS, {"name": "second", "numbers": [TAKES], "wait": LONG}]
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, tiers, **key)
        twilio.wait(2)
        assert resolve(twilio, tiers, **key)["changed"]
        paged = running.result()
    assert (paged["resolved"], paged["outcome"], paged["acknowledged"]) == (True, "resolved", False)
    assert not paged["failed"]
    # Nobody further is paged, and nobody is told twice.
    assert Counter(to for to, _text in resolved(twilio)) == {SILENT: 1, OTHER: 1}
    assert TAKES not in {to for to, _text in sent(twilio)}


def test_by_two_runs_at_once(twilio):
    code = killed(twilio, TIERS, 2)["code"]
    with ThreadPoolExecutor() as threads:
        runs = [threads.submit(resolve, twilio) for _run in range(2)]
        results = [run.result() for run in runs]
    # Each tells whom the list did not show as told when it looked: nobody is forgotten.
    assert {person["outcome"] for result in results for person in result["told"]} == {"sent"}
    assert set(resolved(twilio)) == {(number, f"Resolved {code}: Disk full") for number in (SILENT, OTHER)}
    assert max(Counter(resolved(twilio)).values()) <= 2
    assert resolve(twilio)["changed"] is False


def test_somebody_has_taken_it_and_a_phone_was_dead(twilio):
    paged = page(twilio, [tier(DEAD), {"name": "second", "numbers": {"Grace": TAKES}, "wait": LONG}])
    assert paged["acknowledged"]
    told = resolve(twilio, [tier(DEAD), {"name": "second", "numbers": {"Grace": TAKES}, "wait": LONG}])["told"]
    assert [(person["name"], person["outcome"]) for person in told] == [("Grace", "sent")]


def test_an_outage_delays_the_telling(twilio):
    killed(twilio, TIERS, 2)
    twilio.fault("server_error", operation="list", times=6)
    twilio.fault("rate_limited", operation="create", times=3)
    after = resolve(twilio, retries=0)
    assert {person["outcome"] for person in after["told"]} == {"sent"}
    assert len(resolved(twilio)) == 2
    assert any("Twilio's list cannot be read" in line for line in after.progress)


def test_a_machine_without_a_thread_to_spare_delays_the_telling(twilio, monkeypatch):
    killed(twilio, TIERS, 2)
    lack_a_thread(monkeypatch, 0)
    after = resolve(twilio)
    assert {person["outcome"] for person in after["told"]} == {"sent"}
    assert any(
        "Twilio's list cannot be read: This machine or container has no thread left" in line for line in after.progress
    )


@pytest.mark.parametrize("is_out", [True, False])
def test_a_lost_answer_fails_it_and_the_next_run_tells_whom_the_list_does_not_show(twilio, is_out):
    killed(twilio, TIERS, 2)
    kind = "server_error_after" if is_out else "server_error"
    twilio.fault(kind, operation="create", times=1, number=SILENT)
    after = resolve(twilio)
    assert after["failed"]
    assert f"is resolved, but not everybody was told. Run it again. Ada ({SILENT}): " in after["msg"]
    assert {person["name"]: person["outcome"] for person in after["told"]} == {"Ada": "unknown", "Grace": "sent"}
    again = resolve(twilio)
    assert [person["name"] for person in again["told"]] == ([] if is_out else ["Ada"])
    assert Counter(to for to, _text in resolved(twilio)) == {SILENT: 1, OTHER: 1}


class Unreadable(FaultyServer):
    """Lets nobody read."""

    def behaviour(self, request):
        return refusal(403, 20008, "Not with these credentials") if request.method == "GET" else answer(500, "{}")


def test_a_list_that_may_not_be_read(twilio):
    with Unreadable().running() as server:
        after = resolve(twilio, connection={**twilio.connection, "api_url": server.url})
        assert server.posts() == []
    assert after["failed"]
    assert after["msg"].startswith("Nobody was told that it is resolved, since Twilio's list cannot be read: Not with")
    assert (after["outcome"], after["resolved"], after["changed"]) == ("untold", False, False)


@pytest.mark.parametrize("key", [{}, KEY], ids=["message", "key"])
def test_quiet_after_somebody_has_taken_it(twilio, key):
    tiers = [{"name": "first", "numbers": {"Ada": SILENT, "Grace": TAKES}, "wait": LONG}]
    first = page(twilio, tiers, **key)
    before = sent(twilio)
    # As a monitoring fires each minute.
    for check_mode in (True, False):
        again = page(twilio, json.dumps(tiers), quiet="5h", check_mode=check_mode, **key)
        assert (again["outcome"], again["acknowledged"], again["changed"]) == ("quiet", True, False)
        assert (again["by"], again["code"]) == ({"name": "Grace", "number": TAKES}, first["code"])
        assert again["at"] >= first["at"]
        assert again["pages"] == []
    assert sent(twilio) == before
