# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator for the playbooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from support.simulator import Simulator, simulator


@pytest.fixture(scope="session")
def _simulator() -> Iterator[Simulator]:
    with ExitStack() as stack:
        # Slow enough for the answer to a create request to be its first status, whatever the machine is doing.
        yield stack.enter_context(simulator("--pace=1", "--undeliverable=+15557779999=30005"))


@pytest.fixture
def twilio(_simulator: Simulator) -> Simulator:
    """A simulator that has seen nothing yet; +15557779999 is undeliverable."""
    _simulator.reset()
    return _simulator
