# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read, change and wait, in playbooks: what reaches their work, and what comes back of it.

Their work is the same on the controller and on the target; what it comes to in each case is told in tests/http.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from support.playbook import run_play

INFO, MESSAGE, REPLY, SMS = (f"oncall.twilio.twilio_{name}" for name in ("message_info", "message", "reply", "sms"))
ABSENT_SID = "SM" + "0f" * 16
SIDES = ["controller", "target"]


def task(name, module, options, **keywords):
    """A task that may fail."""
    return {"name": name, module: options, "ignore_errors": True, **keywords}


def test_reading(swift, subtests):
    body = "{{ 6 * 7 }} {% raw %}"
    first, second = (swift.created(Body=text)["sid"] for text in (body, "two"))
    undelivered = swift.created(To="+15557779999")
    swift.eventually(undelivered["uri"], "undelivered")

    def info(name, **options):
        return task(name, INFO, options)

    seen = {"message": "{{ info.message.body }}", "query": "{{ info.query_result | first }}", "whole": "{{ info }}"}
    tasks = [
        {**info("a template", sid=first, query="[].body"), "register": "info"},
        task("show", "ansible.builtin.debug", {"msg": seen}),
        info("several", sid=[second, ABSENT_SID, first]),
        info("no sid", sid=""),
        info("filters", status=["failed", "undelivered"], limit=1, query="[].{to: to, code: error_code}"),
        info("spec", status="Delivered", direction="up", limit="many"),
        info("rules", sid="x", limit=-1, query="[?status=="),
    ]
    # What one module has as a default is not another's: these would be the messages from that number.
    run = run_play(tasks, swift.connection, module_defaults={SMS: {"from": "+15550001111"}})
    with subtests.test("a message"):
        assert set(run["a template"]["message"]) == set(KEYS)
        assert "ansible_facts" not in run["a template"]
        assert not run["a template"]["changed"]
    with subtests.test("a text with a template in it stays a text"):
        shown = run["show"]["msg"]
        assert (shown["message"], shown["query"], shown["whole"]["messages"][0]["body"]) == (body, body, body)
    with subtests.test("several"):
        assert [message["sid"] for message in run["several"]["messages"]] == [second, first]
    with subtests.test("an empty text is no SID"):
        assert (run["no sid"]["messages"], run["no sid"]["message"]) == ([], None)
    with subtests.test("filters and query"):
        assert run["filters"]["query_result"] == [{"to": "+15557779999", "code": 30005}]
    with subtests.test("all that Ansible finds wrong"):
        assert len(run["spec"]["problems"]) == 3
    with subtests.test("all that breaks a rule"):
        assert [problem.partition(":")[0] for problem in run["rules"]["problems"]] == ["sid", "limit", "query"]
    assert [name for name in ("spec", "rules") if not run.has_failed(name)] == []


def test_changing(swift, subtests):
    scheduled, sent = swift.scheduled()["sid"], swift.created(ProvideFeedback="true")
    swift.eventually(sent["uri"], "delivered")

    def manage(name, sid, keywords=None, **options):
        return task(name, MESSAGE, {"sid": sid, **options}, **(keywords or {}))

    tasks = [
        manage("foreseen", scheduled, {"check_mode": True, "diff": True}, state="canceled"),
        manage("canceled", scheduled, {"diff": True}, state="canceled"),
        manage("again", scheduled, state="canceled"),
        manage("too late", sent["sid"], state="canceled"),
        manage("feedback", sent["sid"], feedback="confirmed"),
        manage("absent", ABSENT_SID, state="absent"),
        manage("rules", "x", wait_timeout=-1),
    ]
    run = run_play(tasks, swift.connection)
    with subtests.test("check mode and diff"):
        assert [run[name]["changed"] for name in ("foreseen", "canceled", "again")] == [True, True, False]
        for name in ("foreseen", "canceled"):
            diff = run[name]["diff"]
            assert (diff["before"]["status"], diff["after"]["status"]) == ("scheduled", "canceled")
        assert "diff" not in run["again"]
    with subtests.test("a refusal"):
        assert run.has_failed("too late")
        assert run["too late"]["error"]["code"] == 30409
        assert (run["too late"]["changed"], run["too late"]["message"]["status"]) == (False, "delivered")
    with subtests.test("feedback"):
        assert run["feedback"]["changed"]
    with subtests.test("a message that is not there"):
        assert (run.has_failed("absent"), run["absent"]["changed"], run["absent"]["message"]) == (False, False, None)
    with subtests.test("all that breaks a rule"):
        assert {problem.partition(":")[0] for problem in run["rules"]["problems"]} == {"sid", "state", "wait_timeout"}


def test_waiting(swift, subtests):
    sid = swift.created()["sid"]
    swift.inbound("ack 7F3")
    swift.fault("server_error", operation="list", times=1)

    def wait(name, keywords=None, **options):
        options = {"sid": sid, "code": "7F3", "wait_timeout": 60, "poll_interval": 0.1, "retries": 0, **options}
        return task(name, REPLY, options, **(keywords or {}))

    tasks = [
        wait("accepted"),
        wait("no answer", code="AAA", wait_timeout=0),
        wait("check", {"check_mode": True}, code="AAA", wait_timeout=3600),
        wait("rules", code="7 F3", accept="?"),
    ]
    run = run_play(tasks, swift.connection)
    with subtests.test("accepted"):
        assert (run["accepted"]["outcome"], run["accepted"]["reply"]["body"]) == ("accepted", "ack 7F3")
        assert not run["accepted"]["changed"]
    with subtests.test("a warning"):
        (warning,) = run["accepted"]["warnings"]
        assert "HTTP 503" in warning
    with subtests.test("nobody answers"):
        assert not run.has_failed("no answer")
        assert run["no answer"]["outcome"] == run["check"]["outcome"] == "timeout"
    with subtests.test("all that breaks a rule"):
        assert {problem.partition(":")[0] for problem in run["rules"]["problems"]} == {"accept", "code"}


def test_on_the_target(swift):
    """What the modules' own entry points make of options and results."""
    scheduled, sent = swift.scheduled()["sid"], swift.created(To="+15557779999")
    swift.eventually(sent["uri"], "undelivered")
    asked = swift.created()["sid"]
    swift.inbound("ack 7F3")
    swift.fault("server_error", operation="list", times=1)

    def on_the_target(name, module, options, **keywords):
        return task(name, module, {**options, "run_on": "target"}, **keywords)

    reply = {"sid": asked, "code": "7F3", "wait_timeout": 60, "poll_interval": 0.1, "retries": 0}
    cancel = {"sid": scheduled, "state": "canceled"}
    tasks = [
        on_the_target("accepted", REPLY, reply),
        on_the_target("query", INFO, {"status": ["undelivered"], "query": "[].{to: to, code: error_code}"}),
        on_the_target("too late", MESSAGE, {"sid": sent["sid"], "state": "canceled"}),
        on_the_target("foreseen", MESSAGE, cancel, check_mode=True, diff=True),
        on_the_target("canceled", MESSAGE, cancel),
    ]
    run = run_play(tasks, swift.connection)
    assert (run["accepted"]["outcome"], run["accepted"]["changed"]) == ("accepted", False)
    (warning,) = run["accepted"]["warnings"]
    assert "HTTP 503" in warning
    assert run["query"]["query_result"] == [{"to": "+15557779999", "code": 30005}]
    assert run.has_failed("too late")
    assert (run["too late"]["error"]["code"], run["too late"]["changed"]) == (30409, False)
    diff = run["foreseen"]["diff"]
    assert run["foreseen"]["changed"]
    assert (diff["before"]["status"], diff["after"]["status"]) == ("scheduled", "canceled")
    assert (run["canceled"]["changed"], run["canceled"]["message"]["status"]) == (True, "canceled")
    # Three messages were made here, one was canceled, and of one Twilio said that it is too late.
    assert [request["method"] for request in swift.ledger()].count("POST") == 5


SEND = {"to": "+15551234567", "from": "+15552223333", "body": "Hi"}
# Tasks without a library, and those that fail for it: a query alone needs the second one.
WITHOUT: dict[str, tuple[str, dict[str, tuple[str, dict[str, Any]]], list[str]]] = {
    "requests": ("The Python package requests is missing", {"read": (INFO, {}), "send": (SMS, SEND)}, ["read", "send"]),
    "jmespath": (
        "query: The Python package jmespath is missing",
        {"read": (INFO, {}), "query": (INFO, {"query": "[]"})},
        ["query"],
    ),
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_a_missing_library_is_told(swift, tmp_path, missing):
    told, cases, fails = WITHOUT[missing]
    (tmp_path / f"{missing}.py").write_text(f"raise ImportError('No module named {missing}')\n")
    tasks = [
        task(f"{name} {run_on}", module, {**options, "run_on": run_on})
        for run_on in SIDES
        for name, (module, options) in cases.items()
    ]
    run = run_play(tasks, swift.connection, environment={"PYTHONPATH": str(tmp_path)})
    failed = [outcome for outcome in run.outcomes if outcome.status == "failed"]
    assert [outcome.task for outcome in failed] == [f"{name} {run_on}" for run_on in SIDES for name in fails]
    for outcome in failed:
        assert told in outcome.result["msg"]
        assert re.search(rf" Install it: /\S+ -m pip install '{missing}>=", outcome.result["msg"])
