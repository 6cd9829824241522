# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: which requests must go wrong, how often, and how."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..world import addresses
from ..world.reading import BadInput
from .kinds import KINDS, Fault

MOST_FAULTS = 100


class Faults:
    """The faults to come, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._count = 0

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Add a fault. ``wanted`` is as in ``Fault.as_json``, without an id.

        :raises BadInput: if there is no such fault.
        """
        if len(self._faults) >= MOST_FAULTS:
            raise BadInput(f"there are {MOST_FAULTS} faults already")
        # A code alone means the kind `twilio_error`.
        kind = KINDS.get(str(wanted.get("kind", "twilio_error" if "code" in wanted else None)))
        if kind is None:
            raise BadInput(f"kind must be one of {', '.join(KINDS)}")
        known = ["kind", "times", "number", "operation", *(parameter.name for parameter in kind.parameters)]
        unknown = wanted.keys() - set(known)
        if unknown:
            raise BadInput(f"{kind.name} has {', '.join(known)}, but no {', '.join(sorted(unknown))}")
        times, operation = wanted.get("times"), wanted.get("operation") or kind.operations[0]
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise BadInput("times must be a whole number of 1 or more, or null")
        if operation not in kind.operations:
            raise BadInput(f"operation must be one of {', '.join(kind.operations)}")
        given = wanted.get("number")
        number = addresses.recipient(given) if isinstance(given, str) else None
        if number is None and given not in (None, ""):
            raise BadInput("number must be a phone number, such as +15551234567")
        parameters = {
            parameter.name: parameter.check(wanted.get(parameter.name, parameter.default))
            for parameter in kind.parameters
        }
        self._count += 1
        fault = Fault(self._count, kind, operation, times, number, parameters)
        self._faults[fault.id] = fault
        return fault

    def take(self, operation: str | None, numbers: Collection[str]) -> Fault | None:
        """Return the fault that affects this request, which concerns these numbers, and count it as having happened."""
        for fault in self._faults.values():
            # A list leaves out messages one by one, whatever the list's filter is.
            concerns = fault.number is None or fault.number in numbers or fault.kind.name == "list_lag"
            if fault.operation == operation and concerns:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        del self._faults[fault.id]
                return fault
        return None

    def remove(self, number: int) -> bool:
        """Remove a fault. Returns whether there was one with this id."""
        return self._faults.pop(number, None) is not None

    def clear(self) -> None:
        self._faults.clear()

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())

    def as_json(self) -> list[dict[str, Any]]:
        return [fault.as_json() for fault in self]
