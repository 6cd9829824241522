# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls through ansible-playbook, on the controller and on the target."""

from __future__ import annotations

from support.playbook import GROUP, run_play

TO, OTHER, FROM = "+15551234567", "+15552345678", "+15557654321"
CALL = "oncall.twilio.twilio_call"


def call(name, keywords=None, **options):
    return {"name": name, CALL: {"to": TO, "say": "db1 is down", **options}, **(keywords or {})}


def test_calls(twilio):
    shown = "{{ ansible_facts.twilio_call.to }} {{ ansible_facts.twilio_calls | length }}"
    secret = "a-password-for-sip"
    tasks = [
        call("planned", {"check_mode": True, "diff": True}),
        call("here", to=f"{TO}, +1 (555) 234-5678"),
        {"name": "the facts", "ansible.builtin.debug": {"msg": shown}},
        call("there", run_on="target", to="sip:ada@example.com", sip_auth_username="ops", sip_auth_password=secret),
        call("in secret", {"no_log": True}),
        {"name": "the facts again", "ansible.builtin.debug": {"msg": shown}},
        call("wrong", {"ignore_errors": True}, say=["a"], ring_time="long"),
        call("wrong as well", {"ignore_errors": True}, to="555-HELP", url="x"),
    ]
    defaults = {GROUP: twilio.connection, CALL: {"from": FROM}}
    run = run_play(tasks, module_defaults=defaults, arguments=["-vvv"])
    assert run.returncode == 0, run.output
    calls = [dict(map(tuple, found["form"])) for found in twilio.rung()]
    assert sorted(found["To"] for found in calls) == sorted([TO, OTHER, "sip:ada@example.com", TO])
    assert {found["From"] for found in calls} == {FROM}
    assert {found.get("SipAuthPassword") for found in calls} == {None, secret}
    assert secret not in run.output
    assert run["planned"]["call"]["status"] == "queued"
    assert run["planned"]["diff"][0]["after_header"] == TO
    assert run["the facts"]["msg"] == f"{OTHER} 2"
    # A task with no_log leaves no facts, so these are those of the target.
    assert run["the facts again"]["msg"] == "sip:ada@example.com 1"
    assert any(problem.startswith("say: is a list and must be a string") for problem in run["wrong"]["problems"])
    assert any("ring_time" in problem for problem in run["wrong"]["problems"])
    assert [problem.partition(":")[0] for problem in run["wrong as well"]["problems"]] == ["to", "say", "url"]
