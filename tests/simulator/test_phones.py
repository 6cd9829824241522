# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of calls: who picks up, what is said, and who is told. The clock goes on only when it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from support.faults import FaultyServer, answer
from support.simulator import FROM, Simulator

PEOPLE: dict[str, Any] = {
    "+15551230001": "busy",
    "+15551230002": "lets it ring",
    "+15551230003": "voicemail",
    "+15551230004": {"answers": 45},
    "+15551230005": "unreachable",
    "+15551230006": {"undeliverable": 30005},
    "+15551230007": {"undeliverable": 30006},
    "+15551230008": ["unreachable", "answers"],
    "+15551230009": "silent",
}
RINGS, VOICEMAIL, SLOW = "+15551230002", "+15551230003", "+15551230004"
SLEEPER, DEEP_SLEEPER = "+15551230101", "+15551230102"
ACK = {"text": "ACK {code}", "find": r"code (?P<code>\w+)", "after": 5}
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


@pytest.fixture(scope="module")
def _phones(simulate: Callable[..., Simulator]) -> Simulator:
    sleepers = {SLEEPER: ["asleep", ACK], DEEP_SLEEPER: ["asleep", "voicemail", ACK]}
    return simulate(pace=0, speed=0, call_rate=0, people=PEOPLE | sleepers)


@pytest.fixture
def phones(_phones: Simulator) -> Simulator:
    """Any number of calls go at once, to the people above."""
    _phones.reset()
    return _phones


def said(twilio: Simulator) -> list[str]:
    """What was said in the latest call."""
    return [line["text"] for line in twilio.rung()[0]["spoken"]]


@pytest.mark.parametrize(
    ("number", "statuses", "seconds"),
    [
        ("+15551230001", ["queued", "busy"], 0),
        ("+15551230002", ["queued", "ringing", "no-answer"], 60),
        ("+15551230003", ["queued", "ringing", "in-progress", "completed"], 20 + 0.8),
        ("+15551230004", ["queued", "ringing", "in-progress", "completed"], 45 + 0.8),
        ("+15551230005", ["queued", "failed"], 0),
        ("+15551230006", ["queued", "failed"], 0),
        ("+15551230007", ["queued", "ringing", "in-progress", "completed"], 2 + 0.8),
        ("+15551230008", ["queued", "ringing", "in-progress", "completed"], 2 + 0.8),
        ("+15551230009", ["queued", "ringing", "in-progress", "completed"], 2 + 0.8),
        ("+15559990000", ["queued", "ringing", "in-progress", "completed"], 2 + 0.8),
    ],
)
def test_people(phones: Simulator, number: str, statuses: list[str], seconds: float) -> None:
    phones.placed(To=number)
    phones.set_clock(advance=max(0, seconds - 0.1))
    assert seconds == 0 or phones.rung()[0]["status"] == statuses[-2]
    phones.set_clock(advance=0.1)
    (call,) = phones.rung(to=number)
    assert [entry["status"] for entry in call["history"]] == statuses
    assert call["duration"] == ("1" if "in-progress" in statuses else "0")


def test_it_rings_no_longer_than_asked(phones: Simulator) -> None:
    phones.placed(To=SLOW, Timeout="30")
    phones.set_clock(advance=30)
    assert phones.rung()[0]["status"] == "no-answer"


@pytest.mark.parametrize(
    ("number", "detection", "heard", "seconds"),
    [
        ("+15559990000", "Enable", "human", 2),
        (VOICEMAIL, "Enable", "machine_start", 4),
        (VOICEMAIL, "DetectMessageEnd", "machine_end_beep", 8),
    ],
)
def test_what_picks_up(phones: Simulator, number: str, detection: str, heard: str, seconds: int) -> None:
    """The words wait until Twilio knows, unless they were told not to."""
    phones.placed(To=number, MachineDetection=detection)
    phones.placed(To=number, MachineDetection=detection, AsyncAmd="true")
    phones.placed(To=number)
    phones.set_clock(advance=20 if number == VOICEMAIL else 2)
    assert [(call["answered_by"], len(call["spoken"])) for call in phones.rung()] == [(None, 1), (heard, 1), (None, 0)]
    phones.set_clock(advance=seconds)
    waited = phones.rung()[-1]
    assert (waited["answered_by"], [line["text"] for line in waited["spoken"]]) == (heard, ["Disk full"])


def test_by_hand(phones: Simulator) -> None:
    """Whatever the script says, somebody may pick up, decline and hang up."""

    def act(what: str, call: dict[str, Any]) -> Any:
        return phones.call("POST", f"/simulator/calls/{call['sid']}/{what}", auth=None)

    taken, declined = phones.placed(To=RINGS), phones.placed(To=SLOW)
    phones.set_clock(advance=3)
    assert act("hang_up", taken).json() == {"error": "the call is ringing, not in-progress"}
    assert act("answer", taken).json()["status"] == "in-progress"
    assert act("decline", declined).json()["status"] == "busy"
    phones.set_clock(advance=0.5)
    assert act("hang_up", taken).json()["status"] == "completed"
    assert act("hang_up", taken).status_code == 400
    assert act("answer", {"sid": "CA0"}).status_code == 404
    phones.set_clock(advance=600)
    assert [call["status"] for call in phones.rung()] == ["busy", "completed"]


def test_a_text_wakes_nobody_and_a_call_does(phones: Simulator) -> None:
    def texts() -> list[str]:
        return [message["body"] for message in phones.wait(0, direction="inbound")]

    for number in (SLEEPER, DEEP_SLEEPER):
        phones.created(To=number, Body="older, code 1A")
        phones.created(To=number, Body="newer, code 7F3")
    phones.set_clock(advance=60)
    assert texts() == []
    for number in (SLEEPER, DEEP_SLEEPER):
        phones.placed(To=number)
    phones.set_clock(advance=2 + 0.8 + 4.9)
    assert texts() == []
    phones.set_clock(advance=0.2)
    assert texts() == ["ACK 7F3"]
    # A voicemail wakes nobody, and who is awake stays so.
    phones.set_clock(advance=60)
    phones.created(To=SLEEPER, Body="again, code 8")
    phones.set_clock(advance=6)
    assert texts() == ["ACK 8", "ACK 7F3"]


@pytest.mark.parametrize(
    ("document", "lines", "seconds"),
    [
        ("<Say>One two three four five</Say>", ["One two three four five"], 2),
        ("<Say loop='3'>One two three four five</Say>", ["One two three four five"], 6),
        ("<Pause/><Say>Hi</Say><Pause length='4'/><Say>Hi</Say>", ["Hi"], 5.8),
        ("<Say>A <say-as interpret-as='spell-out'>7F3</say-as><break time='500ms'/></Say>", ["A 7F3"], 2.5),
        (
            "<Say>Hi<break/></Say><Play>https://x.example/a.mp3</Play>",
            ["Hi", "(the sound https://x.example/a.mp3)"],
            4.4,
        ),
        ("<Say>Hi</Say><Hangup/><Say>ho</Say>", ["Hi"], 0.4),
        ("", [], 0),
    ],
    ids=str,
)
def test_words(phones: Simulator, document: str, lines: list[str], seconds: float) -> None:
    phones.placed(Twiml=f"<Response>{document}</Response>")
    phones.set_clock(advance=2 + seconds - 0.01)
    assert seconds == 0 or phones.rung()[0]["status"] == "in-progress"
    phones.set_clock(advance=0.02)
    assert phones.rung()[0]["status"] == "completed"
    assert said(phones) == lines


@pytest.mark.parametrize(
    ("document", "code", "reason"),
    [
        ("<Response><Say>Hi</Response>", 12100, "the TwiML of the call is not XML"),
        ("<Say>Hi</Say>", 12200, "begins with the element Say instead of Response"),
        ("<Response><Says>Hi</Says></Response>", 12200, "has the element Says, which TwiML does not have"),
        ("<Response><Say loop='x'>Hi</Say></Response>", 13510, "has a Say whose loop is 'x'"),
        ("<Response><Say> </Say></Response>", 13520, "has a Say without words"),
        (
            f"<Response><Say voice='Polly.Amy'>{'x' * 3001}</Say></Response>",
            13521,
            "3001 characters, and this voice accepts",
        ),
        ("<Response><Pause length='-1'/></Response>", 13910, "has a Pause whose length is '-1'"),
        (
            "<Response><Gather/></Response>",
            None,
            "understands Say, Pause, Play and Hangup, but not Gather",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_words_that_cannot_be_said(phones: Simulator, document: str, code: int | None, reason: str) -> None:
    """Somebody picks up all the same, and hears that; the reason is among the problems."""
    phones.placed(Twiml=document)
    phones.set_clock(advance=10)
    assert said(phones) == ([] if code is None else [APOLOGY])
    assert phones.rung()[0]["status"] == "completed"
    (alert,) = phones.call("GET", "/simulator/alerts").json()["alerts"]
    assert (alert["kind"], alert["code"]) == ("twiml", code)
    assert reason in alert["reason"]


def until(twilio: Simulator, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in said(twilio):
        assert time.monotonic() < deadline, twilio.rung()
        time.sleep(0.01)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_words_of_a_server_on_this_machine(phones: Simulator, method: str) -> None:
    document = "<Response><Say>From here</Say></Response>"
    with FaultyServer(answer(200, document, content_type="text/xml")).running() as server:
        call = phones.placed(Url=f"{server.url}/words?x=1", Method=method)
        phones.set_clock(advance=2)
        until(phones, "From here")
        (request,) = server.requests
    url, form = f"{server.url}{request.line.split()[1]}", dict(request.form)
    assert request.method == method
    assert RequestValidator(phones.auth[1]).validate(url, form, request.headers["X-Twilio-Signature"])
    assert call["sid"] in request.line + request.body
    # Only callbacks tell of progress.
    assert "CallbackSource" not in request.line + request.body


def test_a_server_on_this_machine_that_fails(phones: Simulator) -> None:
    with FaultyServer(answer(500)).running() as server:
        phones.placed(Url=server.url)
        phones.set_clock(advance=2)
        until(phones, APOLOGY)
    (alert,) = phones.call("GET", "/simulator/alerts").json()["alerts"]
    assert (alert["kind"], alert["code"]) == ("webhook", 11200)


def test_status_callbacks(phones: Simulator) -> None:
    events = ["initiated", "ringing", "answered", "completed"]
    with FaultyServer(answer(204)).running() as server:
        call = phones.placed(StatusCallback=f"{server.url}/all", StatusCallbackEvent=events, MachineDetection="Enable")
        phones.placed(To="+15551230001", StatusCallback=f"{server.url}/last")
        phones.set_clock(advance=100)
        deadline = time.monotonic() + 60
        while len(server.requests) < 5:
            assert time.monotonic() < deadline, server.requests
            time.sleep(0.01)
    told: dict[str, list[dict[str, str]]] = {"/all": [], "/last": []}
    for request in server.requests:
        path, form = request.line.split()[1], dict(request.form)
        told[path].append(form)
        signed = request.headers["X-Twilio-Signature"]
        assert RequestValidator(phones.auth[1]).validate(server.url + path, form, signed)
    whole, (last,) = told["/all"], told["/last"]
    assert [form["CallStatus"] for form in whole] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in whole] == ["0", "1", "2", "3"]
    assert {(form["CallSid"], form["From"], form["CallbackSource"]) for form in whole} == {
        (call["sid"], FROM, "call-progress-events")
    }
    assert ["CallDuration" in form for form in whole] == [False, False, False, True]
    end = whole[-1]
    assert (end["CallDuration"], end["Duration"], end["AnsweredBy"], end["SipResponseCode"]) == (
        "3",
        "1",
        "human",
        "200",
    )
    assert (last["CallStatus"], last["SequenceNumber"], last["SipResponseCode"]) == ("busy", "0", "486")


def test_wait_and_export(phones: Simulator) -> None:
    phones.placed()
    phones.set_clock(advance=10)
    (call,) = phones.wait_for_calls(status="completed", said="Disk")
    assert phones.call("GET", "/simulator/export").json()["calls"] == [call]
    late = phones.call("GET", "/simulator/calls/wait", params={"count": 2, "timeout": 0}, auth=None)
    assert (late.status_code, late.json()["count"]) == (408, 1)
    assert phones.call("GET", "/simulator/calls", params={"direction": "x"}, auth=None).status_code == 400
    phones.call("DELETE", "/simulator/messages", auth=None)
    assert phones.rung() == []
