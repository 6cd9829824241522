# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's own command line finds in the simulator what it expects, https://www.npmjs.com/package/twilio-cli.

It knows no host but Twilio's, so a proxy leads it to the simulator.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.frontdoor import front_door
from support.npm import modules
from support.simulator import FROM, TO, Simulator

Twilio = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def twilio(swift: Simulator, tmp_path: Path) -> Iterator[Twilio]:
    program = modules() / ".bin" / "twilio"
    with front_door(swift, tmp_path) as door:
        environment = {
            "HOME": str(tmp_path),
            "HTTP_PROXY": door.proxy,
            "NODE_EXTRA_CA_CERTS": str(door.ca_file),
            "PATH": os.environ["PATH"],
            # It would look for a newer one.
            "TWILIO_DISABLE_AUTOUPDATE": "true",
        }
        login = {"TWILIO_ACCOUNT_SID": swift.auth[0], "TWILIO_AUTH_TOKEN": swift.auth[1]}

        def run(command: str, *options: str) -> subprocess.CompletedProcess[str]:
            known = {} if command == "profiles:create" else login
            line = [str(program), command if ":" in command else f"api:core:messages:{command}", *options]
            return subprocess.run(
                line, capture_output=True, text=True, timeout=120, env=environment | known, check=False
            )

        yield run


def shown(result: subprocess.CompletedProcess[str]) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_life_of_a_message(twilio: Twilio, swift: Simulator) -> None:
    (created,) = shown(twilio("create", "--to", TO, "--from", FROM, "--body", "Disk full", "-o=json"))
    assert (created["status"], created["body"], created["numSegments"]) == ("queued", "Disk full", "1")
    (arrived,) = swift.wait(status="delivered")
    assert arrived["form"] == [["To", TO], ["From", FROM], ["Body", "Disk full"]]
    (listed,) = shown(twilio("list", "--to", TO, "-o=json"))
    (fetched,) = shown(twilio("fetch", "--sid", created["sid"], "-o=json"))
    assert listed == fetched
    assert (fetched["status"], fetched["price"], fetched["sid"]) == ("delivered", "-0.00790", created["sid"])
    (redacted,) = shown(twilio("update", "--sid", created["sid"], "--body", "", "-o=json"))
    assert redacted["body"] == ""
    assert twilio("remove", "--sid", created["sid"]).returncode == 0
    assert swift.call("GET", arrived["uri"]).status_code == 404


def test_refusal(twilio: Twilio, swift: Simulator) -> None:
    swift.inbound("STOP", To=FROM)
    result = twilio("create", "--to", TO, "--from", FROM, "--body", "Disk full")
    assert result.returncode != 0
    assert "21610" in result.stderr
    assert "Attempt to send to unsubscribed recipient" in result.stderr


def test_login(twilio: Twilio, swift: Simulator, tmp_path: Path) -> None:
    """Logging in makes a key, which is what is used from then on."""
    account, token = swift.auth
    options = ["--auth-token", token, "--profile", "rehearsal", "--force"]
    done = twilio("profiles:create", account, *options)
    assert done.returncode == 0, done.stderr
    ((_name, profile),) = json.loads((tmp_path / ".twilio-cli" / "config.json").read_text())["profiles"].items()
    assert swift.call("GET", swift.messages, auth=(profile["apiKey"], profile["apiSecret"])).status_code == 200
