# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator in the background: start it, stop it and get its status, by means of a state directory.

The directory contains ``simulator.json`` (what ``run`` announced, and its instance id) and ``simulator.log``. A state
file counts only while its URL responds with its process and instance id, which no other program has.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from .announcement import announcement
from .world.reading import BadInput
from .world.settings import read_settings

ENTRY = Path(__file__).resolve().parent
START_SECONDS = 60.0
STOP_SECONDS = 5.0
HEALTH_SECONDS = 5.0

State = dict[str, Any]


def start(directory: Path, configuration: Mapping[str, Any], *, dry_run: bool = False) -> State:
    """Start a simulator unless one is running. Returns its announcement, and whether that ``changed`` anything.

    :raises BadInput: if it does not start, or the configuration is wrong.
    """
    settings = read_settings(configuration)
    if dry_run:
        state = status(directory)
        promised = announcement(settings, settings.port)._asdict()
        return (_shown(state) if state["running"] else promised) | {"changed": not state["running"]}
    with _locked(directory):
        found = _running(directory)
        if found:
            return _shown(found) | {"changed": False}
        state = _launch(directory, configuration)
        _state_file(directory).write_text(json.dumps(state))
        return _shown(state) | {"changed": True}


def stop(directory: Path, *, dry_run: bool = False) -> State:
    """Stop the simulator if it is running."""
    if dry_run or not directory.is_dir():
        return {"changed": status(directory)["running"]}
    with _locked(directory):
        state = _running(directory)
        if state:
            _end(state)
        for name in ("simulator.json", "simulator.log", "lock"):
            (directory / name).unlink(missing_ok=True)
        # The directory stays if it contains other files.
        with contextlib.suppress(OSError):
            directory.rmdir()
        return {"changed": state is not None}


def status(directory: Path) -> State:
    if not directory.is_dir():
        return {"running": False}
    with _locked(directory):
        state = _running(directory)
        return {"running": False} if state is None else {"running": True} | _shown(state)


def _launch(directory: Path, configuration: Mapping[str, Any]) -> State:
    log = directory / "simulator.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, str(ENTRY), "run", "--config=-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            text=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    # Not on the command line, which everybody on the machine can read. If the process has already ended, its log says
    # why.
    with contextlib.suppress(BrokenPipeError), process.stdin:
        json.dump(configuration, process.stdin)
    with process.stdout:
        ready = select.select([process.stdout], [], [], START_SECONDS)[0]
        line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait()
        said = log.read_text().strip().splitlines()
        raise BadInput(said[-1].removeprefix("simulator: ") if said else "it did not start in time")
    state: State = json.loads(line)
    health = _health(state["url"])
    if health is None or health["pid"] != state["pid"]:
        process.kill()
        raise BadInput(f"it listens at {state['url']} but {'something else answers' if health else 'does not answer'}")
    return state | {"instance": health["instance"]}


def _end(state: State) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(state["pid"], number)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                if not _is_same(state):
                    return
            time.sleep(0.05)
    raise BadInput(f"process {state['pid']} does not end")


def _running(directory: Path) -> State | None:
    try:
        state: State = json.loads(_state_file(directory).read_text())
        return state if _is_same(state) else None
    except TimeoutError:
        # Its port may have gone to another program.
        if not _is_there(state["pid"]):
            return None
        raise BadInput(f"process {state['pid']} at {state['url']} does not respond; try again, or end it") from None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _is_same(state: State) -> bool:
    """Say whether the simulator that was started still runs. Raises ``TimeoutError`` if something does not respond."""
    health = _health(state["url"])
    return health is not None and (health["pid"], health["instance"]) == (state["pid"], state["instance"])


def _health(url: str) -> State | None:
    try:
        # Do not use the environment's proxy for this machine itself.
        with build_opener(ProxyHandler({})).open(f"{url}/simulator/health", timeout=HEALTH_SECONDS) as response:
            health: State = json.load(response)
            return health if {"pid", "instance"} <= health.keys() else None
    except (OSError, ValueError, AttributeError, HTTPException) as error:
        if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
            raise TimeoutError from error
        return None


def _shown(state: State) -> State:
    return {name: state[name] for name in ("url", "account_sid", "auth_token", "pid")}


def _state_file(directory: Path) -> Path:
    return directory / "simulator.json"


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Lock the state directory, and create it if necessary.

    It must belong to us alone, since its parent may be shared.
    """
    os.umask(0o077)
    with contextlib.ExitStack() as stack:
        while True:
            _make(directory)
            try:
                lock = stack.enter_context((directory / "lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
                # The process that held the lock may have stopped the simulator, so the directory may have been removed
                # or replaced.
                if os.path.samestat(os.fstat(lock.fileno()), (directory / "lock").stat()):
                    break
            except FileNotFoundError:
                continue
        yield


def _make(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        link, found = directory.lstat(), directory.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadInput(f"state directory {directory}: {error.strerror}") from None
    if {link.st_uid, found.st_uid} != {os.geteuid()} or found.st_mode & 0o022:
        raise BadInput(f"state directory {directory} must belong to you and be writable by nobody else")
