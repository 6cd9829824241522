# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast messages leave, when each sender may send so many segments a second only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.simulator import FROM, SERVICE, Simulator


@pytest.fixture(scope="module")
def _limited(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(pace=0, speed=0, rate=0.5, queue=7, numbers=[FROM, "12345"])


@pytest.fixture
def limited(_limited: Simulator) -> Simulator:
    """Each sender sends one segment every two seconds, and its queue takes seven seconds' worth."""
    _limited.reset()
    return _limited


def statuses(simulator: Simulator) -> list[Any]:
    """Of all messages, oldest first."""
    return [message["status"] for message in simulator.call("GET", "/simulator/messages").json()["messages"]][::-1]


def test_one_after_the_other(limited: Simulator) -> None:
    for _number in range(3):
        limited.created()
    limited.set_clock(advance=0)
    assert statuses(limited) == ["delivered", "queued", "queued"]
    limited.set_clock(advance=2)
    assert statuses(limited) == ["delivered", "delivered", "queued"]
    limited.set_clock(advance=2)
    assert statuses(limited) == ["delivered"] * 3


def test_each_segment_counts(limited: Simulator) -> None:
    limited.created(Body="x" * 400)
    limited.created()
    limited.set_clock(advance=5.9)
    assert statuses(limited) == ["delivered", "queued"]
    limited.set_clock(advance=0.1)
    assert statuses(limited) == ["delivered", "delivered"]


def test_each_sender_has_a_queue(limited: Simulator) -> None:
    limited.created()
    limited.created(From="12345")
    limited.set_clock(advance=0)
    assert statuses(limited) == ["delivered", "delivered"]


def test_a_full_queue_takes_no_more(limited: Simulator) -> None:
    assert [limited.create().status_code for _number in range(6)] == [201, 201, 201, 201, 429, 429]
    assert limited.create().json()["code"] == 21611
    assert limited.create(From="12345").status_code == 201
    limited.set_clock(advance=2)
    assert limited.create().status_code == 201


def test_a_service_learns_of_it_later(limited: Simulator) -> None:
    for _number in range(5):
        limited.created(From="", MessagingServiceSid=SERVICE)
    limited.set_clock(advance=0)
    newest = limited.call("GET", limited.messages).json()["messages"][0]
    assert (newest["status"], newest["error_code"], newest["error_message"]) == ("failed", 30001, "Queue overflow")
    assert statuses(limited)[:4] == ["delivered", "queued", "queued", "queued"]


def test_who_waits_may_expire(limited: Simulator) -> None:
    limited.created()
    limited.created(ValidityPeriod="1")
    limited.set_clock(advance=1.1)
    assert statuses(limited) == ["delivered", "failed"]
