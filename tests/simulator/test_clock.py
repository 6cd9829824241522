# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own clock, and what follows it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from support.simulator import Simulator

NOON = "2030-05-01T12:00:00Z"


@pytest.fixture(scope="module")
def _still(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(speed=0, pace=10)


@pytest.fixture
def still(_still: Simulator) -> Iterator[Simulator]:
    """The clock stands still at noon, and each step of a message takes 10 seconds."""
    _still.reset()
    _still.set_clock(now=NOON)
    yield _still
    _still.reset()


def status_of(simulator: Simulator, message: dict[str, Any]) -> Any:
    return simulator.call("GET", message["uri"]).json()["status"]


def test_real_time_by_default(slow: Simulator) -> None:
    clock = slow.call("GET", "/simulator/state").json()["clock"]
    assert clock["speed"] == 1
    assert abs(datetime.fromisoformat(clock["now"]) - datetime.now(UTC)) < timedelta(seconds=5)


def test_nothing_happens_while_it_stands_still(still: Simulator) -> None:
    message = still.created()
    assert message["date_created"] == "Wed, 01 May 2030 12:00:00 +0000"
    steps = ((9.9, "queued", None), (0.2, "sending", None), (10, "sent", "-0.00790"), (10, "delivered", "-0.00790"))
    for advance, status, price in steps:
        still.set_clock(advance=advance)
        found = still.call("GET", message["uri"]).json()
        assert (found["status"], found["price"], found["date_sent"] is None) == (status, price, price is None)


def test_a_leap_makes_each_step_at_its_own_time(still: Simulator) -> None:
    message = still.created()
    assert still.set_clock(advance=86400) == {"now": "2030-05-02T12:00:00.000Z", "speed": 0}
    (shown,) = still.call("GET", "/simulator/messages").json()["messages"]
    assert [(step["status"], step["at"][11:19]) for step in shown["history"]] == [
        ("queued", "12:00:00"),
        ("sending", "12:00:10"),
        ("sent", "12:00:20"),
        ("delivered", "12:00:30"),
    ]
    assert shown["date_sent"] == "Wed, 01 May 2030 12:00:20 +0000"
    assert status_of(still, message) == "delivered"


def test_speed(still: Simulator) -> None:
    message = still.created()
    still.set_clock(speed=3600)
    still.eventually(message["uri"], "delivered")


@pytest.mark.parametrize("path", ["/2010-04-01/Accounts/x.json", "/simulator/state", "/", "/nowhere"])
def test_every_answer_tells_its_time(still: Simulator, path: str) -> None:
    """Clients measure Twilio's clock by it, and refuse to schedule by one of their own that is wrong."""
    assert parsedate_to_datetime(still.call("GET", path).headers["Date"]) == datetime.fromisoformat(NOON)


def test_send_at_is_by_this_clock(still: Simulator) -> None:
    form = {"From": "", "MessagingServiceSid": f"MG{'a' * 32}", "ScheduleType": "fixed"}
    assert still.create(**form, SendAt="2030-05-01T12:04:00Z").json()["code"] == 35115
    message = still.created(**form, SendAt="2030-05-30T12:00:00Z")
    still.set_clock(now="2030-05-30T11:59:59Z")
    assert status_of(still, message) == "scheduled"
    still.set_clock(advance=3600)
    assert status_of(still, message) == "delivered"


@pytest.mark.parametrize("service", [{}, {"From": "", "MessagingServiceSid": f"MG{'a' * 32}"}], ids=["from", "service"])
def test_a_message_expires_in_the_queue(still: Simulator, service: dict[str, str]) -> None:
    message, patient = still.created(ValidityPeriod="8", **service), still.created(ValidityPeriod="60", **service)
    still.set_clock(advance=7)
    assert status_of(still, message) == message["status"]
    still.set_clock(advance=60)
    message = still.call("GET", message["uri"]).json()
    assert (message["status"], message["error_code"]) == ("failed", 30036)
    assert message["error_message"] == "Validity Period Expired"
    assert (message["date_sent"], message["date_updated"]) == (None, "Wed, 01 May 2030 12:00:08 +0000")
    assert status_of(still, patient) == "delivered"


def test_validity_of_a_scheduled_one_begins_when_it_is_due(still: Simulator) -> None:
    form = {"From": "", "MessagingServiceSid": f"MG{'a' * 32}", "ScheduleType": "fixed"}
    message = still.created(**form, SendAt="2030-05-01T13:00:00Z", ValidityPeriod="11")
    still.set_clock(advance=7200)
    assert status_of(still, message) == "delivered"


def test_it_goes_back_only_when_nothing_waits(still: Simulator) -> None:
    message = still.created()
    refused = still.call("PUT", "/simulator/clock", json={"now": "2030-05-01T11:00:00Z"})
    assert (refused.status_code, refused.json()["error"]) == (
        400,
        "the clock cannot go back while messages are under way",
    )
    still.set_clock(advance=60)
    assert status_of(still, message) == "delivered"
    assert still.set_clock(now="2030-05-01T11:00:00Z")["now"] == "2030-05-01T11:00:00.000Z"


def test_nobody_waits_for_a_time_before_it_went_back(still: Simulator) -> None:
    for hour in (12, 7):
        still.set_clock(now=f"2030-05-01T{hour:02}:00:00Z")
        call = still.placed()
        still.set_clock(advance=600)
        (shown,) = still.rung(status="completed") if hour == 12 else still.rung(status="completed")[:1]
        assert shown["sid"] == call["sid"]


def test_reset_goes_back_to_real_time(still: Simulator) -> None:
    still.created()
    still.set_clock(speed=60)
    still.reset()
    clock = still.call("GET", "/simulator/state").json()["clock"]
    assert clock["speed"] == 0
    assert abs(datetime.fromisoformat(clock["now"]) - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"sped": 2},
        {"speed": -1},
        {"speed": "2"},
        {"speed": True},
        {"speed": 1e99},
        {"now": "noon"},
        {"now": NOON, "advance": 1},
        {"advance": -1},
        [],
    ],
    ids=str,
)
def test_senseless_settings(still: Simulator, wanted: Any) -> None:
    response = still.call("PUT", "/simulator/clock", json=wanted)
    assert response.status_code == 400
    assert response.json().keys() == {"error"}
    assert still.call("GET", "/simulator/state").json()["clock"] == {"now": "2030-05-01T12:00:00.000Z", "speed": 0}


def test_what_is_cancelled_takes_no_room(role_package: None) -> None:
    """Such as messages that are scheduled for weeks ahead and canceled, over and over."""
    from twilio_simulator.world.clock import Clock, Timer

    async def live() -> int:
        clock = Clock()
        clock.call_later(3600, list)
        for _number in range(5000):
            clock.call_later(86400, list).cancel()
        return sum(isinstance(thing, Timer) for thing in gc.get_objects())

    assert asyncio.run(live()) < 2500


def test_the_last_of_all_years(still: Simulator) -> None:
    decades = 365 * 86400 * 10
    while (response := still.call("PUT", "/simulator/clock", json={"advance": decades})).status_code == 200:
        pass
    assert response.json() == {"error": "the clock cannot pass the year 9999"}
    assert still.call("GET", "/simulator/state").json()["clock"]["now"].startswith("999")
    still.set_clock(speed=86_400)
    assert still.created()["date_created"].endswith("+0000")
