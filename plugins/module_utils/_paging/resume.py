# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run does about earlier runs' pages: continue one, leave it to the person who took it, or resolve all. Pure.

Twilio's list of messages is the only record of an earlier run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._twilio.message import NOT_DELIVERED, Message
from . import page_text
from .history import Earlier, earlier_incidents, taking
from .incident import CLOSING, DONE, FAILED, OUT, QUIET, RESOLVED, WAITING, Held, Incident, Look, Page, Tell, date_of
from .looks import LOOK_TIME
from .plan import Plan
from .rings import rings_for


def start(plan: Plan, listed: Iterable[Message], now: float, date: float) -> Incident:
    """Return the incident to begin with: one of an earlier run, or a new one.

    ``listed`` has the messages that the plan's people were sent recently and, if nobody is told that it is taken, those
    that they sent. ``date`` is now by Twilio's clock.
    """
    listed = list(listed)
    found = earlier_incidents(plan, listed)
    if plan.resolves:
        return _resolve(plan, [item for item in found if date - item.pages[-1].date < plan.window], now)
    if found:
        held = _held(plan, found[-1])
        if not held:
            if resumed := _resume(plan, found[-1], listed, now, date):
                return resumed
            held = _answered(plan, found[-1], listed)
        if held and date - held.date < plan.quiet:
            return Incident(plan, found[-1].code, now, stage=DONE, outcome=QUIET, held=held)
    return Incident(plan, plan.code, now)


def _resolve(plan: Plan, found: list[Earlier], now: float) -> Incident:
    """Return an incident that tells everybody who was paged for these, and was not told yet, that they are resolved."""
    codes: dict[str, list[str]] = {}
    for index, item in enumerate(found):
        # One text tells of all incidents that had the same code, and is among the ends of the latest of them.
        ends = [end for later in found[index:] if later.code == item.code for end in later.ends]
        told = {str(end.message["to"]) for end in ends if end.kind == page_text.RESOLVED}
        for page in item.pages:
            is_known = page.number in told or item.code in codes.get(page.number, ())
            if not is_known and page.message["status"] not in NOT_DELIVERED:
                codes.setdefault(page.number, []).append(item.code)
    tells = tuple(
        Tell(page_text.RESOLVED, number, plan.texts.resolved(codes[number]), WAITING, now) for number in codes
    )
    return Incident(
        plan=plan,
        code=found[-1].code if found else "",
        began=now,
        stage=CLOSING,
        outcome=RESOLVED,
        tells=tells,
        # An outage may delay these texts as long as a page.
        deadline=now + max(plan.time, 60.0),
    )


def _held(plan: Plan, latest: Earlier) -> Held | None:
    """Return who has taken an incident; None if nobody has, or if it is resolved."""
    kinds: Mapping[str, Message] = {end.kind: end.message for end in latest.ends}
    message = kinds.get(page_text.CONFIRMED) or kinds.get(page_text.TAKEN)
    if not message or page_text.RESOLVED in kinds:
        return None
    date = next(end.date for end in latest.ends if end.message is message)
    since = str(message["date_created"])
    if message["direction"] == "inbound" or page_text.CONFIRMED in kinds:
        number = str(message["from"] if message["direction"] == "inbound" else message["to"])
        turn = next((page.turn for page in latest.pages if page.number == number), 0)
        return Held(plan.name_of(number) or plan.tier(turn).name, number, date, since)
    name = plan.texts.taker(str(message["body"]), latest.code)
    return Held(name, next((n for n, person in plan.people.items() if person.name == name), None), date, since)


def _answered(plan: Plan, latest: Earlier, listed: Iterable[Message]) -> Held | None:
    """Return who has taken an incident of which nobody could be told how it ended, by their answer."""
    answers = [item for item in taking(plan, listed, latest.code) if date_of(item) >= latest.pages[0].date]
    if latest.ends or not answers:
        return None
    first = min(answers, key=date_of)
    turn = next((page.turn for page in latest.pages if page.number == first["from"]), 0)
    name = plan.name_of(first["from"]) or plan.tier(turn).name
    return Held(name, first["from"], date_of(first), str(first["date_created"]))


def _resume(plan: Plan, latest: Earlier, listed: list[Message], now: float, date: float) -> Incident | None:
    is_over = any(end.kind != page_text.UNTAKEN for end in latest.ends)
    if is_over or date - latest.pages[0].date >= plan.window:
        return None
    # Of several pages to the same person at the same turn, the latest counts.
    found = {(page.turn, page.number): page for page in latest.pages}.values()
    last = max(page.turn for page in found)
    pages = tuple(
        Page(page.turn, page.number, _state(page.message), at, at, 0, page.message, may_be_out=True, is_earlier=True)
        for page in found
        for at in [min(now, now - (date - page.date))]
    )
    rings = tuple(ring for page in pages for ring in rings_for(plan, page, is_earlier=True))
    if last < plan.turns - 1 and now >= pages[0].at + plan.time:
        # There is no time left for people who were not paged.
        return None
    if last == plan.turns - 1 and all(page.state == FAILED for page in pages) and not rings:
        # It has reached nobody, and there is nobody left to page.
        return None
    turn_began = min(page.at for page in pages if page.turn == last)
    if last < plan.turns - 1:
        turn_began = max(turn_began, now + LOOK_TIME - plan.tier(last).wait)
    return Incident(
        plan=plan,
        code=latest.code,
        began=pages[0].at,
        is_resumed=True,
        turn=last,
        turn_began=turn_began,
        pages=pages,
        rings=rings,
        looks={page.number: Look(now) for page in pages},
        told=latest.told(plan, listed),
    )


def _state(message: Message) -> str:
    return FAILED if message["status"] in NOT_DELIVERED else OUT
