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

import pytest
import requests

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
    health = requests.get(f"{started['url']}/simulator/health", timeout=5).json()
    assert health.keys() == {"pid", "instance", "version"}
    assert health["pid"] == started["pid"]
    assert background("start", "--port=0") == started | {"changed": False}
    described = {name: value for name, value in started.items() if name != "changed"}
    assert background("status") == {"running": True} | described
    assert {path.stat().st_mode & 0o077 for path in [background.directory, *background.directory.iterdir()]} == {0}
    assert background("stop") == {"changed": True}
    assert background("stop") == {"changed": False}
    assert background("status") == {"running": False}
    with pytest.raises(requests.ConnectionError):
        requests.get(started["url"], timeout=5)


def test_stale_state_of_another_process(background: Background, swift: Simulator) -> None:
    """The recorded process id is alive and its URL answers, and yet it is not the one that was started."""
    background.directory.mkdir(mode=0o700)
    stale = {"url": swift.url, "account_sid": "AC1", "auth_token": "x", "pid": os.getpid(), "instance": "0" * 32}
    for state in (json.dumps(stale | {"pid": swift.process.pid}), "[]", "nonsense"):
        (background.directory / "simulator.json").write_text(state)
        assert background("status") == {"running": False}
        assert background("stop") == {"changed": False}
    assert swift.call("GET", "/simulator/health").status_code == 200
    (background.directory / "simulator.json").write_text(json.dumps(stale))
    assert background("start", "--port=0")["changed"] is True


def test_killed_process_is_started_again(background: Background) -> None:
    first = background("start", "--port=0")
    os.kill(first["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 5
    while background("status")["running"]:
        assert time.monotonic() < deadline
    second = background("start", "--port=0")
    assert second["changed"] is True
    assert second["pid"] != first["pid"]


def test_options_reach_the_background(background: Background, defaults: dict[str, Any]) -> None:
    options = ["--number=+15551112222", "--undeliverable=+15557779999=30003", "--strict-callbacks", "--pace=0"]
    url = background("start", "--port=0", *options)["url"]
    account = defaults["account_sid"]
    path = f"{url}/2010-04-01/Accounts/{account}/Messages.json"

    def create(**form: str) -> Any:
        form = {"To": "+15557779999", "From": "+15551112222", "Body": "x"} | form
        return requests.post(path, data=form, auth=(account, defaults["auth_token"]), timeout=5).json()

    assert create(From="+15552223333")["code"] == 21659
    assert create(StatusCallback="http://localhost/")["code"] == 21609
    assert create()["status"] == "queued"
    time.sleep(0.1)
    assert requests.get(f"{url}/simulator/messages", timeout=5).json()["messages"][0]["error_code"] == 30003


@pytest.mark.parametrize("command", ["run", "start"])
def test_port_in_use(cli: Cli, tmp_path: Path, command: str) -> None:
    place = ["--state-dir", str(tmp_path / "state")] if command == "start" else []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = cli(command, f"--port={port}", *place)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"simulator: port {port} of 127.0.0.1 is already in use\n"


@pytest.mark.parametrize("command", ["run", "start"])
def test_aiohttp_missing(cli: Cli, tmp_path: Path, command: str) -> None:
    """An interpreter without site-packages knows no aiohttp."""
    place = ["--state-dir", str(tmp_path)] if command == "start" else []
    isolated = [sys.executable, "-S", "-E", str(ENTRY), command, *place]
    result = subprocess.run(isolated, capture_output=True, text=True, timeout=30, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith("pip install aiohttp\n")


def test_state_directory_of_others(cli: Cli, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    result = cli("start", "--port=0", "--state-dir", str(tmp_path))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "must belong to you and be writable by nobody else" in result.stderr


@pytest.mark.parametrize(
    "option",
    [
        "--port=x",
        "--port=70000",
        "--pace=-1",
        "--pace=nan",
        "--keep=0",
        "--speed=-1",
        "--speed=1e6",
        "--rate=x",
        "--inbound-webhook=x",
        "--number=+1",
        "--undeliverable=+15551234567",
    ],
)
def test_unusable_options(cli: Cli, option: str) -> None:
    result = cli("run", option)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].startswith("simulator run: error: argument ")


def test_credentials_come_from_the_environment(cli: Cli, tmp_path: Path) -> None:
    own = {"SIMULATOR_ACCOUNT_SID": f"AC{'7' * 32}", "SIMULATOR_AUTH_TOKEN": "5d3f" * 8}
    place = ["--state-dir", str(tmp_path)]
    started = json.loads(cli("start", "--port=0", *place, env=os.environ | own).stdout)
    try:
        login = (started["account_sid"], started["auth_token"])
        assert login == tuple(own.values())
        url = f"{started['url']}/2010-04-01/Accounts/{started['account_sid']}/Messages.json"
        assert requests.get(url, auth=login, timeout=5).status_code == 200
        with Path(f"/proc/{started['pid']}/cmdline").open("rb") as command:
            assert own["SIMULATOR_AUTH_TOKEN"].encode() not in command.read()
    finally:
        assert json.loads(cli("stop", *place).stdout) == {"changed": True}


def test_announced_to_a_shell(defaults: dict[str, Any]) -> None:
    """What is printed can be pasted as it is."""
    command = [sys.executable, str(ENTRY), "run", "--port=0", "--announce=shell"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline().strip() for _line in range(5)]
        assert requests.get(printed[4].removeprefix("export TWILIO_API_URL="), timeout=5).status_code == 200
        process.terminate()
    url = printed[4].partition("=")[2]
    assert printed == [
        f"The simulator is open at {url}/ until Ctrl+C. To send to it from a shell, paste there:",
        "",
        f"export TWILIO_ACCOUNT_SID={defaults['account_sid']}",
        f"export TWILIO_AUTH_TOKEN={defaults['auth_token']}",
        f"export TWILIO_API_URL={url}",
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly_and_soon(simulate: Callable[..., Simulator], number: signal.Signals) -> None:
    simulator = simulate()
    assert simulator.created()["status"] == "queued"  # Leaves an idle connection and a timer.
    begun = time.monotonic()
    simulator.process.send_signal(number)
    assert simulator.process.wait(5) == 0
    assert time.monotonic() - begun < 1
