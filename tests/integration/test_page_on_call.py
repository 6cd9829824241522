# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role page_on_call against people who answer by script, by a clock that runs a hundred times as fast."""

from __future__ import annotations

import json
import re

import pytest

from support.playbook import GROUP, run_plays
from support.simulator import FROM, simulator

ADA, GRACE, LINUS, MARGARET = (f"+1555123000{number}" for number in range(1, 5))
TAKES = {"text": "ack {code}!", "after": 20, "find": r"ACK (?P<code>\w+)"}
PASSES = {"text": "No {code}", "after": 20, "find": r"NO (?P<code>\w+)"}
TIERS = [
    {"name": "primary", "numbers": {"Ada": ADA, "Grace": GRACE}, "wait": 120},
    {"name": "secondary", "numbers": [LINUS, MARGARET], "wait": 120},
]
SPEED = 100


@pytest.fixture
def people(tmp_path):
    """Return a simulator in which these people do this; who is not named is silent."""

    def people(script=None):
        file = tmp_path / "people.json"
        file.write_text(json.dumps(script or {}))
        return simulator("--pace=1", f"--speed={SPEED}", f"--script={file}")

    return people


def page(twilio, *arguments, hosts=None, name="page", **variables):
    """Run the role and then show its result; return the run and that result."""
    content = {
        "hosts": ",".join(hosts) if hosts else "localhost",
        "gather_facts": False,
        "module_defaults": {GROUP: twilio.connection},
        "vars": {
            "page_on_call_message": "Disk full on db1",
            "page_on_call_from": FROM,
            "page_on_call_tiers": TIERS,
            "page_on_call_poll_interval": 0.1,
            **variables,
        },
        "tasks": [
            {"block": [{"include_role": {"name": "oncall.twilio.page_on_call"}}],
             "always": [{"name": "result", "debug": {"var": "page_on_call_result"}, "when": "page_on_call_result is defined"}]},
        ],
    }
    inventory = ["-i", f"{','.join(hosts)},", "-c", "local"] if hosts else []
    run = run_plays([content], [*inventory, *arguments])
    shown = [outcome.result.get("page_on_call_result") for outcome in run.outcomes if outcome.task == "result"]
    return run, shown[-1] if shown else None


def test_try(people):
    with people({ADA: "silent", GRACE: PASSES, LINUS: {"undeliverable": 30005}, MARGARET: TAKES}) as twilio:
        run, result = page(twilio)
        print(run.output)
        print(json.dumps(result, indent=1))
        print(json.dumps([(m["to"], m["body"], m["direction"], m["status"], m["date_created"]) for m in twilio.call("GET", "/simulator/messages", auth=None).json()["messages"]], indent=1))
        assert 0
