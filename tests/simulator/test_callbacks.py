# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status callbacks, as the server that is called sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from support.faults import FaultyServer, answer, silence
from support.simulator import FROM, TO, Simulator

STATUSES = ["sending", "sent", "delivered"]
VECTOR = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


@pytest.fixture
def receiver() -> Iterator[FaultyServer]:
    with FaultyServer(answer(204)).running() as server:
        yield server


def statuses(server: FaultyServer) -> list[str]:
    return [dict(request.form)["MessageStatus"] for request in server.requests]


def until(server: FaultyServer, count: int) -> list[str]:
    """The statuses told, once there are as many as that, and none more soon after."""
    deadline = time.monotonic() + 60
    while len(server.requests) < count:
        assert time.monotonic() < deadline, statuses(server)
        time.sleep(0.01)
    time.sleep(0.1)
    return statuses(server)


def attempts(simulator: Simulator) -> Any:
    return simulator.call("GET", "/simulator/callbacks").json()["callbacks"]


def ended(simulator: Simulator, count: int) -> Any:
    """The attempts, once there are as many as that and the simulator knows what came of each."""
    deadline = time.monotonic() + 60
    while len(made := attempts(simulator)) < count or any(each["status"] is each["error"] for each in made):
        assert time.monotonic() < deadline, made
        time.sleep(0.01)
    return made


def test_vector(role_package: None) -> None:
    """The example of https://www.twilio.com/docs/usage/webhooks/webhooks-security"""
    from twilio_simulator.world.signature import signature

    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, list(VECTOR.items())) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_each_status_but_the_first(swift: Simulator, receiver: FaultyServer) -> None:
    url = f"{receiver.url}/status?run=1&name=a%20b"
    message = swift.created(StatusCallback=url)
    assert until(receiver, 3) == ["sending", "sent", "delivered"]
    for request in receiver.requests:
        form = dict(request.form)
        assert form == {
            "AccountSid": swift.auth[0],
            "ApiVersion": "2010-04-01",
            "From": FROM,
            "MessageSid": message["sid"],
            "MessageStatus": form["MessageStatus"],
            "SmsSid": message["sid"],
            "SmsStatus": form["MessageStatus"],
            "To": TO,
        }
        assert request.line == "POST /status?run=1&name=a%20b HTTP/1.1"
        signed = request.headers["X-Twilio-Signature"]
        assert RequestValidator(swift.auth[1]).validate(url, form, signed)
        assert not RequestValidator(swift.auth[1]).validate(url, form | {"To": FROM}, signed)
    made = ended(swift, 3)
    assert [(attempt["attempt"], attempt["status"], attempt["error"]) for attempt in made] == [(1, 204, None)] * 3
    assert swift.auth[1] not in swift.call("GET", "/simulator/callbacks").text


def test_failure_names_its_code(swift: Simulator, receiver: FaultyServer) -> None:
    service = f"MG{'a' * 32}"
    swift.created(To="+15557779999", From="", MessagingServiceSid=service, StatusCallback=receiver.url)
    assert until(receiver, 4) == ["queued", "sending", "sent", "undelivered"]
    form = dict(receiver.requests[-1].form)
    assert (form["ErrorCode"], form["ErrorMessage"]) == ("30005", "Unknown destination handset")
    assert form["MessagingServiceSid"] == service
    assert "ErrorCode" not in dict(receiver.requests[0].form)


def test_signed_by_the_account_that_sends(swift: Simulator, receiver: FaultyServer, defaults: dict[str, Any]) -> None:
    """The parent's credentials may have created the message; it is the subaccount's all the same."""
    path = swift.path_of(defaults["subaccount_sid"])
    form = {"To": TO, "From": FROM, "Body": "x", "StatusCallback": f"{receiver.url}/"}
    assert swift.call("POST", path, data=form).status_code == 201
    until(receiver, 3)
    request = receiver.requests[0]
    validator = RequestValidator(defaults["subaccount_auth_token"])
    assert validator.validate(f"{receiver.url}/", dict(request.form), request.headers["X-Twilio-Signature"])


def test_none_without_being_asked(swift: Simulator, receiver: FaultyServer) -> None:
    swift.eventually(swift.created()["uri"], "delivered")
    swift.created(StatusCallback=receiver.url)
    assert len(until(receiver, 3)) == len(attempts(swift)) == 3


@pytest.mark.parametrize("path", ["/a%2Fb%3Ac/?q=%2F+x%20y&e=%E2%82%AC", "/%7Ea/;b=(c)*'!$,", "/a//b/../c?x=[1]|2"])
@pytest.mark.parametrize("fragment", ["", "#rc=2&ct=4000"])
def test_exactly_the_given_url_is_asked_for_and_signed(
    swift: Simulator, receiver: FaultyServer, path: str, fragment: str
) -> None:
    """Escapes stay as they are, and the fragment is no part of it."""
    swift.created(StatusCallback=receiver.url + path + fragment)
    assert len(until(receiver, 3)) == 3
    for request in receiver.requests:
        assert request.line == f"POST {path} HTTP/1.1"
        asked = f"http://{request.headers['Host']}{path}"
        signed = request.headers["X-Twilio-Signature"]
        assert RequestValidator(swift.auth[1]).validate(asked, dict(request.form), signed)


def alerts(simulator: Simulator) -> Any:
    return simulator.call("GET", "/simulator/alerts", auth=None).json()["alerts"]


@pytest.mark.parametrize(
    ("fragment", "answers", "counts"),
    [
        ("", [500], [1, 1, 1]),
        ("", [404], [1, 1, 1]),
        ("#rp=5xx", [503, 204], [2, 1, 1]),
        ("#rp=5xx", [404], [1, 1, 1]),
        ("#rp=4xx,5xx&rc=2", [404, 500, 204], [3, 1, 1]),
        ("#rp=all&rc=0", [500], [1, 1, 1]),
        ("#rp=all&rc=5", [500], [6, 6, 6]),
        ("#rp=all&rc=6", [500], [2, 2, 2]),
    ],
)
def test_failures_are_repeated_as_the_fragment_says(
    swift: Simulator, fragment: str, answers: list[int], counts: list[int]
) -> None:
    with FaultyServer(*map(answer, answers)).running() as server:
        message = swift.created(StatusCallback=f"{server.url}/x{fragment}")
        told = [status for status, count in zip(STATUSES, counts, strict=True) for _each in range(count)]
        assert until(server, sum(counts)) == told
    tokens = {request.headers["I-Twilio-Idempotency-Token"] for request in server.requests}
    assert len(tokens) == 3
    made = [attempt["attempt"] for attempt in ended(swift, sum(counts))]
    assert made == [number for count in counts for number in range(1, count + 1)]
    failed = [each for each in alerts(swift) if each["kind"] == "webhook"]
    assert len(failed) == (3 if answers[-1] >= 400 else 0)
    for each in failed:
        assert (each["code"], each["status"], each["with"], each["message_sid"]) == (
            11200,
            answers[-1],
            TO,
            message["sid"],
        )
        assert each["reason"] == f"answered with status {answers[-1]}"
        assert each["url"] == f"{server.url}/x{fragment}"


@pytest.mark.parametrize(
    ("url", "code", "count"),
    [
        ("http://127.0.0.1:9/", 11205, 2),
        ("http://127.0.0.1:9/#rc=3", 11205, 4),
        ("http://127.0.0.1:9/#rc=0", 11205, 1),
        ("http://127.0.0.1:9/#rp=rt,5xx", 11205, 1),
        ("http://nobody.invalid/", 11210, 2),
        ("http://127.0.0.1:9/#rp=never", 11243, 0),
    ],
)
def test_failed_connections_are_repeated_once(swift: Simulator, url: str, code: int, count: int) -> None:
    """Nothing listens on port 9 of this machine, and there can be no host in .invalid."""
    swift.created(StatusCallback=url)
    deadline = time.monotonic() + 60
    while len(alerts(swift)) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert {each["code"] for each in alerts(swift)} == {code}
    assert len(attempts(swift)) == 3 * count
    assert [attempt["error"] for attempt in attempts(swift) if not attempt["error"]] == []


def test_servers_that_say_nothing_are_given_up(swift: Simulator) -> None:
    with FaultyServer(silence, answer(204)).running() as server:
        swift.created(StatusCallback=f"{server.url}/#rt=1000&rp=rt")
        assert until(server, 4) == ["sending", "sending", "sent", "delivered"]
    assert alerts(swift) == []


def test_repeated_and_out_of_order(simulate: Callable[..., Simulator], receiver: FaultyServer) -> None:
    simulator = simulate(pace=1, speed=0, callback_repeats=1, callback_lag=10)
    simulator.created(StatusCallback=receiver.url)
    simulator.set_clock(advance=5)
    assert until(receiver, 2) == ["delivered"] * 2
    simulator.set_clock(advance=10)
    assert until(receiver, 6) == ["delivered"] * 2 + ["sending"] * 2 + ["sent"] * 2


def test_nobody_waits_for_them(simulate: Callable[..., Simulator]) -> None:
    """Servers that say nothing hold up neither the API nor the end, and there are only so many requests to them."""
    simulator = simulate(pace=0, keep=40)
    with FaultyServer(silence).running() as server:
        for _number in range(50):
            message = simulator.created(StatusCallback=server.url)
        simulator.eventually(message["uri"], "delivered")
        deadline = time.monotonic() + 60
        while server.connections < 20:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.3)
        assert server.connections == 20
        assert len(attempts(simulator)) == 20
        simulator.reset()
        assert attempts(simulator) == []
