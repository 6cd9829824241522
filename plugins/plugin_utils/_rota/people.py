# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the people that a rota's shifts name. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import unescape
from typing import NamedTuple

from .shifts import Shift

# A name ends where a word ends. A hyphen, a dot or an at sign that joins it to more letters makes it a longer name, and
# so does an apostrophe before it.
_BEFORE = r"(?<!\w)(?<!\w[-.@'])"
_AFTER = r"(?!\w)(?![-.@]\w)"
# What a typewriter has for the apostrophe and the hyphen of calendar programs. NFKC makes that hyphen of one that does
# not break.
_TYPEWRITTEN = str.maketrans("\u2019\u2010", "'-")
# How many problems to report one by one.
MOST = 5


class Named(NamedTuple):
    """Those of ``people`` who are on call, in its order; and texts for the shifts that name nobody."""

    people: list[str]
    problems: list[str]


def find_people(shifts: Sequence[Shift], people: Collection[str], match: str | None) -> Named:
    """Return which of ``people`` have a shift. ``people`` are names or email addresses.

    With ``match``, a regular expression, shifts whose summary it does not match are ignored, and its first group is the
    name. Some patterns and summaries take for ever, so this must run within limits of time.
    """
    # The longest are looked for first, so that Ada Lovelace is not Ada as well.
    plain = {key: _plain(key) for key in people}
    plain = {key: plain[key] for key in sorted(plain, key=lambda key: len(plain[key]), reverse=True)}
    found: set[str] = set()
    problems: dict[str, None] = {}
    for shift in shifts:
        names, problem = _whose(shift, plain, match)
        found.update(names)
        if problem and not names:
            problems[problem] = None
    if match and shifts and not found and not problems:
        problems[f"match does not match any event at that time, such as {shifts[0].summary!r}"] = None
    return Named([key for key in people if key in found], _first(problems))


def _first(texts: Iterable[str]) -> list[str]:
    """Return the first few texts, and one that says how many more there are."""
    every = list(texts)
    rest = [f"{len(every) - MOST} more events name nobody in people"] if len(every) > MOST else []
    return every[:MOST] + rest


def _whose(shift: Shift, plain: Mapping[str, str], match: str | None) -> tuple[list[str], str]:
    """Return the keys of ``plain`` that a shift names, and the problem to report if there are none."""
    name = shift.name
    if not name and match:
        hit = re.search(match, unescape(shift.summary))
        if not hit:
            return [], ""
        name = (hit[1] or "").strip()
    if name:
        wanted = _plain(name)
        named = [key for key, text in plain.items() if text == wanted]
        return named or _attending(shift, plain), f"{name!r} is on call, but people has no number for that name"
    named = _names_in(shift.summary, plain) or _attending(shift, plain)
    return named, f"nobody in people is named in {shift.summary or 'an event without a summary'!r}"


def _names_in(summary: str, plain: Mapping[str, str]) -> list[str]:
    rest = _plain(summary)
    found = []
    for key, text in plain.items():
        # Most names are not there at all, and this is much faster than a regular expression.
        if text and text in rest:
            rest, count = re.subn(_BEFORE + re.escape(text) + _AFTER, "\0", rest)
            found += [key] if count else []
    return found


def _attending(shift: Shift, plain: Mapping[str, str]) -> list[str]:
    attendees = {re.sub("^mailto:", "", _plain(attendee)) for attendee in shift.attendees}
    return [key for key, text in plain.items() if text in attendees]


def _plain(text: str) -> str:
    """Return a text for comparison.

    Calendars differ in case, spaces, apostrophes, hyphens, invisible characters, the encoding of accents and HTML
    escapes.
    """
    folded = unicodedata.normalize("NFKC", unescape(text)).casefold().translate(_TYPEWRITTEN)
    return " ".join("".join(char for char in folded if unicodedata.category(char) != "Cf").split())
