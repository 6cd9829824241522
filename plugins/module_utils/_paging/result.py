# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task returns of an incident. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._twilio.call import ANSWERED, NOT_ANSWERED, TALKING, created
from .._twilio.codes import OF_RECIPIENT, OPTED_OUT
from .._twilio.numbers import phone_of
from .answer import ACCEPTED, DECLINED
from .incident import (
    ACKNOWLEDGED,
    DONE,
    DROPPED,
    FAILED,
    OUT,
    QUIET,
    REFUSED,
    RESOLVED,
    SENDING,
    Incident,
    Page,
    Reply,
    Ring,
    Tell,
)
from .timeline import entry

# The outcome of a page that an earlier run has sent.
DUPLICATE = "duplicate"
PLANNED = "planned"
NOT_TRIED = "not_tried"


def result(incident: Incident, began: float) -> dict[str, Any]:
    """Return the task's result without its failure; ``began`` is when this run began."""
    taken = incident.taken
    page = _page_answered(incident, taken) if taken else None
    return {
        "changed": any(page.has_reached and not page.is_earlier for page in incident.pages)
        or any(tell.state == OUT for tell in incident.tells)
        or any(ring.attempts and ring.may_be_out for ring in incident.rings),
        "acknowledged": incident.outcome in (ACKNOWLEDGED, QUIET),
        "resolved": incident.outcome == RESOLVED and bool(incident.code),
        "outcome": incident.outcome,
        **_taker(incident),
        "tier": incident.plan.tier(page.turn).name if page else None,
        "round": incident.plan.round(page.turn) if page else None,
        "code": incident.code or None,
        "resumed": incident.is_resumed,
        "pages": [_page(incident, page) for page in incident.pages],
        "replies": [_reply(reply) for reply in sorted(incident.replies, key=lambda reply: reply.date)],
        "refused": _unique(_person(incident, page.number) for page in incident.pages if page.state == REFUSED),
        "opted_out": _unique(
            _person(incident, page.number)
            for page in incident.pages
            if incident.opted_out(page.number) or (page.error and page.error.code == OPTED_OUT)
        ),
        "left_out": list(incident.plan.problems),
        "told": [_told(incident, tell) for tell in incident.tells] if incident.plan.resolves else [],
        "timeline": [entry(incident, note, began) for note in incident.notes],
    }


def _taker(incident: Incident) -> dict[str, Any]:
    taken, held = incident.taken, incident.held
    if held:
        return {"by": {"name": held.name, "number": held.number}, "at": held.since}
    if not taken:
        return {"by": None, "at": None}
    return {"by": {"name": incident.taker_name, "number": taken.number}, "at": taken.message["date_created"]}


def _told(incident: Incident, tell: Tell) -> dict[str, Any]:
    if tell.state == OUT:
        outcome = "sent"
    elif tell.error and tell.error.code in OF_RECIPIENT:
        outcome = "rejected"
    elif tell.state == FAILED or (tell.state == SENDING and incident.stage == DONE):
        outcome = "unknown"
    else:
        outcome = NOT_TRIED if incident.stage == DONE else PLANNED
    return {
        **_person(incident, tell.number),
        "outcome": outcome,
        "text": tell.body,
        "error": tell.error._asdict() if tell.error else None,
    }


def _page_answered(incident: Incident, reply: Reply) -> Page | None:
    """Return the latest page that somebody had received when they replied."""
    pages = [page for page in incident.pages if page.number == reply.number]
    before = [page for page in pages if incident.is_after(reply, page)]
    return next(reversed(before or pages), None)


def _page(incident: Incident, page: Page) -> dict[str, Any]:
    message: Mapping[str, Any] = page.message or {}
    answer = incident.standing(page.number)
    counts = answer is not None and answer.meaning in (ACCEPTED, DECLINED) and incident.is_after(answer, page)
    return {
        "to": page.number,
        "name": incident.plan.name_of(page.number),
        "tier": incident.plan.tier(page.turn).name,
        "round": incident.plan.round(page.turn),
        "outcome": _outcome(page),
        "attempts": page.attempts,
        "resent": page.resent,
        "sid": message.get("sid"),
        "date": message.get("date_created"),
        "status": message.get("status"),
        "error_code": message.get("error_code"),
        "answer": answer.meaning if answer and counts else None,
        "has_passed": incident.has_passed(page) and page.state != DROPPED,
        "error": page.error._asdict() if page.error else None,
        "calls": [_call(ring) for ring in [incident.ring(page.turn, page.number)] if ring and ring.is_tried],
    }


def _call(ring: Ring) -> dict[str, Any]:
    call: Mapping[str, Any] = ring.call or {}
    status = call.get("status")
    if not ring.call:
        outcome = "unknown" if ring.may_be_out else "rejected" if ring.state == REFUSED else NOT_TRIED
    elif status in (TALKING, ANSWERED):
        outcome = "answered"
    else:
        outcome = "unanswered" if status in NOT_ANSWERED else "placed"
    return {
        "to": call.get("to") or phone_of(ring.number),
        "outcome": outcome,
        "attempts": ring.attempts,
        "sid": call.get("sid"),
        "date": (created(ring.call) if ring.call else "") or None,
        "status": status,
        "error": ring.error._asdict() if ring.error else None,
    }


def _outcome(page: Page) -> str:
    """Return the outcome of a page, in the words of ``twilio_sms``."""
    if page.message:
        return DUPLICATE if page.is_earlier else "sent"
    if page.may_be_out:
        return "unknown"
    return "rejected" if page.state == REFUSED else NOT_TRIED


def _reply(reply: Reply) -> dict[str, Any]:
    message = reply.message
    named = {name: message[name] for name in ("sid", "from", "to", "body")}
    return {**named, "date": message["date_created"], "answer": reply.meaning if reply.counts else None}


def _person(incident: Incident, number: str) -> dict[str, str]:
    return {"name": incident.plan.name_of(number), "number": number}


def _unique(items: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
