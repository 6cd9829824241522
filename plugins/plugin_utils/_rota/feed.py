# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Split a feed's text into events, so that they can be read one by one. Pure.

iCalendar libraries read a feed as a whole or not at all: one invalid line between two events would lose all events.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, NamedTuple

from .source import NotRead


class Block(NamedTuple):
    """A component's lines, without line ends, and the number of the first one, from 1."""

    line: int
    lines: list[bytes]

    @property
    def text(self) -> bytes:
        """The lines as one text, in which a line that was folded is one line (RFC 5545, 3.1)."""
        return re.sub(rb"\r\n[ \t]", b"", b"\r\n".join([*self.lines, b""]))


class Calendar(NamedTuple):
    """An iCalendar feed: its VTIMEZONE and VEVENT components. ``zone`` is its X-WR-TIMEZONE, empty if it has none."""

    zone: str
    zones: list[Block]
    events: list[Block]


class Turn(NamedTuple):
    """A shift in GoAlert's JSON: the user's name, and times with an offset."""

    name: str
    start: datetime
    end: datetime


def open_feed(content: bytes) -> Calendar | list[Turn]:
    """Split a feed, iCalendar or GoAlert's JSON. Raises ``NotRead`` for anything else and for an incomplete feed."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    begins = content.lstrip()[:1]
    if begins in (b"{", b"["):
        return _open_goalert(content)
    if begins == b"<":
        raise NotRead("a web page instead of a calendar, as for a URL that needs a login or has been reset")
    return _open_calendar(content)


def _open_calendar(content: bytes) -> Calendar:
    calendar = Calendar("", [], [])
    kept = {b"VTIMEZONE": calendar.zones, b"VEVENT": calendar.events}
    has_begun = is_whole = False
    # The component that contains the line, if any, and the depth of nesting in it.
    name, depth = b"", 0
    for number, line in enumerate(content.splitlines(), 1):
        keyword, _colon, value = line.strip().upper().partition(b":")
        is_begin, is_end = keyword == b"BEGIN", keyword == b"END"
        if (is_begin or is_end) and value == b"VCALENDAR":
            has_begun, is_whole, name = True, is_end, b""
        elif is_begin and (not name or value in kept):
            # If this is inside an event, that event has no END line. The lines so far still count.
            name, depth = value, 0
            kept.get(name, []).append(Block(number, [line]))
        elif not name:
            if keyword.partition(b";")[0] == b"X-WR-TIMEZONE":
                calendar = calendar._replace(zone=line.partition(b":")[2].strip().decode(errors="replace"))
        elif is_end and value == name and not depth:
            name = b""
        else:
            # An END line may have no BEGIN.
            depth = max(depth + is_begin - is_end, 0)
            # Alarms of events are ignored, and may be invalid.
            if line and name in kept and (name == b"VTIMEZONE" or not (depth or is_end)):
                kept[name][-1].lines.append(line)
    if not has_begun:
        raise NotRead("this is not a calendar: it does not begin with BEGIN:VCALENDAR")
    if not is_whole:
        raise NotRead("the calendar is incomplete: END:VCALENDAR is missing")
    for component, blocks in kept.items():
        for block in blocks:
            block.lines.append(b"END:" + component)
    return calendar


def _open_goalert(content: bytes) -> list[Turn]:
    """Read GoAlert's response to ``Accept: application/json``.

    Source: https://github.com/target/goalert/blob/master/calsub/http.go, JSONResponseV1
    """
    try:
        shifts = json.loads(content)["Shifts"]
        return [Turn(str(shift["UserName"]), _moment(shift["Start"]), _moment(shift["End"])) for shift in shifts]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotRead("this JSON is not from a GoAlert calendar subscription") from None


def _moment(text: Any) -> datetime:
    """Read a time in Go's format, with up to nine decimals of a second. Raises ``ValueError`` if it has no offset."""
    plain, _dot, rest = text.replace("Z", "+00:00").partition(".")
    moment = datetime.fromisoformat(plain + rest.lstrip("0123456789"))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
