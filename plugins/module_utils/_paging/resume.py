# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Going on with the page of an earlier run, of which Twilio's list of messages is all that is left. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .._twilio.message import Message
from . import page_text
from .answer import ACCEPTED, read_reply
from .incident import FAILED, OUT, Incident, Look, Page, date_of
from .looks import NOT_DELIVERED
from .plan import Plan


class _Found(NamedTuple):
    """A page in the list: ``number`` is whom it went to."""

    code: str
    turn: int
    number: str
    date: float
    message: Message


def start(plan: Plan, listed: Iterable[Message], now: float, date: float) -> Incident:
    """Return the incident that an earlier run has left open, or a fresh one.

    ``listed`` is what the plan's people were sent lately and, where nobody is told that it is taken, what they sent.
    ``date`` is now by Twilio's clock.
    """
    listed = list(listed)
    return _resume(plan, listed, now, date) or Incident(plan, plan.code, now)


def _resume(plan: Plan, listed: list[Message], now: float, date: float) -> Incident | None:
    window = plan.time if plan.dedupe_window is None else plan.dedupe_window
    found = _latest_incident(plan, listed)
    if not found or date - found[0].date >= window:
        return None
    last = max(page.turn for page in found)
    pages = tuple(
        Page(page.turn, page.number, _state(page.message), at, at, 0, page.message, may_be_out=True, is_earlier=True)
        for page in found
        for at in [min(now, now - (date - page.date))]
    )
    if last == plan.turns - 1 and all(page.state == FAILED for page in pages):
        # It has reached nobody, and nobody is left whom it could.
        return None
    code = found[0].code
    return Incident(
        plan=plan,
        code=code,
        began=pages[0].at,
        is_resumed=True,
        turn=last,
        turn_began=min(page.at for page in pages if page.turn == last),
        pages=pages,
        looks={page.number: Look(now) for page in pages},
        told=frozenset(
            (kind, str(message["to"]))
            for message in listed
            for kind in [plan.texts.kind_of(str(message["body"] or ""), code)]
            if kind and date_of(message) >= found[0].date
        ),
    )


def _latest_incident(plan: Plan, listed: list[Message]) -> list[_Found]:
    """Return the pages of the latest incident with the plan's message, oldest first; none if somebody has taken it."""
    numbers = plan.people
    pages = [
        _Found(page.code, page.turn, message["to"], date_of(message), message)
        for message in listed
        if message["to"] in numbers and str(message["direction"]).startswith("outbound")
        for page in [plan.texts.recognise(str(message["body"] or ""))]
        if page and (plan.is_fresh or page.code == plan.code)
    ]
    if not pages:
        return []
    code = max(pages, key=lambda page: page.date).code
    ends = sorted((date_of(message), kind) for message in listed for kind in [_end(plan, message, code)] if kind)
    # A code that is always the same may have been used for one incident after the other.
    latest: list[_Found] = []
    for page in sorted((page for page in pages if page.code == code), key=lambda page: page.date):
        if latest and (page.turn < latest[-1].turn or any(latest[-1].date < date <= page.date for date, _kind in ends)):
            latest = []
        latest.append(page)
    if any(date >= latest[0].date and kind != page_text.UNTAKEN for date, kind in ends):
        # What was taken is over.
        return []
    # Of several to the same person at the same turn, the latest is the one that counts.
    return list({(page.turn, page.number): page for page in latest}.values())


def _end(plan: Plan, message: Message, code: str) -> str | None:
    """Say how a message ends the incident of that code, if it does."""
    body = str(message["body"] or "")
    if message["direction"] == "inbound":
        # Where nobody is told that it is taken, the answer is all that tells it.
        is_yes = not plan.confirm and read_reply(body, code, plan.texts.words)[:2] == (ACCEPTED, True)
        return page_text.TAKEN if is_yes else None
    kind = plan.texts.kind_of(body, code)
    return kind if kind != page_text.HINTED else None


def _state(message: Message) -> str:
    return FAILED if message["status"] in NOT_DELIVERED else OUT
