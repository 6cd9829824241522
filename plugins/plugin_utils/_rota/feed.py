# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A feed's text, taken apart into events that can be read one by one. Pure.

iCalendar libraries read a feed as a whole or not at all: one bad line between two events would lose them all.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from .source import NotRead


class Block(NamedTuple):
    """A component's lines, and the number of the first."""

    line: int
    lines: list[bytes]

    @property
    def text(self) -> bytes:
        return b"\r\n".join([*self.lines, b""])


class Calendar(NamedTuple):
    """An iCalendar feed. ``zone`` is what it calls its own time zone, empty if it does not."""

    zone: str
    zones: list[Block]
    events: list[Block]


class Turn(NamedTuple):
    """A shift as GoAlert's JSON has it."""

    name: str
    start: datetime
    end: datetime


def open_feed(content: bytes) -> Calendar | list[Turn]:
    """Take a feed apart: iCalendar, or GoAlert's JSON. Raises ``NotRead`` for anything else, and for half a feed."""
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
    # The component that the line is in, if any, and how deep inside it.
    name, depth = b"", 0
    for number, line in enumerate(content.splitlines(), 1):
        keyword, _colon, value = line.strip().upper().partition(b":")
        is_begin, is_end = keyword == b"BEGIN", keyword == b"END"
        if (is_begin or is_end) and value == b"VCALENDAR":
            has_begun, is_whole, name = True, is_end, b""
        elif is_begin and (not name or value in kept):
            # In the middle of an event, that one has lost its end; it counts as far as it goes.
            name, depth = value, 0
            kept.get(name, []).append(Block(number, [line]))
        elif not name:
            if keyword.partition(b";")[0] == b"X-WR-TIMEZONE":
                calendar = calendar._replace(zone=line.partition(b":")[2].strip().decode(errors="replace"))
        elif is_end and value == name and not depth:
            name = b""
        else:
            depth += is_begin - is_end
            # An event's alarms do not matter, and may be as broken as they like.
            if line and name in kept and (name == b"VTIMEZONE" or not (depth or is_end)):
                kept[name][-1].lines.append(line)
    if not has_begun:
        raise NotRead("this is no calendar: it does not begin with BEGIN:VCALENDAR")
    if not is_whole:
        raise NotRead("the calendar is cut short: END:VCALENDAR is missing")
    for component, blocks in kept.items():
        for block in blocks:
            block.lines.append(b"END:" + component)
    return calendar


def _open_goalert(content: bytes) -> list[Turn]:
    """Read what GoAlert answers to ``Accept: application/json``.

    Source: https://github.com/target/goalert/blob/master/calsub/http.go, JSONResponseV1
    """
    try:
        shifts = json.loads(content)["Shifts"]
        return [Turn(str(shift["UserName"]), _moment(shift["Start"]), _moment(shift["End"])) for shift in shifts]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotRead("this JSON is not what GoAlert's calendar subscriptions answer") from None


def _moment(text: Any) -> datetime:
    """Read a time as Go writes it, with up to nine digits after the second."""
    plain, _dot, rest = text.replace("Z", "+00:00").partition(".")
    moment = datetime.fromisoformat(plain + rest.lstrip("0123456789"))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
