# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role: its defaults agree with the command line, and a playbook can run it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import requests

from support.playbook import Run, run_plays
from support.simulator import role_defaults

SIMULATOR = "oncall.twilio.simulator"
SHOW = {
    "name": "Show",
    "ansible.builtin.debug": {"msg": {"url": "{{ simulator_url }}", "connection": "{{ simulator_connection }}"}},
    "run_once": True,
}
# What the role does with the simulator, rather than how the simulator behaves.
ROLE_OWN = {"state", "python", "name", "dir"}
# Settings of which none is the default.
OTHER: dict[str, Any] = {
    "host": "::1",
    "port": 0,
    "pace": 0.5,
    "speed": 2.5,
    "numbers": ["+15551112222", "12345"],
    "undeliverable": {"+15557779999": 30005},
    "keep": 77,
    "strict_callbacks": True,
    "callback_repeats": 2,
    "callback_lag": 1.5,
    "rate": 0.25,
    "queue": 60.5,
    "call_rate": 0.5,
    "inbound_webhook": "http://127.0.0.1:9/sms",
    "people": {"+15557779998": {"find": "ACK ([0-9]+)", "text": "ACK {1}"}},
    "names": {"+15557779998": "Ada"},
    "accounts": [{"account_sid": f"AC{'1' * 32}", "auth_token": "61d8c0ffee61d8c0ffee61d8c0ffee61"}],
}


def test_defaults_are_those_of_the_simulator(role_package: None) -> None:
    from twilio_simulator.world.settings import Settings, read_settings

    defaults = {name: value for name, value in role_defaults().items() if name not in ROLE_OWN}
    assert {*defaults} == {field.name for field in fields(Settings)}
    assert read_settings(defaults) == Settings()


def simulate(state: str = "started", **variables: Any) -> dict[str, Any]:
    """Return the task that runs the role, whose variables are given without their prefix."""
    given = {f"simulator_{name}": value for name, value in {"state": state, **variables}.items()}
    return {"name": "Simulate", "ansible.builtin.include_role": {"name": SIMULATOR}, "vars": given}


class Role:
    """Runs the role for two hosts of which neither exists."""

    def __init__(self, directory: Path) -> None:
        self.state = directory / "state"

    def run(self, *tasks: Mapping[str, Any], check: bool = False, **variables: Any) -> Run:
        """Run tasks to their end with these variables."""
        arguments = ["-i", "db1.invalid,db2.invalid", *(["--check"] if check else [])]
        given = {"simulator_dir": str(self.state), "simulator_port": 0, **variables}
        run = run_plays([{"hosts": "all", "gather_facts": False, "vars": given, "tasks": list(tasks)}], arguments)
        assert run.returncode == 0, run.output
        return run


def changes(run: Run) -> int:
    return sum(int(count) for count in re.findall(r"\bchanged=(\d+)", run.output))


def found(run: Run) -> Any:
    """What the role's variables say of the simulator that it has started."""
    return run["Show"]["msg"]


@pytest.fixture
def role(tmp_path: Path) -> Role:
    return Role(tmp_path)


def test_life_of_the_role(role: Role, defaults: dict[str, Any]) -> None:
    planned = role.run(simulate(), SHOW, check=True, simulator_port=8480, page_on_call_tiers="{{ known_later }}")
    assert changes(planned) == 1
    assert found(planned)["url"] == "http://127.0.0.1:8480"
    assert not role.state.exists()

    own: dict[str, Any] = {
        "numbers": ["+15551112222"],
        "undeliverable": {"+15557779999": 30005},
        "names": {"+15551230002": "Rear Admiral"},
        "pace": 0,
    }
    paged = [{"numbers": {"Ada": "+15551230001", "Grace": "+15551230002"}}, {"numbers": ["+15551230003"]}, {"wait": 5}]
    try:
        started = role.run(*[simulate(**own)] * 2, SHOW, page_on_call_tiers=paged)
        assert changes(started) == 1
        of_started = found(started)
        connection = {name: defaults[name] for name in ("account_sid", "auth_token")} | {
            "api_url": of_started["url"],
            "api_key": "",
            "api_secret": "",
        }
        assert of_started["connection"] == connection
        # The role itself shows no credentials, which may be those of real accounts.
        own_results = [outcome.result for outcome in started.outcomes if outcome.task != "Show"]
        assert connection["auth_token"] not in str(own_results)
        login = (connection["account_sid"], connection["auth_token"])
        path = f"{of_started['url']}/2010-04-01/Accounts/{login[0]}/Messages.json"
        form = {"To": "+15557779999", "Body": "x"}
        refused = requests.post(path, data=form | {"From": "+15552223333"}, auth=login, timeout=60)
        assert refused.json()["code"] == 21659
        sent = requests.post(path, data=form | {"From": "+15551112222"}, auth=login, timeout=60)
        assert sent.status_code == 201
        assert (
            requests.get(of_started["url"] + sent.json()["uri"], auth=login, timeout=60).json()["error_code"] == 30005
        )

        names = requests.get(f"{of_started['url']}/simulator/names", timeout=5).json()["names"]
        assert names == {"+15551230001": "Ada", "+15551230002": "Rear Admiral"}

        planned = role.run(simulate(), simulate("stopped"), SHOW, check=True)
        assert changes(planned) == 1
        assert found(planned) == of_started
        assert requests.get(f"{of_started['url']}/simulator/health", timeout=60).status_code == 200
    finally:
        assert changes(role.run(*[simulate("stopped")] * 2)) == 1
    with pytest.raises(requests.ConnectionError):
        requests.get(of_started["url"], timeout=60)


def program(path: Path, script: str) -> str:
    """Return the path of a program that is made of a shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_every_setting_reaches_the_simulator(
    role: Role, tmp_path: Path, defaults: dict[str, Any], role_package: None
) -> None:
    """Stand-ins for Python write down what they are given."""
    from twilio_simulator.world.settings import Settings, read_settings

    assert {name for name, value in OTHER.items() if value != defaults[name]} == {
        each.name for each in fields(Settings)
    }
    # As the user may write them otherwise: numbers as texts, as -e gives them, and files' paths.
    other_way = {name: str(value) if isinstance(value, float) else value for name, value in OTHER.items()}
    for name in ("people", "accounts"):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(OTHER[name]))
        other_way[name] = str(path)
    answer = json.dumps({"url": "http://x", "account_sid": "AC", "auth_token": "x", "changed": False})
    given = [tmp_path / "given", tmp_path / "given the other way"]
    spies = [
        program(tmp_path / f"spy{number}", f"cat > '{file}'\necho '{answer}'") for number, file in enumerate(given)
    ]
    role.run(simulate(python=spies[0], **OTHER), simulate(python=spies[1], **other_way))
    for file in given:
        assert read_settings(json.loads(file.read_text())) == read_settings(OTHER)


OLD = "import runpy, sys; sys.version_info = (3, 8, 1); del sys.argv[0]; runpy.run_path(sys.argv[0])"


def test_what_cannot_be_run_is_told(role: Role, tmp_path: Path) -> None:
    # One that knows nothing of what came after 3.8, as far as it says.
    old = program(tmp_path / "old", f"exec {sys.executable} -c '{OLD}' \"$@\"")
    bare = program(tmp_path / "bare", f'exec "{sys.executable}" -S -E "$@"')
    too_old = f"simulator: Python 3.11 or newer is needed, and {sys.executable} is 3.8"
    cases = [
        (simulate(python=old), too_old),
        (simulate("stopped", python=old), too_old),
        (simulate(python="/nowhere/python"), "/nowhere/python cannot be run. "),
        (simulate(people={"+15550000001": "snoring"}), "people: +15550000001: 'snoring' is not one of silent"),
        (simulate(python=bare), "aiohttp is missing for "),
    ]
    rescue = [{"name": "Go on", "ansible.builtin.debug": {"msg": "fine"}}]
    run = role.run(*({"block": [task], "rescue": rescue} for task, _words in cases))
    told = [outcome.result["msg"] for outcome in run.outcomes if outcome.status == "failed"]
    assert len(told) == len(cases)
    for message, (_task, words) in zip(told, cases):
        assert words in message
    assert "pip install aiohttp" in told[-1]
    assert "Traceback" not in run.output
