# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's server-sent events, read as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.simulator import Simulator

Event = tuple[str, Any]


@contextmanager
def listening(to: Simulator) -> Iterator[Iterator[Event]]:
    """The events from now on."""
    with to.call("GET", "/simulator/events", auth=None, stream=True, timeout=20) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        events = read(response.iter_lines(decode_unicode=True))
        assert next(events, ("nothing", None))[0] == "hello"
        yield events


def read(lines: Iterator[str]) -> Iterator[Event]:
    name = ""
    for line in lines:
        # The feed's comment says that there was nothing to tell for a long time.
        assert line != ":", "nothing came"
        field, _colon, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def until(events: Iterator[Event], wanted: str) -> Any:
    return next(data for name, data in events if name == wanted)
