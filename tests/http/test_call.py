# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placing calls: against servers with faults, what they accepted and what the task says of it; and the simulator."""

from __future__ import annotations

import json
from email.utils import formatdate
from xml.etree import ElementTree

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work import find
from support.client import ACCOUNT, TOKEN
from support.faults import FaultyPhones, FaultyServer, answer, hang_up, refusal, reset
from support.send import OTHER, WELL, in_turn, outcomes
from support.simulator import FROM, TO
from support.work import work

BUSY, VOICEMAIL, RINGS, GONE = "+15551230001", "+15551230002", "+15551230003", "+15551230004"
CONNECTION = {"account_sid": ACCOUNT, "auth_token": TOKEN}


@pytest.fixture(autouse=True)
def _quick_proof(monkeypatch):
    monkeypatch.setattr(find, "PROOF_DELAYS", (0.01, 0.01, 0.01))


@pytest.fixture(scope="module")
def _phones(simulate):
    people = {BUSY: "busy", VOICEMAIL: "voicemail", RINGS: "lets it ring", GONE: "unreachable"}
    return simulate(pace=0, speed=100, people=people, numbers=[FROM])


@pytest.fixture
def phones(_phones):
    """A simulator in which a minute takes less than a second."""
    _phones.reset()
    return _phones


def place(url, /, check_mode=False, diff=False, **options):
    """Call, and return the result whether it is a failure or not."""
    connection = {**CONNECTION, "api_url": url} if isinstance(url, str) else getattr(url, "connection", url)
    return work("twilio_call", connection, check_mode, diff, **{"to": [TO], "from": FROM, "say": "Hi", **options})


# What happens to the create request, by whether the call was accepted all the same: the outcome, and how many create
# requests there are.
FAULTS = {
    "none": (True, None, "placed", 1),
    "a refusal": (False, refusal(400, 13223), "rejected", 1),
    "a reset before it was accepted": (False, reset, "unknown", 1),
    "a reset after it was accepted": (True, reset, "placed", 1),
    "a hang-up after it was accepted": (True, hang_up, "placed", 1),
    "a 500 before it was accepted": (False, answer(500, "<h1>Oops</h1>", "text/html"), "unknown", 1),
    "a 500 after it was accepted": (True, answer(500, "<h1>Oops</h1>", "text/html"), "placed", 1),
    "an unreadable answer": (True, answer(201, '{"sid": "CA'), "placed", 1),
    "too many requests, again and again": (False, refusal(429, 20429, Retry_After="0"), "rejected", 3),
}


@pytest.mark.parametrize(("accepts", "fault", "outcome", "posts"), FAULTS.values(), ids=FAULTS)
def test_faults(accepts, fault, outcome, posts):
    with FaultyPhones(lambda _request: (accepts, fault)).running() as server:
        result = place(server.url, retries=2)
    assert outcomes(result) == [outcome]
    assert (len(server.posts()), len(server.accepted)) == (posts, 1 if accepts else 0)
    assert {request.line.split(" ")[1].rpartition("/")[2].partition("?")[0] for request in server.requests} == {
        "Calls.json"
    }
    assert result["failed"] is (outcome != "placed")
    assert result["changed"] is (outcome != "rejected")
    if outcome == "placed":
        assert result["call"]["sid"] == server.accepted[0]["sid"]
    if outcome == "unknown":
        assert f"The call to {TO} may or may not have been placed" in result["msg"]
        assert "Check Twilio's call log" in result["msg"]
    assert CONNECTION["auth_token"] not in json.dumps(result)


@pytest.mark.parametrize(
    "changes",
    [
        {"date_created": "Thu, 05 Mar 2026 10:00:00 +0000"},
        {"date_created": None},
        {"direction": "inbound"},
        {"from": OTHER},
        {"to": OTHER},
    ],
    ids=str,
)
def test_another_call_is_no_proof(changes):
    class Careless(FaultyPhones):
        """Lists all calls, whichever were asked for."""

        def _listed(self, request):
            del request
            return answer(200, json.dumps({"calls": self.accepted}), Date=formatdate(usegmt=True))

    with Careless(in_turn(WELL, (False, reset))).running() as server:
        place(server.url)
        server.accepted[0].update(changes)
        assert outcomes(place(server.url)) == ["unknown"]


def test_when_a_call_began_is_proof_enough():
    class Dateless(FaultyPhones):
        """Does not tell when a call was created."""

        def _created(self, form):
            return {**super()._created(form), "date_created": None, "start_time": formatdate(usegmt=True)}

    with Dateless(lambda _request: (True, reset)).running() as server:
        assert outcomes(place(server.url)) == ["placed"]


def test_resend_unknown():
    with FaultyPhones(in_turn((False, reset), WELL)).running() as server:
        result = place(server.url, resend_unknown=True)
    assert (outcomes(result), result["recipients"][0]["resent"]) == (["placed"], True)
    assert result["warnings"] == [
        f"The call to {TO} may have been placed twice: the outcome of the first request is unknown."
    ]
    assert len(server.posts()) == 2


@pytest.mark.parametrize("code", [20003, 20403, 20404, 21205, 21210, 21212, 32018, 573005])
def test_a_fatal_error_stops_all(code):
    with FaultyServer(refusal(400, code)).running() as server:
        result = place(server.url, to=[TO, OTHER, BUSY], concurrency=1)
    assert outcomes(result) == ["rejected", "not_tried", "not_tried"]
    assert len(server.requests) == 1
    assert f"{OTHER}, {BUSY} were not placed" in result["msg"]


@pytest.mark.parametrize("code", [10004, 13223, 21215, 21216, 21217, 21219, 573002])
def test_an_error_of_one_recipient_does_not_stop_the_others(code):
    with FaultyPhones(in_turn((False, refusal(400, code)), WELL)).running() as server:
        result = place(server.url, to=[TO, OTHER], concurrency=1)
    assert outcomes(result) == ["rejected", "placed"]
    assert result["msg"].startswith(f"1 of 2 calls failed.\n- {TO} was rejected: No (HTTP 400, code {code}")


@pytest.mark.parametrize("code", ['"code": 0, ', ""])
def test_what_a_new_trial_account_may_not_do(code):
    text = "One or more parameters are not permitted: trial accounts have limited parameter access."
    with FaultyServer(answer(400, f'{{{code}"message": "{text}", "status": 400}}')).running() as server:
        result = place(server.url, to=[TO, OTHER], concurrency=1)
    assert outcomes(result) == ["rejected", "not_tried"]
    assert "to, from, url and status_callback only" in result["msg"]
    assert "url to https://webhooks.twilio.com/v1/Voice/Template/voice_text_to_speech" in result["msg"]
    assert result["error"]["code"] is None
    assert "code" not in result["msg"]


def test_the_advice_for_a_trial_account_works(phones):
    phones.fault("trial_account")
    assert "to say your own text, upgrade it" in place(phones)["msg"]
    advised = "https://webhooks.twilio.com/v1/Voice/Template/voice_text_to_speech"
    assert outcomes(place(phones, url=advised, say="")) == ["placed"]


def test_wrong_options_make_no_request():
    with FaultyServer(answer(201)).running() as server:
        result = place(server.url, to=["911"], say="", account_sid="x", ring_time=0)
    assert server.connections == 0
    assert [problem.split(":")[0] for problem in result["problems"]] == ["account_sid", "to", "say", "ring_time"]
    assert (result["failed"], result["changed"]) == (True, False)


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_prediction_comes_true(phones, check_mode):
    result = place(phones, check_mode, diff=True, to=[TO, "sip:ada@example.com"], wait=check_mode)
    assert (outcomes(result), result["changed"]) == (["placed", "placed"], True)
    expected = {"status": "queued", "queue_time": "0", "direction": "outbound-api", "from": FROM}
    assert expected.items() <= result["calls"][0].items()
    assert [call["to"] for call in result["calls"]] == [TO, "sip:ada@example.com"]
    assert [result["call"][key] for key in ("date_created", "start_time", "duration", "price")] == [None] * 4
    assert (result["call"]["sid"] is None, len(phones.rung())) == ((True, 0) if check_mode else (False, 2))
    assert result["ansible_facts"] == {"twilio_call": result["call"], "twilio_calls": result["calls"]}
    assert result["diff"][0]["after"].items() >= expected.items()
    assert "ansible_facts" not in place(phones, check_mode, register_facts=False)


def test_any_text_is_said_twice(phones):
    text = '<db1> & "co" ]]>\x0bit\'s 5 € > 4 😀'
    place(phones, say=text, language="de-DE", voice='a"b')
    (call,) = phones.wait_for_calls(status="completed")
    assert [(line["text"], line["times"]) for line in call["spoken"]] == [(text.replace("\x0b", " "), 2)]
    says = ElementTree.fromstring(dict(map(tuple, call["form"]))["Twiml"]).iter("Say")
    assert [say.attrib for say in says] == [{"language": "de-DE", "voice": 'a"b'}] * 2


def test_waiting_for_the_end(phones):
    people = [TO, VOICEMAIL, BUSY, RINGS, GONE]
    result = place(phones, to=people, wait=True, ring_time=30, machine_detection="Enable")
    assert outcomes(result) == ["answered", "answered", "unanswered", "unanswered", "unanswered"]
    assert [call["status"] for call in result["calls"]] == ["completed", "completed", "busy", "no-answer", "failed"]
    assert [recipient["answered_by"] for recipient in result["recipients"]] == ["human", "machine", None, None, None]
    assert result["failed"]
    assert "3 of 5 calls failed" in result["msg"]
    assert f"{RINGS} was not answered: The call ended as no-answer: nobody answered while it rang." in result["msg"]
    assert result["recipients"][2]["error"]["message"].startswith("The call ended as busy")
    assert "ansible_facts" not in result


def test_who_answered_is_unknown_if_nobody_listened(phones):
    result = place(phones, wait=True)
    assert (result["recipients"][0]["answered_by"], result["call"]["answered_by"]) == ("unknown", None)
    assert not result["failed"]
    assert int(result["call"]["duration"]) > 0


@pytest.mark.parametrize("status", ["canceled", "failed"])
def test_a_call_that_ends_without_an_answer(status):
    call = {"sid": "CA1", "to": TO, "status": "queued"}
    replies = [
        answer(200, '{"calls": []}'),
        answer(201, json.dumps(call)),
        answer(200, json.dumps({**call, "status": status})),
    ]
    with FaultyServer(*replies).running() as server:
        result = place(server.url, wait=True)
    assert [request.line.split(" ")[1].rpartition("/")[2] for request in server.requests] == [
        "Calls.json?PageSize=1",
        "Calls.json",
        "CA1.json",
    ]
    assert outcomes(result) == ["unanswered"]
    assert f"The call to {TO} was not answered: The call ended as {status}" in result["msg"]


def test_a_lost_answer_is_found_in_the_list(twilio):
    twilio.fault("lost_response", operation="create_call")
    found = place(twilio)
    (call,) = twilio.rung()
    assert (outcomes(found), found["call"]["sid"]) == (["placed"], call["sid"])


@pytest.mark.parametrize("fails", [False, True])
def test_waiting_no_longer_than_told(phones, fails):
    phones.set_clock(speed=0)
    try:
        result = place(phones, wait=True, wait_timeout=0.1, wait_timeout_fails=fails)
    finally:
        phones.set_clock(speed=100)
    said = result["msg"] if fails else result["warnings"][0]
    assert said.startswith(f"Not over after 0.1 seconds: {TO}. The calls ")
    assert (result["failed"], outcomes(result)) == (fails, ["placed"])


def test_credentials_that_cannot_read_call_nobody_to_wait_for(phones, defaults):
    account = {"account_sid": defaults["test_account_sid"], "auth_token": defaults["test_auth_token"]}
    result = place({**phones.connection, **account}, wait=True, **{"from": "+15005550006"})
    assert "Calls cannot be read, so the task cannot wait for them" in result["msg"]
    assert result["error"]["code"] == 20008
