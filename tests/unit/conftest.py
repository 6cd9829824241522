# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep unit tests to pure functions: opening a socket or starting a process fails the test."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

# https://docs.python.org/3/library/audit_events.html
FORBIDDEN = ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "socket.", "subprocess.")
_state = {"is_unit_test": False, "is_watched": False}


def _watch(event: str, _arguments: tuple[object, ...]) -> None:
    if _state["is_unit_test"] and event.startswith(FORBIDDEN):
        raise AssertionError(f"{event}: unit tests open no sockets and start no processes")


@pytest.fixture(autouse=True)
def _pure() -> Iterator[None]:
    if not _state["is_watched"]:
        # An audit hook stays for good.
        sys.addaudithook(_watch)
        _state["is_watched"] = True
    _state["is_unit_test"] = True
    yield
    _state["is_unit_test"] = False
