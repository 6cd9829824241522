# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the shifts at a moment: the events of a feed that are under way then."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from .feed import Block, Calendar, Turn
from .limits import TimeIsUp, processor_time
from .screen import (
    as_list,
    has_exact_length,
    is_simple_zone,
    lacks_zone,
    longest_period,
    reason_to_leave_out,
    without_far,
)

# Of processor time. A normal event takes a few milliseconds, and 5 MB of events take ten seconds.
EVENT_SECONDS = 2.0
FEED_SECONDS = 30.0
# How many characters to keep of a text: enough to recognize it.
_LONGEST = 300
# An event with this property has a length in exact hours.
_IS_EXACT = "X-ONCALL-EXACT"

_T = TypeVar("_T")


class Shift(NamedTuple):
    """Somebody's shift.

    ``attendees`` are addresses and names. ``name`` is the person, if the feed has a field for that.
    """

    summary: str
    attendees: tuple[str, ...] = ()
    name: str = ""


class Found(NamedTuple):
    """The shifts under way, each once; a text for each event that was left out, with the reason; and other warnings."""

    shifts: list[Shift]
    left_out: list[str]
    warnings: Sequence[str] = ()


class _Event(NamedTuple):
    """A usable event: its line in the feed, and the ``icalendar.Event``."""

    line: int
    content: Any

    @property
    def recurs(self) -> bool:
        return "RRULE" in self.content or "RDATE" in self.content

    @property
    def is_override(self) -> bool:
        return "RECURRENCE-ID" in self.content

    @property
    def sequence(self) -> int:
        return int(self.content.get("SEQUENCE", 0))


def turns_at(turns: Sequence[Turn], moment: datetime) -> Found:
    """Return GoAlert's shifts at a moment."""
    names = dict.fromkeys(turn.name for turn in turns if turn.start <= moment < turn.end)
    return Found([Shift(name, name=name) for name in names], [])


def shifts_at(calendar: Calendar, moment: datetime, zone: str | None, free: bool) -> Found:
    """Return a calendar's shifts at a moment.

    ``zone`` is the IANA time zone for whole days and for times without a zone (RFC 5545, 3.3.5); without it, the
    calendar's own zone is used, else UTC, with a warning if its own is unknown. ``free`` says whether events that are
    shown as free count. Raises ``ImportError`` without the calendar libraries.
    """
    import icalendar  # noqa: F401
    import recurring_ical_events  # noqa: F401

    with warnings.catch_warnings():
        # The libraries' warnings are for developers.
        warnings.simplefilter("ignore")
        for block in [block for block in calendar.zones if is_simple_zone(block.text)]:
            # A zone that cannot be read stays unknown, and the events that need it are left out.
            with suppress(Exception, TimeIsUp), processor_time(EVENT_SECONDS):
                _component(block)
        # Times without a zone, and whole days, are in the zone of `local`.
        own = ZoneInfo(zone) if zone else _zone_of(calendar)
        local = moment.astimezone(own or timezone.utc)
        near = without_far(calendar.events, local)
        found = _search(near, local, free)
        if own or not any(lacks_zone(event.text) for event in near):
            return found
        lack = f"its time zone {calendar.zone[:80]!r} is unknown, so whole days and times without a time zone"
        return found._replace(warnings=[f"{lack} are read in UTC; set timezone"])


def _search(blocks: Sequence[Block], moment: datetime, free: bool) -> Found:
    deadline = time.process_time() + FEED_SECONDS
    left_out: list[str] = []
    series: dict[str, list[_Event]] = {}
    for block in blocks:
        read, problem = _attempt(deadline, _read, block)
        event, reason = read or (None, problem)
        if event is None or reason:
            left_out.append(f"{_named(block.line, event)}: {reason}")
        else:
            uid = str(event.get("UID", f"line {block.line}"))
            series.setdefault(uid, []).append(_Event(block.line, event))
    shifts: dict[Shift, None] = {}
    # Single events first: a series that takes forever to compute must not use up their time.
    for events in sorted(series.values(), key=lambda events: any(event.recurs for event in events)):
        for part in _parts(events):
            found, problem = _attempt(deadline, _under_way, [event.content for event in part], moment, free)
            if problem:
                left_out.append(f"{_named(*part[0])}: {problem}")
            shifts.update(dict.fromkeys(found or []))
    return Found(list(shifts), left_out)


def _attempt(deadline: float, function: Callable[..., _T], *arguments: Any) -> tuple[_T | None, str | None]:
    """Call a function within the limits. Return its result, or else why there is none."""
    left = deadline - time.process_time()
    if left <= 0:
        return None, "the time limit for the whole feed was reached before"
    try:
        with processor_time(min(EVENT_SECONDS, left)):
            return function(*arguments), None
    except TimeIsUp:
        return None, "it takes too long to compute"
    except MemoryError:
        return None, "it takes too much memory"
    # Libraries may raise anything for an invalid event, and the others must still be found.
    except Exception as error:
        return None, f"it cannot be read ({type(error).__name__})"


def _read(block: Block) -> tuple[Any, str | None]:
    event = _component(block)
    if has_exact_length(block.text):
        event[_IS_EXACT] = "TRUE"
    # The library compares it, and would lose the event for one that cannot be read.
    if not isinstance(event.get("SEQUENCE", 0), int):
        del event["SEQUENCE"]
    return event, reason_to_leave_out(event)


def _component(block: Block) -> Any:
    import icalendar

    # The library remembers a time zone for the events that refer to it.
    return icalendar.cal.Component.from_ical(block.text)


def _zone_of(calendar: Calendar) -> tzinfo | None:
    """Return a calendar's own zone; None if it has one that is unknown."""
    from icalendar.timezone import tzp

    try:
        # This knows Windows' names of time zones as well.
        return tzp.timezone(calendar.zone) if calendar.zone else timezone.utc
    except (ValueError, OSError):
        return None


def _parts(events: Sequence[_Event]) -> Iterator[list[_Event]]:
    """Yield the events with the same UID that belong together: a series and its overrides.

    Some programs give unrelated events the same UID. Of two versions of an event, the one with the higher SEQUENCE
    counts.
    """
    overrides = [event for event in events if event.is_override]
    series = [event for event in events if not event.is_override]
    if not series:
        yield overrides
    latest = max((event.sequence for event in series), default=0)
    for event in series:
        if event.sequence == latest:
            yield [event, *overrides]


def _under_way(events: Sequence[Any], moment: datetime, free: bool) -> list[Shift]:
    import icalendar
    import recurring_ical_events

    calendar = icalendar.Calendar()
    for event in events:
        _mend(event, events[0]["DTSTART"].dt)
        calendar.add_component(event)
    # The library looks back by a shift's length in the zone of `moment`. That is an hour too short for a shift in
    # another zone whose clocks go back meanwhile, and it does not know of periods that are longer than the shift.
    back = timedelta(days=1) + max(map(longest_period, events))
    near = recurring_ical_events.of(calendar).between(moment - back, moment + timedelta(days=1))
    return [_shift(event) for event in near if _is_under_way(event, moment) and _counts(event, free)]


def _is_under_way(event: Any, moment: datetime) -> bool:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if start == end and not isinstance(start, datetime):
        # The end of whole days is the day after the last. Programs that do not know that mean this day.
        end += timedelta(days=1)
    begin = _utc(start, moment)
    return begin <= moment < (begin + (end - start) if _IS_EXACT in event else _utc(end, moment))


def _utc(time: date, moment: datetime) -> datetime:
    """Return a time in UTC. Whole days and times without a zone are in the zone of ``moment``."""
    if not isinstance(time, datetime):
        time = datetime(time.year, time.month, time.day)
    return (time if time.tzinfo else time.replace(tzinfo=moment.tzinfo)).astimezone(timezone.utc)


def _counts(event: Any, free: bool) -> bool:
    if str(event.get("STATUS")).upper() == "CANCELLED":
        return False
    return free or str(event.get("TRANSP")).upper() != "TRANSPARENT"


def _mend(event: Any, start: Any) -> None:
    """Let an override with only a date as its RECURRENCE-ID replace the occurrence on that day."""
    from icalendar.prop import vDDDTypes

    day = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None
    if day and isinstance(start, datetime) and not isinstance(day, datetime):
        event["RECURRENCE-ID"] = vDDDTypes(datetime.combine(day, start.timetz()))


def _shift(event: Any) -> Shift:
    attendees = [
        name
        for attendee in as_list(event.get("ATTENDEE"))
        if str(attendee.params.get("PARTSTAT")).upper() != "DECLINED"
        for name in (str(attendee), str(attendee.params.get("CN", "")))
        if name
    ]
    return Shift(_summary(event), tuple(name[:_LONGEST] for name in attendees))


def _summary(event: Any) -> str:
    return " ".join(" ".join(map(str, as_list(event.get("SUMMARY")))).split())[:_LONGEST]


def _named(line: int, event: Any) -> str:
    summary = _summary(event)[:80] if event else ""
    return f"{summary!r} (line {line})" if summary else f"the event in line {line}"
