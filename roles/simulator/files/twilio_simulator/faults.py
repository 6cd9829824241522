# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What shall go wrong: which requests, how often and in which way. The ways themselves are in ``mishaps``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import addresses

OPERATIONS = ("create", "list", "fetch", "update", "delete")
MOST_FAULTS = 100


class Unsuitable(ValueError):
    """There can be no such fault; the text says why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number from ``lowest`` to ``highest`` that a kind of fault takes, or one of ``choices``; None: left out."""

    name: str
    description: str
    default: float | None
    lowest: float = 0
    highest: float = 3600
    choices: tuple[int | None, ...] = ()

    def check(self, value: object) -> Any:
        if value is None and self.default is None:
            return None
        if self.choices:
            if value not in self.choices:
                raise Unsuitable(f"{self.name} must be one of {', '.join(map(str, self.choices))}")
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not self.lowest <= value <= self.highest:
            raise Unsuitable(f"{self.name} must be a number from {self.lowest:g} to {self.highest:g}")
        return value


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to go wrong, which may befall these operations; the first is meant unless another is named."""

    name: str
    description: str
    parameters: tuple[Parameter, ...] = ()
    operations: tuple[str, ...] = OPERATIONS

    def as_json(self) -> dict[str, object]:
        parameters = [
            {
                "name": parameter.name,
                "description": parameter.description,
                "default": parameter.default,
                **(
                    {"choices": parameter.choices}
                    if parameter.choices
                    else {"lowest": parameter.lowest, "highest": parameter.highest}
                ),
            }
            for parameter in self.parameters
        ]
        return {
            "kind": self.name,
            "description": self.description,
            "operations": self.operations,
            "parameters": parameters,
        }


_SECONDS = Parameter("seconds", "Seconds of real time", 5.0)

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "rate_limited",
            "Refuse with status 429, without acting",
            (
                Parameter("code", "Twilio's error code; none: no body", 20429, choices=(20429, 21611, None)),
                Parameter("retry_after", "Seconds in Retry-After; none: no such header", None),
            ),
        ),
        Kind(
            "server_error",
            "Answer with a server's error, without acting",
            (Parameter("status", "The HTTP status", 503, 500, 599),),
        ),
        Kind(
            "server_error_after",
            "Act as asked, and then answer with a server's error",
            (Parameter("status", "The HTTP status", 500, 500, 599),),
        ),
        Kind("lost_response", "Act as asked, and close the connection without an answer"),
        Kind("slow", "Act as asked, and answer late", (_SECONDS,)),
        Kind(
            "html_page",
            "Answer with a gateway's HTML page, without acting",
            (Parameter("status", "The HTTP status", 502, 200, 599),),
        ),
        Kind(
            "list_lag",
            "Leave new messages out of lists",
            (Parameter("seconds", "Age by the simulator's clock at which they appear", 60.0, 0, 86_400),),
            ("list",),
        ),
    )
}


@dataclass(slots=True)
class Fault:
    """One kind of fault for one operation, ``times`` more times (None: until removed), for one ``number`` or all."""

    id: int
    kind: Kind
    operation: str
    times: int | None
    number: str | None
    parameters: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind.name,
            "operation": self.operation,
            "times": self.times,
            "number": self.number,
            **self.parameters,
        }


class Faults:
    """The faults to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._count = 0

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Have something go wrong. ``wanted`` is as in ``Fault.as_json``, without an id.

        :raises Unsuitable: if there can be no such fault.
        """
        if len(self._faults) >= MOST_FAULTS:
            raise Unsuitable(f"there are {MOST_FAULTS} faults already")
        kind = KINDS.get(str(wanted.get("kind")))
        if kind is None:
            raise Unsuitable(f"kind must be one of {', '.join(KINDS)}")
        known = ["kind", "times", "number", "operation", *(parameter.name for parameter in kind.parameters)]
        unknown = wanted.keys() - set(known)
        if unknown:
            raise Unsuitable(f"{kind.name} has {', '.join(known)}, but no {', '.join(sorted(unknown))}")
        times, operation = wanted.get("times"), wanted.get("operation") or kind.operations[0]
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise Unsuitable("times must be a whole number from 1, or null")
        if operation not in kind.operations:
            raise Unsuitable(f"operation must be one of {', '.join(kind.operations)}")
        number = wanted.get("number") or None
        if number is not None and addresses.recipient(str(number)) is None:
            raise Unsuitable("number must be a phone number, such as +15551234567")
        parameters = {
            parameter.name: parameter.check(wanted.get(parameter.name, parameter.default))
            for parameter in kind.parameters
        }
        self._count += 1
        fault = Fault(self._count, kind, operation, times, number and addresses.recipient(number), parameters)
        self._faults[fault.id] = fault
        return fault

    def take(self, operation: str | None, numbers: Collection[str]) -> Fault | None:
        """The fault that befalls this request, which concerns these numbers. It counts as having happened."""
        for fault in self._faults.values():
            # What is left out of a list depends on each message, not on whose messages are asked for.
            concerns = fault.number is None or fault.number in numbers or fault.kind.name == "list_lag"
            if fault.operation == operation and concerns:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        del self._faults[fault.id]
                return fault
        return None

    def remove(self, number: int) -> bool:
        """Whether there was a fault with this id."""
        return self._faults.pop(number, None) is not None

    def clear(self) -> None:
        self._faults.clear()

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())

    def as_json(self) -> list[dict[str, Any]]:
        return [fault.as_json() for fault in self]
