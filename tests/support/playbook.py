# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs real playbooks with the real ansible-playbook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from support.forkserver import TIMEOUT, ForkServer

RECORDER = Path(__file__).parent / "callback"
CONNECTIONS = Path(__file__).parent / "connection"
# The one that belongs to the Python which runs the tests, unless Ansible is to run on another one.
PROGRAM = Path(os.environ.get("CONTROLLER_PYTHON", sys.executable)).with_name("ansible-playbook")
GROUP = "group/oncall.twilio.twilio"
# What each run has in its environment.
VARIABLES = {
    "ANSIBLE_CALLBACK_PLUGINS": str(RECORDER),
    "ANSIBLE_CONNECTION_PLUGINS": str(CONNECTIONS),
    "ANSIBLE_PIPELINING": "true",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
}


class Outcome(NamedTuple):
    """What a task came to on a host: ``status`` is ok, failed, skipped or unreachable, ``at`` in seconds since 1970."""

    task: str
    status: str
    result: dict[str, Any]
    host: str
    at: float
    play: str


@dataclass(frozen=True)
class Run:
    """A finished run of ansible-playbook."""

    returncode: int
    output: str
    outcomes: list[Outcome]

    def __getitem__(self, task: str) -> dict[str, Any]:
        """Return the result of the only task of that name."""
        return self._outcome(task).result

    def has_failed(self, task: str) -> bool:
        """Say whether the only task of that name failed; results do not show it on each ansible-core."""
        return self._outcome(task).status == "failed"

    def _outcome(self, task: str) -> Outcome:
        found = [outcome for outcome in self.outcomes if outcome.task == task]
        assert len(found) == 1, self.output
        return found[0]


def run_play(
    tasks: Sequence[Mapping[str, Any]],
    connection: Mapping[str, Any] | None = None,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    **play: Any,
) -> Run:
    """Run a play of these tasks on localhost, with a connection for the whole action group."""
    defaults = {GROUP: dict(connection or {}), **play.pop("module_defaults", {})}
    content = {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": list(tasks), **play}
    return run_plays([content], arguments, environment)


def run_plays(
    plays: Sequence[Mapping[str, Any]],
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    interrupt_at: Path | None = None,
) -> Run:
    """Run whole plays."""
    with TemporaryDirectory() as directory:
        playbook = Path(directory, "playbook.yml")
        # JSON is YAML.
        playbook.write_text(json.dumps(plays))
        return run_playbook(str(playbook), arguments, environment, interrupt_at)


def run_playbook(
    playbook: str,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    interrupt_at: Path | None = None,
) -> Run:
    """Run a playbook, given by its path or its name in a collection; interrupt it once a file is there.

    It must not use what Ansible is to lose.
    """
    with TemporaryDirectory() as directory:
        record = Path(directory, "record")
        record.touch()
        variables = {**VARIABLES, "RECORDER_FILE": str(record)}
        # Where modules are to run on another Python than ansible-core.
        target = os.environ.get("TARGET_PYTHON")
        interpreter = ["--extra-vars", json.dumps({"ansible_python_interpreter": target})] if target else []
        arguments = [*interpreter, playbook, *arguments]
        returncode, output = _start(arguments, {**os.environ, **variables, **(environment or {})}, interrupt_at)
        outcomes = [Outcome(**json.loads(line)) for line in record.read_text().splitlines()]
    assert "[DEPRECATION WARNING]" not in output, output
    return Run(returncode, output, outcomes)


def hostile_words(mark: Path) -> str:
    """Return what people may write: a text that would create a file, or fail, if Ansible evaluated it."""
    return f"{{{{ lookup('pipe', 'touch {mark}') }}}} {{% if %}} {{# \" ' \nand on"


def _settings(environment: Mapping[str, str]) -> str:
    """Return what runs of the same server have in common."""
    named = {name: value for name, value in environment.items() if name.startswith(("ANSIBLE_", "PYTHON"))}
    return json.dumps(named, sort_keys=True)


# Idle ones, by what they serve.
_servers: defaultdict[str, list[ForkServer]] = defaultdict(list)
# A server pays from the second run on, and most runs have these settings.
_seen: Counter[str] = Counter([_settings({**os.environ, **VARIABLES})])


def _start(arguments: Sequence[str], environment: Mapping[str, str], interrupt_at: Path | None) -> tuple[int, str]:
    """Return the exit status and the output of a run."""
    key = _settings(environment)
    _seen[key] += 1
    # A server knows nothing of signals, and coverage counts processes that start.
    if _seen[key] == 1 or interrupt_at or "COVERAGE_PROCESS_CONFIG" in environment:
        return start_process(arguments, environment, interrupt_at)
    # It does one run at a time.
    server = _servers[key].pop() if _servers[key] else ForkServer(PROGRAM, environment)
    finished = server.run(arguments, environment)
    _servers[key].append(server)
    return finished


def start_process(
    arguments: Sequence[str], environment: Mapping[str, str], interrupt_at: Path | None = None
) -> tuple[int, str]:
    """Return the exit status and the output of a run in a process that is made for it."""
    with subprocess.Popen(
        [str(PROGRAM), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # What runs in the background of a shell ignores interrupts, and so would all that it starts.
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) if interrupt_at else None,
    ) as process:
        try:
            deadline = time.monotonic() + TIMEOUT
            while interrupt_at and not interrupt_at.exists() and process.poll() is None:
                assert time.monotonic() < deadline, f"{interrupt_at} has not come"
                time.sleep(0.05)
            if interrupt_at:
                process.send_signal(signal.SIGINT)
            output, _nothing = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
    return process.returncode, output
