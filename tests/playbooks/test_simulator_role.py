# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role: its defaults agree with the command line, and a playbook can run it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import requests

from support.playbook import Run, run_plays
from support.simulator import role_defaults

SIMULATOR = "oncall.twilio.simulator"
FOUND = {"url": "{{ simulator_url }}", "connection": "{{ simulator_connection }}"}
OLD = "import runpy, sys; sys.version_info = (3, 8, 1); del sys.argv[0]; runpy.run_path(sys.argv[0])"
# What the role does with the simulator, rather than how the simulator behaves.
ROLE_OWN = {"state", "python", "name", "dir"}
# Settings of which none is the default.
OTHER = {
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
    "inbound_webhook": "http://127.0.0.1:9/sms",
    "people": {"+15557779998": "stuck"},
    "names": {"+15557779998": "Ada"},
    "accounts": [{"account_sid": f"AC{'1' * 32}", "auth_token": "61d8c0ffee61d8c0ffee61d8c0ffee61"}],
}


def test_defaults_are_those_of_the_simulator(role_package: None) -> None:
    from twilio_simulator.world.settings import Settings, read_settings

    defaults = {name: value for name, value in role_defaults().items() if name not in ROLE_OWN}
    assert {*defaults} == {field.name for field in fields(Settings)}
    assert read_settings(defaults) == Settings()


class Role:
    """Runs the role for two hosts of which neither exists."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def run(self, *states: str, check: bool = False, **variables: Any) -> Run:
        """Take the role through ``states``, one after the other, in one playbook run."""
        tasks: list[dict[str, Any]] = [
            {
                "name": "Simulate",
                "ansible.builtin.include_role": {"name": SIMULATOR},
                "vars": {"simulator_state": "{{ item }}"},
                "loop": states,
            },
            {
                "name": "Show",
                "ansible.builtin.debug": {"msg": FOUND},
                "run_once": True,
                "when": "'started' in " + repr(list(states)),
            },
        ]
        variables = {"simulator_dir": str(self.directory / "state"), "simulator_port": 0} | variables
        arguments = ["-i", "db1.invalid,db2.invalid", "-e", json.dumps(variables), *(["--check"] if check else [])]
        return run_plays([{"hosts": "all", "gather_facts": False, "tasks": tasks}], arguments)

    def succeed(self, *states: str, **options: Any) -> Run:
        run = self.run(*states, **options)
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
    planned = role.succeed("started", check=True, simulator_port=8480, page_on_call_tiers="{{ known_later }}")
    assert changes(planned) == 1
    assert found(planned)["url"] == "http://127.0.0.1:8480"
    assert not (role.directory / "state").exists()

    undeliverable = {"+15557779999": 30005}
    own = {"simulator_numbers": ["+15551112222"], "simulator_undeliverable": undeliverable, "simulator_pace": 0}
    paged = [{"numbers": {"Ada": "+15551230001", "Grace": "+15551230002"}}, {"numbers": ["+15551230003"]}, {"wait": 5}]
    own |= {"page_on_call_tiers": paged, "simulator_names": {"+15551230002": "Rear Admiral"}}
    try:
        started = role.succeed("started", "started", **own)
        assert changes(started) == 1
        of_started = found(started)
        connection = {name: defaults[name] for name in ("account_sid", "auth_token")} | {
            "api_url": of_started["url"],
            "api_key": "",
            "api_secret": "",
        }
        assert of_started["connection"] == connection
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

        planned = role.succeed("started", "stopped", check=True)
        assert changes(planned) == 1
        assert found(planned) == of_started
        assert requests.get(f"{of_started['url']}/simulator/health", timeout=60).status_code == 200
    finally:
        assert changes(role.succeed("stopped", "stopped")) == 1
    with pytest.raises(requests.ConnectionError):
        requests.get(of_started["url"], timeout=60)


def test_every_setting_reaches_the_simulator(role: Role, defaults: dict[str, Any], role_package: None) -> None:
    """A stand-in for Python writes down what it is given; all numbers as texts, as -e gives them, are settings too."""
    spy, given = role.directory / "python", role.directory / "given.json"
    answer = {"url": "http://x", "account_sid": "AC", "auth_token": "x", "changed": False}
    spy.write_text(f"#!/bin/sh\ncat > {given}\necho '{json.dumps(answer)}'\n")
    spy.chmod(0o755)
    assert [name for name, value in OTHER.items() if value == defaults[name]] == []
    for each in (OTHER, {name: str(value) if isinstance(value, float) else value for name, value in OTHER.items()}):
        role.succeed("started", simulator_python=str(spy), **{f"simulator_{name}": each[name] for name in each})
        assert read(json.loads(given.read_text())) == read(each)


def read(settings: Any) -> Any:
    from twilio_simulator.world.settings import read_settings

    return read_settings(settings)


def test_two_at_once_by_name(role: Role) -> None:
    """Both with any free port, as drills have it."""
    place = {"simulator_dir": f"{role.directory}/{{{{ simulator_name }}}}"}
    try:
        urls = [found(role.succeed("started", **place, simulator_name=name))["url"] for name in ("one", "two")]
        assert len({*urls}) == 2
        role.succeed("stopped", **place, simulator_name="one")
        assert requests.get(f"{urls[1]}/simulator/health", timeout=60).status_code == 200
    finally:
        role.succeed("stopped", **place, simulator_name="two")
    assert not (role.directory / "one").exists()


def test_people_and_accounts(role: Role) -> None:
    """Given as they are, or as the paths of files."""
    account = {"account_sid": f"AC{'1' * 32}", "auth_token": "61d8c0ffee61d8c0ffee61d8c0ffee61"}
    people = {"+15550000001": {"text": "ACK {1}", "find": "ACK ([0-9]+)"}}
    script, accounts = role.directory / "people.yml", role.directory / "accounts.json"
    script.write_text(json.dumps(people))
    accounts.write_text(json.dumps([account]))
    for given in ((people, [account]), (str(script), str(accounts))):
        own = {"simulator_people": given[0], "simulator_accounts": given[1], "simulator_pace": 0}
        try:
            url = found(role.succeed("started", **own))["url"]
            path = f"{url}/2010-04-01/Accounts/{account['account_sid']}/Messages.json"
            form = {"To": "+15550000001", "From": "+15552223333", "Body": "ACK 4711"}
            login = (account["account_sid"], account["auth_token"])
            sent = requests.post(path, data=form, auth=login, timeout=60)
            assert sent.status_code == 201
            query = "direction=inbound&body=ACK%204711"
            assert requests.get(f"{url}/simulator/wait?{query}", timeout=60).status_code == 200
        finally:
            role.succeed("stopped")


def test_old_python(role: Role) -> None:
    """One that knows nothing of what came after 3.8, as far as it says."""
    old = role.directory / "python"
    old.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{OLD}' \"$@\"\n")
    old.chmod(0o755)
    for state in ("started", "stopped"):
        result = role.run(state, simulator_python=str(old))
        assert result.returncode == 2
        assert "simulator: Python 3.11 or newer is needed, and" in result.output
        assert "is 3.8" in result.output
    result = role.run("started", simulator_python="/nowhere/python")
    assert result.returncode == 2
    assert "/nowhere/python cannot be run. " in result.output


def test_people_that_make_no_sense(role: Role) -> None:
    result = role.run("started", simulator_people={"+15550000001": "snoring"})
    assert result.returncode == 2
    assert "people: +15550000001: 'snoring' is not one of silent" in result.output


def test_aiohttp_missing(role: Role) -> None:
    bare = role.directory / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "$@"\n')
    bare.chmod(0o755)
    result = role.run("started", simulator_python=str(bare))
    assert result.returncode == 2
    assert "aiohttp is missing for " in result.output
    assert "pip install aiohttp" in result.output
    assert "Traceback" not in result.output
