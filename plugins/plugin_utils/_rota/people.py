# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the people that a rota's shifts name. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import NamedTuple

from .shifts import Shift

# A name ends where a word ends. A hyphen, a dot or an at sign that joins it to more letters makes it a longer name, and
# so does an apostrophe before it.
_BEFORE = r"(?<!\w)(?<!\w[-.@'\u2019])"
_AFTER = r"(?!\w)(?![-.@]\w)"
# How many problems to report one by one.
MOST = 5


class Named(NamedTuple):
    """The people on call with their numbers, in the order of ``people``; and texts for the shifts that name nobody."""

    people: dict[str, str]
    problems: list[str]


def find_people(shifts: Sequence[Shift], people: Mapping[str, str], match: re.Pattern[str] | None) -> Named:
    """Return which of ``people`` have a shift. ``people`` maps names or email addresses to numbers.

    With ``match``, shifts whose summary it does not match are ignored, and its first group is the name.
    """
    found: set[str] = set()
    problems: dict[str, None] = {}
    for shift in shifts:
        names, problem = _whose(shift, people, match)
        found.update(names)
        if problem and not names:
            problems[problem] = None
    if match and shifts and not found and not problems:
        problems[f"match does not match any event at that time, such as {shifts[0].summary!r}"] = None
    # A person may have two keys, a name and an address.
    first: dict[str, str] = {}
    for key, number in people.items():
        if key in found:
            first.setdefault(number, key)
    return Named({key: number for number, key in first.items()}, _first(problems))


def _first(texts: Iterable[str]) -> list[str]:
    """Return the first few texts, and one that says how many more there are."""
    every = list(texts)
    rest = [f"{len(every) - MOST} more events name nobody in people"] if len(every) > MOST else []
    return every[:MOST] + rest


def _whose(shift: Shift, people: Mapping[str, str], match: re.Pattern[str] | None) -> tuple[list[str], str]:
    """Return the keys of ``people`` that a shift names, and the problem to report if there are none."""
    name = shift.name
    if not name and match:
        hit = match.search(unescape(shift.summary))
        if not hit:
            return [], ""
        name = (hit[1] or "").strip()
    if name:
        named = [key for key in people if _plain(key) == _plain(name)]
        return named or _attending(shift, people), f"{name!r} is on call, but people has no number for that name"
    named = _names_in(shift.summary, people) or _attending(shift, people)
    return named, f"nobody in people is named in {shift.summary or 'an event without a summary'!r}"


def _names_in(text: str, people: Mapping[str, str]) -> list[str]:
    """Return the names in a text. The longest are found first, so that Ada Lovelace is not Ada as well."""
    rest = _plain(text)
    found = []
    for key in sorted(people, key=lambda key: len(_plain(key)), reverse=True):
        rest, count = re.subn(_BEFORE + re.escape(_plain(key)) + _AFTER, "\0", rest)
        if count:
            found.append(key)
    return found


def _attending(shift: Shift, people: Mapping[str, str]) -> list[str]:
    attendees = {re.sub("^mailto:", "", _plain(attendee)) for attendee in shift.attendees}
    return [key for key in people if _plain(key) in attendees]


def _plain(text: str) -> str:
    """Return a text for comparison: calendars differ in case, spaces, the encoding of accents and HTML escapes."""
    return " ".join(unicodedata.normalize("NFKC", unescape(text)).casefold().split())
