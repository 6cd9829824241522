# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What check mode tells of an incident: who would be paged after how many seconds, and with which text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._text.segments import segments
from .incident import DONE, Incident
from .people import Person
from .plan import Plan
from .result import DUPLICATE, PLANNED, result


def predicted(plan: Plan, incident: Incident, on_call: Mapping[int, Sequence[Person]] | None = None) -> dict[str, Any]:
    """Return what a task returns in check mode, for an incident that has not begun.

    ``on_call`` says whom the calendars of turns will name.
    """
    if incident.plan.resolves or incident.stage == DONE:
        # Nobody would be paged.
        return {**result(incident, incident.began), "changed": bool(incident.tells), "plan": []}
    table = plan_table(plan, incident, on_call or {})
    outcomes = [recipient["outcome"] for entry in table for recipient in entry["recipients"]]
    return {
        **result(incident, incident.began),
        "changed": PLANNED in outcomes,
        "outcome": PLANNED,
        "plan": table,
    }


def plan_table(plan: Plan, incident: Incident, on_call: Mapping[int, Sequence[Person]]) -> list[dict[str, Any]]:
    """Return what check mode shows: who would be paged after how many seconds at the latest, and with which text."""
    names = plan.people
    earlier = {(page.turn, page.number) for page in incident.pages}
    table = []
    after = 0.0
    for turn in range(plan.turns):
        tier = plan.tier(turn)
        text = plan.texts.page(incident.code, turn)
        recipients = [
            {
                "name": names[person.number].name,
                "to": person.number,
                "outcome": DUPLICATE if (turn, person.number) in earlier else PLANNED,
            }
            for person in {person.number: person for person in (*on_call.get(turn, ()), *tier.people)}.values()
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
