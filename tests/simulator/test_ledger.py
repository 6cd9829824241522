# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests ask the simulator: what arrived, and whether it is what was to arrive."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import requests

from support.simulator import FROM, LIMIT, TO, Simulator

OTHER = "+15559990000"


@pytest.fixture
def filled(slow: Simulator) -> Simulator:
    """Three messages out, one in, and three requests that came to nothing."""
    slow.created(Body="Disk full on db1")
    slow.created(Body="Disk full on db2", To=OTHER)
    slow.created(Body="All is well", From="12345")
    slow.inbound("on it", sender=OTHER, To=FROM)
    slow.create(To="nobody")
    slow.call("GET", slow.messages, params={"To": TO})
    slow.fault("server_error", times=1)
    slow.create(Body="Disk full on db3")
    return slow


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("to=%2B15551234567", 2),
        ("to=+15551234567", 2),
        ("to=%2B1%20(555)%20123-4567", 2),
        ("from=%2B15552223333", 2),
        ("from=12345", 1),
        ("direction=inbound", 1),
        ("direction=outbound-api&status=queued", 3),
        ("status=delivered", 0),
        ("body=Disk%20full", 2),
        ("body=db1&to=%2B15559990000", 0),
    ],
)
def test_messages(filled: Simulator, query: str, count: int) -> None:
    found = filled.call("GET", f"/simulator/messages?{query}").json()["messages"]
    assert len(found) == count
    for asserted, status in ((count, 200), (count + 1, 409)):
        response = filled.call("GET", f"/simulator/assert?count={asserted}&{query}")
        assert response.status_code == status
        assert response.json() == {"count": count, "messages": found}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 6),
        ("method=POST", 5),
        ("status=201", 3),
        ("status=400", 1),
        ("to=+15551234567", 4),
        ("to=+15559990000", 1),
        ("from=12345", 1),
        ("body=Disk%20full", 4),
        ("fault=server_error", 1),
        ("path=/Messages.json&method=GET", 1),
    ],
)
def test_requests(filled: Simulator, query: str, count: int) -> None:
    assert len(filled.call("GET", f"/simulator/requests?{query}").json()["requests"]) == count


@pytest.mark.parametrize(
    "path",
    [
        "messages?too=x",
        "requests?direction=inbound",
        "wait?cuont=1",
        "wait?count=x",
        "wait?timeout=-1",
        "wait?timeout=1e9",
        "assert?to=x",
        "assert?count=1&timeout=1",
    ],
)
def test_senseless_questions(slow: Simulator, path: str) -> None:
    response = slow.call("GET", f"/simulator/{path}")
    assert (response.status_code, response.json().keys()) == (400, {"error"})


def test_wait_is_over_when_it_has_come(slow: Simulator) -> None:
    found: list[Any] = []
    waiting = threading.Thread(
        target=lambda: found.append(slow.call("GET", f"/simulator/wait?count=2&direction=inbound&from={TO}").json())
    )
    waiting.start()
    slow.created()
    for body in ("one", "two"):
        assert waiting.is_alive()
        slow.inbound(body, To=FROM)
        slow.inbound(body, To=FROM, sender=OTHER)
        time.sleep(0.1)
    waiting.join(LIMIT)
    assert [message["body"] for message in found[0]["messages"]] == ["two", "one"]


def test_wait_follows_what_changes(swift: Simulator) -> None:
    message = swift.created(To="+15557779999")
    (found,) = swift.wait(status="undelivered")
    assert found["sid"] == message["sid"]


def test_wait_is_over_in_time(slow: Simulator) -> None:
    slow.created()
    response = slow.call("GET", "/simulator/wait?count=2&timeout=0.2")
    assert (response.status_code, response.json()["count"]) == (408, 1)
    # What no longer matches does not count.
    assert slow.call("GET", "/simulator/wait?timeout=0&status=delivered").status_code == 408
    assert slow.call("GET", "/simulator/wait?timeout=0").status_code == 200


def test_wait_is_not_over_when_it_has_come_and_gone(slow: Simulator) -> None:
    slow.set_clock(speed=0)
    slow.created()
    answers: list[Any] = []
    url = f"{slow.url}/simulator/wait?status=sending&timeout=2"
    waiting = threading.Thread(target=lambda: answers.append(requests.get(url, timeout=LIMIT)))
    waiting.start()
    time.sleep(0.5)
    slow.set_clock(advance=86400)
    waiting.join(LIMIT)
    assert (answers[0].status_code, answers[0].json()["count"]) == (408, 0)


def test_state(filled: Simulator, defaults: dict[str, Any]) -> None:
    state = filled.call("GET", "/simulator/state").json()
    assert state["counts"] == {"queued": 3, "scheduled": 0, "failed": 0, "received": 1}
    assert state["accounts"] == [defaults[f"{name}_sid"] for name in ("account", "subaccount", "test_account")]
    assert state.keys() == {"alerts", "clock", "faults", "accounts", "counts", "version"}


def test_export(filled: Simulator, defaults: dict[str, Any]) -> None:
    filled.inbound("STOP", To=FROM)
    response = filled.call("GET", "/simulator/export")
    assert response.headers["Content-Disposition"] == 'attachment; filename="twilio-simulator.json"'
    everything = response.json()
    assert {name: len(everything[name]) for name in ("messages", "requests", "callbacks", "opt_outs")} == {
        "messages": 5,
        "requests": 6,
        "callbacks": 0,
        "opt_outs": 1,
    }
    assert everything["opt_outs"] == [{"person": TO, "sender": FROM}]
    assert everything["messages"][0]["body"] == "STOP"
    for name in ("auth_token", "subaccount_auth_token", "api_key_secret", "test_auth_token"):
        assert defaults[name] not in response.text
    assert "uthorization" not in response.text


def test_keep_bounds_all_that_is_remembered(slow: Simulator) -> None:
    for number in range(25):
        slow.created(Body=str(number))
        slow.inbound("STOP", sender=f"+155500000{number:02}", To=FROM)
    everything = slow.call("GET", "/simulator/export").json()
    assert [len(everything[name]) for name in ("messages", "requests", "opt_outs")] == [20, 20, 20]
    assert everything["opt_outs"][-1] == {"person": "+15550000024", "sender": FROM}
