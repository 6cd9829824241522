# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The quickstart, which is a newcomer's first run."""

from __future__ import annotations

import re

import pytest

from support.playbook import run_playbook

NUMBERS = ["-e", "to=+15559998888", "-e", "from=+15557776666"]


@pytest.fixture
def environment(twilio):
    """An account's environment, whose Twilio is the simulator."""
    account, token = twilio.auth
    return {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}


def test_without_an_account(tmp_path):
    """The numbers alone send nothing through Twilio. The next test does the same without check mode."""
    run = run_playbook("oncall.twilio.quickstart", [*NUMBERS, "--check"], {"XDG_RUNTIME_DIR": str(tmp_path)})
    assert run.returncode == 0, run.output
    assert "To send through Twilio, set TWILIO_ACCOUNT_SID and" in run["Say what is going to happen"]["msg"]
    assert run["Send the message and wait for it to arrive"]["message"]["to"] == "+15559998888"
    assert list(tmp_path.iterdir()) == []


def test_an_account_alone_sends_nothing_through_it(environment, twilio, tmp_path):
    keys = {"TWILIO_API_KEY": "SK" + "0a" * 16, "TWILIO_API_SECRET": "not the simulator's"}
    run = run_playbook(
        "oncall.twilio.quickstart", environment={**environment, **keys, "XDG_RUNTIME_DIR": str(tmp_path)}
    )
    assert run.returncode == 0, run.output
    said = run["Say what is going to happen"]["msg"]
    assert said == (
        f"Sending to a simulator of its own on this machine. To send through {twilio.url}, "
        "add -e to=+1... -e from=+1... with your numbers"
    )
    assert twilio.ledger() == []
    assert re.search(r'"msg": "SM[0-9a-f]{32} is delivered"', run.output)
    assert run["oncall.twilio.simulator : Have the simulator stopped"]["changed"]
    assert list(tmp_path.iterdir()) == []


def test_with_an_account_and_numbers(environment, twilio):
    run = run_playbook("oncall.twilio.quickstart", NUMBERS, environment)
    assert run.returncode == 0, run.output
    assert run["Say what is going to happen"]["msg"] == f"Sending through {twilio.url}, to +15559998888"
    (created,) = [request for request in twilio.ledger() if request["method"] == "POST"]
    assert created["form"][:2] == [["To", "+15559998888"], ["From", "+15557776666"]]
    assert re.search(r'"msg": "SM[0-9a-f]{32} is delivered"', run.output)


def test_with_an_account_and_numbers_in_check_mode(environment, twilio):
    run = run_playbook("oncall.twilio.quickstart", [*NUMBERS, "--check"], environment)
    assert run.returncode == 0, run.output
    assert twilio.ledger() == []
