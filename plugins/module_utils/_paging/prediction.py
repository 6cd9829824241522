# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of check mode: who would be paged after how many seconds, and with which text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._text.segments import segments
from .._twilio.call import Call
from .engine import begin, due, step
from .events import Action, CallsListed, Event, Inform, LookUp, OnCall, PlaceCall, ReadCalls, Send, Tick
from .incident import DONE, Incident
from .plan import Plan
from .result import DUPLICATE, NOT_TRIED, PLANNED, result
from .tiers import Person


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
    found = result(incident, incident.began)
    if plan.resolves or incident.stage == DONE:
        # Nobody would be paged.
        return {**found, "changed": bool(incident.tells), "plan": []}
    on_call = on_call or {}
    actions = list(_actions(incident, now, on_call, date - now, tuple(calls)))
    return {
        **found,
        "changed": any(isinstance(action, (Send, PlaceCall, Inform)) for action in actions),
        "outcome": PLANNED,
        "plan": _table(incident, on_call, {(a.turn, a.number) for a in actions if isinstance(a, Send)}),
    }


def _actions(
    incident: Incident, now: float, on_call: Mapping[int, Sequence[Person]], skew: float, calls: tuple[Call, ...]
) -> Iterator[Action]:
    """Yield what the pager does if nobody answers; dates are ``skew`` seconds ahead of its clock.

    Other requests than those that say whom to page and whom to call have no response here: it would change nothing.
    """
    events: list[Event] = []
    incident, actions = begin(incident, now)
    while incident.stage != DONE:
        yield from actions
        for action in actions:
            if isinstance(action, LookUp) and action.turn in on_call:
                events.append(OnCall(now, action.turn, tuple(on_call[action.turn])))
            elif isinstance(action, ReadCalls):
                events.append(CallsListed(now, action.turn, action.number, now + skew, calls))
        if not events:
            now = max(now, due(incident))
            events.append(Tick(now))
        incident, actions = step(incident, events.pop(0))


def _table(
    incident: Incident, on_call: Mapping[int, Sequence[Person]], sent: set[tuple[int, str]]
) -> list[dict[str, Any]]:
    """Return what check mode shows: who would be paged after how many seconds at the latest, and with which text."""
    plan = incident.plan
    before = {(page.turn, page.number) for page in incident.pages}

    def outcome(turn: int, number: str) -> str:
        return DUPLICATE if (turn, number) in before else PLANNED if (turn, number) in sent else NOT_TRIED

    table = []
    after = 0.0
    for turn in range(plan.turns):
        tier = plan.tier(turn)
        text = plan.texts.page(incident.code, turn)
        paged = [page.number for page in incident.pages if page.turn == turn]
        numbers = dict.fromkeys([*paged, *(person.number for person in (*on_call.get(turn, ()), *tier.people))])
        table.append(
            {
                "tier": tier.name,
                "round": plan.round(turn),
                "after_seconds": after,
                "wait": tier.wait,
                "ring": tier.ring if tier.ring and plan.ring_from else None,
                "text": text,
                "segments": segments(text).segments,
                "recipients": [
                    {
                        "name": plan.name_of(number),
                        "to": number,
                        "outcome": outcome(turn, number),
                    }
                    for number in numbers
                ],
            }
        )
        after += tier.wait
    return table
