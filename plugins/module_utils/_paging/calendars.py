# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a turn pages: the tier's people, and the people who are on call by its calendar at that time. Pure.

A calendar that fails is retried, as a page is, while the next tiers have their turns.
"""

from __future__ import annotations

from collections.abc import Iterable

from .events import LookUp, NotOnCall, OnCall
from .incident import DROPPED, OUT, PAGING, SENDING, WAITING, Incident, Lookup, Page
from .looks import pause_after
from .rings import rings_for
from .work import Work


def begin_turn(work: Work) -> None:
    """Begin the next turn."""
    work.put(turn=work.incident.turn + 1, turn_began=work.now)
    for person in work.incident.tier.people:
        if not has_passed_in_round(work.incident, person.number):
            add_page(work, work.incident.turn, person.number)
    if work.incident.tier.calendar:
        ask(work, work.incident.turn)


def are_passed(incident: Incident, pages: Iterable[Page]) -> bool:
    """Say whether there is nobody to wait for among these pages."""
    return all(map(incident.has_passed, pages))


def has_passed_in_round(incident: Incident, number: str) -> bool:
    """Say whether somebody declined in this round, so that the next tiers do not page them again."""
    first = incident.plan.first_turn(incident.turn)
    answer = incident.standing(number)
    pages = [page for page in incident.pages if page.number == number and page.turn >= first]
    return answer is not None and any(incident.is_after(answer, page) for page in pages) and are_passed(incident, pages)


def add_page(work: Work, turn: int, number: str, may_have_been_called: bool = False) -> None:
    """Add a page to somebody at a turn. An earlier run may have called them already."""
    # Do not page the same person twice at once.
    for page in work.incident.pages:
        if page.number == number and page.state == WAITING and page.turn < turn:
            work.put_page(page, state=DROPPED)
    page = Page(turn, number, WAITING, work.now, work.now)
    rings = rings_for(work.incident.plan, page, may_have_been_called)
    if may_have_been_called:
        rings = tuple(ring._replace(since=work.incident.began) for ring in rings)
    work.put(pages=(*work.incident.pages, page), rings=(*work.incident.rings, *rings))


def ask(work: Work, turn: int) -> None:
    """Ask the calendar of a turn's tier, and stop asking for the round before."""
    tier = work.incident.plan.tier(turn)
    for lookup in work.incident.lookups:
        if work.incident.plan.tier(lookup.turn) is tier and lookup.state == WAITING:
            work.put_lookup(lookup, state=DROPPED)
    work.put(lookups=(*work.incident.lookups, Lookup(turn, WAITING, work.now)))


def is_first_answer_due(incident: Incident, turn: int) -> bool:
    """Say whether the calendar of a turn has not answered yet. Then it is not known whether everybody has passed."""
    return any(
        lookup.turn == turn and lookup.state in (WAITING, SENDING) and not lookup.error for lookup in incident.lookups
    )


def may_name_somebody(incident: Incident) -> bool:
    """Say whether a calendar is being asked, or will be."""
    return any(lookup.state in (WAITING, SENDING) for lookup in incident.lookups)


def look_up(work: Work) -> None:
    """Ask the calendars that are due."""
    for lookup in work.incident.lookups:
        if lookup.state == WAITING and lookup.due <= work.now:
            work.put_lookup(lookup, state=SENDING, attempts=lookup.attempts + 1)
            work.do(LookUp(lookup.turn))


def on_call(work: Work, event: OnCall) -> None:
    """Page the people that a calendar names."""
    lookup, tier = _asked(work.incident, event.turn), work.incident.plan.tier(event.turn)
    if not lookup:
        return
    work.put_lookup(lookup, state=OUT, error="")
    names = ", ".join(person.name or person.number for person in event.people)
    work.say("on call", f"On call in {tier.name}: {names}", tier=tier.name)
    for warning in event.warnings:
        work.say("calendar", f"The calendar of {tier.name}: {warning}", tier=tier.name)
    if event.turn == work.incident.turn and lookup.attempts == 1 and not tier.people:
        # People's time begins when the calendar has named them.
        work.put(turn_began=work.now)
    for person in event.people:
        pages = [page for page in work.incident.pages if page.number == person.number and page.turn >= event.turn]
        if not pages and not has_passed_in_round(work.incident, person.number):
            add_page(work, event.turn, person.number)


def on_not_on_call(work: Work, event: NotOnCall) -> None:
    """Ask a calendar again after a pause."""
    lookup, tier = _asked(work.incident, event.turn), work.incident.plan.tier(event.turn)
    if not lookup:
        return
    pause = pause_after(lookup.attempts)
    work.put_lookup(lookup, state=WAITING, due=work.now + pause, error=event.error)
    text = f"The calendar of {tier.name} does not say who is on call: {event.error} The next try is in {pause:g} s"
    work.say("calendar", text, tier=tier.name)


def _asked(incident: Incident, turn: int) -> Lookup | None:
    is_paging = incident.stage == PAGING
    return next((item for item in incident.lookups if is_paging and item.turn == turn and item.state == SENDING), None)
