# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand, as a client meets them."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from support.simulator import FROM, TO, Simulator


def bodies(simulator: Simulator) -> list[str]:
    """What was accepted, oldest first."""
    return [message["body"] for message in simulator.call("GET", "/simulator/messages").json()["messages"]][::-1]


@pytest.mark.parametrize(
    ("wanted", "retry_after", "code"),
    [
        ({}, None, 20429),
        ({"retry_after": 7}, "7", 20429),
        ({"code": 21611}, None, 21611),
        ({"code": None, "retry_after": 0.5}, "0.5", None),
    ],
    ids=str,
)
def test_rate_limited(slow: Simulator, wanted: dict[str, Any], retry_after: str | None, code: int | None) -> None:
    slow.fault("rate_limited", times=2, **wanted)
    for _turn in range(2):
        response = slow.create()
        assert (response.status_code, response.headers.get("Retry-After")) == (429, retry_after)
        if code is None:
            assert response.content == b""
        else:
            assert (response.json()["code"], response.json()["status"]) == (code, 429)
    assert slow.create(Body="third").status_code == 201
    assert bodies(slow) == ["third"]
    assert [(entry["status"], entry["fault"]) for entry in slow.ledger()] == [
        (429, "rate_limited"),
        (429, "rate_limited"),
        (201, None),
    ]


@pytest.mark.parametrize(
    ("kind", "status", "accepted"),
    [("server_error", 503, []), ("server_error_after", 500, ["Disk full"]), ("html_page", 502, [])],
)
def test_errors_of_servers(slow: Simulator, kind: str, status: int, accepted: list[str]) -> None:
    slow.fault(kind, times=1)
    response = slow.create()
    assert response.status_code == status
    if kind == "html_page":
        assert response.headers["Content-Type"].startswith("text/html")
        assert response.text.startswith("<!DOCTYPE html>")
    else:
        assert response.json()["status"] == status
    assert bodies(slow) == accepted
    slow.fault(kind, status=504)
    assert slow.create().status_code == 504


def test_lost_response(slow: Simulator) -> None:
    slow.fault("lost_response", times=1)
    with pytest.raises(requests.ConnectionError, match="closed connection without response"):
        slow.create(Body="lost")
    assert slow.create(Body="found").status_code == 201
    assert bodies(slow) == ["lost", "found"]
    assert [(entry["status"], entry["fault"]) for entry in slow.ledger()] == [(None, "lost_response"), (201, None)]


@pytest.mark.parametrize(
    ("code", "status", "text"),
    [
        (21610, 400, "Attempt to send to unsubscribed recipient"),
        (
            21408,
            400,
            f"Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number: {TO}",
        ),
        (21659, 400, f"'From' {FROM} is not a Twilio phone number or Short Code country mismatch"),
        (20003, 401, "Authenticate"),
        (21611, 429, "SMS queue is full."),
        (99123, 400, "Twilio's error 99123"),
    ],
)
def test_refused_with_a_code(slow: Simulator, code: int, status: int, text: str) -> None:
    """For a number, and as often as wanted; a code alone says what is meant."""
    fault = slow.call("POST", "/simulator/faults", json={"code": code, "number": TO, "times": 2}).json()
    assert (fault["kind"], fault["code"], fault["operation"]) == ("twilio_error", code, "create")
    for _time in range(2):
        refused = slow.create()
        assert (refused.status_code, refused.json()["code"], refused.json()["message"]) == (status, code, text)
        assert slow.create(To="+15559990000").status_code == 201
    assert slow.create().status_code == 201
    assert [entry["fault"] for entry in slow.ledger() if entry["status"] != 201] == ["twilio_error"] * 2


@pytest.mark.parametrize(
    ("code", "end", "history"),
    [
        (30007, "undelivered", ["queued", "sending", "sent", "undelivered"]),
        (30999, "undelivered", ["queued", "sending", "sent", "undelivered"]),
        (63016, "undelivered", ["queued", "sending", "sent", "undelivered"]),
        (30002, "failed", ["queued", "failed"]),
    ],
)
def test_errors_that_come_later(swift: Simulator, code: int, end: str, history: list[str]) -> None:
    swift.fault("twilio_error", code=code, times=1)
    message = swift.created()
    swift.eventually(message["uri"], end)
    (shown,) = swift.call("GET", "/simulator/messages").json()["messages"]
    assert (shown["error_code"], [entry["status"] for entry in shown["history"]]) == (code, history)
    assert swift.eventually(swift.created()["uri"], "delivered")["error_code"] is None


def test_errors_of_other_operations(swift: Simulator) -> None:
    swift.fault("twilio_error", code=30007, operation="fetch", times=1)
    message = swift.created()
    assert swift.call("GET", message["uri"]).json()["code"] == 30007
    assert swift.call("GET", message["uri"]).status_code == 200


def test_the_answer_to_a_request_that_is_refused_is_lost_or_late_as_well(slow: Simulator) -> None:
    slow.fault("lost_response", times=1)
    with pytest.raises(requests.ConnectionError):
        slow.create(Body="")
    slow.fault("server_error_after", times=1)
    assert slow.create(Body="").status_code == 500
    slow.fault("slow", times=1, seconds=0.3)
    begun = time.monotonic()
    assert slow.create(Body="").json()["code"] == 21602
    assert time.monotonic() - begun >= 0.3
    assert bodies(slow) == []


def test_slow(slow: Simulator) -> None:
    """The message is accepted, and the client that gives up does not know."""
    slow.fault("slow", times=1, seconds=1)
    with pytest.raises(requests.Timeout):
        slow.call("POST", slow.messages, data={"To": TO, "From": FROM, "Body": "late"}, timeout=0.2)
    slow.wait(body="late")
    assert bodies(slow) == ["late"]
    slow.fault("slow", times=1, seconds=0.3)
    begun = time.monotonic()
    assert slow.create().status_code == 201
    assert time.monotonic() - begun >= 0.3


def test_list_lag(slow: Simulator) -> None:
    slow.set_clock(speed=0)
    older = slow.created()
    slow.set_clock(advance=100)
    newer, other = slow.created(), slow.created(To="+15559990000")
    fault = slow.fault("list_lag", seconds=60)

    def listed() -> list[str]:
        return [message["sid"] for message in slow.call("GET", slow.messages).json()["messages"]]

    assert listed() == [older["sid"]]
    assert slow.call("GET", newer["uri"]).status_code == 200
    slow.call("DELETE", f"/simulator/faults/{fault['id']}")
    slow.fault("list_lag", number=TO)
    assert listed() == [other["sid"], older["sid"]]
    slow.set_clock(advance=60)
    assert listed() == [other["sid"], newer["sid"], older["sid"]]


def test_for_a_number(slow: Simulator) -> None:
    slow.fault("server_error", number="+1 (555) 999-0000")
    assert slow.create().status_code == 201
    assert slow.create(To="+15559990000").status_code == 503
    slow.reset()
    one, other = slow.created(), slow.created(To="+15559990000")
    slow.fault("server_error", number=TO, operation="fetch")
    assert slow.call("GET", one["uri"]).status_code == 503
    assert slow.call("GET", other["uri"]).status_code == 200


@pytest.mark.parametrize("operation", ["create", "list", "fetch", "update", "delete"])
def test_for_an_operation(swift: Simulator, operation: str) -> None:
    message = swift.eventually(swift.created()["uri"], "delivered")
    swift.fault("server_error", operation=operation)
    answers = {
        "create": swift.create(),
        "list": swift.call("GET", swift.messages),
        "fetch": swift.call("GET", message["uri"]),
        "update": swift.call("POST", message["uri"], data={"Body": ""}),
        "delete": swift.call("DELETE", message["uri"]),
    }
    assert [name for name, response in answers.items() if response.status_code == 503] == [operation]


def test_who_may_not_ask_meets_no_fault(slow: Simulator) -> None:
    slow.fault("server_error", times=1)
    assert slow.call("POST", slow.messages, auth=("AC1", "x")).status_code == 401
    assert slow.create().status_code == 503


def test_shown_and_removed(slow: Simulator) -> None:
    first = slow.fault("slow", number=TO)
    assert first == {
        "id": first["id"],
        "kind": "slow",
        "operation": "create",
        "times": None,
        "number": TO,
        "seconds": 5,
    }
    second = slow.fault("rate_limited", times=3)
    assert slow.create(To="+15559990000").status_code == 429
    found = slow.call("GET", "/simulator/faults").json()["faults"]
    assert found == [first, second | {"times": 2}] == slow.call("GET", "/simulator/state").json()["faults"]
    assert slow.call("DELETE", f"/simulator/faults/{first['id']}").status_code == 204
    assert slow.call("DELETE", f"/simulator/faults/{first['id']}").status_code == 404
    for nothing in ("x", "9" * 5000):
        assert slow.call("DELETE", f"/simulator/faults/{nothing}").status_code == 404
    assert slow.call("DELETE", "/simulator/faults").status_code == 204
    assert slow.call("GET", "/simulator/faults").json()["faults"] == []
    assert slow.create().status_code == 201


def test_kinds_are_described(slow: Simulator) -> None:
    """Each kind can be had by what its description says alone."""
    kinds = slow.call("GET", "/simulator/faults").json()["kinds"]
    (code,) = next(kind["parameters"] for kind in kinds if kind["kind"] == "twilio_error")
    assert [21610, "Attempt to send to unsubscribed recipient"] in code["known"]
    for kind in kinds:
        assert kind["description"]
        parameters = {parameter["name"]: parameter["default"] for parameter in kind["parameters"]}
        for operation in kind["operations"]:
            fault = slow.fault(kind["kind"], operation=operation, **parameters)
            assert {name: fault[name] for name in parameters} == parameters


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ({}, "kind"),
        ({"kind": "fire"}, "kind must be one of twilio_error, rate_limited, server_error"),
        ({"kind": "slow", "status": 500}, "no status"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "slow", "seconds": "5"}, "seconds"),
        ({"kind": "slow", "seconds": None}, "seconds"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": "slow", "times": True}, "times"),
        ({"kind": "slow", "operation": "read"}, "operation"),
        ({"kind": "list_lag", "operation": "create"}, "operation"),
        ({"kind": "slow", "number": "Ann"}, "number"),
        ({"kind": "slow", "number": {}}, "number"),
        ({"kind": "server_error", "status": 503.5}, "status must be a whole number"),
        ({"kind": "server_error", "status": 200}, "status"),
        ({"kind": "rate_limited", "code": 30001}, "code"),
        ({"code": "21610"}, "code must be a number from 10000 to 99999"),
        ({"code": 400}, "code must be a number from 10000 to 99999"),
        ({"code": 21610.5}, "code must be a whole number"),
        ({"code": None}, "code"),
        ([], "JSON object"),
    ],
    ids=str,
)
def test_senseless(slow: Simulator, wanted: Any, named: str) -> None:
    response = slow.call("POST", "/simulator/faults", json=wanted)
    assert response.status_code == 400
    assert named in response.json()["error"]
    assert slow.call("GET", "/simulator/faults").json()["faults"] == []


def test_their_number_is_bounded(slow: Simulator) -> None:
    for _number in range(100):
        slow.fault("slow")
    assert slow.call("POST", "/simulator/faults", json={"kind": "slow"}).status_code == 400
