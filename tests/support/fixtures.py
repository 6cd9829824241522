# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators of several tempers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from support.cast import CAST
from support.simulator import ENTRY, ROLE, Simulator, credentials, role_defaults, run_to_its_end, simulator


@pytest.fixture(scope="session")
def defaults() -> dict[str, Any]:
    """The role's defaults, without their prefix, and the credentials of its accounts."""
    return role_defaults() | credentials()


@pytest.fixture(scope="session")
def documentation() -> dict[str, dict[str, Any]]:
    """What ansible-doc says of the collection's plugins, by kind and full name."""
    command = [sys.executable, "-m", "ansible.cli.doc", "--metadata-dump", "--no-fail-on-errors", "oncall.twilio"]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    dump: dict[str, dict[str, Any]] = json.loads(process.stdout)["all"]
    return dump


@pytest.fixture(scope="session")
def cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line to its end, with a text as its input."""

    def run(*arguments: str, input: str = "") -> subprocess.CompletedProcess[str]:
        # The other commands start processes themselves, or are to do without what the nursery has imported.
        if arguments[0] == "run":
            return run_to_its_end(arguments, input)
        command = [sys.executable, str(ENTRY), *arguments]
        return subprocess.run(command, input=input, capture_output=True, text=True, timeout=30, check=False)

    return run


@pytest.fixture(scope="session")
def simulate() -> Iterator[Callable[..., Simulator]]:
    """Start a simulator with flags and settings; all end with the session."""
    with ExitStack() as stack:
        yield lambda *flags, **settings: stack.enter_context(simulator(*flags, **settings))


@pytest.fixture(scope="session")
def _twilio(simulate: Callable[..., Simulator]) -> Simulator:
    # Slow enough for the answer to a create request to be its first status, whatever the machine is doing.
    return simulate(pace=1, undeliverable={"+15557779999": 30005})


@pytest.fixture
def twilio(_twilio: Simulator) -> Simulator:
    """A simulator that has seen nothing yet; +15557779999 is undeliverable."""
    _twilio.reset()
    return _twilio


@pytest.fixture(scope="session")
def _cast(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(pace=0.2, speed=10, people=CAST)


@pytest.fixture
def cast(_cast: Simulator) -> Iterator[Simulator]:
    """A simulator that has seen nothing yet, with a clock ten times as fast and the people of support.cast."""
    _cast.reset()
    others = {*threading.enumerate()}
    yield _cast
    # A pager that ends does not wait for its requests under way. The next test must not have them in its ledger.
    for thread in {*threading.enumerate()} - others:
        # Those that wait to be used again do not end, and make no request either.
        thread.join(2)


@pytest.fixture(scope="session")
def _swift(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(pace=0, call_rate=0, undeliverable={"+15557779999": 30005})


@pytest.fixture
def swift(_swift: Simulator) -> Simulator:
    """Messages are final as soon as they are created; +15557779999 is undeliverable."""
    _swift.reset()
    return _swift


@pytest.fixture(scope="session")
def _slow(simulate: Callable[..., Simulator]) -> Simulator:
    return simulate(pace=3600, numbers=["+15552223333", "12345"], strict_callbacks=True, keep=20)


@pytest.fixture
def slow(_slow: Simulator) -> Simulator:
    """Messages stay as created; owns +15552223333 and 12345, refuses local callbacks, keeps 20 messages."""
    _slow.reset()
    return _slow


@pytest.fixture
def role_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the simulator's own modules be imported, for what cannot be reached over HTTP."""
    monkeypatch.syspath_prepend(str(ROLE / "files"))
