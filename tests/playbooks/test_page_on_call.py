# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role page_on_call and its module in playbooks. What they do in which night is tested in tests/http."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from contextlib import suppress
from typing import Any

import pytest

from support.cast import DEAD, OTHER, REFUSED, SILENT, TAKES
from support.pages import LONG, sent
from support.playbook import GROUP, hostile_words, run_play, run_plays
from support.rota import always
from support.simulator import FROM

ROLE = "oncall.twilio.page_on_call"
PAGES = "oncall.twilio.twilio_page"
NIGHT: dict[str, Any] = {
    "page_on_call_message": "Disk full on db1",
    "page_on_call_from": FROM,
    "page_on_call_tiers": [{"name": "primary", "numbers": {"Ada": SILENT, "Grace": TAKES}, "wait": LONG}],
    "page_on_call_poll_interval": 0.1,
}


def call(**variables):
    return {"ansible.builtin.include_role": {"name": ROLE}, "vars": variables}


def show(name, variable="page_on_call_result"):
    return {"name": name, "ansible.builtin.debug": {"var": variable}}


def play(twilio, *tasks, hosts=("localhost",), **keywords):
    """A play with these tasks; a task that fails leaves the others to be run."""
    defaults = {GROUP: twilio.connection, "oncall.twilio.twilio_sms": {"wait": True, "body": "Hello"}}
    return {
        "name": "Mend db1",
        "hosts": ",".join(hosts),
        "gather_facts": False,
        # What is set for other messages has no say in pages.
        "module_defaults": defaults,
        "tasks": [{"block": [task], "rescue": [{"ansible.builtin.meta": "clear_host_errors"}]} for task in tasks],
        **keywords,
    }


def page(twilio, *arguments, tasks=None, hosts=("localhost",), environment=None, **variables):
    """Run the role; return the run, and the result that a later play finds in the facts of the last host."""
    plays = [
        play(twilio, *(tasks or [call()]), hosts=hosts, vars={**NIGHT, **variables}),
        play(twilio, show("result"), show("plan", "page_on_call_plan"), hosts=hosts[-1:]),
    ]
    run = run_plays(plays, ["-i", f"{','.join(hosts)},", "-c", "local", *arguments], environment)
    return run, run["result"]["page_on_call_result"]


def test_once_for_all_hosts_whatever_the_message_and_the_configuration(cast):
    # As a survey and -e give them.
    variables = {"page_on_call_message": "Disk {# full", "page_on_call_tiers": json.dumps(NIGHT["page_on_call_tiers"])}
    hosts = ("web1", "web2", "web3")
    # The page takes longer than that.
    environment = {"ANSIBLE_TASK_TIMEOUT": "4"}
    tiers = [{"numbers": [OTHER], "wait": 50}, *NIGHT["page_on_call_tiers"]]
    variables["page_on_call_tiers"] = json.dumps(tiers)
    run, result = page(cast, "-e", json.dumps(variables), hosts=hosts, environment=environment)
    assert run.returncode == 0, run.output
    assert result["by"] == {"name": "Grace", "number": TAKES}
    assert (result["tier"], result["round"], result["resumed"], result["outcome"]) == (
        "primary",
        1,
        False,
        "acknowledged",
    )
    text = "Mend db1 needs you, but the text that says why is missing or could not be rendered"
    hint = f"Reply ACK {result['code']} to take it, NO {result['code']} to pass"
    messages = sent(cast)
    assert messages[0] == (OTHER, f"{text}\n{hint}")
    assert sorted(messages[1:3]) == [
        (TAKES, f"Escalation 1 of 1: {text}\n{hint}"),
        (SILENT, f"Escalation 1 of 1: {text}\n{hint}"),
    ]
    assert messages[3][1].startswith(f"You have taken {result['code']}: Mend db1")
    assert sorted(messages[4:]) == [
        (number, f"Taken by Grace: {result['code']}: {text}") for number in sorted([OTHER, SILENT])
    ]
    # The screen tells it as it happens.
    assert f" {OTHER} is paged (tier 1)" in run.output
    assert f"The code is {result['code']}. If this run is interrupted, run it again" in run.output
    assert f"Grace has taken {result['code']}" in run.output


def test_each_page_of_a_play_sets_the_result(cast):
    nobody = {
        "page_on_call_tiers": [{"numbers": {"Ada": SILENT}, "wait": 10}, {"numbers": [REFUSED, DEAD], "wait": 40}]
    }
    tasks = [
        call(page_on_call_message={"msg": "Disk full", "rc": 1}),
        show("taken"),
        # As a survey gives what nobody has filled in.
        call(page_on_call_message="Queue stuck", page_on_call_fail="", **nobody),
        show("untaken"),
        call(
            page_on_call_message=["Queue stuck", "again"],
            page_on_call_fail="no",
            page_on_call_tell_others=False,
            **nobody,
        ),
        show("no failure"),
        call(page_on_call_from="", page_on_call_tiers="{{ omit }}", page_on_call_code="7F3"),
    ]
    run, result = page(cast, tasks=tasks)
    taken, untaken, no_failure = (run[name]["page_on_call_result"] for name in ("taken", "untaken", "no failure"))
    assert [outcome["outcome"] for outcome in (taken, untaken, no_failure)] == ["acknowledged", "untaken", "untaken"]
    assert untaken["by"] is untaken["at"] is untaken["tier"] is None
    # A message need not be text.
    bodies = [body for _to, body in sent(cast)]
    assert any(body.startswith("Disk full\nReply ACK") for body in bodies)
    assert any(body.startswith("Queue stuck\nagain\nReply ACK") for body in bodies)
    # The last one could not begin.
    assert (result["acknowledged"], result["code"], result["pages"], result["timeline"]) == (False, None, [], [])
    failed = [outcome for outcome in run.outcomes if outcome.status == "failed"]
    assert [outcome.task for outcome in failed] == [f"{ROLE} : Fail because nobody has taken it"] * 2
    assert (
        failed[0]
        .result["msg"]
        .startswith(f"Nobody has taken {untaken['code']} (Queue stuck). Paged: Ada ({SILENT}), {DEAD}.")
    )
    assert f"Not paged: {REFUSED}: The 'To' number" in failed[0].result["msg"]
    assert f"Cannot page {REFUSED}: The 'To' number" in run.output
    # The names are the role's.
    assert "- page_on_call_tiers: is required" in failed[1].result["msg"]
    assert "- page_on_call_from: is required" in failed[1].result["msg"]


def test_check_mode(cast, tmp_path):
    words = hostile_words(tmp_path / "run")
    message = {"page_on_call_message": "{{ lookup('ansible.builtin.env', 'WORDS') }}", "page_on_call_segments": 5}
    tiers = [*NIGHT["page_on_call_tiers"], {"name": "secondary", "numbers": [OTHER], "wait": "5m"}]
    wrong = call(page_on_call_accept=["👍"], page_on_call_poll_interval=0, page_on_call_segments="many")
    tasks = [wrong, call(page_on_call_message={"msg": "Disk full"}), call(page_on_call_code="7F3", **message)]
    run, result = page(cast, "--check", tasks=tasks, environment={"WORDS": words}, page_on_call_tiers=tiers)
    assert cast.call("GET", "/simulator/messages", auth=None).json()["messages"] == []
    refused, no_text = [outcome.result["msg"] for outcome in run.outcomes if outcome.status == "failed"]
    assert "page_on_call_message: is a mapping and must be a string" in no_text
    names = [line.split(":")[0] for line in refused.splitlines()[1:]]
    assert names == [f"- page_on_call_{name}" for name in ("accept", "accept", "segments", "poll_interval")]
    plan = run["plan"]["page_on_call_plan"]
    assert [(entry["tier"], float(entry["after_seconds"])) for entry in plan] == [("primary", 0), ("secondary", LONG)]
    assert [(person["name"], person["outcome"]) for person in plan[0]["recipients"]] == [
        ("Ada", "planned"),
        ("Grace", "planned"),
    ]
    assert plan[0]["text"] == f"{words}\nReply ACK 7F3 to take it, NO 7F3 to pass"
    assert not (tmp_path / "run").exists()
    assert (result["acknowledged"], result["outcome"]) == (False, "planned")


@pytest.mark.parametrize("run_on", ["controller", "target"])
def test_the_module(cast, run_on, tmp_path):
    options = {"body": "Disk full", "from": FROM, "tiers": {"Grace": TAKES}, "poll_interval": 0.1, "run_on": run_on}
    if run_on == "controller":
        # As a survey gives it, with the path of a file.
        (tmp_path / "rota.ics").write_bytes(always("Grace"))
        calendar = {"source": f"{tmp_path}/rota.ics", "people": {"Grace": TAKES}}
        options["tiers"] = json.dumps([{"calendar": calendar, "wait": LONG}])
    else:
        calendar = {"source": "https://rota.example/hunter2-4711.ics", "people": {"Ada": SILENT}}
        options["tiers"] = [{"name": "rota", "calendar": calendar}, {"numbers": {"Grace": TAKES}, "wait": LONG}]
    task = {"name": "page", PAGES: options, "no_log": run_on == "controller", "register": "page"}
    shown = {"name": "result", "ansible.builtin.debug": {"msg": "{{ page.by.name }} {{ page.timeline[-1].kind }}"}}
    run = run_play([task, shown], cast.connection, ["-vvv"] if run_on == "target" else [])
    assert run["result"]["msg"] == "Grace told"
    if run_on == "target":
        assert "calendar: can be read on the controller only" in run["page"]["left_out"][0]
        # What is not needed there does not go there.
        assert "hunter2" not in run.output
    if run_on == "controller":
        # The screen tells it, without numbers and texts.
        assert "Somebody is paged (tier 1)" in run.output
        assert not any(secret in run.output for secret in (TAKES, "Disk full", "Grace is"))


def test_interrupted_and_run_again(cast, tmp_path):
    paged = tmp_path / "paged"
    nobody = {**NIGHT, "page_on_call_tiers": [{"name": "all", "numbers": [SILENT], "wait": LONG}]}

    def watch():
        while not sent(cast):
            time.sleep(0.05)
        paged.touch()

    threading.Thread(target=watch, daemon=True).start()
    run = run_plays([play(cast, call(), vars=nobody)], interrupt_at=paged)
    assert run.returncode != 0
    code = sent(cast)[0][1].split("ACK ")[1][:3]
    # After the task's own name; with the role's as well, little of it would fit a terminal's line.
    line = rf"^Page on call: \d\d:\d\d The code is {code}\. If this run is interrupted, run it again to continue"
    assert re.search(line, run.output, re.MULTILINE)
    cast.inbound("ack", SILENT, To=FROM)
    _run, result = page(cast, **nobody)
    assert (result["resumed"], result["code"], result["by"]["number"]) == (True, code, SILENT)
    assert [entry["outcome"] for entry in result["pages"]] == ["duplicate"]


def test_killed_before_the_task_begins(cast, tmp_path):
    # The process that renders the message is the shell's parent, and Ansible itself is the parent of that.
    worker = tmp_path / "worker"
    kill = f"echo $PPID > {worker}; kill -KILL $(grep PPid /proc/$PPID/status | tr -dc 0-9); sleep 0.5; echo Disk full"
    message = f"{{{{ lookup('ansible.builtin.pipe', '{kill}') }}}}"
    options = {"body": message, "from": FROM, "tiers": [SILENT], "wait": 3}
    # A process of its own, since no other run has this setting.
    environment = {"ANSIBLE_LOG_PATH": str(tmp_path / "log")}
    run = run_plays([play(cast, {PAGES: options})], environment=environment)
    assert run.returncode == -signal.SIGKILL
    with suppress(ProcessLookupError):
        while True:
            os.kill(int(worker.read_text()), 0)
            time.sleep(0.05)
    assert sent(cast) == []


def test_alerts_of_alertmanager(cast):
    variables = {**NIGHT, "page_on_call_tiers": {"Ada": SILENT}, "page_on_call_wait": 6, "page_on_call_fail": False}
    alert = {"fingerprint": "0123456789abcdef", "labels": {"alertname": "DiskFull"}, "annotations": {}}
    alerts = [
        {**alert, "status": "firing", "annotations": {"summary": "Disk full"}},
        {**alert, "status": "resolved", "annotations": {"description": "Disk has room again"}},
        # With as little as a compatible system may send.
        {"status": "resolved", "labels": {"alertname": "DiskFull"}},
    ]
    plays = [
        play(cast, {"name": "Set", "ansible.builtin.set_fact": variables}),
        *(
            {
                "ansible.builtin.import_playbook": "oncall.twilio.page_for_alert",
                "vars": {"ansible_eda": {"event": {"alert": item}}},
            }
            for item in alerts
        ),
    ]
    account, token = cast.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": cast.url}
    run = run_plays(plays, environment=environment)
    assert run.returncode == 0, run.output
    texts = [text for _to, text in sent(cast)]
    assert texts[0].startswith("Disk full\nReply ACK ")
    code = texts[0].split("ACK ")[1][:3]
    assert texts[-1] == f"Resolved {code}: Disk has room again"
    assert sum(text.startswith("Resolved") for text in texts) == 1


def test_resolved_by_its_key_whatever_the_message_says(cast):
    key = {"page_on_call_incident": "db1/disk"}
    night = {**NIGHT, "page_on_call_tiers": [{"name": "primary", "numbers": {"Ada": SILENT}, "wait": 6}], **key}
    all_well = {**key, "page_on_call_state": "resolved", "page_on_call_message": "Disk OK"}
    tasks = [call(page_on_call_fail=False, **key), show("page"), call(**all_well), show("resolved"), call(**all_well)]
    run, again = page(cast, tasks=tasks, **{**night, "page_on_call_quiet": "1h"})
    assert run.returncode == 0, run.output
    paged, resolved = (run[name]["page_on_call_result"] for name in ("page", "resolved"))
    assert (paged["outcome"], paged["resolved"]) == ("untaken", False)
    assert (resolved["outcome"], resolved["resolved"], resolved["code"]) == ("resolved", True, paged["code"])
    assert [(person["name"], person["outcome"]) for person in resolved["told"]] == [("Ada", "sent")]
    assert (again["resolved"], again["told"]) == (True, [])
    assert [text for _to, text in sent(cast) if text.startswith("Resolved")] == [f"Resolved {paged['code']}: Disk OK"]
