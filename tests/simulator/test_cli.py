# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: in the foreground, in the background, and when things go wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from support.faults import FaultyServer, raw, silence
from support.simulator import ENTRY, Simulator

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


class Background:
    """The commands that share a state directory."""

    def __init__(self, cli: Cli, directory: Path) -> None:
        self.cli = cli
        self.directory = directory

    def __call__(self, command: str, *options: str) -> Any:
        result = self.cli(command, "--state-dir", str(self.directory), *options)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.count("\n") == 1
        return json.loads(result.stdout)


@pytest.fixture
def background(cli: Cli, tmp_path: Path) -> Iterator[Background]:
    run = Background(cli, tmp_path / "state")
    yield run
    run("stop")


def test_start_status_stop(background: Background, defaults: dict[str, Any]) -> None:
    assert background("status") == {"running": False}
    assert background("stop") == {"changed": False}
    started = background("start", "--port=0", "--pace=0")
    assert started == {
        "url": started["url"],
        "account_sid": defaults["account_sid"],
        "auth_token": defaults["auth_token"],
        "pid": started["pid"],
        "changed": True,
    }
    health = requests.get(f"{started['url']}/simulator/health", timeout=60).json()
    assert health.keys() == {"pid", "instance", "version"}
    assert health["pid"] == started["pid"]
    assert background("start", "--port=0") == started | {"changed": False}
    described = {name: value for name, value in started.items() if name != "changed"}
    assert background("status") == {"running": True} | described
    assert {path.stat().st_mode & 0o077 for path in [background.directory, *background.directory.iterdir()]} == {0}
    assert background("stop") == {"changed": True}
    assert not background.directory.exists()
    assert background("stop") == {"changed": False}
    assert background("status") == {"running": False}
    with pytest.raises(requests.ConnectionError):
        requests.get(started["url"], timeout=60)


def test_stale_state_of_another_process(background: Background, swift: Simulator) -> None:
    """The recorded process id is alive and its URL answers, and yet it is not the one that was started."""
    stale = {"url": swift.url, "account_sid": "AC1", "auth_token": "x", "pid": os.getpid(), "instance": "0" * 32}
    for state in (json.dumps(stale | {"pid": swift.process.pid}), "[]", "nonsense"):
        background.directory.mkdir(mode=0o700)
        (background.directory / "simulator.json").write_text(state)
        assert background("status") == {"running": False}
        assert background("stop") == {"changed": False}
    assert swift.call("GET", "/simulator/health").status_code == 200
    background.directory.mkdir(mode=0o700)
    (background.directory / "simulator.json").write_text(json.dumps(stale))
    assert background("start", "--port=0")["changed"] is True


def test_killed_process_is_started_again(background: Background) -> None:
    first = background("start", "--port=0")
    os.kill(first["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while background("status")["running"]:
        assert time.monotonic() < deadline
    second = background("start", "--port=0")
    assert second["changed"] is True
    assert second["pid"] != first["pid"]


def test_a_process_that_does_not_respond_is_not_forgotten(background: Background) -> None:
    started = background("start", "--port=0")
    os.kill(started["pid"], signal.SIGSTOP)
    try:
        for command in ("status", "stop", "start"):
            result = background.cli(command, "--state-dir", str(background.directory))
            assert f"process {started['pid']} at {started['url']} does not respond" in result.stderr
            assert result.returncode == 1
    finally:
        os.kill(started["pid"], signal.SIGCONT)
    assert background("stop") == {"changed": True}


def test_a_port_that_another_program_has_taken(background: Background) -> None:
    started = background("start", "--port=0")
    os.kill(started["pid"], signal.SIGKILL)
    port = urlsplit(started["url"]).port
    deadline = time.monotonic() + 60
    while background("status")["running"]:
        assert time.monotonic() < deadline
    with FaultyServer(raw(b"SSH-2.0-OpenSSH_9\r\n"), port=port).running():
        assert background("status") == {"running": False}
    # It need not say anything at all.
    with FaultyServer(silence, port=port).running():
        assert background("status") == {"running": False}
        assert background("stop") == {"changed": False}


@pytest.mark.parametrize("command", ["run", "start"])
def test_port_in_use(cli: Cli, tmp_path: Path, command: str) -> None:
    place = ["--state-dir", str(tmp_path / "state")] if command == "start" else []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = cli(command, f"--port={port}", *place)
    assert (result.returncode, result.stdout) == (1, "")
    advice = "Choose another one with --port, or with simulator_port in the role; 0 takes any free one"
    assert result.stderr == f"simulator: port {port} of 127.0.0.1 is already in use. {advice}\n"


@pytest.mark.parametrize("command", ["run", "start"])
def test_aiohttp_missing(cli: Cli, tmp_path: Path, command: str) -> None:
    """An interpreter without site-packages knows no aiohttp."""
    place = ["--state-dir", str(tmp_path)] if command == "start" else []
    isolated = [sys.executable, "-S", "-E", str(ENTRY), command, *place]
    result = subprocess.run(isolated, capture_output=True, text=True, timeout=30, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith(f" Install it: {sys.executable} -m pip install aiohttp\n")


def test_state_directory_of_others(cli: Cli, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    result = cli("start", "--port=0", "--state-dir", str(tmp_path))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "must belong to you and be writable by nobody else" in result.stderr


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"port": "x"}, "port: must be a whole number from 0 to 65535, not 'x'"),
        ({"port": 70000}, "port: must be a whole number from 0 to 65535, not 70000"),
        ({"port": True}, "port: must be a whole number from 0 to 65535, not True"),
        ({"pace": -1}, "pace: must be a number from 0, not -1"),
        ({"pace": "nan"}, "pace: must be a number from 0, not 'nan'"),
        ({"pace": None}, "pace: must be a number from 0, not None"),
        ({"pace": "inf"}, "pace: must be a number from 0, not 'inf'"),
        ({"keep": 0}, "keep: must be a whole number from 1, not 0"),
        ({"speed": 1e6}, "speed: must be a number from 0 to 86400, not 1000000.0"),
        ({"strict_callbacks": "no"}, "strict_callbacks: must be true or false, not 'no'"),
        ({"inbound_webhook": "x"}, "inbound_webhook: 'x' is not an http or https URL"),
        ({"numbers": ["+1"]}, "numbers: '+1' is not a sender"),
        ({"numbers": "+15551112222"}, "numbers: must be a list, not '+15551112222'"),
        ({"undeliverable": {"+1": 30005}}, "undeliverable: '+1' is not a phone number in E.164 format"),
        ({"undeliverable": ["+15551112222"]}, "undeliverable: must be a mapping, not ['+15551112222']"),
        ({"undeliverable": {"+15551112222": "x"}}, "undeliverable: must be a whole number from 0 to 99999, not 'x'"),
        ({"host": 1}, "host: must be a string, not 1"),
        ({"ports": 1}, "there is no setting ports, only host, port, "),
        ([], "the configuration must be a mapping of settings"),
        ("", "the configuration must be a mapping of settings"),
    ],
    ids=str,
)
def test_settings_that_make_no_sense(cli: Cli, config: object, complaint: str) -> None:
    result = cli("run", "--config=-", input=json.dumps(config))
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith(f"simulator: {complaint}")


def test_configuration_that_is_none(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("{")
    assert cli("run", "--config=-", input="port: 0").stderr.startswith("simulator: the configuration is not JSON: ")
    for file in ("config.yml", "none.json"):
        result = cli("run", f"--config={tmp_path / file}")
        assert (result.returncode, result.stderr.count("\n")) == (1, 1)
        assert result.stderr.startswith(f"simulator: {tmp_path / file}: ")


def test_flags_come_before_the_configuration(background: Background, tmp_path: Path) -> None:
    config, people = tmp_path / "config.yml", tmp_path / "people.json"
    config.write_text("{port: x, speed: 7, host: 127.0.0.1, people: nowhere}")
    people.write_text("{}")
    started = background("start", f"--config={config}", "--port=0", "--speed=3", f"--people={people}")
    state = requests.get(f"{started['url']}/simulator/state", timeout=60).json()
    assert state["clock"]["speed"] == 3


def test_dry_runs_do_nothing(background: Background, cli: Cli) -> None:
    planned = background("start", "--dry-run", "--port=8480")
    assert (planned["url"], planned["changed"]) == ("http://127.0.0.1:8480", True)
    assert background("stop", "--dry-run") == {"changed": False}
    assert not background.directory.exists()
    assert cli("start", "--dry-run", "--port=x", "--state-dir=x").returncode == 1
    started = background("start", "--port=0")
    assert background("start", "--dry-run", "--port=0") == started | {"changed": False}
    assert background("stop", "--dry-run") == {"changed": True}
    assert background("status")["running"] is True


def test_settings_stay_out_of_lists_of_processes(cli: Cli, tmp_path: Path) -> None:
    own = {"account_sid": f"AC{'7' * 32}", "auth_token": "5d3f" * 8}
    place = ["--state-dir", str(tmp_path)]
    config = json.dumps({"port": 0, "accounts": [own]})
    started = json.loads(cli("start", "--config=-", *place, input=config).stdout)
    try:
        login = (started["account_sid"], started["auth_token"])
        assert login == tuple(own.values())
        url = f"{started['url']}/2010-04-01/Accounts/{started['account_sid']}/Messages.json"
        assert requests.get(url, auth=login, timeout=60).status_code == 200
        for place_of_secrets in ("cmdline", "environ"):
            with Path(f"/proc/{started['pid']}/{place_of_secrets}").open("rb") as text:
                assert own["auth_token"].encode() not in text.read()
    finally:
        assert json.loads(cli("stop", *place).stdout) == {"changed": True}


def test_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "twilio_simulator", "status", "--state-dir", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, cwd=ENTRY.parent)
    assert (done.stdout, done.stderr) == ('{"running": false}\n', "")


def test_announced_to_a_shell(defaults: dict[str, Any]) -> None:
    """What is printed can be pasted as it is."""
    command = [sys.executable, str(ENTRY), "run", "--port=0", "--announce=shell"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline().strip() for _line in range(5)]
        assert requests.get(printed[4].removeprefix("export TWILIO_API_URL="), timeout=60).status_code == 200
        process.terminate()
    url = printed[4].partition("=")[2]
    assert printed == [
        f"The simulator is open at {url}/ until Ctrl+C. To send to it from a shell, paste this there:",
        "",
        f"export TWILIO_ACCOUNT_SID={defaults['account_sid']}",
        f"export TWILIO_AUTH_TOKEN={defaults['auth_token']}",
        f"export TWILIO_API_URL={url}",
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly(simulate: Callable[..., Simulator], number: signal.Signals) -> None:
    simulator = simulate()
    assert simulator.created()["status"] == "queued"  # Leaves an idle connection and a timer.
    simulator.process.send_signal(number)
    assert simulator.process.wait(10) == 0
