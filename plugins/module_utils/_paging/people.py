# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom to page: read tiers and their people, in any form in which users write them. Pure.

Invalid entries are left out and named in a list of problems, so that one mistyped entry does not keep the others from
being paged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._options.addresses import lost_plus, pair_problem
from .._twilio.numbers import EXAMPLE, read_address, split_addresses
from .tiers import Calendar, Person, Tier
from .written import LONGEST_WAIT, duration, from_json, json_error, ring_time

# The key of a tier that has its people, and names that users mistake for it.
_NUMBERS = ("numbers", "number", "people", "to", "phones", "phone")
# The keys of a tier that have people: numbers, or a calendar that says who is on call.
_PEOPLE = (*_NUMBERS, "calendar")
_KEYS = ("name", "wait", "ring", *_PEOPLE)
# The keys of a calendar besides its source: the options of the lookup on_call except ``at``, which is the tier's turn.
CALENDAR_OPTIONS = (
    *("people", "match", "timezone", "free", "fallback", "cache", "max_age", "timeout"),
    *("username", "password", "headers", "validate_certs", "ca_path"),
)


class TierReader:
    """Reads tiers. ``problems`` says what is invalid, where, and what is done instead."""

    def __init__(
        self,
        option: str,
        default_wait: float,
        sender: str,
        reads_calendars: bool = True,
        default_ring: float = 0.0,
        is_strict: bool = False,
    ) -> None:
        self.problems: list[str] = []
        self._reads_calendars = reads_calendars
        self._option = option
        self._default_wait = default_wait
        self._default_ring = default_ring
        self._sender = sender
        # If true, a problem fails the task, and nothing is done instead.
        self._is_strict = is_strict

    def people(self, value: Any) -> tuple[Person, ...]:
        """Return the people in an option that has no tiers."""
        value = self._from_json(value)
        if value in (None, "", [], {}):
            self.problems.append(f"{self._option}: is required. Name the people to ask.")
            return ()
        return self._people(value, self._option)

    def tiers(self, value: Any) -> tuple[Tier, ...]:
        """Return the tiers in which somebody can be paged."""
        value = self._from_json(value)
        if value in (None, "", [], {}):
            self.problems.append(f"{self._option}: is required. Name the people to page, tier by tier.")
            return ()
        broken = [*self.problems]
        tiers = tuple(tier for number, raw in enumerate(_tier_list(value), 1) for tier in self._tier(raw, number))
        if broken:
            # The pieces of invalid JSON are read as numbers, since one person is better than none. They are not shown:
            # one may be a secret.
            self.problems = broken
        if not tiers:
            self.problems.append(f"{self._option}: contains nobody to page.")
        return tiers

    def _from_json(self, value: Any) -> Any:
        """Read JSON, and report where it is invalid."""
        if error := json_error(value):
            self.problems.append(
                f"{self._option}: is not valid JSON: {error}. Names and numbers need double quotes there."
            )
        return from_json(value)

    def _tier(self, raw: Any, number: int) -> Iterator[Tier]:
        place = f"{self._option}: tier {number}"
        raw = from_json(raw)
        if not isinstance(raw, Mapping) or not any(key in raw for key in _PEOPLE):
            # It is a list of people without a mapping around it, or invalid.
            raw = {"numbers": raw} if not isinstance(raw, Mapping) or "name" not in raw else raw
        name = str(raw.get("name") or "").strip() or f"tier {number}"
        for key in raw:
            if key not in _KEYS:
                self.problems.append(f"{place} ({name}): has the unknown key {key!r}, which is ignored.")
        keys = [key for key in _NUMBERS if key in raw]
        for key in keys:
            if key != "numbers":
                self.problems.append(f"{place} ({name}): has {key!r}, which is read as 'numbers'.")
        found = [person for key in keys for person in self._people(raw[key], f"{place} ({name})")]
        named = {person.number: person for person in found if person.name}
        people = tuple({person.number: named.get(person.number, person) for person in found}.values())
        calendar = self._calendar(raw["calendar"], f"{place} ({name}): calendar") if "calendar" in raw else None
        if not people and not calendar:
            self.problems.append(f"{place} ({name}): has no number to page, and is left out.")
            return
        place = f"{place} ({name})"
        yield Tier(name, people, self._wait(raw, place), calendar, self._ring(raw, place))

    def _calendar(self, value: Any, place: str) -> Calendar | None:
        """Return a tier's calendar. Its values are never quoted in problems, since they may contain secrets."""
        value = from_json(value)
        if not self._reads_calendars:
            self.problems.append(f"{place}: can be read on the controller only. Remove run_on and async.")
            return None
        if not isinstance(value, Mapping):
            self.problems.append(f"{place}: must be a mapping with the keys source and people.")
            return None
        for key in value:
            if key not in ("source", *CALENDAR_OPTIONS):
                self.problems.append(f"{place}: has the unknown key {key!r}, which is ignored.")
        given = value.get("source")
        sources = tuple(str(source) for source in (given if isinstance(given, (list, tuple)) else [given]) if source)
        if not sources:
            self.problems.append(f"{place}: source is required: the URL or the path of a calendar.")
            return None
        options = {name: value[name] for name in CALENDAR_OPTIONS if value.get(name) is not None}
        everybody: list[Person] = []
        for name in ("people", "fallback"):
            if name in options:
                entries = options[name] = self._named(options[name], f"{place}: {name}")
                everybody += [Person(number, called) for called, number in entries.items()]
        if not options.get("people"):
            self.problems.append(f"{place}: people is required: a mapping of names to numbers.")
            return None
        return Calendar(sources, options, tuple(everybody))

    def _named(self, value: Any, place: str) -> dict[str, str]:
        """Return the numbers of people by the names that the calendar uses."""
        value = from_json(value)
        read: dict[str, str] = {}
        for name, entry in value.items() if isinstance(value, Mapping) else ():
            people = self._people(entry, f"{place}: {name}")
            if len(people) > 1:
                self.problems.append(f"{place}: {name} has several numbers; {people[0].number} is used.")
            if people:
                read[str(name)] = people[0].number
        return read

    def _wait(self, raw: Mapping[str, Any], place: str) -> float:
        if "wait" not in raw:
            return self._default_wait
        wait = duration(raw["wait"])
        if wait is None or not 0 < wait <= LONGEST_WAIT:
            self.problems.append(
                f"{place}: wait must be more than 0 seconds, as in 300 or '5m', not {raw['wait']!r};"
                f" {self._default_wait:g} is used."
            )
            return self._default_wait
        return wait

    def _ring(self, raw: Mapping[str, Any], place: str) -> float:
        if "ring" not in raw:
            return self._default_ring
        ring = ring_time(raw["ring"])
        if ring is None:
            used = f"{self._default_ring:g} is used" if self._default_ring else "nobody is called"
            self.problems.append(
                f"{place}: ring must be 0 or more seconds, as in 120 or '2m', not {raw['ring']!r}; {used}."
            )
            return self._default_ring
        return ring

    def _people(self, value: Any, place: str) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for name, entry in _entries(from_json(value), "") if value is not None else ():
            try:
                number = self._number(entry)
            except ValueError as error:
                whose = f" of {name}" if name else ""
                done = "cannot be used" if self._is_strict else "is left out"
                self.problems.append(f"{place}: the entry{whose} {entry!r} {done}. {error}")
            else:
                if self._sender and (problem := pair_problem(number, self._sender)):
                    # Only a warning: Twilio decides.
                    instead = "" if self._is_strict else " It is tried anyway."
                    self.problems.append(f"{place}: {problem}{instead}")
                known = people.get(number)
                if known and self._is_strict:
                    self.problems.append(f"{place}: contains {number} twice.")
                people[number] = known if known and known.name else Person(number, name)
        return tuple(people.values())

    def _number(self, entry: Any) -> str:
        """Return a number in the form that Twilio accepts. Raises ``ValueError`` with a text for the user."""
        if entry is None or isinstance(entry, (bool, float, list, tuple, dict)):
            raise ValueError(f"It is not a phone number such as {EXAMPLE!r}.")
        given = str(entry)
        try:
            number = read_address(given)
        except ValueError as error:
            raise ValueError(f"{error}{lost_plus(given)}") from None
        if number == self._sender:
            raise ValueError(str(pair_problem(number, number)))
        return number


def _tier_list(value: Any) -> list[Any]:
    """Return the tiers in a list, a single tier, people without tiers, or a mapping of names to tiers."""
    if isinstance(value, Mapping):
        if not any(key in value for key in (*_PEOPLE, "name")) and any(
            isinstance(item, (Mapping, list)) for item in value.values()
        ):
            return [_named(name, item) for name, item in value.items()]
        return [value]
    if isinstance(value, list):
        # A person {name, number} in place of a tier is a tier of its own, as is a list of numbers.
        return value
    return [value]


def _named(name: Any, item: Any) -> Any:
    if isinstance(item, Mapping) and any(key in item for key in _PEOPLE):
        return {"name": name, **item}
    return {"name": name, "numbers": item}


def _entries(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the names and numbers of people in any form."""
    if isinstance(value, Mapping):
        numbers = [value[key] for key in _NUMBERS if key in value]
        # Directories have several fields for phones, of which some are empty or the same.
        filled = [number for number in numbers if number not in (None, "", [], {})] or numbers[:1]
        different = [number for index, number in enumerate(filled) if number not in filled[:index]]
        given = {str(value.get("name") or name): different} if numbers else value
        for person, number in given.items():
            yield from _entries_of(number, str(person))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _entries_of(item, name)
    elif isinstance(value, str):
        # Keep an empty entry, so that it is reported.
        yield from ((name, part) for part in split_addresses([value]) or [value])
    else:
        yield name, value


def _entries_of(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    # Keep an entry without a number, so that it is reported.
    yield from [(name, value)] if value in ([], (), {}) else _entries(value, name)


def without_calendars(value: Any) -> Any:
    """Return tiers without the contents of calendars, such as private URLs, which not everybody may see."""
    value = from_json(value)
    if isinstance(value, Mapping):
        return {key: None if key == "calendar" else without_calendars(item) for key, item in value.items()}
    return [without_calendars(item) for item in value] if isinstance(value, list) else value
