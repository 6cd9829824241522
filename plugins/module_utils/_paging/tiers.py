# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tiers of people to be paged, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Person(NamedTuple):
    """Somebody to be paged; the name is empty if none was given."""

    number: str
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """A calendar that says who is on call: its sources, the options of the lookup, and everybody who may be on call.

    Sources and options may contain secrets.
    """

    sources: tuple[str, ...] = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)
    people: tuple[Person, ...]


class Tier(NamedTuple):
    """People who are paged at once, and how many seconds they have before the next tier is paged as well.

    Its ``calendar`` is asked who is on call when its turn comes. People are called after ``ring`` seconds; 0 means
    never.
    """

    name: str
    people: tuple[Person, ...]
    wait: float
    calendar: Calendar | None = None
    ring: float = 0.0

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Everybody who may be paged in it."""
        return (*self.people, *(self.calendar.people if self.calendar else ()))
