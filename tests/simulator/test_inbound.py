# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people send, by hand, by script and in answer to a webhook."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from twilio.request_validator import RequestValidator

from support.faults import Behaviour, FaultyServer, answer
from support.simulator import FROM, TO, Simulator

KEYWORDS = ["STOP", "stop", " Unsubscribe\n", "CANCEL", "End", "QUIT", "STOPALL"]


def shown(simulator: Simulator) -> Any:
    """All messages, oldest first."""
    return simulator.call("GET", "/simulator/messages", auth=None).json()["messages"][::-1]


def test_shape(swift: Simulator) -> None:
    message = swift.inbound("größer", To=FROM, MediaUrl="https://x.example/a.png")
    assert (message["direction"], message["status"], message["body"]) == ("inbound", "received", "größer")
    assert (message["from"], message["to"], message["num_media"]) == (TO, FROM, "1")
    assert message["date_sent"] == message["date_created"]
    assert [step["status"] for step in message["history"]] == ["received"]
    public = swift.call("GET", message["uri"]).json()
    assert public == {name: message[name] for name in public}
    assert swift.call("GET", swift.messages, params={"From": TO, "To": FROM}).json()["messages"] == [public]
    assert swift.call("DELETE", message["uri"]).status_code == 204


def test_json_is_as_good_as_a_form(swift: Simulator) -> None:
    form = {"From": TO, "To": FROM, "Body": "hi", "MediaUrl": ["https://x.example/a", "https://x.example/b"]}
    message = swift.call("POST", "/simulator/inbound", json=form).json()
    assert (message["body"], message["num_media"]) == ("hi", "2")
    assert message["form"] == [
        ["From", TO],
        ["To", FROM],
        ["Body", "hi"],
        ["MediaUrl", "https://x.example/a"],
        ["MediaUrl", "https://x.example/b"],
    ]


def test_without_to_it_answers_what_came_last(swift: Simulator, defaults: dict[str, Any]) -> None:
    assert swift.inbound("hello?")["to"] == "+15005550006"
    swift.created(From="+15550001111")
    sub = defaults["subaccount_sid"]
    swift.call("POST", swift.path_of(sub), data={"To": TO, "From": "+15550002222", "Body": "x"})
    swift.created(To="+15559990000", From="+15550003333")
    message = swift.inbound("on it")
    assert (message["to"], message["account_sid"]) == ("+15550002222", sub)


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"From": "Ann"}, "From"),
        ({"From": ""}, "From"),
        ({"To": "+1"}, "To"),
        ({"Body": ""}, "Body"),
        ({"Body": "x" * 1601}, "Body"),
        ({"MediaUrl": "a.png"}, "media"),
        ({"AccountSid": "AC1"}, "AC1"),
    ],
    ids=str,
)
def test_senseless(swift: Simulator, form: dict[str, str], named: str) -> None:
    response = swift.call("POST", "/simulator/inbound", data={"From": TO, "To": FROM, "Body": "x"} | form)
    assert response.status_code == 400
    assert named in response.json()["error"]
    assert shown(swift) == []


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_stop_and_start(swift: Simulator, keyword: str) -> None:
    swift.inbound(keyword, To=FROM)
    refused = swift.create()
    assert (refused.status_code, refused.json()["code"]) == (400, 21610)
    assert swift.create(From="+15550001111").status_code == 201
    assert swift.create(To="+15559990000").status_code == 201
    swift.inbound("Start", To=FROM)
    assert swift.create().status_code == 201


def test_other_channels_know_no_keywords(swift: Simulator) -> None:
    to, sender = f"whatsapp:{TO}", f"whatsapp:{FROM}"
    swift.inbound("STOP", sender=to, To=sender)
    assert swift.create(To=to, From=sender).status_code == 201


def test_only_a_keyword_alone_counts(swift: Simulator) -> None:
    swift.inbound("STOP it, please", To=FROM)
    assert swift.create().status_code == 201


def test_a_service_learns_of_it_when_it_has_chosen_a_sender(swift: Simulator) -> None:
    swift.inbound("STOP", To="+15005550006")
    message = swift.created(From="", MessagingServiceSid=f"MG{'a' * 32}")
    assert swift.eventually(message["uri"], "failed")["error_code"] == 21610


def test_reset_forgets_who_wants_nothing(swift: Simulator) -> None:
    swift.inbound("STOP", To=FROM)
    swift.reset()
    assert swift.create().status_code == 201


PEOPLE = {
    "+15550000001": {"after": 20, "find": "(?i)ack +(?P<code>[0-9]+)", "text": "ACK {code}"},
    "+15550000002": [{"text": "Who?", "after": 1}, {"find": "(..) is (down)", "text": "{2}: {1}", "after": 5}],
    "+15550000003": "silent",
    "+15550000004": "unreachable",
    "+15550000005": [{"undeliverable": 30006}, {"text": "never"}],
    "+15550000006": [{"slow": 100}],
    "+15550000007": ["stuck", {"text": "yet here"}],
    "+15550000008": {"text": "STOP"},
    "+15550000009": {"text": "never"},
}


@pytest.fixture(scope="module")
def scripted(simulate: Callable[..., Simulator], tmp_path_factory: pytest.TempPathFactory) -> Simulator:
    script = tmp_path_factory.mktemp("script") / "people.json"
    script.write_text(json.dumps(PEOPLE))
    return simulate(pace=1, speed=0, people=str(script), undeliverable={"+15550000009": 30008})


@pytest.mark.parametrize(
    ("number", "status", "code", "answers"),
    [
        (1, "delivered", None, ["ACK 4711"]),
        (2, "delivered", None, ["Who?", "down: db"]),
        (3, "delivered", None, []),
        (4, "undelivered", 30003, []),
        (5, "undelivered", 30006, []),
        (7, "sent", None, ["yet here"]),
        (8, "delivered", None, ["STOP"]),
        (9, "undelivered", 30008, []),
    ],
)
def test_scripted_people(scripted: Simulator, number: int, status: str, code: int | None, answers: list[str]) -> None:
    scripted.reset()
    person = f"+1555000000{number}"
    sent = scripted.created(To=person, Body="db is down. Answer ACK 4711")
    scripted.set_clock(advance=60)
    message, *received = shown(scripted)
    assert (message["status"], message["error_code"]) == (status, code)
    assert [answer["body"] for answer in received] == answers
    assert {(answer["from"], answer["to"]) for answer in received} <= {(person, FROM)}
    assert scripted.create(To=person).json().get("code") == (21610 if answers == ["STOP"] else None)
    assert sent["to"] == person


def test_answers_come_in_their_time(scripted: Simulator) -> None:
    scripted.reset()
    scripted.created(To="+15550000001", Body="ack 1")
    scripted.set_clock(advance=22.5)
    assert len(shown(scripted)) == 1
    scripted.set_clock(advance=1)
    _sent, received = shown(scripted)
    assert received["body"] == "ACK 1"


def test_answers_to_come_are_bounded(simulate: Callable[..., Simulator], tmp_path: Path) -> None:
    script = tmp_path / "people.json"
    script.write_text(json.dumps({TO: {"find": ".+", "text": "{0}", "after": 60}}))
    simulator = simulate(pace=0, speed=0, keep=6, people=str(script))
    for number in range(8):
        simulator.created(Body=str(number))
        simulator.set_clock(advance=1)
    simulator.set_clock(advance=60)
    answers = [message["body"] for message in shown(simulator) if message["direction"] == "inbound"]
    assert answers == ["2", "3", "4", "5", "6", "7"]


def test_nobody_answers_what_is_forgotten(scripted: Simulator) -> None:
    scripted.reset()
    scripted.created(To="+15550000001", Body="ack 1")
    scripted.set_clock(advance=10)
    assert scripted.call("DELETE", "/simulator/messages", auth=None).status_code == 204
    scripted.set_clock(advance=60)
    assert shown(scripted) == []


def test_who_finds_nothing_says_nothing(scripted: Simulator) -> None:
    scripted.reset()
    scripted.created(To="+15550000001", Body="all is well")
    scripted.set_clock(advance=60)
    assert len(shown(scripted)) == 1


def test_slow_carrier(scripted: Simulator) -> None:
    scripted.reset()
    message = scripted.created(To="+15550000006")
    for advance, status in ((99, "queued"), (2, "sending"), (100, "sent"), (100, "delivered")):
        scripted.set_clock(advance=advance)
        assert scripted.call("GET", message["uri"]).json()["status"] == status


@pytest.mark.parametrize(
    ("people", "complaint"),
    [
        ("[]", "people: must be a mapping"),
        ("15550000001: silent", '15550000001: the number must be a quoted string, such as "+15550000001"'),
        ("'+1555': silent", "+1555: this is not a phone number"),
        ("'+15550000001': snoring", "+15550000001: 'snoring' is not one of silent, stuck, unreachable"),
        ("'+15550000001': {text: 'ACK {code}'}", "+15550000001: text contains {code}, but find has no such group"),
        ("'+15550000001': {text: '{2}', find: '(a)'}", "+15550000001: text contains {2}, but find has no such group"),
        ("'+15550000001': {text: a, find: '('}", "+15550000001: find is not a regular expression"),
        ("'+15550000001': {text: a, after: soon}", "+15550000001: after must be a number"),
        ("'+15550000001': {text: a, afer: 1}", "+15550000001: a reply can have text, after and find, not afer"),
        ("'+15550000001': {text: 1}", "+15550000001: text must be a string"),
        ("'+15550000001': [slow: -1]", "+15550000001: slow must be a number of 0 or more"),
        ("'+15550000001': {undeliverable: yes}", "+15550000001: undeliverable must be a number"),
        ("'+15550000001': [busy, {answers: 3}]", "a phone can do only one of busy and answers"),
        ("'+15550000001': {voicemail: late}", "+15550000001: voicemail must be a number of 0 or more"),
        ("'+15550000001': {slow: 1, stuck: true}", "is not one of"),
        ("a: [", "people.yml: while parsing"),
    ],
)
def test_scripts_that_make_no_sense(cli: Callable[..., Any], tmp_path: Path, people: str, complaint: str) -> None:
    script = tmp_path / "people.yml"
    script.write_text(people)
    for command in (["run"], ["start", "--state-dir", str(tmp_path / "state")]):
        result = cli(*command, "--port=0", f"--people={script}")
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert complaint in result.stderr


def test_no_such_script(cli: Callable[..., Any], tmp_path: Path) -> None:
    result = cli("run", "--port=0", f"--people={tmp_path}/none.yml")
    assert (result.returncode, result.stderr) == (
        1,
        f"simulator: people: {tmp_path}/none.yml: No such file or directory\n",
    )


def test_webhook(simulate: Callable[..., Simulator]) -> None:
    twiml = (
        "<?xml version='1.0'?><Response><Message>Thanks, &lt;Ann&gt;</Message><Redirect>x</Redirect>"
        "<Message to='+15559990000'><Body>Ann has it</Body><Media>https://x.example/a.png</Media></Message></Response>"
    )
    good = answer(200, twiml, "text/xml")
    with FaultyServer(answer(503), answer(404), good, answer(200, "<Response/>")).running() as server:
        simulator = simulate(pace=0, speed=60, inbound_webhook=f"{server.url}/sms?a=b#rp=4xx,5xx&rc=2")
        message = simulator.inbound("on it & running", To=FROM, MediaUrl="https://x.example/b.jpg")
        simulator.wait(count=2, direction="outbound-reply", status="delivered")
        first, second, third = server.requests
    assert first.body == second.body == third.body
    form = {name: values[0] for name, values in parse_qs(third.body, keep_blank_values=True).items()}
    assert form == {
        "AccountSid": simulator.auth[0],
        "ApiVersion": "2010-04-01",
        "Body": "on it & running",
        "From": TO,
        "MediaContentType0": "image/jpeg",
        "MediaUrl0": "https://x.example/b.jpg",
        "MessageSid": message["sid"],
        "NumMedia": "1",
        "NumSegments": "1",
        "SmsMessageSid": message["sid"],
        "SmsSid": message["sid"],
        "SmsStatus": "received",
        "To": FROM,
    }
    signed = third.headers["X-Twilio-Signature"]
    assert RequestValidator(simulator.auth[1]).validate(f"{server.url}/sms?a=b", form, signed)
    _received, thanks, told = shown(simulator)
    assert (thanks["from"], thanks["to"], thanks["body"]) == (FROM, TO, "Thanks, <Ann>")
    assert (told["to"], told["body"], told["num_media"]) == ("+15559990000", "Ann has it", "1")


class Obliging(FaultyServer):
    """Answers as it was last told to."""

    def tell(self, behaviour: Behaviour) -> None:
        self._behaviours = [behaviour]


@pytest.fixture(scope="module")
def answered(simulate: Callable[..., Simulator]) -> Iterator[tuple[Simulator, Obliging]]:
    """A simulator and its webhook."""
    with Obliging(answer()).running() as server:
        yield simulate(pace=0, inbound_webhook=server.url), server


@pytest.mark.parametrize(
    ("content_type", "content", "sent", "code"),
    [
        ("text/xml; charset=utf-8", "<Response><Message>Thanks</Message></Response>", "Thanks", None),
        ("application/xml", "<Response><Message>Thanks</Message></Response>", "Thanks", None),
        ("text/html", "<Response><Message>Thanks</Message></Response>", "Thanks", None),
        ("text/plain", "<Thanks>", "<Thanks>", None),
        ("application/json", "{}", None, 12300),
        ("text/xml", "Thanks", None, 12100),
        ("text/html", "<html/>", None, 12200),
        ("text/xml", "", None, None),
        ("application/json", "", None, None),
        ("text/xml", "<Response><Message to='+1'>Thanks</Message></Response>", None, 21211),
        ("text/xml", "<Response><Message/></Response>", None, 21602),
        ("text/plain", "x" * 70_000, None, 11750),
    ],
    ids=str,
)
def test_what_a_webhook_answers_counts_by_its_type(
    answered: tuple[Simulator, Obliging], content_type: str, content: str, sent: str | None, code: int | None
) -> None:
    simulator, server = answered
    simulator.reset()
    server.tell(answer(200, content, content_type))
    simulator.inbound("hello", To=FROM)
    if sent:
        (message,) = simulator.wait(direction="outbound-reply")
        assert (message["body"], message["to"], message["from"]) == (sent, TO, FROM)
    deadline = time.monotonic() + 60
    while not asked(simulator, "callbacks", "status") or (code and not asked(simulator, "alerts", "code")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert asked(simulator, "alerts", "code") == ([code] if code else [])
    assert len(shown(simulator)) == (2 if sent else 1)


def test_a_webhook_that_redirects_is_a_problem(answered: tuple[Simulator, Obliging]) -> None:
    simulator, server = answered
    simulator.reset()
    server.tell(answer(302, "", Location="/other/"))
    simulator.inbound("hello", To=FROM)
    deadline = time.monotonic() + 60
    while not (reasons := asked(simulator, "alerts", "reason")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "answered with status 302, and the simulator follows no redirects" in reasons[0]


def test_a_text_with_half_a_character_is_refused(swift: Simulator) -> None:
    message = '{"From": "+15551234567", "To": "+15557654321", "Body": "\\ud800"}'
    headers = {"Content-Type": "application/json"}
    response = swift.call("POST", "/simulator/inbound", data=message, headers=headers, auth=None)
    assert (response.status_code, shown(swift)) == (400, [])


def asked(simulator: Simulator, what: str, field: str) -> list[Any]:
    """This field of all alerts or callbacks that have one."""
    found = simulator.call("GET", f"/simulator/{what}", auth=None).json()[what]
    return [each[field] for each in found if each[field]]
