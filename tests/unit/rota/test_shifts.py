# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which events are under way at a moment, and which cannot be read, without harm to the others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Lock
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest

from ansible_collections.oncall.twilio.plugins.plugin_utils._rota import shifts
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.feed import Calendar, open_feed
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.limits import TimeIsUp, processor_time
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.shifts import shifts_at
from support.rota import calendar, event, moment

BERLIN = "TZID=Europe/Berlin:"
START, END = "20261126T080000Z", "20261126T200000Z"


def found(content, when, zone=None, free=True):
    when = moment(when) if isinstance(when, str) else when
    feed = open_feed(content)
    assert isinstance(feed, Calendar)
    return shifts_at(feed, when, zone, free)


def summaries(content, when, zone=None, free=True):
    result = found(content, when, zone, free)
    assert result.left_out == []
    return [shift.summary for shift in result.shifts]


@pytest.mark.parametrize(
    ("when", "is_on_call"),
    [
        # Into summer time, 29 March 2026 at 2:00: the night has eleven hours.
        ("2026-03-28T18:59:59", False),
        ("2026-03-28T19:00:00", True),
        ("2026-03-29T05:59:59", True),
        ("2026-03-29T06:00:00", False),
        ("2026-03-29T17:59:59", False),
        ("2026-03-29T18:00:00", True),
        # Out of it, 25 October 2026 at 3:00: thirteen hours.
        ("2026-10-24T17:59:59", False),
        ("2026-10-24T18:00:00", True),
        ("2026-10-25T06:59:59", True),
        ("2026-10-25T07:00:00", False),
        ("2026-10-25T18:59:59", False),
        ("2026-10-25T19:00:00", True),
    ],
)
def test_nights_over_both_changes_of_the_clock(when, is_on_call):
    zoned = event("zoned", f"{BERLIN}20260101T200000", f"{BERLIN}20260102T080000", "RRULE:FREQ=DAILY")
    floating = event("floating", "20260101T200000", "20260102T080000", "RRULE:FREQ=DAILY")
    expected = ["zoned", "floating"] if is_on_call else []
    assert summaries(calendar(zoned, floating), when, "Europe/Berlin") == expected
    for zone in ("UTC", "America/Lima", "Pacific/Auckland"):
        assert summaries(calendar(zoned), when, zone) == expected[:1]


@pytest.mark.parametrize(
    ("duration", "ends"),
    [
        ("P1D", ("2026-03-29T06:00:00", "2026-10-25T07:00:00")),
        ("PT24H", ("2026-03-29T07:00:00", "2026-10-25T06:00:00")),
        ("P1DT0S", ("2026-03-29T07:00:00", "2026-10-25T06:00:00")),
    ],
)
def test_hours_of_a_duration_are_exact_and_days_are_by_the_wall_clock(duration, ends):
    content = calendar(
        event("spring", f"{BERLIN}20260328T080000", "", f"DURATION:{duration}"),
        event("autumn", f"{BERLIN}20260103T080000", "", f"DURATION:{duration}", "RRULE:FREQ=WEEKLY"),
    )
    for name, end in zip(("spring", "autumn"), ends, strict=True):
        assert name in summaries(content, moment(end) - timedelta(seconds=1))
        assert name not in summaries(content, end)


def test_whole_days_go_by_the_zone_of_the_rota():
    days = event("Ada", "VALUE=DATE:20261126", "VALUE=DATE:20261128")
    for zone, offset in (("Europe/Berlin", "+01:00"), ("America/Lima", "-05:00"), (None, "+00:00")):
        assert summaries(calendar(days), f"2026-11-25T23:59:59{offset}", zone) == []
        assert summaries(calendar(days), f"2026-11-26T00:00:00{offset}", zone) == ["Ada"]
        assert summaries(calendar(days), f"2026-11-27T23:59:59{offset}", zone) == ["Ada"]
        assert summaries(calendar(days), f"2026-11-28T00:00:00{offset}", zone) == []


@pytest.mark.parametrize(
    ("named", "zone", "offset"),
    [
        ("Europe/Berlin", None, "+01:00"),
        ("W. Europe Standard Time", None, "+01:00"),
        ("Europe/Berlin", "America/Lima", "-05:00"),
    ],
)
def test_the_calendars_own_zone_counts_without_another(named, zone, offset):
    content = calendar(event("Ada", "20261126T090000", "20261126T170000"), head=f"X-WR-TIMEZONE:{named}\n")
    assert summaries(content, f"2026-11-26T08:59:59{offset}", zone) == []
    assert summaries(content, f"2026-11-26T09:00:00{offset}", zone) == ["Ada"]


@pytest.mark.parametrize("named", ["Central European Time", "GMT+0100", "../../etc/passwd", "a\0b"])
def test_an_unknown_zone_of_the_calendar_is_a_warning_if_it_matters(named):
    exact = [event("Ada", START, END), event("Grace", f"{BERLIN}20261126T080000", f"{BERLIN}20261126T200000")]
    day, floating = event("day", "VALUE=DATE:20261126"), event("floating", "20261126T090000", "20261126T170000")
    head = f"X-WR-TIMEZONE:{named}\n"
    for content, names in ((calendar(day, head=head), ["day"]), (calendar(floating, head=head), ["floating"])):
        result = found(content, "2026-11-26T16:59:59")
        assert ([shift.summary for shift in result.shifts], result.left_out) == (names, [])
        assert result.warnings == [
            f"its time zone {named!r} is unknown, so whole days and times without a time zone are read in UTC;"
            " set timezone"
        ]
        assert not found(content, "2026-11-26T16:59:59", "Europe/Berlin").warnings
    assert not found(calendar(*exact, head=head), "2026-11-26T10:00:00").warnings
    assert not found(calendar(day), "2026-11-26T10:00:00").warnings


def test_a_years_rota():
    """Three take turns, a week each, from Monday at 9:00 in Berlin; compared with arithmetic, by the wall clock."""
    names, first = ["Ada", "Grace", "Linus"], date(2026, 1, 5)
    zone = ZoneInfo("Europe/Berlin")
    swapped = date(2026, 7, 6)
    series = [
        event(name, f"{BERLIN}202601{5 + 7 * turn:02}T090000", "", "DURATION:P7D", "RRULE:FREQ=WEEKLY;INTERVAL=3")
        for turn, name in enumerate(names)
    ]
    turn = (swapped - first).days // 7 % 3
    start = f"{BERLIN}{swapped:%Y%m%d}T090000"
    swap = event("Margaret", start, "", "DURATION:P7D", f"RECURRENCE-ID;{start}", uid=names[turn])
    content = calendar(*series, swap)

    def expected(local):
        day = local.date() if local.hour >= 9 else local.date() - timedelta(days=1)
        week = (day - first).days // 7
        return "Margaret" if first + timedelta(weeks=week) == swapped else names[week % 3]

    begin = datetime(2026, 1, 5, 9)
    times = [begin + timedelta(hours=61 * number) for number in range(8760 // 61)]
    times += [begin + timedelta(weeks=week, seconds=second) for week in range(1, 52) for second in (-1, 0)]
    for time in times:
        local = time.replace(tzinfo=zone)
        assert summaries(content, local) == [expected(local)], local


def test_only_what_has_a_length_and_is_not_cancelled_counts():
    start, end = "20261126T080000Z", "20261126T200000Z"
    content = calendar(
        event("mark", "20261126T100000Z"),
        event("cancelled", start, end, "STATUS:CANCELLED"),
        event("tentative", start, end, "STATUS:TENTATIVE"),
        event("free", start, end, "TRANSP:TRANSPARENT"),
        event("busy", start, end, "TRANSP:OPAQUE"),
        # The same one twice.
        event("busy", start, end, uid="another"),
    )
    assert summaries(content, "2026-11-26T10:00:00") == ["tentative", "free", "busy"]
    assert summaries(content, "2026-11-26T10:00:00", free=False) == ["tentative", "busy"]


def test_overrides():
    """One that names its day alone, one whose series is not in the feed, a series from then on."""
    series = event("Ada", "20261101T080000Z", "20261101T200000Z", "RRULE:FREQ=DAILY", uid="s")
    day = event("Grace", "20261126T080000Z", "20261126T200000Z", "RECURRENCE-ID;VALUE=DATE:20261126", uid="s")
    orphan = event("Linus", "20261127T080000Z", "20261127T200000Z", "RECURRENCE-ID:20261127T070000Z", uid="o")
    later = event(
        "Margaret",
        "20261201T080000Z",
        "20261201T200000Z",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T080000Z",
        uid="s",
    )
    content = calendar(later, day, series, orphan)
    assert summaries(content, "2026-11-25T10:00:00") == ["Ada"]
    assert summaries(content, "2026-11-26T10:00:00") == ["Grace"]
    assert sorted(summaries(content, "2026-11-27T10:00:00")) == ["Ada", "Linus"]
    assert summaries(content, "2026-12-24T10:00:00") == ["Margaret"]


@pytest.mark.parametrize("period", ["20261110T080000Z/20261115T080000Z", "20261201T080000Z/P1D,20261110T080000Z/P5D"])
def test_a_period_that_is_longer_than_the_shift_itself(period):
    content = calendar(event("Ada", "20261103T080000Z", "20261103T090000Z", f"RDATE;VALUE=PERIOD:{period}"))
    for when, names in (("03T08:59:59", ["Ada"]), ("10T07:59:59", []), ("15T07:59:59", ["Ada"]), ("15T08:00:00", [])):
        assert summaries(content, f"2026-11-{when}") == names


def test_events_of_one_uid_all_count_but_for_older_versions():
    start, end = "20261126T080000Z", "20261126T200000Z"
    apart = [event("Ada", start, end, uid="1"), event("Grace", start, end, uid="1")]
    assert summaries(calendar(*apart), "2026-11-26T10:00:00") == ["Ada", "Grace"]
    older = event("Ada", start, end, "SEQUENCE:1", uid="1")
    newer = event("Grace", start, end, "SEQUENCE:2", uid="1")
    assert summaries(calendar(newer, older), "2026-11-26T10:00:00") == ["Grace"]
    for day in ("20260901", "20270901"):
        moved = event("Ada", f"{day}T080000Z", f"{day}T200000Z", "SEQUENCE:2", uid="1")
        assert summaries(calendar(older, moved), "2026-11-26T10:00:00") == []
        assert summaries(calendar(moved, older.replace("SEQUENCE:1", "SEQUENCE:3")), "2026-11-26T10:00:00") == ["Ada"]
    for bad in ("SEQUENCE:abc", "SEQUENCE:1\nSEQUENCE:2", "SEQUENCE:"):
        assert summaries(calendar(event("Ada", start, end, bad, "RRULE:FREQ=DAILY")), "2026-11-26T10:00:00") == ["Ada"]
    no_uid = f"SUMMARY:Ada\nDTSTART:{start}\nDTEND:{end}"
    assert summaries(calendar(no_uid, no_uid.replace("Ada", "Grace")), "2026-11-26T10:00:00") == ["Ada", "Grace"]


def test_attendees_are_addresses_and_names_of_those_who_have_not_declined():
    content = calendar(
        event(
            "Shift",
            "20261126T080000Z",
            "20261126T200000Z",
            'ATTENDEE;CN="Lovelace, Ada";PARTSTAT=ACCEPTED:mailto:ada@example.com',
            "ATTENDEE;PARTSTAT=DECLINED:mailto:grace@example.com",
            "ATTENDEE:linus@example.com",
        )
    )
    (shift,) = found(content, "2026-11-26T10:00:00").shifts
    assert shift.attendees == ("mailto:ada@example.com", "Lovelace, Ada", "linus@example.com")


def test_a_whole_day_that_ends_on_the_day_on_which_it_begins_is_that_day():
    content = calendar(event("Ada", "VALUE=DATE:20261126", "VALUE=DATE:20261126"))
    assert summaries(content, "2026-11-26T10:00:00") == ["Ada"]
    assert summaries(content, "2026-11-27T00:00:00") == []


def test_a_line_may_be_folded_anywhere():
    content = calendar(event("Ada", "20261120T080000Z").replace("DTSTART", "DTEND\n :20261130T080000Z\nDTSTART"))
    weekly = event("Grace", "20261119T080000Z", "20261119T200000Z", "RRU\n LE:FREQ=WEEKLY")
    assert summaries(content, "2026-11-26T10:00:00") == ["Ada"]
    assert summaries(calendar(weekly), "2026-11-26T10:00:00") == ["Grace"]


def test_single_events_of_long_ago_and_of_next_week_are_passed_over(monkeypatch):
    """Nothing of them is read; what recurs, overrides, or has no plain start and end is."""
    near = [
        event("Ada", "20261126T080000Z", "20261126T200000Z"),
        event("all year", "20260101T080000Z", "20261231T080000Z"),
        event("over", "20261125T080000Z", "20261126T080000Z"),
        event("tomorrow", f"{BERLIN}20261127T080000", f"{BERLIN}20261127T200000"),
        event("daily", "20200101T080000Z", "20200101T200000Z", "RRULE:FREQ=DAILY"),
        event("again", "20200101T080000Z", "20200101T200000Z", "RDATE:20261126T080000Z"),
        event("long", "20260101T080000Z", "", "DURATION:P365D"),
        event("moved", "20261126T080000Z", "20261126T200000Z", "RECURRENCE-ID:20271126T080000Z"),
        event("moved away", "20271126T080000Z", "20271126T200000Z", "RECURRENCE-ID:20261126T080000Z", uid="daily"),
    ]
    far = [
        event("ago", "20261120T080000Z", "20261121T080000Z"),
        event("day", "VALUE=DATE:20261120"),
        event("next week", f"{BERLIN}20261203T080000", f"{BERLIN}20261203T200000"),
        event("another", "20261120T080000Z", "20261121T080000Z", uid="Ada"),
        event("another changed", "20261120T080000Z", "20261121T080000Z", "SEQUENCE:1"),
        event("from then on", "20261203T080000Z", "20261203T200000Z", "RRULE:FREQ=DAILY"),
    ]
    read = Mock(side_effect=shifts._read)
    monkeypatch.setattr(shifts, "_read", read)
    assert summaries(calendar(*near, *far), "2026-11-26T10:00:00") == ["Ada", "all year", "long", "moved", "again"]
    assert read.call_count == len(near)


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        ("Hourly", "FREQ=HOURLY"),
        ("Seconds", "FREQ=YEARLY;BYSECOND=1,2"),
        ("Beyond", "FREQ=YEARLY;BYDAY=99SU"),
        ("Folded", "FREQ=YEARLY;BYM\n ONTH=1;INTERVAL=0"),
    ],
)
def test_a_time_zone_whose_clocks_take_for_ever_is_unknown(zone, rule):
    half = "BEGIN:{0}\nDTSTART:16010101T000000\nTZOFFSETFROM:+0{1}00\nTZOFFSETTO:+0{2}00\n{3}END:{0}\n"
    halves = half.format("STANDARD", 2, 1, f"RRULE:{rule}\n") + half.format("DAYLIGHT", 1, 2, "")
    ada = event("Ada", f"TZID={zone}:20261126T080000", f"TZID={zone}:20261126T200000")
    content = calendar(ada, event("Grace", START, END), head=f"BEGIN:VTIMEZONE\nTZID:{zone}\n{halves}END:VTIMEZONE\n")
    result = found(content, "2026-11-26T10:00:00")
    assert [shift.summary for shift in result.shifts] == ["Grace"]
    (left_out,) = result.left_out
    assert left_out.endswith(f"its time zone {zone} is unknown")


def test_a_wait_is_ended_too():
    """As for a lock that a library left locked when it was interrupted: it takes no processor time."""
    lock = Lock()
    with lock, pytest.raises(TimeIsUp), processor_time(0.02):
        lock.acquire()


BAD = {
    "its DTSTART cannot be read": event("x", "soon"),
    "it has no DTSTART": f"UID:1\nSUMMARY:x\nDTEND:{END}",
    "it has several DTSTART": event("x", START, END, f"DTSTART:{START}"),
    "its DTEND cannot be read": event("x", START, "2026"),
    "its DURATION cannot be read": event("x", START, "", "DURATION:P99999999999W"),
    "its RRULE cannot be read": event("x", START, END, "RRULE:daily"),
    "its EXDATE cannot be read": event("x", START, END, "RRULE:FREQ=DAILY", "EXDATE:never"),
    "it ends before it starts": event("x", END, START),
    "it reaches beyond the year 2200": event("x", START, "99991231T235959Z"),
    "its RRULE has an INTERVAL below 1": event("x", START, END, "RRULE:FREQ=DAILY;INTERVAL=0"),
    "it recurs every second": event("x", "19260101T000000Z", "", "RRULE:FREQ=SECONDLY"),
    "it recurs every minute": event("x", START, END, "RRULE:FREQ=DAILY", "RRULE:FREQ=MINUTELY;COUNT=999999999"),
    "its time zone Middle-earth/Shire is unknown": event("x", "TZID=Middle-earth/Shire:20261126T080000"),
    "its time zone tzone://Microsoft/Utc is unknown": event("x", 'TZID="tzone://Microsoft/Utc":20261126T080000'),
    "its time zone GMT+0100 is unknown": event("x", START, END, "EXDATE;TZID=GMT+0100:20261126T080000"),
    "only one of its start and end has a time": event("x", START, "VALUE=DATE:20261127"),
    "only one of its start and end has a time zone": event("x", START, "20261126T200000"),
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_event_is_left_out_and_named(why):
    result = found(calendar(BAD[why], event("Ada", START, END)), "2026-11-26T10:00:00")
    assert [shift.summary for shift in result.shifts] == ["Ada"]
    assert result.left_out == [f"'x' (line 4): {why}"]


def test_an_exception_of_the_library_is_the_events_alone():
    rule = event("x", START, END, "RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=99XX;COUNT=-1;COUNT=2")
    result = found(calendar(rule, event("Ada", START, END)), "2026-11-26T10:00:00")
    assert [shift.summary for shift in result.shifts] == ["Ada"]
    (text,) = result.left_out
    assert text.startswith("'x' (line 4): it")


def test_memory_and_time_that_are_used_up_are_said_to_be(monkeypatch):
    content = calendar(event("x", START, END))
    monkeypatch.setattr(shifts, "_read", Mock(side_effect=MemoryError))
    assert found(content, "2026-11-26T10:00:00").left_out == ["the event in line 4: it takes too much memory"]
    monkeypatch.setattr(shifts, "FEED_SECONDS", 0)
    assert found(content, "2026-11-26T10:00:00").left_out == [
        "the event in line 4: the time limit for the whole feed was reached before"
    ]


@pytest.mark.parametrize(
    "head",
    [
        "no property at all\n",
        "BEGIN:VTIMEZONE\nTZID:Broken\nEND:VTIMEZONE\n",
        "BEGIN:VTIMEZONE\nTZID:Broken\nBEGIN:STANDARD\nDTSTART:never\nEND:STANDARD\nEND:VTIMEZONE\n",
        "BEGIN:VTODO\nDTSTART:never\nBEGIN:VALARM\nEND:VTODO\n",
        "BEGIN:VEVENT\nSUMMARY:has no end\n",
        "CALSCALE:gregorian\n",
        "END:VCALENDAR\nBEGIN:VCALENDAR\n",
    ],
)
def test_whatever_is_before_it_an_event_counts(head):
    alarm = "BEGIN:VALARM\nTRIGGER:never\nno property\nBEGIN:X\nEND:X\nDTSTART:never\nEND:VALARM"
    content = calendar(event("Ada", START, END, alarm, "no property"), head=head)
    assert [shift.summary for shift in found(content, "2026-11-26T10:00:00").shifts] == ["Ada"]


def test_the_end_of_an_alarm_that_has_not_begun():
    content = calendar(event("Ada", START, "", "END:VALARM", f"DTEND:{END}"))
    assert summaries(content, "2026-11-26T10:00:00") == ["Ada"]


@pytest.mark.parametrize("ends", [b"\n", b"\r", b"\r\r\n", b"\r\n\r\n"])
def test_line_ends(ends):
    content = calendar(event("Ada Lovelace and\n  Grace Hopper", START, END)).replace(b"\r\n", ends)
    assert summaries(content, "2026-11-26T10:00:00") == ["Ada Lovelace and Grace Hopper"]


def test_long_summaries_are_cut():
    assert summaries(calendar(event("Ada " * 1000, START, END)), "2026-11-26T10:00:00") == [("Ada " * 75)[:300]]
