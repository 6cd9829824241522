# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find a plan's incidents in Twilio's list of messages, by the plan's key or its message. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .._twilio.message import Message
from . import page_text
from .answer import ACCEPTED, read_reply
from .incident import date_of
from .plan import Plan


class Found(NamedTuple):
    """A page in the list. ``number`` is its recipient."""

    code: str
    turn: int
    number: str
    date: float
    message: Message


class End(NamedTuple):
    """A message that tells how an incident ended; ``kind`` is one of ``page_text``'s kinds."""

    date: float
    kind: str
    message: Message


class Earlier(NamedTuple):
    """An incident of earlier runs: its pages, and the messages that tell how it ended, both oldest first."""

    code: str
    pages: tuple[Found, ...]
    ends: tuple[End, ...]

    def told(self, plan: Plan, listed: Iterable[Message]) -> frozenset[tuple[str, str]]:
        """Return which kinds of texts about it were sent to whom."""
        return frozenset(
            (kind, str(message["to"]))
            for message in listed
            for kind in [plan.texts.kind_of(str(message["body"] or ""), self.code)]
            if kind and date_of(message) >= self.pages[0].date
        )


def earlier_incidents(plan: Plan, listed: Sequence[Message]) -> list[Earlier]:
    """Return the incidents in a list of messages; the most recently paged one is the last."""
    pages = [
        Found(page.code, page.turn, message["to"], date_of(message), message)
        for message in listed
        if message["to"] in plan.people and str(message["direction"]).startswith("outbound")
        for page in [plan.texts.recognise(str(message["body"] or ""))]
        if page and (plan.is_fresh or page.code == plan.code)
    ]
    found = [
        incident
        for code in dict.fromkeys(page.code for page in pages)
        for incident in _incidents(plan, listed, code, [page for page in pages if page.code == code])
    ]
    return sorted(found, key=lambda incident: incident.pages[-1].date)


def _incidents(plan: Plan, listed: Iterable[Message], code: str, pages: Iterable[Found]) -> list[Earlier]:
    """Return the incidents with one code, oldest first. A fixed code is used by several incidents in turn."""
    ends = sorted(
        (End(date_of(message), kind, message) for message in listed for kind in [_end(plan, message, code)] if kind),
        key=lambda end: end.date,
    )
    groups: list[list[Found]] = []
    for page in sorted(pages, key=lambda page: page.date):
        if not groups or _begins_anew(plan, groups[-1], page, ends):
            groups.append([])
        groups[-1].append(page)
    begins = [group[0].date for group in groups[1:]]
    return [
        Earlier(
            code, tuple(group), tuple(end for end in ends if since < end.date <= until and group[0].date <= end.date)
        )
        for group, since, until in zip(groups, [-math.inf, *begins], [*begins, math.inf])
    ]


def _begins_anew(plan: Plan, group: Sequence[Found], page: Found, ends: Iterable[End]) -> bool:
    """Say whether a page is the first one of another incident than the pages before it."""
    latest = group[-1]
    is_again = any((page.turn, page.number) == (old.turn, old.number) for old in group)
    is_late = page.date - group[0].date >= plan.time
    if page.turn < latest.turn and (is_again or is_late) and not plan.is_fresh:
        # A fixed code is used again. Within its time, a page of an earlier turn that failed at first may be sent late.
        return True
    # Of a page and an end in the same second, the page came first, unless it was sent again.
    return any(latest.date < end.date < page.date or (is_again and latest.date < end.date == page.date) for end in ends)


def _end(plan: Plan, message: Message, code: str) -> str | None:
    """Return how a message ends the incident with this code; None if it does not."""
    body = str(message["body"] or "")
    if message["direction"] == "inbound":
        # If nobody is told that it is taken, only the answer shows that.
        return page_text.TAKEN if not plan.confirm and takes(plan, message, code) else None
    kind = plan.texts.kind_of(body, code)
    return kind if kind != page_text.HINTED else None


def takes(plan: Plan, message: Message, code: str) -> bool:
    """Say whether a message is the answer of somebody in the plan that takes the incident with this code."""
    is_from_them = message["direction"] == "inbound" and message["from"] in plan.people
    return is_from_them and read_reply(str(message["body"] or ""), code, plan.texts.words)[:2] == (ACCEPTED, True)
