# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Calls resource, as Twilio's own SDK and forms by hand find it. The clock goes on only when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from support.contract import hold_error
from support.sdk import client_of
from support.simulator import FROM, TO, Simulator

TWIML = "<Response><Say>Disk full on db1</Say></Response>"
BUSY = "+15551230001"
LONGEST = f"<Response>{3979 * ' '}</Response>"


@pytest.fixture(scope="module")
def _still(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(pace=0, speed=0, numbers=[FROM], strict_callbacks=True, people={BUSY: "busy"})


@pytest.fixture
def still(_still: Simulator) -> Simulator:
    """Owns FROM, and refuses local callbacks."""
    _still.reset()
    return _still


@pytest.fixture
def client(still: Simulator) -> Client:
    return client_of(still)


def test_a_call_from_beginning_to_end(client: Client, still: Simulator) -> None:
    still.set_clock(now="2030-03-05T12:00:00Z")
    call = client.calls.create(to=TO, from_=FROM, twiml=TWIML)
    assert (call.sid[:2], call.status, call.queue_time, call.direction) == ("CA", "queued", "0", "outbound-api")
    # Twilio answers before it knows any of these.
    assert {call.date_created, call.date_updated, call.start_time, call.end_time, call.price, call.duration} == {None}
    still.set_clock(advance=0)
    call = call.fetch()
    assert (call.status, call.duration, call.price, call.to_formatted) == ("ringing", "0", None, "(555) 123-4567")
    still.set_clock(advance=2)
    assert call.fetch().status == "in-progress"
    still.set_clock(advance=2)
    call = call.fetch()
    assert (call.status, call.duration, call.price, call.price_unit) == ("completed", "2", "-0.01400", "USD")
    assert call.end_time - call.start_time == timedelta(seconds=3)
    assert all(text is None or isinstance(text, (str, dict)) for text in still.call("GET", call.uri).json().values())
    assert call.delete() is True
    with pytest.raises(TwilioRestException) as refused:
        call.fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_end_it_at_any_time(client: Client, still: Simulator) -> None:
    waiting, ringing, talking = (client.calls.create(to=TO, from_=FROM, twiml=TWIML) for _number in range(3))
    assert waiting.update(status="canceled").status == "canceled"
    still.set_clock(advance=1)
    assert ringing.fetch().status == "ringing"
    with pytest.raises(TwilioRestException) as refused:
        ringing.delete()
    assert refused.value.code == 20009
    assert ringing.update(status="completed").status == "canceled"
    still.set_clock(advance=3.5)
    assert talking.fetch().status == "in-progress"
    assert talking.update(status="canceled").status == "in-progress"
    assert talking.update(status="completed").status == "completed"
    for over in (waiting, ringing, talking):
        with pytest.raises(TwilioRestException) as refused:
            over.update(status="completed")
        assert refused.value.code == 21220


def test_change_what_it_says(client: Client, still: Simulator) -> None:
    call = client.calls.create(to=TO, from_=FROM, twiml=TWIML)
    with pytest.raises(TwilioRestException) as refused:
        call.update(twiml=TWIML)
    assert refused.value.code == 21220
    with pytest.raises(TwilioRestException):
        call.update(twiml=TWIML, status_callback="http://127.0.0.1:1/never")
    still.set_clock(advance=2)
    assert call.update(twiml="<Response><Say>Never mind</Say></Response>").status == "in-progress"
    still.set_clock(advance=5)
    (shown,) = still.rung(said="Never mind")
    assert [line["text"] for line in shown["spoken"]] == ["Disk full on db1", "Never mind"]
    assert (shown["status"], shown["duration"]) == ("completed", "1")
    assert still.call("GET", "/simulator/callbacks", auth=None).json()["callbacks"] == []


def test_a_limit_is_kept(client: Client, still: Simulator) -> None:
    endless = "<Response><Say loop='0'>Fire</Say></Response>"
    call = client.calls.create(to=TO, from_=FROM, twiml=endless, time_limit=30)
    still.set_clock(advance=3600)
    assert (call.fetch().status, call.fetch().duration) == ("completed", "30")
    ((line,),) = [shown["spoken"] for shown in still.rung()]
    assert (line["text"], line["times"]) == ("Fire", 75)


def test_one_a_second(client: Client, still: Simulator) -> None:
    calls = [client.calls.create(to=TO, from_=FROM, twiml=TWIML) for _number in range(3)]
    still.set_clock(advance=1.5)
    assert [call.fetch().status for call in calls] == ["ringing", "ringing", "queued"]
    assert [call.fetch().queue_time for call in calls] == ["0", "1000", "0"]
    assert calls[2].fetch().start_time is None


def test_list_pages_and_filters(client: Client, still: Simulator) -> None:
    day = datetime(2030, 3, 5, 23, 59, tzinfo=UTC)
    still.set_clock(now=day.isoformat())
    old = client.calls.create(to=BUSY, from_=FROM, twiml=TWIML)
    still.set_clock(advance=7200)
    calls = [client.calls.create(to=TO, from_=FROM, twiml=TWIML) for _number in range(5)]
    still.set_clock(advance=3)
    sids = [call.sid for call in calls]

    def listed(**filters: Any) -> list[str]:
        return [call.sid for call in client.calls.list(**filters)]

    assert listed(page_size=2) == [*reversed(sids), old.sid]
    assert listed(to=BUSY) == listed(status="busy") == listed(to=BUSY, from_=FROM) == [old.sid]
    assert listed(from_="+15554445555") == listed(parent_call_sid=old.sid) == []
    # Calls that still wait have not begun.
    assert listed(start_time_after=day + timedelta(hours=1)) == sids[3::-1]
    assert listed(start_time_after=day + timedelta(hours=3)) == []

    def on(**days: str) -> list[str]:
        # The SDK makes the beginning of a day of it.
        return [call["sid"] for call in still.call("GET", still.calls, params=days).json()["calls"]]

    # A day that is the last one ends as it begins.
    assert on(**{"StartTime": "2030-03-06"}) == sids[3::-1]
    assert on(**{"StartTime>": "2030-03-06", "StartTime<": "2030-03-07"}) == sids[3::-1]
    assert on(**{"StartTime>": "2030-03-06", "StartTime<": "2030-03-06"}) == []
    assert on(**{"EndTime": "2030-03-05"}) == on(**{"EndTime<": "2030-03-06"}) == [old.sid]
    still.fault("list_lag", operation="list_calls", number=TO)
    assert listed() == [old.sid]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21201),
        ({"From": ""}, 21213),
        ({"Twiml": ""}, 21205),
        ({"Twiml": LONGEST + " "}, 32018),
        ({"Url": "ftp://x.example/"}, 21205),
        ({"Url": "http://127.0.0.1/"}, 21205),
        ({"ApplicationSid": "AP1"}, 21218),
        ({"To": "5551234567"}, 13223),
        ({"From": "Ops"}, 21212),
        ({"From": "+15559998888"}, 21210),
        ({"To": "+15005550001"}, 21217),
        ({"To": "+15005550002"}, 21214),
        ({"To": "+15005550003"}, 21215),
        ({"To": "+15005550004"}, 21216),
        ({"From": "+15005550001"}, 21212),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"StatusCallbackMethod": "PUT"}, 21209),
        ({"StatusCallbackEvent": "answered hung-up"}, 20001),
        ({"Method": "PUT"}, 21209),
        ({"Timeout": "601"}, 21208),
        ({"Timeout": "soon"}, 21208),
        ({"TimeLimit": "0"}, 20001),
        ({"SendDigits": "1x"}, 21206),
        ({"MachineDetection": "Yes"}, 20001),
        ({"MachineDetectionSpeechThreshold": "999"}, 20001),
        ({"AsyncAmd": "maybe"}, 20001),
    ],
    ids=lambda value: str(value)[:40],
)
def test_refused(still: Simulator, form: dict[str, str], code: int) -> None:
    error = hold_error(still.place(**form))
    assert (error["code"], error["status"]) == (code, 400)
    assert still.rung() == []


@pytest.mark.parametrize(
    "form",
    [
        {"Twiml": LONGEST, "Timeout": "600", "StatusCallbackEvent": ["initiated", "completed"]},
        {"To": "+1 (555) 123-4567", "SendDigits": "1w2#", "MachineDetection": "Enable"},
        {"Url": "https://x.example/words.xml", "Method": "GET", "FallbackUrl": "https://x.example/"},
        {"From": "+15005550006", "MachineDetection": "DetectMessageEnd", "AsyncAmd": "true"},
    ],
    ids=lambda value: str(value)[-60:],
)
def test_accepted(still: Simulator, form: dict[str, Any]) -> None:
    assert still.placed(**form)["to"] == TO


@pytest.mark.parametrize("to", ["sip:ada@pbx.example.com;transport=tls", "client:ada"])
def test_who_has_no_phone_number(still: Simulator, to: str) -> None:
    assert still.placed(To=to)["to"] == to
    assert hold_error(still.place(To=to.replace("a", " ")))["code"] == 13223


def test_an_application_comes_before_a_url_and_that_before_twiml(still: Simulator) -> None:
    url = "https://x.example/words.xml"
    for form in ({"Url": url}, {"Url": url, "ApplicationSid": f"AP{'a' * 32}"}):
        still.placed(Twiml=TWIML, **form)
    still.set_clock(advance=20)
    said = [[line["text"] for line in call["spoken"]] for call in still.rung()]
    assert said == [[f"(what the application AP{'a' * 32} says)"], [f"(what {url} says)"]]


def test_test_credentials(still: Simulator, defaults: dict[str, Any]) -> None:
    auth = defaults["test_account_sid"], defaults["test_auth_token"]
    path = still.calls.replace(still.auth[0], auth[0])

    def place(sender: str) -> requests.Response:
        return still.call("POST", path, auth=auth, data={"To": TO, "From": sender, "Twiml": TWIML})

    assert place("+15005550006").json()["status"] == "queued"
    assert hold_error(place(FROM))["code"] == 21210
    assert hold_error(still.call("GET", path, auth=auth))["code"] == 20008
    assert still.rung() == []


@pytest.mark.parametrize(
    ("fault", "placed"),
    [
        ({"kind": "lost_response"}, 1),
        ({"kind": "server_error_after"}, 1),
        ({"kind": "server_error"}, 0),
        ({"kind": "rate_limited"}, 0),
        ({"kind": "html_page", "status": 200}, 0),
        ({"kind": "twilio_error", "code": 21215}, 0),
    ],
    ids=str,
)
def test_faults(still: Simulator, fault: dict[str, Any], placed: int) -> None:
    """They befall calls and leave messages alone, and those to other numbers."""
    still.fault(**fault, operation="create_call", number=TO)
    assert still.placed(To=BUSY)
    assert still.created()
    if fault["kind"] == "lost_response":
        with pytest.raises(requests.ConnectionError):
            still.place()
    else:
        assert still.place().status_code == {"rate_limited": 429, "html_page": 200, "twilio_error": 400}.get(
            fault["kind"], fault.get("status", 503 if fault["kind"] == "server_error" else 500)
        )
    assert len(still.rung(to=TO)) == placed


def test_a_new_trial_account(still: Simulator) -> None:
    still.fault("trial_account")
    response = still.place()
    assert response.status_code == 400
    assert "code" not in response.json()
    assert "trial accounts have limited parameter access" in response.json()["message"]
    assert still.placed(Url="https://webhooks.twilio.com/v1/Voice/Template/voice_text_to_speech")


def test_what_is_refused_is_a_problem_of_that_person(still: Simulator) -> None:
    call = still.placed()
    still.call("DELETE", call["uri"])
    (alert,) = still.call("GET", "/simulator/alerts").json()["alerts"]
    assert (alert["with"], alert["code"], alert["call_sid"], alert["message_sid"]) == (TO, 20009, call["sid"], None)
