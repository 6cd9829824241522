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

from support.faults import FaultyServer, answer, hang_up, silence
from support.simulator import FROM, TO, Simulator

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
    deadline = time.monotonic() + 10
    while len(server.requests) < count:
        assert time.monotonic() < deadline, statuses(server)
        time.sleep(0.01)
    time.sleep(0.1)
    return statuses(server)


def attempts(simulator: Simulator) -> Any:
    return simulator.call("GET", "/simulator/callbacks").json()["callbacks"]


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
    assert [(attempt["attempt"], attempt["status"], attempt["error"]) for attempt in attempts(swift)] == [
        (1, 204, None)
    ] * 3
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


def test_retried(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate(pace=0, speed=60)
    with FaultyServer(hang_up, answer(500), answer(204)).running() as server:
        simulator.created(StatusCallback=server.url)
        assert until(server, 5) == ["sending", "sending", "sending", "sent", "delivered"]
    first, second, third, *_others = attempts(simulator)
    assert (first["attempt"], first["status"]) == (1, None)
    assert first["error"]
    assert [(again["attempt"], again["status"]) for again in (second, third)] == [(2, 500), (3, 204)]


def test_given_up(simulate: Callable[..., Simulator]) -> None:
    simulator = simulate(pace=0, speed=600, undeliverable={"+15557779999": 30005})
    with FaultyServer(answer(500)).running() as server:
        simulator.created(StatusCallback=server.url)
        assert until(server, 12) == ["sending"] * 4 + ["sent"] * 4 + ["delivered"] * 4


def test_refusal_is_not_retried(swift: Simulator) -> None:
    with FaultyServer(answer(404)).running() as server:
        swift.created(StatusCallback=server.url)
        assert until(server, 3) == ["sending", "sent", "delivered"]


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
        time.sleep(0.3)
        assert server.connections == 20
        assert len(attempts(simulator)) == 20
        simulator.reset()
        assert attempts(simulator) == []
