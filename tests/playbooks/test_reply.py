# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for replies in playbooks, on the controller and on the target, against the simulator."""

from __future__ import annotations

import pytest

from support.faults import FaultyServer, refusal
from support.playbook import run_play
from support.simulator import FROM, TO

REPLY = "oncall.twilio.twilio_reply"
OTHER = "+15552345678"
ABSENT_SID = "SM" + "0f" * 16


@pytest.fixture(params=["controller", "target"])
def run_on(request):
    return request.param


def wait(sid, name="wait", **options):
    """A task that waits, briefly; it may fail."""
    options = {"code": "7F3", "wait_timeout": 0, "poll_interval": 0.1, **options}
    return {"name": name, REPLY: {"sid": sid, **options}, "ignore_errors": True}


def test_outcomes(twilio, run_on):
    sid, other = (twilio.created(To=to)["sid"] for to in (TO, OTHER))
    nobody = run_play([wait([sid, other], run_on=run_on)], twilio.connection)["wait"]
    assert (nobody["outcome"], nobody["reply"], nobody["replies"]) == ("timeout", None, [])
    assert [recipient["to"] for recipient in nobody["recipients"]] == [TO, OTHER]
    assert [message["sid"] for message in nobody["messages"]] == [sid, other]

    twilio.inbound("No 7f3", TO)
    twilio.inbound("what?", OTHER)
    one = run_play([wait([sid, other], run_on=run_on)], twilio.connection)["wait"]
    assert one["outcome"] == "timeout"
    assert [(reply["from"], reply["answer"]) for reply in one["replies"]] == [(TO, "declined"), (OTHER, None)]
    assert [recipient["has_passed"] for recipient in one["recipients"]] == [True, False]

    twilio.inbound("NO 7F3", OTHER)
    both = run_play([wait([sid, other], wait_timeout=300, run_on=run_on)], twilio.connection)["wait"]
    assert (both["outcome"], both["reply"]) == ("passed", None)

    taken = twilio.inbound("OK, on my way: ACK 7F3", TO)
    run = run_play([wait([sid, other], wait_timeout=300, run_on=run_on)], twilio.connection)
    assert run["wait"]["outcome"] == "accepted"
    assert run["wait"]["reply"]["sid"] == taken["sid"]
    assert run["wait"]["reply"].keys() == {"sid", "from", "to", "body", "date", "answer"}
    assert "changed=0" in run.output

    twilio.inbound("Sorry: no 7F3!", TO)
    again = run_play([wait([sid, other], wait_timeout=300, run_on=run_on)], twilio.connection)["wait"]
    assert (again["outcome"], again["reply"]) == ("passed", None)


def test_the_first_of_several_has_taken_it(twilio):
    sid, other = (twilio.created(To=to)["sid"] for to in (TO, OTHER))
    twilio.inbound("ack 7F3", OTHER)
    twilio.set_clock(advance=60)
    twilio.inbound("ack 7F3", TO)
    result = run_play([wait([sid, other])], twilio.connection)["wait"]
    assert result["reply"]["from"] == OTHER


def test_only_what_comes_behind_the_message_to_its_sender_counts(twilio):
    twilio.created()
    twilio.inbound("ACK 7F3", TO)
    twilio.set_clock(advance=60)
    sid = twilio.created()["sid"]
    twilio.inbound("ACK 7F3", TO, To="+15550009999")
    twilio.inbound("ACK 7F3", OTHER)
    result = run_play([wait([sid])], twilio.connection)["wait"]
    assert (result["outcome"], result["replies"]) == ("timeout", [])


def test_earlier_messages_count_and_are_not_waited_for(twilio):
    sid, earlier = (twilio.created(To=to)["sid"] for to in (TO, OTHER))
    twilio.inbound("no 7f3", TO)
    tasks = [wait([sid], "passed", earlier_sid=earlier, wait_timeout=300)]
    assert run_play(tasks, twilio.connection)["passed"]["outcome"] == "passed"
    twilio.inbound("ack 7f3", OTHER)
    result = run_play([wait([sid], earlier_sid=earlier)], twilio.connection)["wait"]
    assert (result["outcome"], result["reply"]["from"]) == ("accepted", OTHER)


def test_without_a_code(twilio):
    sid = twilio.created()["sid"]
    twilio.inbound("I have no idea")
    twilio.inbound("Yes!")
    result = run_play([wait([sid], code="", accept=["YES"])], twilio.connection)["wait"]
    assert [reply["answer"] for reply in result["replies"]] == [None, "accepted"]


def test_a_message_that_does_not_arrive_is_not_waited_for(twilio):
    sid = twilio.created(To="+15557779999")["sid"]
    result = run_play([wait([sid], wait_timeout=300)], twilio.connection)["wait"]
    assert result["outcome"] == "passed"
    (recipient,) = result["recipients"]
    assert (recipient["status"], recipient["error_code"], recipient["has_passed"]) == ("undelivered", 30005, True)


def test_nobody_to_wait_for(twilio):
    result = run_play([wait([], wait_timeout=300)], twilio.connection)["wait"]
    assert (result["outcome"], result["recipients"]) == ("passed", [])


def test_check_mode_looks_once(twilio, run_on):
    sid = twilio.created()["sid"]
    before = len(twilio.ledger())
    run = run_play([wait([sid], wait_timeout=300, run_on=run_on)], twilio.connection, ["--check"])
    assert run["wait"]["outcome"] == "timeout"
    assert [request["method"] for request in twilio.ledger()[before:]] == ["GET", "GET"]


def test_what_cannot_be_read_now_is_read_later(twilio):
    sid = twilio.created()["sid"]
    twilio.inbound("ack 7f3")
    twilio.fault("server_error", operation="list", times=2)
    run = run_play([wait([sid], wait_timeout=300)], {**twilio.connection, "retries": 0})
    assert run["wait"]["outcome"] == "accepted"
    assert len(run["wait"]["warnings"]) == 1
    assert "HTTP 503" in run["wait"]["warnings"][0]


def test_a_message_that_is_not_found_yet(twilio):
    result = run_play([wait([ABSENT_SID])], twilio.connection)["wait"]
    assert (result["outcome"], result["messages"]) == ("timeout", [None])
    assert "warnings" not in result


def test_credentials_that_cannot_read_fail_at_once(twilio):
    forbidden = refusal(403, 20008)
    with FaultyServer(forbidden).running() as server:
        run = run_play([wait([ABSENT_SID], wait_timeout=300)], {**twilio.connection, "api_url": server.url})
    assert run.has_failed("wait")
    assert run["wait"]["error"]["code"] == 20008
    assert len(server.requests) == 1


def test_all_wrong_options_at_once(twilio):
    task = wait(["SM1"], code="7 F3", accept=["?"], wait_timeout=-1, poll_interval=0, earlier_sid=["x"])
    run = run_play([task], twilio.connection)
    assert run.has_failed("wait")
    assert [problem.partition(":")[0] for problem in run["wait"]["problems"]] == [
        "sid",
        "earlier_sid",
        "accept",
        "code",
        "wait_timeout",
        "poll_interval",
    ]
    assert twilio.ledger() == []
    assert FROM not in run.output
