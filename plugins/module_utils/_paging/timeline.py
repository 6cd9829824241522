# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeline of an incident: its notes in the result, and as lines on the screen. Pure."""

from __future__ import annotations

from typing import Any

from .incident import Incident, Note

# What a task shows if it must not show numbers, names and texts.
_QUIET = {
    "resumed": "Continuing the page of an earlier run",
    "begun": "If this run is interrupted, run it again to continue this page",
    "paged": "Somebody is paged",
    "asked": "Somebody is asked",
    "yes": "Somebody says yes",
    "no": "Somebody says no",
    "decided": "The question is over",
    "broken off": "Interrupted. Run it again to ask again",
    "failing": "A text could not be sent yet, and is retried",
    "refused": "Somebody cannot be texted",
    "delivered": "A text is delivered",
    "undelivered": "A text cannot be delivered",
    "replied": "Somebody replies",
    "accepted": "Somebody takes it",
    "declined": "Somebody passes",
    "stopped": "Somebody gets no more texts",
    "unreadable": "Replies cannot be read yet",
    "unread": "Somebody's replies could not be read",
    "taken": "It is taken",
    "untaken": "Nobody has taken it",
    "rung": "Somebody is called",
    "not rung": "Somebody cannot be called",
    "answered": "Somebody answers a call",
    "unanswered": "Somebody does not answer a call",
    "hung up": "A call that nobody needs any more is canceled",
    "resolved": "It is resolved",
    "on call": "The calendar says who is on call",
    "calendar": "A calendar could not be read, or only in part",
    "quiet": "Somebody took it a short while ago",
    "nothing": "There is nobody to tell",
    "told": "Somebody is told about it",
    "not told": "Somebody could not be told about it",
    "interrupted": "Interrupted. Run it again to continue the page",
}


def clock_time(seconds: float) -> str:
    """Return a time as ``05:19``, or ``1:05:19``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def entry(incident: Incident, note: Note, began: float) -> dict[str, Any]:
    """Return a note as an entry of the timeline. Times count from the beginning of this run."""
    seconds = max(0, int(note.at - began))
    return {
        "seconds": seconds,
        "clock": clock_time(seconds),
        "who": incident.who(note.number) if note.number else "",
        "number": note.number or None,
        "kind": note.kind,
        "text": note.text,
    }


def line(note: Note, began: float, is_quiet: bool) -> str:
    """Return a note as a line for the screen; ``is_quiet`` leaves out numbers, names and texts."""
    text = note.text
    if is_quiet:
        tier = f" ({note.tier})" if note.tier else ""
        text = f"{_QUIET.get(note.kind, note.kind.capitalize())}{tier}"
    return f"{clock_time(max(0, note.at - began))} {text}"
