# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Feeds as programs export them, made up by their documentation: who is on call in them."""

from __future__ import annotations

import json
import textwrap

import pytest

from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.feed import Calendar, open_feed
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.people import find_people
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.shifts import shifts_at, turns_at
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.source import NotRead
from support.rota import moment

PEOPLE = ["Ada Lovelace", "Grace Hopper", "linus", "Conan O'Neil", "margaret@example.com"]


def names(content, when, match=None, zone=None):
    feed = open_feed(content)
    found = shifts_at(feed, moment(when), zone, True) if isinstance(feed, Calendar) else turns_at(feed, moment(when))
    assert found.left_out == []
    return ", ".join(find_people(found.shifts, PEOPLE, match).people)


def feed(text):
    return textwrap.dedent(text).lstrip().replace("\n", "\r\n").encode()


PAGERDUTY = feed("""
    BEGIN:VCALENDAR
    PRODID;X-RICAL-TZSOURCE=TZINFO:-//com.denhaven2/NONSGML ri_cal gem//EN
    CALSCALE:GREGORIAN
    VERSION:2.0
    METHOD:PUBLISH
    X-WR-CALNAME:On Call Schedule for Primary - EU
    BEGIN:VEVENT
    DTEND;VALUE=DATE-TIME:20261127T080000Z
    DTSTART;VALUE=DATE-TIME:20261126T080000Z
    ATTENDEE:ada@example.com
    UID:Q1@pagerduty
    SUMMARY:On Call - Ada Lovelace - Primary - EU
    END:VEVENT
    BEGIN:VEVENT
    DTEND;VALUE=DATE-TIME:20261128T080000Z
    DTSTART;VALUE=DATE-TIME:20261127T080000Z
    ATTENDEE:margaret@example.com
    UID:Q2@pagerduty
    SUMMARY:On Call - M. H. - Primary - EU
    END:VEVENT
    END:VCALENDAR
""")


@pytest.mark.parametrize("match", [None, "^On Call - (.+) - Primary - EU$"])
def test_pagerduty(match):
    assert names(PAGERDUTY, "2026-11-26T07:59:59", match) == ""
    assert names(PAGERDUTY, "2026-11-26T08:00:00", match) == "Ada Lovelace"
    assert names(PAGERDUTY, "2026-11-27T07:59:59", match) == "Ada Lovelace"
    # She has no number by this name, but one by her address.
    assert names(PAGERDUTY, "2026-11-27T08:00:00", match) == "margaret@example.com"


def test_goalert():
    content = feed("""
        BEGIN:VCALENDAR
        PRODID:-//GoAlert//v0.34.1//EN
        VERSION:2.0
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        BEGIN:VEVENT
        UID:3f1c
        SUMMARY:Conan O&#39;Neil On-Call (GoAlert: Night, weekdays) Begins*
        DESCRIPTION:The end time of this shift is unknown and will continue beyond what is displayed.
        DTSTAMP:20261120T000000Z
        DTSTART:20261126T200000Z
        DTEND:20261127T080000Z
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:REMINDER
        TRIGGER:-PT60M
        END:VALARM
        END:VEVENT
        END:VCALENDAR
    """)
    assert names(content, "2026-11-26T19:59:59") == ""
    assert names(content, "2026-11-27T02:00:00") == "Conan O'Neil"


def goalert_json(*shifts):
    keys = ("UserName", "Start", "End")
    return json.dumps({"AppName": "GoAlert", "Type": "calendar-subscription/v1", "Shifts": [
        dict(zip(keys, shift)) | {"UserID": "u", "UserURL": "https://x", "Truncated": False} for shift in shifts
    ]}).encode()  # fmt: skip


def test_goalert_json():
    content = goalert_json(
        ("Grace Hopper", "2026-11-26T08:00:00.123456789Z", "2026-11-26T20:00:00Z"),
        ("ada  lovelace", "2026-11-26T21:00:00+01:00", "2026-11-27T08:00:00Z"),
        ("Grace Hopper Jr", "2026-11-26T21:00:00+01:00", "2026-11-27T08:00:00Z"),
    )
    assert names(content, "2026-11-26T07:59:59") == ""
    assert names(content, "2026-11-26T19:59:59") == "Grace Hopper"
    # The names are whole already, and no summaries that match could be for.
    assert names(content, "2026-11-26T20:00:00", "^On Call - (.+)") == "Ada Lovelace"
    assert names(goalert_json(), "2026-11-26T20:00:00") == ""


def test_grafana_oncall():
    content = feed("""
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Grafana Labs//Grafana On-Call//
        CALSCALE:GREGORIAN
        X-WR-CALNAME:Primary
        X-WR-TIMEZONE:UTC
        REFRESH-INTERVAL;VALUE=DURATION:PT1H
        BEGIN:VEVENT
        SUMMARY:Linus
        DTSTART:20261126T080000Z
        DTEND:20261126T200000Z
        UID:O1-R1
        END:VEVENT
        BEGIN:VEVENT
        SUMMARY:[L1] Grace Hopper
        DTSTART:20261126T200000Z
        DTEND:20261127T080000Z
        UID:O2-R1
        END:VEVENT
        END:VCALENDAR
    """)
    assert names(content, "2026-11-26T12:00:00") == "linus"
    assert names(content, "2026-11-26T22:00:00") == "Grace Hopper"


def test_google():
    """Two take turns, week by week; a swap is an override, a shift that was dropped is cancelled."""
    content = feed(r"""
        BEGIN:VCALENDAR
        PRODID:-//Google Inc//Google Calendar 70.9054//EN
        VERSION:2.0
        X-WR-CALNAME:Rota
        X-WR-TIMEZONE:Europe/Berlin
        BEGIN:VTIMEZONE
        TZID:Europe/Berlin
        X-LIC-LOCATION:Europe/Berlin
        BEGIN:DAYLIGHT
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        TZNAME:GMT+2
        DTSTART:19700329T020000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
        END:DAYLIGHT
        BEGIN:STANDARD
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        TZNAME:GMT+1
        DTSTART:19701025T030000
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        DTSTART;TZID=Europe/Berlin:20261102T090000
        DTEND;TZID=Europe/Berlin:20261109T090000
        RRULE:FREQ=WEEKLY;INTERVAL=2
        EXDATE;TZID=Europe/Berlin:20261130T090000
        UID:1@google.com
        SEQUENCE:0
        STATUS:CONFIRMED
        SUMMARY:Ada Lovelace\, on call
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;TZID=Europe/Berlin:20261118T090000
        DTEND;TZID=Europe/Berlin:20261119T090000
        RECURRENCE-ID;TZID=Europe/Berlin:20261116T090000
        UID:1@google.com
        SEQUENCE:1
        STATUS:CONFIRMED
        SUMMARY:Linus instead of Ada
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;TZID=Europe/Berlin:20261214T090000
        DTEND;TZID=Europe/Berlin:20261221T090000
        RECURRENCE-ID;TZID=Europe/Berlin:20261214T090000
        UID:1@google.com
        SEQUENCE:1
        STATUS:CANCELLED
        SUMMARY:Ada Lovelace\, on call
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261109
        DTEND;VALUE=DATE:20261110
        UID:2@google.com
        SUMMARY:Shift of the day
        ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=DECLINED;CN=Grace Hopper:mailto:grace@example.com
        ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;CN=Margaret:mailto:Margaret@Example.com
        END:VEVENT
        END:VCALENDAR
    """)
    assert names(content, "2026-11-02T08:00:00") == "Ada Lovelace"
    assert names(content, "2026-11-09T07:59:59") == "Ada Lovelace, margaret@example.com"
    assert names(content, "2026-11-08T22:59:59") == "Ada Lovelace"
    assert names(content, "2026-11-09T23:00:00") == ""
    assert names(content, "2026-11-17T12:00:00") == ""
    assert names(content, "2026-11-18T12:00:00") == "linus"
    assert names(content, "2026-12-01T12:00:00") == ""
    assert names(content, "2026-12-15T12:00:00") == ""
    assert names(content, "2026-12-29T12:00:00") == "Ada Lovelace"


@pytest.mark.parametrize("zone", ["W. Europe Standard Time", "Customized Time Zone"])
def test_outlook(zone):
    """A BOM, Windows' names of time zones or one that only the feed itself explains, and rules from 1601."""
    content = b"\xef\xbb\xbf" + feed(f"""
        BEGIN:VCALENDAR
        METHOD:PUBLISH
        PRODID:Microsoft Exchange Server 2010
        VERSION:2.0
        BEGIN:VTIMEZONE
        TZID:{zone}
        BEGIN:STANDARD
        DTSTART:16010101T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010101T020000
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE
        BEGIN:VEVENT
        RRULE:FREQ=DAILY;UNTIL=20270101T000000Z;INTERVAL=1
        UID:040000008200E00074C5B7101A82E008
        SUMMARY;LANGUAGE=de-DE:Bereitschaft Grace Hopper
        DTSTART;TZID={zone}:20260601T200000
        DTEND;TZID={zone}:20260601T220000
        CLASS:PUBLIC
        TRANSP:OPAQUE
        STATUS:CONFIRMED
        X-MICROSOFT-CDO-BUSYSTATUS:BUSY
        END:VEVENT
        END:VCALENDAR
    """)
    assert names(content, "2026-07-01T18:00:00") == "Grace Hopper"
    assert names(content, "2026-07-01T17:59:59") == ""
    assert names(content, "2026-11-26T19:00:00") == "Grace Hopper"
    assert names(content, "2026-11-26T18:59:59") == ""


def test_opsgenie():
    content = feed("""
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Opsgenie Inc//NONSGML Opsgenie Calendar//EN
        BEGIN:VEVENT
        UID:o1
        DTSTAMP:20261120T000000Z
        DTSTART:20261126T080000Z
        DTEND:20261126T200000Z
        SUMMARY:margaret@example.com is on call
        END:VEVENT
        END:VCALENDAR
    """)
    assert names(content, "2026-11-26T08:00:00") == "margaret@example.com"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "does not begin with BEGIN:VCALENDAR"),
        (b"Not found", "does not begin with BEGIN:VCALENDAR"),
        (b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "does not begin with BEGIN:VCALENDAR"),
        (b"\n <!DOCTYPE html><title>Sign in</title>", "a web page instead of a calendar"),
        (PAGERDUTY[:-10], "is incomplete"),
        (PAGERDUTY[:500], "is incomplete"),
        (PAGERDUTY + PAGERDUTY[:300], "is incomplete"),
        (b'{"error": "no"}', "not from a GoAlert calendar subscription"),
        (b"[1, 2", "not from a GoAlert calendar subscription"),
        (goalert_json(("Ada", "yesterday", "today")), "not from a GoAlert"),
        (goalert_json(("Ada", "2026-11-26T08:00:00", "2026-11-26T09:00:00")), "not from a GoAlert"),
        (b"[" * 100_000, "not from a GoAlert"),
    ],
)
def test_what_is_no_calendar_or_half_of_one(content, why):
    with pytest.raises(NotRead, match=why):
        open_feed(content)
