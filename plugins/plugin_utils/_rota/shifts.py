# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is on call at a moment: the events of a feed that are under way then."""

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
from .screen import as_list, is_far, reason_to_leave_out

# Of processor time. What is no bomb takes a few milliseconds an event; 5 MB of events take ten seconds altogether.
EVENT_SECONDS = 2.0
FEED_SECONDS = 30.0
# Enough of a text to recognize it by.
_LONGEST = 300

_T = TypeVar("_T")


class Shift(NamedTuple):
    """Somebody's shift. ``name`` is whose, where the feed says so by itself; ``attendees`` are addresses and names."""

    summary: str
    attendees: tuple[str, ...] = ()
    name: str = ""


class Found(NamedTuple):
    """The shifts under way, each once, and what was left out of the feed, each with a reason."""

    shifts: list[Shift]
    left_out: list[str]


class _Event(NamedTuple):
    """An event that can count: where it is in the feed, and the ``icalendar.Event``."""

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
        sequence = self.content.get("SEQUENCE")
        return sequence if isinstance(sequence, int) else 0


def turns_at(turns: Sequence[Turn], moment: datetime) -> Found:
    """Return GoAlert's shifts at a moment."""
    names = dict.fromkeys(turn.name for turn in turns if turn.start <= moment < turn.end)
    return Found([Shift(name, name=name) for name in names], [])


def shifts_at(calendar: Calendar, moment: datetime, zone: str | None, free: bool) -> Found:
    """Return a calendar's shifts at a moment.

    ``zone`` is where floating times and whole days are meant; without it, the calendar's own counts, else UTC.
    ``free`` says whether events count that block no time. Raises ``ImportError`` without the calendar libraries.
    """
    import icalendar  # noqa: F401
    import recurring_ical_events  # noqa: F401

    with warnings.catch_warnings():
        # What the libraries guess is for developers.
        warnings.simplefilter("ignore")
        for block in calendar.zones:
            # A zone that cannot be read stays unknown; the events that need it are left out.
            with suppress(Exception, TimeIsUp), processor_time(EVENT_SECONDS):
                _component(block)
        # Floating times and whole days go by the clock of the zone that the question is asked in.
        local = moment.astimezone(ZoneInfo(zone) if zone else _zone_of(calendar))
        return _search([event for event in calendar.events if not is_far(event.text, local)], local, free)


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
    # First what is quickly done with, so that it is not what a bomb leaves no time for.
    for events in sorted(series.values(), key=lambda events: any(event.recurs for event in events)):
        for part in _parts(events):
            found, problem = _attempt(deadline, _under_way, [event.content for event in part], moment, free)
            if problem:
                left_out.append(f"{_named(*part[0])}: {problem}")
            shifts.update(dict.fromkeys(found or []))
    return Found(list(shifts), left_out)


def _attempt(deadline: float, function: Callable[..., _T], *arguments: Any) -> tuple[_T | None, str | None]:
    """Return what a function returns, within the limits, or else why it does not."""
    left = deadline - time.process_time()
    if left <= 0:
        return None, "the time for the whole feed was up before"
    try:
        with processor_time(min(EVENT_SECONDS, left)):
            return function(*arguments), None
    except TimeIsUp:
        return None, "it takes too long to compute"
    except MemoryError:
        return None, "it takes too much memory"
    # Whatever a library makes of a bad event, the others are still to be found.
    except Exception as error:
        return None, f"it cannot be read ({type(error).__name__})"


def _read(block: Block) -> tuple[Any, str | None]:
    event = _component(block)
    return event, reason_to_leave_out(event)


def _component(block: Block) -> Any:
    import icalendar

    # A time zone is remembered by the library, for the events that name it.
    return icalendar.cal.Component.from_ical(block.text)


def _zone_of(calendar: Calendar) -> tzinfo:
    from icalendar.timezone import tzp

    try:
        # It knows Windows' names as well.
        return (tzp.timezone(calendar.zone) if calendar.zone else None) or timezone.utc
    except (ValueError, OSError):
        return timezone.utc


def _parts(events: Sequence[_Event]) -> Iterator[list[_Event]]:
    """Yield what belongs together of the events of one UID: a series and its overrides.

    Some programs give unrelated events one UID. Of two versions of an event, the one with the higher SEQUENCE counts.
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
    # The library looks back by a shift's length on the clock of the question's zone. That is an hour too short for a
    # shift in another zone whose clocks go back meanwhile.
    near = recurring_ical_events.of(calendar).between(moment - timedelta(days=1), moment + timedelta(days=1))
    return [_shift(event) for event in near if _is_under_way(event, moment) and _counts(event, free)]


def _is_under_way(event: Any, moment: datetime) -> bool:
    return _utc(event["DTSTART"].dt, moment) <= moment.astimezone(timezone.utc) < _utc(event["DTEND"].dt, moment)


def _utc(time: date, moment: datetime) -> datetime:
    """Return a time in UTC; whole days and floating times go by the clock of the moment's zone."""
    if not isinstance(time, datetime):
        time = datetime(time.year, time.month, time.day)
    return (time if time.tzinfo else time.replace(tzinfo=moment.tzinfo)).astimezone(timezone.utc)


def _counts(event: Any, free: bool) -> bool:
    if str(event.get("STATUS")).upper() == "CANCELLED":
        return False
    return free or str(event.get("TRANSP")).upper() != "TRANSPARENT"


def _mend(event: Any, start: Any) -> None:
    """Let an override that names its day alone replace the series' occurrence on that day."""
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
