# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and changing messages, against the simulator and against servers that misbehave."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from support.faults import FaultyServer, answer, refusal, reset
from support.simulator import TO
from support.work import work

ABSENT_SID = "SM" + "0f" * 16
ACCOUNT = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "retries": 0}
MESSAGE = json.dumps({"sid": ABSENT_SID, "status": "delivered", "body": "Hi"})

info = partial(work, "twilio_message_info")
manage = partial(work, "twilio_message")


@pytest.fixture
def delivered(swift):
    """A message that has been delivered."""

    def delivered(**form):
        return swift.eventually(swift.created(**form)["uri"], "delivered")

    return delivered


def bodies(result):
    return [message["body"] for message in result["messages"]]


def requests_since(twilio, before):
    return [(request["method"], dict(map(tuple, request["query"]))) for request in twilio.ledger()[before:]]


def faulty(*behaviours, call, **options):
    """What a call comes to with a server that behaves like this; and the server."""
    with FaultyServer(*behaviours).running() as server:
        return call({**ACCOUNT, "api_url": server.url}, **options), server


def test_by_sid(swift):
    first, second = (swift.created(Body=body)["sid"] for body in ("one", "two"))
    one = info(swift.connection, sid=first)
    several = info(swift.connection, sid=[second, ABSENT_SID, first], limit=1)
    none = info(swift.connection, sid=ABSENT_SID)
    assert set(one["message"]) == set(KEYS)
    assert (one["message"]["sid"], one["query_result"]) == (first, None)
    # All of them, in that order, whatever the limit.
    assert [message["sid"] for message in several["messages"]] == [second, first]
    assert (none["messages"], none["message"]) == ([], None)
    assert not any(result["changed"] or result["failed"] for result in (one, several, none))


def test_no_sids_are_no_messages(swift):
    swift.created()
    assert info(swift.connection, sid=[])["messages"] == []


FILTERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "none": ({}, ["db3", "well", "db2", "db1"]),
    "to": ({"to": TO}, ["well", "db1"]),
    "from": ({"from": "+15552224444"}, ["well"]),
    "status": ({"status": "undelivered"}, ["db3"]),
    "statuses": ({"status": ["undelivered", "delivered"], "to": "+15557779999"}, ["db3"]),
    "body": ({"body_matches": r"db[12]$"}, ["db2", "db1"]),
    "direction": ({"direction": "outbound"}, ["db3", "well", "db2", "db1"]),
    "inbound": ({"direction": "inbound"}, []),
    "after": ({"date_sent_after": "-1h"}, ["db3", "well", "db2", "db1"]),
    "before": ({"date_sent_before": "-1h"}, []),
    "limit": ({"limit": 2}, ["db3", "well"]),
    "limit of what matches": ({"limit": 1, "body_matches": "db1"}, ["db1"]),
    "no limit": ({"limit": 0}, ["db3", "well", "db2", "db1"]),
}


def test_filters(swift, delivered, subtests):
    delivered(Body="Disk full on db1")
    delivered(Body="Disk full on db2", To="+15550001111")
    delivered(Body="All well", From="+15552224444")
    undelivered = swift.created(Body="Disk full on db3", To="+15557779999")
    swift.eventually(undelivered["uri"], "undelivered")
    for name, (options, expected) in FILTERS.items():
        with subtests.test(name):
            assert [body.split(" ")[-1] for body in bodies(info(swift.connection, **options))] == expected


def test_no_page_is_read_that_is_not_needed(swift):
    for number in range(7):
        swift.created(Body=str(number))
    before = len(swift.ledger())
    assert bodies(info(swift.connection, limit=3)) == ["6", "5", "4"]
    assert requests_since(swift, before) == [("GET", {"PageSize": "3"})]


@pytest.mark.parametrize(
    "uri", ["https://evil.example.com/2010-04-01/Accounts/x/Messages.json?Page=1", "//evil.example.com/", "/other.json"]
)
def test_pages_are_followed_on_the_same_host_only(uri):
    page = json.dumps({"messages": [{"sid": "SM1"}], "next_page_uri": uri})
    result, server = faulty(answer(200, page), call=info, limit=0)
    assert result["failed"]
    assert "was not read" in result["msg"]
    assert len(server.requests) == 1


def test_a_page_that_names_itself_as_the_next():
    again = f"/2010-04-01/Accounts/{ACCOUNT['account_sid']}/Messages.json?PageSize=1000"
    page = json.dumps({"messages": [], "next_page_uri": again})
    result, server = faulty(answer(200, page), call=info, limit=0)
    assert "pages of messages form a loop" in result["msg"]
    assert len(server.requests) == 1


def test_a_query(swift):
    message = swift.created(Body="Disk full", To="+15557779999")
    swift.eventually(message["uri"], "undelivered")
    result = info(swift.connection, query="[?status=='undelivered'].{to: to, code: error_code}")
    assert result["query_result"] == [{"to": "+15557779999", "code": 30005}]
    assert len(result["messages"]) == 1


def test_a_bad_query_makes_no_request(swift):
    (problem,) = info(swift.connection, query="[?status==")["problems"]
    assert problem.startswith("query: is not a JMESPath expression.")
    assert "column" in problem or "^" in problem
    assert info(swift.connection, query=f"[{'5' * 5000}]")["problems"]
    assert swift.ledger() == []


@pytest.mark.parametrize(
    "query",
    [
        "sum([].body)",
        "[?num_segments > `1`]",
        "[::0]",
        "&to",
        "{a: &b}",
        "to_number('nan')",
        "foo(@)",
        "keys(@)",
        "[].{h: ceil(to_number('inf'))}",
    ],
)
def test_a_query_that_does_not_fit_the_messages(swift, query):
    swift.created(Body="A text " * 100)
    result = info(swift.connection, query=query)
    assert result["msg"].startswith("query: cannot be applied to the messages.")
    # The messages themselves are not quoted.
    assert len(result["msg"]) < 300
    hidden = info(swift.connection, query=query, no_log=True)["msg"]
    assert hidden == "The task failed, and no_log hides why. To see it, run the task without no_log."


def test_a_servers_error_is_no_absent_message():
    result, _server = faulty(refusal(500, 20500), call=info, sid=ABSENT_SID)
    assert result["failed"]
    assert result["error"]["code"] == 20500


def test_wrong_options_of_reading(swift):
    wrong: dict[str, Any] = {"sid": "x", "to": 15551234567, "limit": -1, "date_sent": "today", "body_matches": "("}
    result = info(swift.connection, date_sent_after="-999999d", **wrong)
    assert sorted(problem.partition(": ")[0] for problem in result["problems"]) == [
        "body_matches",
        "date_sent",
        "date_sent_after",
        "limit",
        "sid",
        "sid",
        "to",
    ]
    assert swift.ledger() == []


def test_a_sid_and_a_list_of_statuses(swift):
    for sid in ([ABSENT_SID], []):
        result = info(swift.connection, sid=sid, status=["sent", "delivered"])
        assert result["problems"] == ["sid: cannot be used with status."]


STATES = {
    "canceled": ({"state": "canceled"}, {"status": "canceled"}, "POST"),
    "redacted": ({"state": "redacted"}, {"body": ""}, "POST"),
    "absent": ({"state": "absent"}, None, "DELETE"),
}


@pytest.mark.parametrize(("options", "expected", "method"), STATES.values(), ids=STATES)
def test_states(swift, delivered, options, expected, method):
    message = swift.scheduled() if options["state"] == "canceled" else delivered()
    before = len(swift.ledger())
    change = partial(manage, swift.connection, diff=True, sid=message["sid"], **options)
    predicted, changed, again, predicted_again = change(check_mode=True), change(), change(), change(check_mode=True)
    results = [predicted, changed, again, predicted_again]
    assert [result["changed"] for result in results] == [True, True, False, False]
    for result in results:
        after = result["message"]
        assert after is None if expected is None else after.items() >= expected.items()
        assert result["diff"]["after"] == (after or {})
    assert predicted["diff"]["before"]["status"] == message["status"]
    assert [name for name, _query in requests_since(swift, before) if name != "GET"] == [method]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_message_past_canceling(swift, check_mode):
    result = manage(swift.connection, check_mode, sid=swift.created()["sid"], state="canceled")
    assert result["failed"]
    assert result["error"]["code"] == 30409
    assert "cannot be canceled" in result["msg"]
    assert "https://www.twilio.com/docs/errors/30409" in result["msg"]
    assert "Only a scheduled message can be canceled" in result["msg"]


def test_a_message_that_somebody_else_has_canceled_is_canceled():
    scheduled, canceled = (json.dumps({"sid": ABSENT_SID, "status": status}) for status in ("scheduled", "canceled"))
    in_between = answer(200, scheduled), refusal(400, 30409)
    result, _server = faulty(*in_between, answer(200, canceled), call=manage, sid=ABSENT_SID, state="canceled")
    assert (result["failed"], result["message"]["status"]) == (False, "canceled")
    result, _server = faulty(*in_between, answer(200, MESSAGE), call=manage, sid=ABSENT_SID, state="canceled")
    assert (result["failed"], result["error"]["code"]) == (True, 30409)
    # Nothing is read again after any other rejection.
    result, server = faulty(answer(200, scheduled), refusal(401, 20003), call=manage, sid=ABSENT_SID, state="canceled")
    assert (result["failed"], result["error"]["code"]) == (True, 20003)
    assert [request.method for request in server.requests] == ["GET", "POST"]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("state", ["redacted", "absent"])
def test_a_scheduled_message_is_to_be_canceled_first(swift, state, check_mode):
    scheduled = swift.scheduled()
    before = len(swift.ledger())
    result = manage(swift.connection, check_mode, sid=scheduled["sid"], state=state, wait_timeout=0)
    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, 20009)
    assert "Cancel a scheduled one first." in result["msg"]
    # Without check mode, Twilio decides.
    assert len(swift.ledger()) - before == (1 if check_mode else 2)
    assert swift.call("GET", scheduled["uri"]).json()["status"] == "scheduled"


def test_a_message_that_is_not_complete_is_waited_for(twilio):
    impatient, patient = twilio.created(), twilio.created()
    at_once = manage(twilio.connection, sid=impatient["sid"], state="absent", wait_timeout=0)
    assert at_once["error"]["code"] == 20009
    assert "only after it was sent or has failed" in at_once["msg"]
    in_time = manage(twilio.connection, sid=patient["sid"], state="redacted")
    assert (in_time["message"]["body"], in_time["changed"]) == ("", True)


def test_feedback(swift):
    sid = swift.created(ProvideFeedback="true")["sid"]
    before = len(swift.ledger())
    predicted = manage(swift.connection, check_mode=True, diff=True, sid=sid, feedback="confirmed")
    changed = manage(swift.connection, sid=sid, feedback="unconfirmed")
    assert (predicted["changed"], changed["changed"]) == (True, True)
    diff = predicted["diff"]
    assert diff["after"] == {**diff["before"], "feedback": "confirmed"}
    forms = [request["form"] for request in swift.ledger()[before:] if request["path"].endswith("/Feedback.json")]
    assert forms == [[["Outcome", "unconfirmed"]]]


@pytest.mark.parametrize("state", ["canceled", "redacted"])
def test_a_message_that_is_not_there(swift, state):
    result = manage(swift.connection, sid=ABSENT_SID, state=state)
    assert (result["failed"], result["error"]["code"]) == (True, 20404)


def test_a_message_that_is_absent_already(swift):
    result = manage(swift.connection, sid=ABSENT_SID, state="absent")
    assert (result["failed"], result["changed"], result["message"]) == (False, False, None)


def test_a_message_that_somebody_else_has_deleted_is_absent():
    behaviours = answer(200, MESSAGE), refusal(404, 20404)
    result, _server = faulty(*behaviours, call=manage, sid=ABSENT_SID, state="absent")
    assert (result["failed"], result["message"]) == (False, None)


def test_a_change_that_was_made_is_said_to_be_though_the_next_one_failed(swift, delivered):
    # No feedback was announced when it was sent.
    result = manage(swift.connection, sid=delivered()["sid"], state="redacted", feedback="confirmed")
    assert (result["failed"], result["changed"], result["message"]["body"]) == (True, True, "")


def test_a_lost_change_may_have_been_made():
    result, server = faulty(answer(200, MESSAGE), reset, call=manage, sid=ABSENT_SID, state="absent")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "Run the task again: it checks first" in result["msg"]
    assert [request.method for request in server.requests] == ["GET", "DELETE"]


def test_no_connection_is_said_to_be_none():
    nowhere = {**ACCOUNT, "api_url": "http://127.0.0.1:1"}
    for result in (info(nowhere), manage(nowhere, sid=ABSENT_SID, state="absent")):
        assert result["msg"].startswith("Cannot connect to 127.0.0.1:1: Connection refused.")


def test_wrong_options_of_changing(swift):
    wrong = manage(swift.connection, sid="SM1", wait_timeout=-1)
    assert [problem.partition(": ")[0] for problem in wrong["problems"]] == ["sid", "state", "wait_timeout"]
    both = manage(swift.connection, sid=ABSENT_SID, state="absent", feedback="confirmed")
    assert [problem.partition(": ")[0] for problem in both["problems"]] == ["feedback"]
    assert swift.ledger() == []


@pytest.mark.parametrize("options", [{"state": "absent"}, {"feedback": "confirmed"}])
def test_a_task_that_begins_after_its_run_has_gone_changes_nothing(swift, delivered, options):
    sid = delivered()["sid"]
    before = len(swift.ledger())
    result = manage(swift.connection, sid=sid, is_abandoned=lambda: True, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert [method for method, _query in requests_since(swift, before)] == ["GET"]
