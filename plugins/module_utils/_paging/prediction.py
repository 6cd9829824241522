# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of check mode: who would be paged after how many seconds, and with which text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._text.segments import segments
from .._twilio.call import Call
from .engine import begins_next_turn, turn_end
from .incident import DONE, Incident
from .page_text import UNTAKEN
from .people import Person
from .plan import Plan
from .result import DUPLICATE, NOT_TRIED, PLANNED, result
from .rings import calls_somebody


def predicted(
    plan: Plan,
    incident: Incident,
    now: float,
    on_call: Mapping[int, Sequence[Person]] | None = None,
    date: float = 0.0,
    calls: Iterable[Call] = (),
) -> dict[str, Any]:
    """Return what a task returns in check mode: what it would do if nobody answered.

    ``on_call`` has the people whom the calendar of each turn will name. ``calls`` are those to the people of a page
    that has begun, and ``date`` is now by Twilio's clock.
    """
    if plan.resolves or incident.stage == DONE:
        # Nobody would be paged.
        return {**result(incident, incident.began), "changed": bool(incident.tells), "plan": []}
    table = plan_table(plan, incident, now, on_call or {})
    outcomes = [recipient["outcome"] for entry in table for recipient in entry["recipients"]]
    is_told = plan.tell_others and any((UNTAKEN, number) not in incident.told for number in incident.reached())
    return {
        **result(incident, incident.began),
        "changed": PLANNED in outcomes or is_told or calls_somebody(incident, calls, now, date),
        "outcome": PLANNED,
        "plan": table,
    }


def plan_table(
    plan: Plan, incident: Incident, now: float, on_call: Mapping[int, Sequence[Person]]
) -> list[dict[str, Any]]:
    """Return what check mode shows: who would be paged after how many seconds at the latest, and with which text."""
    names = plan.people
    last = _last_turn(incident, now)
    table = []
    after = 0.0
    for turn in range(plan.turns):
        tier = plan.tier(turn)
        text = plan.texts.page(incident.code, turn)
        people = {person.number: person for person in (*on_call.get(turn, ()), *tier.people)}
        recipients = [
            {"name": names[number].name, "to": number, "outcome": _outcome(incident, now, last, turn, number)}
            for number in people
        ]
        table.append(
            {
                "tier": tier.name,
                "round": plan.round(turn),
                "after_seconds": after,
                "wait": tier.wait,
                "ring": tier.ring if tier.ring and plan.ring_from else None,
                "text": text,
                "segments": segments(text).segments,
                "recipients": recipients,
            }
        )
        after += tier.wait
    return table


def _last_turn(incident: Incident, now: float) -> int:
    """Return the last turn for which there is time if nobody passes."""
    if begins_next_turn(incident, now) and now < incident.time_end:
        incident = incident._replace(turn=incident.turn + 1, turn_began=now)
    while incident.turn + 1 < incident.plan.turns:
        at = max(now, turn_end(incident))
        if at >= incident.time_end:
            break
        incident = incident._replace(turn=incident.turn + 1, turn_began=at)
    return incident.turn


def _outcome(incident: Incident, now: float, last: int, turn: int, number: str) -> str:
    """Return the predicted outcome of a turn's page to somebody."""
    turns = [page.turn for page in incident.pages if page.number == number]
    if turn in turns:
        return DUPLICATE
    if turn > incident.turn:
        return PLANNED if turn <= last else NOT_TRIED
    # Of the turns that have begun, missing pages of this round are still sent.
    tiers = len(incident.plan.tiers)
    is_missing = turn >= incident.turn - incident.turn % tiers and now < incident.time_end
    if number in {person.number for person in incident.plan.tier(turn).people}:
        return PLANNED if is_missing and not turns else NOT_TRIED
    # A calendar is asked again if none of its people were paged in its turn.
    calendar = incident.plan.tier(turn).calendar
    known = {person.number for person in calendar.people} if calendar else set()
    was_asked = any(page.turn == turn and page.number in known for page in incident.pages)
    is_paged = any(other >= turn for other in turns)
    return PLANNED if is_missing and not was_asked and not is_paged else NOT_TRIED
