# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for replies, against the simulator and against servers that misbehave."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest

from support.client import ACCOUNT, TOKEN
from support.faults import FaultyServer, answer, refusal, silence
from support.simulator import TO
from support.work import work

OTHER = "+15552345678"
ABSENT_SID = "SM" + "0f" * 16


@pytest.fixture
def wait(swift):
    """Wait, briefly, for a reply to messages."""

    def wait(sid, **options):
        waiting = {"code": "7F3", "wait_timeout": 0, "poll_interval": 0.1, **options}
        return work("twilio_reply", swift.connection, sid=sid, **waiting)

    return wait


def test_outcomes(swift, wait):
    sid, other = (swift.created(To=to)["sid"] for to in (TO, OTHER))
    nobody = wait([sid, other])
    assert (nobody["outcome"], nobody["reply"], nobody["replies"]) == ("timeout", None, [])
    assert [recipient["to"] for recipient in nobody["recipients"]] == [TO, OTHER]
    assert [message["sid"] for message in nobody["messages"]] == [sid, other]

    swift.inbound("No 7f3", TO)
    swift.inbound("what?", OTHER)
    one = wait([sid, other])
    assert one["outcome"] == "timeout"
    assert [(reply["from"], reply["answer"]) for reply in one["replies"]] == [(TO, "declined"), (OTHER, None)]
    assert [recipient["has_passed"] for recipient in one["recipients"]] == [True, False]

    swift.inbound("NO 7F3", OTHER)
    both = wait([sid, other], wait_timeout=300)
    assert (both["outcome"], both["reply"]) == ("passed", None)

    taken = swift.inbound("Oh well, ACK 7F3", TO)
    accepted = wait([sid, other], wait_timeout=300)
    assert (accepted["outcome"], accepted["changed"]) == ("accepted", False)
    assert accepted["reply"]["sid"] == taken["sid"]
    assert accepted["reply"].keys() == {"sid", "from", "to", "body", "date", "answer"}

    swift.inbound("Sorry: no 7F3!", TO)
    again = wait([sid, other], wait_timeout=300)
    assert (again["outcome"], again["reply"]) == ("passed", None)


def test_the_first_of_several_has_taken_it(swift, wait):
    sid, other = (swift.created(To=to)["sid"] for to in (TO, OTHER))
    swift.inbound("ack 7F3", OTHER)
    swift.set_clock(advance=60)
    swift.inbound("ack 7F3", TO)
    swift.set_clock(advance=60)
    swift.inbound("ack 7F3", OTHER)
    assert wait([sid, other])["reply"]["from"] == OTHER


def test_who_takes_it_back_is_no_longer_the_first(swift, wait):
    sid, other = (swift.created(To=to)["sid"] for to in (TO, OTHER))
    for text, number in (("ack 7F3", TO), ("no 7F3", TO), ("ack 7F3", OTHER), ("ack 7F3", TO)):
        swift.inbound(text, number)
        swift.set_clock(advance=10)
    assert wait([sid, other])["reply"]["from"] == OTHER


def test_whoever_opts_out_has_passed(swift, wait):
    sid = swift.created()["sid"]
    swift.inbound("STOP", TO)
    assert wait([sid], wait_timeout=300)["outcome"] == "passed"


def test_nobody_waits_for_those_who_were_asked_before(swift, wait):
    sid, other = (swift.created(To=to)["sid"] for to in (TO, OTHER))
    swift.inbound("no 7F3", TO)
    assert wait([sid, sid], earlier_sid=[other], wait_timeout=300)["outcome"] == "passed"


def test_only_what_comes_behind_the_message_to_its_sender_counts(swift, wait):
    swift.created()
    swift.inbound("ACK 7F3", TO)
    swift.set_clock(advance=60)
    sid = swift.created()["sid"]
    swift.inbound("ACK 7F3", TO, To="+15550009999")
    swift.inbound("ACK 7F3", OTHER)
    result = wait([sid])
    assert (result["outcome"], result["replies"]) == ("timeout", [])


def test_earlier_messages_count_and_are_not_waited_for(swift, wait):
    sid, earlier = (swift.created(To=to)["sid"] for to in (TO, OTHER))
    swift.inbound("no 7f3", TO)
    assert wait([sid], earlier_sid=[earlier], wait_timeout=300)["outcome"] == "passed"
    swift.inbound("ack 7f3", OTHER)
    result = wait([sid], earlier_sid=[earlier])
    assert (result["outcome"], result["reply"]["from"]) == ("accepted", OTHER)


def test_without_a_code(swift, wait):
    sid = swift.created()["sid"]
    swift.inbound("I have no idea")
    swift.inbound("Yes!")
    assert [reply["answer"] for reply in wait([sid], code="", accept=["YES"])["replies"]] == [None, "accepted"]


def test_a_message_that_does_not_arrive_is_not_waited_for(swift, wait):
    sid = swift.created(To="+15557779999")["sid"]
    result = wait([sid], wait_timeout=300)
    assert result["outcome"] == "passed"
    (recipient,) = result["recipients"]
    assert (recipient["status"], recipient["error_code"], recipient["has_passed"]) == ("undelivered", 30005, True)


def test_nobody_to_wait_for(wait):
    result = wait([], wait_timeout=300)
    assert (result["outcome"], result["recipients"]) == ("passed", [])


def test_check_mode_looks_once(swift, wait):
    sid = swift.created()["sid"]
    before = len(swift.ledger())
    assert wait([sid], wait_timeout=300, check_mode=True)["outcome"] == "timeout"
    assert [request["method"] for request in swift.ledger()[before:]] == ["GET", "GET"]


def test_what_cannot_be_read_now_is_read_later(swift, wait):
    sid = swift.created()["sid"]
    swift.inbound("ack 7f3")
    swift.fault("server_error", operation="list", times=2)
    result = wait([sid], wait_timeout=300, retries=0)
    assert result["outcome"] == "accepted"
    assert len(result["warnings"]) == 1
    assert "HTTP 503" in result["warnings"][0]


def test_a_message_that_is_not_found_yet(wait):
    result = wait([ABSENT_SID])
    warning = f"Replies to {ABSENT_SID} could not be read. Check the SID and account_sid."
    assert (result["outcome"], result["messages"], result["warnings"]) == ("timeout", [None], [warning])


def test_a_message_is_found_late_and_this_machines_clock_is_slow(wait):
    class Late(FaultyServer):
        def behaviour(self, request):
            date = formatdate(time.time() + 600, usegmt=True)
            if len(self.requests) == 1:
                return refusal(404, 20404, Date=date)
            reply = {"from": TO, "direction": "inbound", "date_created": date, "body": "ack 7F3", "sid": "SM2"}
            message = {"sid": ABSENT_SID, "to": TO, "date_created": date, "status": "delivered"}
            return answer(200, json.dumps({**message, "messages": [reply]}), Date=date)

    with Late().running() as server:
        assert wait([ABSENT_SID], wait_timeout=300, api_url=server.url)["outcome"] == "accepted"


def test_replies_that_could_never_be_read_fail_the_task(wait):
    with FaultyServer(refusal(503, 20503)).running() as server:
        result = wait([ABSENT_SID], retries=0, api_url=server.url)
    assert result["failed"]
    assert "HTTP 503" in result["msg"]


def test_credentials_that_cannot_read_fail_at_once(wait):
    with FaultyServer(refusal(403, 20008)).running() as server:
        result = wait([ABSENT_SID], wait_timeout=300, api_url=server.url)
    assert result["failed"]
    assert result["error"]["code"] == 20008
    assert len(server.requests) == 1


def test_all_wrong_options_at_once(swift, wait):
    result = wait(["SM1"], code="7 F3", accept=["?"], wait_timeout=-1, poll_interval=0, earlier_sid=["x"])
    assert result["failed"]
    assert [problem.partition(":")[0] for problem in result["problems"]] == [
        "sid",
        "earlier_sid",
        "accept",
        "code",
        "wait_timeout",
        "poll_interval",
    ]
    assert swift.ledger() == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"accept": ["Go", "OK"], "decline": ["ok!"]}, "accept: 'OK' is also in decline."),
        ({"decline": ["Cancel"]}, "decline: 'Cancel' cannot be used, since Twilio takes it as an opt-out."),
        ({"accept": ["True"]}, "accept: 'True' is what YAML makes of words such as yes and no. Quote the word."),
        ({"accept": []}, "accept: contains no word. Set those that accept."),
        ({"wait_timeout": float("nan")}, "wait_timeout: must be 0 or more, not nan."),
    ],
)
def test_what_would_wait_in_vain(wait, options, problem):
    assert wait([ABSENT_SID], **options)["problems"] == [problem]


class SlowToShow(FaultyServer):
    """Does not find the message; answers only the first requests, if a number of these is given."""

    def __init__(self, answered=None):
        super().__init__()
        self._answered = answered

    def behaviour(self, request):
        if self._answered is not None and len(self.requests) > self._answered:
            return silence
        return answer(404, json.dumps({"code": 20404}), Date=formatdate(usegmt=True))


def wait_for_absent(server, **options):
    connection = {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_url": server.url}
    return work("twilio_reply", connection, sid=[ABSENT_SID], **options)


def test_the_last_second_is_not_filled_with_requests():
    with SlowToShow().running() as server:
        # A hundredth of a second is left for as long as the server's whole second lasts.
        result = wait_for_absent(server, wait_timeout=2.01, poll_interval=0.5)
    assert result["outcome"] == "timeout"
    assert len(server.requests) < 25


def test_a_server_that_hangs_at_the_end_takes_the_time_of_one_request():
    began = time.monotonic()
    with SlowToShow(answered=1).running() as server:
        result = wait_for_absent(server, wait_timeout=2, poll_interval=0.5, timeout=3)
    assert (result["failed"], len(server.requests)) == (True, 2)
    assert time.monotonic() - began < 10
