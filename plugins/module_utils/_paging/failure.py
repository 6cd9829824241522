# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a task fails after an incident. Pure."""

from __future__ import annotations

from .._twilio.codes import OF_RECIPIENT
from .._twilio.errors import ErrorDetails
from .incident import ACKNOWLEDGED, INTERRUPTED, OUT, QUIET, RESOLVED, Incident


def failure(incident: Incident) -> str:
    """Return why the task fails; empty if it does not.

    If nobody has taken the page, the text says who was paged, in which order, and who was not, and why.
    """
    if incident.outcome in (ACKNOWLEDGED, QUIET):
        return ""
    if incident.outcome == RESOLVED:
        return _not_told(incident)
    if incident.outcome == INTERRUPTED:
        return f"{incident.notes[-1].text}."
    texts = incident.plan.texts
    reached = dict.fromkeys(page.number for page in incident.pages if page.message or page.has_reached)
    reasons = {page.number: page.error for page in incident.pages if page.number not in reached}
    paged = ", ".join(name_and_number(incident, number) for number in reached)
    parts = [f"Nobody has taken {incident.code} ({texts.message}). Paged: {paged or 'nobody'}."]
    if reasons:
        why = "; ".join(f"{name_and_number(incident, number)}: {_reason(error)}" for number, error in reasons.items())
        parts.append(f"Not paged: {why}.")
    undelivered = [page for page in incident.pages if page.message and page.error]
    if undelivered:
        names = dict.fromkeys(name_and_number(incident, page.number) for page in undelivered)
        parts.append(f"Not delivered to: {', '.join(names)}.")
    rung = [f"{name_and_number(incident, ring.number)} {ring.call['status']}" for ring in incident.rings if ring.call]
    if rung:
        parts.append(f"Called: {', '.join(rung)}.")
    for turn, error in {lookup.turn: lookup.error for lookup in incident.lookups if lookup.error}.items():
        parts.append(f"The calendar of {incident.plan.tier(turn).name} did not say who is on call: {error}")
    if incident.unreadable:
        parts.append(f"Replies could not be read: {incident.unreadable}")
    return " ".join(parts)


def _not_told(incident: Incident) -> str:
    """Say who could not be told that it is resolved, except people whose number Twilio rejects."""
    missing = [
        f"{name_and_number(incident, tell.number)}: {_reason(tell.error)}"
        for tell in incident.tells
        if incident.plan.resolves and tell.state != OUT and not (tell.error and tell.error.code in OF_RECIPIENT)
    ]
    who = "; ".join(missing)
    return f"{incident.code} is resolved, but not everybody was told. Run it again. {who}." if missing else ""


def name_and_number(incident: Incident, number: str) -> str:
    """Return somebody's name and number."""
    name = incident.plan.name_of(number)
    return f"{name} ({number})" if name else number


def _reason(error: ErrorDetails | None) -> str:
    return str(error).rstrip(".") if error else "the page ended first"
