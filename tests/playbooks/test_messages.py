# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and changing messages in playbooks, on the controller and on the target, against the simulator."""

from __future__ import annotations

import json

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from support.faults import FaultyServer, answer, refusal, reset
from support.playbook import run_play
from support.simulator import FROM, TO

INFO, MESSAGE = "oncall.twilio.twilio_message_info", "oncall.twilio.twilio_message"
ABSENT_SID = "SM" + "0f" * 16


@pytest.fixture(params=["controller", "target"])
def run_on(request):
    return request.param


def info(name="info", **options):
    """A task that reads; it may fail."""
    return {"name": name, INFO: options, "ignore_errors": True}


def manage(sid, name="manage", keywords=None, **options):
    """A task that changes; it may fail."""
    return {"name": name, MESSAGE: {"sid": sid, **options}, "ignore_errors": True, **(keywords or {})}


def requests_of(twilio, before):
    return [(request["method"], dict(map(tuple, request["query"]))) for request in twilio.ledger()[before:]]


def test_by_sid(twilio, run_on):
    first, second = (twilio.created(Body=body)["sid"] for body in ("one", "two"))
    tasks = [info("one", sid=first, run_on=run_on), info("several", sid=[second, ABSENT_SID, first], run_on=run_on)]
    run = run_play([*tasks, info("none", sid=ABSENT_SID, run_on=run_on)], twilio.connection)
    assert set(run["one"]["message"]) == set(KEYS)
    assert run["one"]["message"]["sid"] == first
    assert [message["sid"] for message in run["several"]["messages"]] == [second, first]
    assert (run["none"]["messages"], run["none"]["message"]) == ([], None)
    assert not any(run[name]["changed"] or run.has_failed(name) for name in ("one", "several", "none"))
    assert "ansible_facts" not in run["one"]


def test_by_filters(twilio):
    twilio.created(Body="Disk full on db1")
    twilio.created(Body="Disk full on db2", To="+15550001111")
    twilio.created(Body="All well", From="+15552224444")
    undelivered = twilio.created(Body="Disk full on db3", To="+15557779999")
    twilio.eventually(undelivered["uri"], "undelivered")
    cases: dict[str, tuple[dict[str, object], list[str]]] = {
        "all": ({}, ["db3", "well", "db2", "db1"]),
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
    run = run_play([info(name, **options) for name, (options, _bodies) in cases.items()], twilio.connection)
    assert run.returncode == 0, run.output
    found = {name: [message["body"].split(" ")[-1] for message in run[name]["messages"]] for name in cases}
    assert found == {name: bodies for name, (_options, bodies) in cases.items()}


def test_no_page_is_read_that_is_not_needed(twilio):
    for number in range(7):
        twilio.created(Body=str(number))
    before = len(twilio.ledger())
    run = run_play([info("three", limit=3)], twilio.connection)
    assert len(run["three"]["messages"]) == 3
    assert requests_of(twilio, before) == [("GET", {"PageSize": "3"})]


def test_pages_are_followed_on_the_same_host_only():
    page = '{"messages": [{"sid": "SM1"}], "next_page_uri": "%s"}'
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16}
    uris = ["https://evil.example.com/2010-04-01/Accounts/x/Messages.json?Page=1", "//evil.example.com/", "/other.json"]
    for uri in uris:
        with FaultyServer(answer(200, page % uri)).running() as server:
            run = run_play([info("all", limit=0)], {**connection, "api_url": server.url})
        assert run.has_failed("all")
        assert "not followed" in run["all"]["msg"]
        assert len(server.requests) == 1


def test_query(twilio, run_on):
    message = twilio.created(Body="Disk full", To="+15557779999")
    twilio.eventually(message["uri"], "undelivered")
    query = "[?status=='undelivered'].{to: to, code: error_code}"
    run = run_play([info(query=query, run_on=run_on), info("without")], twilio.connection)
    assert run["info"]["query_result"] == [{"to": "+15557779999", "code": 30005}]
    assert len(run["info"]["messages"]) == 1
    assert run["without"]["query_result"] is None


def test_a_bad_query_makes_no_request(twilio, run_on):
    run = run_play([info(query="[?status==", run_on=run_on)], twilio.connection)
    (problem,) = run["info"]["problems"]
    assert problem.startswith("query: is not a JMESPath expression.")
    assert "column" in problem or "^" in problem
    assert twilio.ledger() == []


@pytest.mark.parametrize(
    "query",
    ["sum([].body)", "[?num_segments > `1`]", "[::0]", "&to", "{a: &b}", "to_number('nan')", "foo(@)", "keys(@)"],
)
def test_a_query_that_does_not_fit_the_messages(twilio, query):
    twilio.created(Body="A text " * 100)
    run = run_play([info(query=query)], twilio.connection)
    assert run["info"]["msg"].startswith("query: cannot be applied to the messages.")
    assert len(run["info"]["msg"]) < 300


def test_a_text_with_a_template_in_it_stays_a_text(twilio, run_on):
    body = "{{ 6 * 7 }} {% raw %}"
    sid = twilio.created(Body=body)["sid"]
    seen = {"message": "{{ info.message.body }}", "query": "{{ info.query_result | first }}", "whole": "{{ info }}"}
    tasks = [
        {**info(sid=sid, query="[].body", run_on=run_on), "register": "info"},
        {"name": "show", "ansible.builtin.debug": {"msg": seen}},
    ]
    run = run_play(tasks, twilio.connection)
    shown = run["show"]["msg"]
    assert (shown["message"], shown["query"], shown["whole"]["messages"][0]["body"]) == (body, body, body)


def test_a_missing_requests_is_told(twilio, run_on, tmp_path):
    (tmp_path / "requests.py").write_text("raise ImportError('No module named requests')\n")
    tasks = [info(run_on=run_on), manage(ABSENT_SID, state="absent", run_on=run_on)]
    run = run_play(tasks, twilio.connection, environment={"PYTHONPATH": str(tmp_path)})
    for name in ("info", "manage"):
        assert "Failed to import the required Python library (requests)" in run[name]["msg"]


def test_the_modules_report_all_their_rules_at_once(twilio):
    tasks = [info(sid="x", limit=-1, run_on="target"), manage("x", wait_timeout=-1, run_on="target")]
    run = run_play(tasks, twilio.connection)
    assert [problem.split(":")[0] for problem in run["info"]["problems"]] == ["sid", "limit"]
    assert {problem.split(":")[0] for problem in run["manage"]["problems"]} == {"sid", "state", "wait_timeout"}
    assert twilio.ledger() == []


def test_a_server_error_is_no_absent_message(run_on):
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "retries": 0}
    with FaultyServer(refusal(500, 20500)).running() as server:
        run = run_play([info(sid=ABSENT_SID, run_on=run_on)], {**connection, "api_url": server.url})
    assert run.has_failed("info")
    assert run["info"]["error"]["code"] == 20500


def test_a_missing_jmespath_matters_only_for_a_query(twilio, run_on, tmp_path):
    (tmp_path / "jmespath.py").write_text("raise ImportError('No module named jmespath')\n")
    tasks = [info("without", run_on=run_on), info("with", query="[]", run_on=run_on)]
    run = run_play(tasks, twilio.connection, environment={"PYTHONPATH": str(tmp_path)})
    assert run["without"]["messages"] == []
    assert "Failed to import the required Python library (jmespath)" in run["with"]["msg"]


def test_a_sid_and_a_list_of_statuses(twilio):
    run = run_play([info(sid=ABSENT_SID, status=["sent", "delivered"])], twilio.connection)
    assert run["info"]["problems"] == ["sid: cannot be used with status."]


def test_wrong_options_of_reading(twilio):
    wrong = {"sid": "x", "to": 15551234567, "limit": -1, "date_sent": "today", "body_matches": "(", "direction": "up"}
    wrong.update(date_sent_after="-999999d", status="Delivered")
    run = run_play([info(**wrong)], twilio.connection)
    problems = "\n".join(run["info"]["problems"])
    for text in (
        "sid: must be SM",
        "sid: cannot be used with to,",
        "limit:",
        "date_sent:",
        "body_matches:",
        "direction",
    ):
        assert text in problems
    assert twilio.ledger() == []


STATES = {
    "canceled": ("scheduled", {"state": "canceled"}, {"status": "canceled"}),
    "redacted": ("delivered", {"state": "redacted"}, {"body": ""}),
    "absent": ("delivered", {"state": "absent"}, None),
}


@pytest.mark.parametrize(("status", "options", "expected"), STATES.values(), ids=STATES)
def test_states(twilio, run_on, status, options, expected):
    message = twilio.scheduled() if status == "scheduled" else twilio.created()
    twilio.eventually(message["uri"], status)
    before = len(twilio.ledger())
    tasks = [
        manage(message["sid"], "predicted", {"check_mode": True, "diff": True}, run_on=run_on, **options),
        manage(message["sid"], "changed", {"diff": True}, run_on=run_on, **options),
        manage(message["sid"], "again", {"diff": True}, run_on=run_on, **options),
        manage(message["sid"], "predicted again", {"check_mode": True}, run_on=run_on, **options),
    ]
    run = run_play(tasks, twilio.connection)
    assert run.returncode == 0, run.output
    assert [outcome.result["changed"] for outcome in run.outcomes] == [True, True, False, False]
    for name in ("predicted", "changed", "again"):
        after = run[name]["message"]
        assert after is None if expected is None else after.items() >= expected.items()
        assert run[name]["diff"]["after"] == (after or {})
    assert run["predicted"]["diff"]["before"]["status"] == status
    assert [method for method, _query in requests_of(twilio, before) if method != "GET"] == [
        "DELETE" if expected is None else "POST"
    ]


def test_a_message_past_canceling(twilio, run_on):
    sid = twilio.created()["sid"]
    tasks = [
        manage(sid, "check", {"check_mode": True}, state="canceled", run_on=run_on),
        manage(sid, "run", state="canceled", run_on=run_on),
    ]
    run = run_play(tasks, twilio.connection)
    for name in ("check", "run"):
        assert run.has_failed(name)
        assert run[name]["error"]["code"] == 30409
        assert "cannot be canceled" in run[name]["msg"]
        assert "https://www.twilio.com/docs/errors/30409" in run[name]["msg"]
        assert "Only a scheduled message can be canceled" in run[name]["msg"]


def test_a_message_that_is_not_complete_is_waited_for(twilio):
    impatient, patient = twilio.created(), twilio.created()
    tasks = [
        manage(impatient["sid"], "at once", state="absent", wait_timeout=0),
        manage(patient["sid"], "in time", state="redacted"),
    ]
    run = run_play(tasks, twilio.connection)
    assert run["at once"]["error"]["code"] == 20009
    assert "once it has been sent or has failed" in run["at once"]["msg"]
    assert (run["in time"]["message"]["body"], run["in time"]["changed"]) == ("", True)


def test_feedback(twilio, run_on):
    sid = twilio.created(ProvideFeedback="true")["sid"]
    tasks = [
        manage(sid, "check", {"check_mode": True, "diff": True}, feedback="confirmed", run_on=run_on),
        manage(sid, "run", feedback="unconfirmed", run_on=run_on),
    ]
    before = len(twilio.ledger())
    run = run_play(tasks, twilio.connection)
    assert run.returncode == 0, run.output
    assert [outcome.result["changed"] for outcome in run.outcomes] == [True, True]
    diff = run["check"]["diff"]
    assert diff["after"] == {**diff["before"], "feedback": "confirmed"}
    forms = [request["form"] for request in twilio.ledger()[before:] if request["path"].endswith("/Feedback.json")]
    assert forms == [[["Outcome", "unconfirmed"]]]


def test_a_message_that_is_not_there(twilio):
    tasks = [manage(ABSENT_SID, state, state=state) for state in ("canceled", "redacted", "absent")]
    run = run_play(tasks, twilio.connection)
    assert [run.has_failed(state) for state in ("canceled", "redacted", "absent")] == [True, True, False]
    assert run["canceled"]["error"]["code"] == 20404
    assert (run["absent"]["changed"], run["absent"]["message"]) == (False, None)


def test_sids_are_all_read_and_none_if_there_are_none(twilio):
    sids = [twilio.created(Body=str(number))["sid"] for number in range(3)]
    run = run_play([info("all", sid=sids, limit=1), info("none", sid=[]), info("empty", sid="")], twilio.connection)
    assert [message["sid"] for message in run["all"]["messages"]] == sids
    assert run["none"]["messages"] == run["empty"]["messages"] == []


def test_a_page_that_names_itself_as_the_next(twilio):
    account = "AC" + "0a" * 16
    again = f"/2010-04-01/Accounts/{account}/Messages.json?PageSize=1000"
    with FaultyServer(answer(200, json.dumps({"messages": [], "next_page_uri": again}))).running() as server:
        connection = {"account_sid": account, "auth_token": "1b" * 16, "api_url": server.url}
        run = run_play([info(limit=0)], connection)
    assert "names a page of messages as the next one again" in run["info"]["msg"]
    assert len(server.requests) == 1


def test_no_connection_is_said_to_be_none():
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "api_url": "http://127.0.0.1:1"}
    tasks = [info(retries=0), manage(ABSENT_SID, state="absent", retries=0)]
    run = run_play(tasks, connection)
    for name in ("info", "manage"):
        assert run[name]["msg"].startswith("There is no connection to 127.0.0.1:1: Connection refused.")


def test_a_change_that_was_made_is_said_to_be_though_the_next_one_failed(twilio):
    message = twilio.created()
    twilio.eventually(message["uri"], "delivered")
    # No feedback was announced when it was sent.
    run = run_play([manage(message["sid"], state="redacted", feedback="confirmed")], twilio.connection)
    assert run.has_failed("manage")
    assert run["manage"]["changed"]
    assert run["manage"]["message"]["body"] == ""


def test_a_lost_change_may_have_been_made():
    message = json.dumps({"sid": ABSENT_SID, "status": "delivered", "body": "Hi"})
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16}
    with FaultyServer(answer(200, message), reset).running() as server:
        run = run_play([manage(ABSENT_SID, state="absent")], {**connection, "api_url": server.url})
    assert (run.has_failed("manage"), run["manage"]["changed"]) == (True, True)
    assert "run the task again, which looks first" in run["manage"]["msg"]
    assert [request.method for request in server.requests] == ["GET", "DELETE"]


def test_a_message_that_somebody_else_has_deleted_is_absent():
    message = json.dumps({"sid": ABSENT_SID, "status": "delivered", "body": "Hi"})
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16}
    with FaultyServer(answer(200, message), refusal(404, 20404)).running() as server:
        run = run_play([manage(ABSENT_SID, state="absent")], {**connection, "api_url": server.url})
    assert (run.has_failed("manage"), run["manage"]["message"]) == (False, None)


def test_wrong_options_of_changing(twilio):
    tasks = [manage("SM1", "one", wait_timeout=-1), manage(ABSENT_SID, "two", state="absent", feedback="confirmed")]
    run = run_play(tasks, twilio.connection)
    assert [problem.split(":")[0] for problem in run["one"]["problems"]] == ["sid", "state", "wait_timeout"]
    assert [problem.split(":")[0] for problem in run["two"]["problems"]] == ["feedback"]
    assert twilio.ledger() == []


def test_defaults_of_one_module_are_not_those_of_another(twilio):
    twilio.created(From=FROM)
    module_defaults = {"oncall.twilio.twilio_sms": {"from": "+15550001111"}}
    run = run_play([info("all")], twilio.connection, module_defaults=module_defaults)
    assert len(run["all"]["messages"]) == 1
