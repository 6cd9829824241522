# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell what the calendar libraries do not: first of all which events they misread, or never finish with.

Events are checked one by one, so that an invalid one does not keep the others from being found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from .feed import Block

# The properties that say when an event is.
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
# Dates in later years cannot be computed.
LAST_YEAR = 2200
# A margin that covers all time zones.
_DAYS_NEAR = timedelta(days=2)
# Frequencies that no shift has.
_TOO_OFTEN = {"SECONDLY": "second", "MINUTELY": "minute"}
# Some of these properties, and the date at the start of their value.
_DAYS = re.compile(rb"^(DTSTART|DTEND|DURATION|RRULE|RDATE|RECURRENCE-ID)(?:;[^:\r\n]*)?:(\d{8})?", re.I | re.M)
_UID = re.compile(rb"^UID[^:\r\n]*:([^\r\n]*)", re.I | re.M)
# A SEQUENCE other than 0, which a first version has.
_CHANGED = re.compile(rb"^SEQUENCE[^:\r\n]*:(?!0*\r?$)", re.I | re.M)
_HOURS = re.compile(rb"^DURATION[^:\r\n]*:[^\r\n]*T", re.I | re.M)
_LACKS_ZONE = re.compile(rb"^DTSTART(?![^:\r\n]*TZID=)[^\r\n]*[^Z\r\n]\r?$", re.I | re.M)
# The rules of a time zone, and what they are in time zones that exist.
_RULES = re.compile(rb"^RRULE[^:\r\n]*:([^\r\n]*)", re.I | re.M)
_SIMPLE_RULE = re.compile(
    rb"(?:(?:FREQ=YEARLY|INTERVAL=1|BYMONTH=\d+|BYMONTHDAY=[-\d,]+|BYDAY=(?:,?[-+]?[1-5]?[A-Z]{2})+"
    rb"|BYSETPOS=-?[1-5]|COUNT=\d+|UNTIL=\w+|WKST=[A-Z]{2})(?:;|\s*$))+",
    re.I,
)


def without_far(events: Sequence[Block], moment: datetime) -> list[Block]:
    """Return the events without those whose text alone shows that they are days away from ``moment``.

    Those are most events in a large calendar, and reading them all would take seconds.
    """
    far = {event.line for event in events if _is_far(event.text, moment)}
    near = {_uid(event.text) for event in events if event.line not in far} - {b""}
    # The latest version of an event that is near may be far: somebody has moved it.
    moved = {event.line for event in events if _CHANGED.search(event.text) and _uid(event.text) in near}
    return [event for event in events if event.line not in far - moved]


def _uid(text: bytes) -> bytes:
    uid = _UID.search(text)
    return uid[1] if uid else b""


def _is_far(text: bytes, moment: datetime) -> bool:
    days = {name.upper(): day for name, day in _DAYS.findall(text)}
    start = days.get(b"DTSTART")
    # An override must always be read: it replaces an occurrence, even if it was moved far away.
    if not start or b"RECURRENCE-ID" in days or b"RDATE" in days:
        return False
    if start > _day(moment + _DAYS_NEAR):
        return True
    if b"RRULE" in days or b"DURATION" in days:
        return False
    end = days.get(b"DTEND", start)
    return bool(end) and end < _day(moment - _DAYS_NEAR)


def _day(moment: datetime) -> bytes:
    return f"{moment:%Y%m%d}".encode()


def lacks_zone(text: bytes) -> bool:
    """Say whether an event begins on a whole day, or at a time without a zone."""
    return _LACKS_ZONE.search(text) is not None


def has_exact_length(text: bytes) -> bool:
    """Say whether an event's DURATION has hours, which are exact. Days are by the wall clock (RFC 5545, 3.3.6).

    The libraries do not tell PT24H from P1D.
    """
    return _HOURS.search(text) is not None


def is_simple_zone(text: bytes) -> bool:
    """Say whether the clocks of a VTIMEZONE change on some days of the year only. Other rules may take for ever."""
    return all(map(_SIMPLE_RULE.fullmatch, _RULES.findall(text)))


def reason_to_leave_out(event: Any) -> str | None:
    """Say why an event (an ``icalendar.Event``) must be left out; None if it can be used."""
    return next(_reasons(event), None)


def _reasons(event: Any) -> Iterator[str]:
    unread = {name for name, _text in event.errors}
    for name in _TIMES:
        if name in unread:
            yield f"its {name} cannot be read"
    for name in ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"):
        if isinstance(event.get(name), list):
            yield f"it has several {name}"
    if "DTSTART" not in event:
        yield "it has no DTSTART"
    for moment, zone in _moments(event):
        if zone and isinstance(moment, datetime) and moment.tzinfo is None:
            yield f"its time zone {zone} is unknown"
        if moment.year > LAST_YEAR:
            yield f"it reaches beyond the year {LAST_YEAR}"
    yield from _end_reasons(event)
    for rule in as_list(event.get("RRULE")):
        yield from _rule_reasons(rule)


def _moments(event: Any) -> Iterator[tuple[date, str]]:
    """Yield the dates and times in an event, each with the name of its time zone, empty if it has none."""
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if name in event:
            yield event[name].dt, str(event[name].params.get("TZID", ""))
    for name in ("RDATE", "EXDATE"):
        for values in as_list(event.get(name)):
            for value in values.dts:
                # A period is a pair.
                moment = value.dt[0] if isinstance(value.dt, tuple) else value.dt
                yield moment, str(values.params.get("TZID", ""))


def _end_reasons(event: Any) -> Iterator[str]:
    start = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
        if isinstance(start, datetime) != isinstance(end, datetime):
            yield "only one of its start and end has a time"
        elif isinstance(start, datetime) and (start.tzinfo is None) != (end.tzinfo is None):
            yield "only one of its start and end has a time zone"
        elif end < start:
            yield "it ends before it starts"
    elif "DURATION" in event and event["DURATION"].dt < timedelta(0):
        yield "it ends before it starts"


def _rule_reasons(rule: Any) -> Iterator[str]:
    (frequency,) = rule.get("FREQ", [""])[:1]
    if not frequency:
        yield "its RRULE cannot be read"
    if frequency in _TOO_OFTEN:
        yield f"it recurs every {_TOO_OFTEN[frequency]}"
    if any(interval < 1 for interval in rule.get("INTERVAL", [])):
        yield "its RRULE has an INTERVAL below 1"


def longest_period(event: Any) -> timedelta:
    """Return the length of an event's longest RDATE that is a period; zero if none is."""
    values = [value.dt for values in as_list(event.get("RDATE")) for value in values.dts]
    periods = [value for value in values if isinstance(value, tuple)]
    return max((end if isinstance(end, timedelta) else end - start for start, end in periods), default=timedelta())


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
