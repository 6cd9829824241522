# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a question, its failure, and the people that check mode would ask. Pure."""

from __future__ import annotations

from typing import Any

from .failure import name_and_number
from .incident import INTERRUPTED, WAITING, Incident, Page
from .plan import Plan
from .question import ANSWERS, NO, UNASKED, UNREAD, YES, answer_of, is_approved, verdict
from .result import PLANNED, result

_PAGE_KEYS = ("to", "name", "outcome", "attempts", "resent", "sid", "date", "status", "error_code", "error")


def answered(incident: Incident, began: float) -> dict[str, Any]:
    """Return the task's result without its failure; ``began`` is when this run began."""
    found = result(incident, began)
    people = incident.plan.people.values()
    return {
        "changed": found["changed"],
        "approved": is_approved(incident),
        "decided": incident.outcome in (YES, NO),
        "outcome": incident.outcome,
        "verdict": verdict(incident),
        "code": incident.code,
        "text": incident.plan.texts.page(incident.code, 0),
        "answers": [
            {"name": person.name, "number": person.number, "answer": answer_of(incident, person.number)}
            for person in people
        ],
        "questions": [{key: page[key] for key in _PAGE_KEYS} for page in found["pages"]],
        "replies": [{**reply, "answer": ANSWERS.get(reply["answer"], reply["answer"])} for reply in found["replies"]],
        "timeline": found["timeline"],
    }


def predicted(plan: Plan) -> dict[str, Any]:
    """Return a task's result in check mode: whom it would ask what, and a yes."""
    pages = tuple(Page(0, number, WAITING, 0.0, 0.0) for number in plan.people)
    found = answered(Incident(plan, plan.code, 0.0, turn=0, pages=pages), 0.0)
    return {
        **found,
        "changed": True,
        "approved": True,
        "outcome": PLANNED,
        "verdict": "",
        "questions": [{**question, "outcome": PLANNED} for question in found["questions"]],
    }


def failure(incident: Incident) -> str:
    """Return why the task fails; empty if it does not. A no does not fail it."""
    if incident.outcome == INTERRUPTED:
        return f"{incident.notes[-1].text}."
    message = incident.plan.texts.message
    if incident.outcome == UNREAD:
        unread = ", ".join(name_and_number(incident, note.number) for note in incident.notes if note.kind == "unread")
        why = incident.unreadable or "Twilio did not answer."
        return f"Not all answers could be read ({message}). Unread: {unread}. {why}"
    if incident.outcome != UNASKED:
        return ""
    return f"Nobody could be asked ({message}). {' '.join(_why_not_asked(incident, page) for page in incident.pages)}"


def _why_not_asked(incident: Incident, page: Page) -> str:
    why = f"{name_and_number(incident, page.number)}: {page.error or 'Twilio did not answer.'}"
    return f"{why} The text may have been sent." if page.has_reached else why
