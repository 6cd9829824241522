# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to people who do not answer a text. Pure.

A call says the code, and that people take the incident by text, as they answer a page. Twilio places one call a second
and queues the rest, so calls that are no longer needed are canceled.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._twilio.call import ANSWERED, ENDED, NOT_ANSWERED, TALKING, Call, created, is_between
from .._twilio.call import WAITING as NOT_YET_ANSWERED
from .._twilio.codes import OF_CALLEE, OPTED_OUT, is_trial_limit
from .._twilio.numbers import phone_of
from .._twilio.values import seconds_of
from .events import CallSeen, CallsListed, HangUp, HungUp, NotPlaced, PlaceCall, Placed, ReadCalls
from .incident import (
    CLOSING,
    DROPPED,
    FAILED,
    HANGING_UP,
    OUT,
    PAGING,
    REFUSED,
    SEARCHED,
    SENDING,
    WAITING,
    Incident,
    Page,
    Ring,
)
from .looks import LOOK_TIME, SLACK, brief, look_soon, pause_after, read_replies
from .plan import Plan
from .work import Work

# How many seconds to wait before another attempt to cancel a call.
_PAUSE = 2.0
# How many times to search Twilio's list for a call, with pauses: the list lags, and reading it may fail.
_SEARCHES = 3


def rings_for(plan: Plan, page: Page, is_earlier: bool = False) -> tuple[Ring, ...]:
    """Return the call that must follow a page, if any. An earlier run may have placed it already."""
    after = plan.tier(page.turn).ring
    has_opted_out = page.message is not None and page.message["error_code"] == OPTED_OUT
    if not after or not plan.ring_from or not phone_of(page.number) or has_opted_out:
        return ()
    # An undelivered text is followed by a call at once.
    due = page.at if page.state == FAILED else page.at + after
    return (Ring(page.turn, page.number, WAITING, due, page.at, may_be_out=is_earlier),)


def ring_at_once(work: Work, page: Page) -> None:
    """Call somebody now, because the text was not delivered."""
    if ring := _ahead(work.incident, page):
        work.put_ring(ring, due=min(ring.due, work.now))


def do_not_ring(work: Work, page: Page) -> None:
    """Do not call somebody who has opted out."""
    if ring := _ahead(work.incident, page):
        work.put_ring(ring, state=DROPPED)


def ring_later(work: Work, page: Page, since: float) -> None:
    """Give somebody the full time to answer a text that was sent at ``since``."""
    ring = _ahead(work.incident, page)
    if ring and not ring.attempts:
        work.put_ring(ring, due=since + work.incident.plan.tier(page.turn).ring)


def _ahead(incident: Incident, page: Page) -> Ring | None:
    """Return the call that has still to follow a page."""
    ring = incident.ring(page.turn, page.number)
    return ring if ring and ring.state == WAITING else None


def place_calls(work: Work) -> None:
    """Place the calls that are due, each once as far as is known. ``hang_up`` has dropped those that are not needed."""
    # Those of the latest turn first, since they supersede the others.
    for ring in sorted(work.incident.rings, key=lambda ring: -ring.turn):
        if ring.state != WAITING or ring.due > work.now:
            continue
        if _is_superseded(work.incident, ring):
            work.put_ring(ring, state=DROPPED)
        elif ring.number in work.incident.looks and not ring.is_looked_at:
            read_replies(work, ring.number)
            work.put_ring(ring, is_looked_at=True, due=work.now + LOOK_TIME)
        elif ring.may_be_out:
            _search(work, ring)
        else:
            _place(work, ring)


def _is_superseded(incident: Incident, ring: Ring) -> bool:
    """Say whether the same phone is already called for this turn, at another of its addresses, or for a later turn."""
    return any(
        other is not ring
        and other.turn >= ring.turn
        and phone_of(other.number) == phone_of(ring.number)
        and (other.is_tried or other.state == SEARCHED)
        for other in incident.rings
    )


def _page_of(incident: Incident, ring: Ring) -> Page:
    return incident.page(ring.turn, ring.number)


def _place(work: Work, ring: Ring) -> None:
    ring = work.put_ring(ring, state=SENDING, attempts=ring.attempts + 1)
    work.do(PlaceCall(ring.turn, ring.number, work.incident.plan.texts.spoken(work.incident.code)))


def _search(work: Work, ring: Ring) -> None:
    """Look for a call that may have been placed already."""
    work.put_ring(ring, state=SEARCHED, searches=ring.searches + 1)
    work.do(ReadCalls(ring.turn, ring.number, work.now - ring.since))


def _asked(work: Work, event: Placed | NotPlaced | CallsListed | CallSeen | HungUp, *states: str) -> Ring | None:
    ring = work.incident.ring(event.turn, event.number)
    return ring if ring and ring.state in states else None


def on_placed(work: Work, event: Placed) -> None:
    """Note that a call was placed."""
    if ring := _asked(work, event, SENDING):
        _note_placed(work, ring, event.call, "is")


def _note_placed(work: Work, ring: Ring, call: Call, verb: str) -> None:
    tier = work.incident.plan.tier(ring.turn).name
    ring = work.put_ring(ring, state=OUT, call=call, error=None, may_be_out=True)
    work.say("rung", f"{work.incident.who(ring.number)} {verb} rung ({tier})", ring.number, tier)
    look_soon(work, ring.number)
    _update(work, ring, "")


def on_not_placed(work: Work, event: NotPlaced) -> None:
    """Retry a call after a pause, unless Twilio rejects it."""
    ring = _asked(work, event, SENDING)
    if not ring:
        return
    who, may_be_out = work.incident.who(event.number), ring.may_be_out or event.may_be_out
    if event.error.code in OF_CALLEE or is_trial_limit(event.error.message):
        work.put_ring(ring, state=REFUSED, error=event.error)
        work.say("not rung", f"Cannot ring {who}: {brief(event.error)}", event.number)
        return
    pause = pause_after(ring.attempts)
    due = work.now + pause
    work.put_ring(ring, state=WAITING, error=event.error, may_be_out=may_be_out, due=due, searches=0)
    if work.incident.stage == PAGING:
        text = f"{who} is not rung yet: {brief(event.error)}. The next try is in {pause:g} s"
        work.say("failing", text, event.number)


def on_calls_listed(work: Work, event: CallsListed) -> None:
    """Find a call that may have been placed. If it is not in the list, place it: rather twice than never."""
    ring = _asked(work, event, SEARCHED)
    if not ring:
        return
    incident = work.incident
    known = {other.call["sid"] for other in incident.rings if other.call}
    calls = [call for call in event.calls or () if call["sid"] not in known]
    if found := _find(incident, ring, calls, event.now, event.date):
        # An earlier run may have placed it long ago.
        _note_placed(work, ring, found, "has been")
    elif ring.searches < _SEARCHES and (event.calls is None or incident.stage != PAGING):
        work.put_ring(ring, state=WAITING, due=work.now + pause_after(ring.searches + 1))
    elif incident.stage == PAGING and not incident.has_declined(_page_of(incident, ring)):
        _place(work, ring)
    else:
        work.put_ring(ring, state=DROPPED)


def _find(incident: Incident, ring: Ring, calls: Iterable[Call], now: float, date: float) -> Call | None:
    """Return the call among these that belongs to a page; ``date`` is now by Twilio's clock."""
    since = date - (now - ring.since) - SLACK
    found = [
        call
        for call in calls
        if is_between(call, incident.plan.ring_from, phone_of(ring.number))
        # It may belong to another page, and nobody has answered it.
        and call["status"] not in ("canceled", "failed")
        and _date_of(call, date) >= since
    ]
    return min(found, key=lambda call: _date_of(call, date), default=None)


def _date_of(call: Call, now: float) -> float:
    """Return when a call was created, in seconds since 1970. If Twilio gives no date, it was just created."""
    found = seconds_of(created(call))
    return now if found is None else found


def on_call_seen(work: Work, event: CallSeen) -> None:
    """Note a call's status."""
    ring = work.incident.ring(event.turn, event.number)
    if ring and ring.call:
        before = ring.call["status"]
        ring = work.put_ring(ring, is_read=False)
        if event.call and before not in ENDED:
            _update(work, work.put_ring(ring, call=event.call), before)


def _update(work: Work, ring: Ring, before: str) -> None:
    """Note that somebody has answered, or has not; ``before`` is the last known status."""
    call, who = ring.call or {}, work.incident.who(ring.number)
    status = call["status"]
    if status in (TALKING, ANSWERED) and before not in (TALKING, ANSWERED):
        work.say("answered", f"{who} answers the call", ring.number)
    elif status == "canceled" and before != status:
        work.say("hung up", f"The call to {who} is canceled", ring.number)
    elif status in NOT_ANSWERED and before != status:
        work.say("unanswered", f"{who} does not answer the call ({status})", ring.number)


# Calls that are no longer needed


def _is_needless(incident: Incident, ring: Ring) -> bool:
    return incident.stage == CLOSING or incident.has_declined(_page_of(incident, ring))


def _may_be_canceled(incident: Incident, ring: Ring) -> bool:
    is_unanswered = ring.call is not None and ring.call["status"] in NOT_YET_ANSWERED
    return ring.state == OUT and is_unanswered and not ring.is_left_alone and _is_needless(incident, ring)


def _is_to_be_searched(incident: Incident, ring: Ring) -> bool:
    return ring.state == WAITING and ring.may_be_out and _is_needless(incident, ring)


def hang_up(work: Work) -> None:
    """Cancel the calls that nobody has answered and that are no longer needed."""
    for ring in work.incident.rings:
        if ring.state == WAITING and _is_needless(work.incident, ring):
            if not ring.may_be_out:
                work.put_ring(ring, state=DROPPED)
            elif ring.due <= work.now or not ring.searches:
                _search(work, ring)
        elif _may_be_canceled(work.incident, ring) and ring.due <= work.now and ring.call:
            work.put_ring(ring, state=HANGING_UP)
            work.do(HangUp(ring.turn, ring.number, ring.call["sid"]))


def hang_up_due(incident: Incident) -> list[float]:
    """Return when to cancel calls, or to search for calls to cancel."""
    return [
        ring.due for ring in incident.rings if _may_be_canceled(incident, ring) or _is_to_be_searched(incident, ring)
    ]


def on_hung_up(work: Work, event: HungUp) -> None:
    """Note that a call is canceled, or try again."""
    ring, due = _asked(work, event, HANGING_UP), work.now + _PAUSE
    if ring and event.call and ring.call:
        before = ring.call["status"]
        _update(work, work.put_ring(ring, state=OUT, call=event.call, due=due), before)
    elif ring:
        # Usually somebody has just answered it.
        work.put_ring(ring, state=OUT, due=due, is_left_alone=not event.may_pass)


def is_busy_with_calls(incident: Incident) -> bool:
    """Say whether calls are being placed, searched for or canceled, or will be."""
    return any(
        ring.state in (SENDING, SEARCHED, HANGING_UP)
        or _may_be_canceled(incident, ring)
        or _is_to_be_searched(incident, ring)
        for ring in incident.rings
    )
