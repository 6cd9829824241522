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
from .answer import ACCEPTED, DECLINED, read_reply
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


def _incidents(plan: Plan, listed: Sequence[Message], code: str, pages: Iterable[Found]) -> list[Earlier]:
    """Return the incidents with one code, oldest first. A fixed code is used by several incidents in turn."""
    told = [
        End(date_of(message), kind, message)
        for message in listed
        if message["direction"] != "inbound"
        for kind in [plan.texts.kind_of(str(message["body"] or ""), code)]
        if kind and kind != page_text.HINTED
    ]
    # If nobody is told that it is taken, only the answer shows that.
    answers = [] if plan.confirm else taking(plan, listed, code)
    taken = [End(date_of(message), page_text.TAKEN, message) for message in answers]
    ends = sorted(told + taken, key=lambda end: end.date)
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
    if plan.is_fresh:
        # No other incident has its code. A page may be sent after somebody has taken it, before their answer is read.
        return False
    latest = group[-1]
    is_again = any((page.turn, page.number) == (old.turn, old.number) for old in group)
    is_late = page.date - group[0].date >= plan.time
    if page.turn < latest.turn and (is_again or is_late):
        # A fixed code is used again. Within its time, a page of an earlier turn that failed at first may be sent late.
        return True
    # Of a page and an end in the same second, the page came first, unless it was sent again.
    return any(latest.date < end.date < page.date or (is_again and latest.date < end.date == page.date) for end in ends)


def taking(plan: Plan, listed: Iterable[Message], code: str) -> list[Message]:
    """Return the answers of people in the plan that take the incident with this code, and were not taken back."""
    answers = [
        (message, reading.meaning)
        for message in listed
        if message["direction"] == "inbound" and message["from"] in plan.people
        for reading in [read_reply(str(message["body"] or ""), code, plan.texts.words)]
        if reading.has_code
    ]
    passed = [message for message, meaning in answers if meaning == DECLINED]
    return [
        message
        for message, meaning in answers
        if meaning == ACCEPTED
        and not any(no["from"] == message["from"] and date_of(no) >= date_of(message) for no in passed)
    ]
