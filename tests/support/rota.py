# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calendars, made up as programs export them."""

from __future__ import annotations

from datetime import datetime


def calendar(*events: str, head: str = "") -> bytes:
    """A calendar of events, each the lines between its BEGIN and END; ``head`` is what comes before them."""
    blocks = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Rota//EN\n{head}{blocks}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def event(summary: str, start: str, end: str = "", *more: str, uid: str = "") -> str:
    """An event; start and end as iCalendar writes them, with parameters before the colon if there are any."""
    ends = [_property("DTEND", end)] if end else []
    return "\n".join([f"UID:{uid or summary}@x", f"SUMMARY:{summary}", _property("DTSTART", start), *ends, *more])


def always(summary: str = "Ada Lovelace is on call") -> bytes:
    """A calendar in which somebody is always on call."""
    return calendar(event(summary, "VALUE=DATE:20200101", "", "RRULE:FREQ=DAILY"))


def moment(text: str) -> datetime:
    """A moment; in UTC if it has no offset."""
    return datetime.fromisoformat(text if text[-6:-5] in ("+", "-") else f"{text}+00:00")


def _property(name: str, value: str) -> str:
    return f"{name};{value}" if ":" in value else f"{name}:{value}"
