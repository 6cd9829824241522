# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that a text starts: it asks back, runs what the list names, and texts how it ended."""

from __future__ import annotations

import json
import re
import sys

import pytest

from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.message import to_event
from support.playbook import run_playbook, run_plays
from support.simulator import FROM, simulator

SID = "SM0123456789abcdef0123456789abcdef"
# Who asks, and how each of them answers.
PEOPLE = {
    "+15550000001": {"find": r"YES (\w+)", "text": "yes {1}!"},
    "+15550000002": {"find": r"NO (\w+)", "text": "No {1}"},
    # A forger does not get the question, and can only guess.
    "+15550000003": [{"text": "YES"}, {"text": "YES 222222"}],
}
YES, NO, FORGER = PEOPLE


def asked(body, person):
    """A play as ansible-rulebook starts it when this person sends this text."""
    event = to_event({"sid": SID, "body": body, "from": person, "to": FROM})
    return {
        "ansible.builtin.import_playbook": "oncall.twilio.runbook_by_sms",
        "vars": {"ansible_eda": {"event": event}},
    }


def runbook(path, *tasks):
    plays = [{"name": "Restart", "hosts": "{{ runbook_target }}", "gather_facts": False, "tasks": tasks}]
    path.write_text(json.dumps(plays))
    return {"playbook": str(path)}


def test_what_people_get_for_their_texts(tmp_path):
    hosts = {"web1.example.com": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    note = {"ansible.builtin.copy": {"dest": str(tmp_path / "done"), "content": "{{ runbook_person }}", "mode": "0600"}}
    fail = {"name": "Restart the shop", "ansible.builtin.fail": None}
    targets = {"targets": {"web1": "web1.example.com"}}
    runbooks = {
        "restart": {**runbook(tmp_path / "restart.yml", note), **targets},
        "break": {**runbook(tmp_path / "break.yml", fail), "inventory": str(inventory), **targets},
        "lost": {"playbook": str(tmp_path / "lost.yml")},
        # Mistakes: targets are a mapping.
        "list": {"playbook": str(tmp_path / "restart.yml"), "targets": ["web1"]},
        "none": {"playbook": str(tmp_path / "restart.yml"), "targets": None},
    }
    plays = [
        asked("Run  restart WEB1 ", YES),
        asked("run restart web1", NO),
        asked("run restart web1", FORGER),
        asked("run restart web2", YES),
        # The last one fails, as its runbook does.
        asked("RUN break web1", YES),
    ]
    variables = {"runbook_by_sms_runbooks": runbooks, "runbook_by_sms_wait": 1.5, "runbook_by_sms_poll_interval": 0.1}
    with simulator(pace=0, people=PEOPLE) as twilio:
        account, token = twilio.auth
        environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
        options = ["-i", str(inventory), "-e", json.dumps(variables)]
        run = run_plays(plays, options, environment)
        lost = run_plays([asked("run lost", YES)], options, environment)
        wrong = run_plays([asked("run list web1", YES)], options, environment)
        sent = twilio.call("GET", "/simulator/messages?direction=outbound-api", auth=None).json()["messages"][::-1]
    assert run.returncode == lost.returncode == wrong.returncode == 2, run.output
    assert (tmp_path / "done").read_text() == YES
    texts = {
        person: [re.sub(r"(?<=YES |.NO )\w{6}|\d+s", "…", item["body"]) for item in sent if item["to"] == person]
        for person in PEOPLE
    }
    question = "Run restart web1? Reply YES … to run it, NO … if that was not you"
    offer = "Nothing was run. After RUN, send one of: restart web1, break web1, lost, list web1"
    assert texts == {
        YES: [
            question,
            "restart.yml succeeded in …\n1 host: 1 ok; 1 changed",
            offer,
            question.replace("restart", "break"),
            "break.yml FAILED after …\nweb1.example.com: Restart the shop\n1 host: 0 ok, 1 failed (web1.example.com)",
            question.replace("restart web1", "lost"),
            "lost could not be started. The log of ansible-rulebook says why",
            question.replace("restart", "list"),
            "list web1 could not be started. The log of ansible-rulebook says why",
        ],
        NO: [question, "restart web1 was not run: the answer was no"],
        FORGER: [question, "restart web1 was not run: there was no answer in time"],
    }


@pytest.mark.parametrize(("name", "lacks"), [("runbook_by_sms", "no text"), ("page_for_alert", "no alert")])
def test_a_playbook_of_a_rulebook_without_its_event(name, lacks):
    run = run_playbook(f"oncall.twilio.{name}")
    assert run.returncode == 2
    assert f"There is {lacks}. The rulebook oncall.twilio.{name}" in run.output
