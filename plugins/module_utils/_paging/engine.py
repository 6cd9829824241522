# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pager: ``step`` takes an incident and an event, and returns the new incident and the actions to perform. Pure.

It knows neither clock nor network. The caller performs the actions, passes the outcome of each back as an event, and
passes a ``Tick`` at the latest when ``due`` says so.
"""

from __future__ import annotations

import math

from .calendars import (
    add_page,
    are_passed,
    ask,
    begin_turn,
    is_first_answer_due,
    look_up,
    may_name_somebody,
    on_call,
    on_not_on_call,
)
from .closing import end, go_on_closing, interrupt, on_told, send_texts
from .events import (
    Action,
    CallSeen,
    CallsListed,
    Created,
    Event,
    HungUp,
    Interrupted,
    Listed,
    NotCreated,
    NotOnCall,
    NotPlaced,
    OnCall,
    Placed,
    Replied,
    Seen,
    Told,
    Unread,
)
from .incident import DONE, LAST_LOOK, PAGING, RESOLVED, WAITING, Incident
from .looks import look_at_the_latest
from .pages import find_pages, go_on_sending, on_created, on_not_created, on_seen, send_pages
from .question import is_settled, last_looks
from .replies import on_listed, on_replied, on_unread
from .rings import (
    hang_up,
    hang_up_due,
    on_call_seen,
    on_calls_listed,
    on_hung_up,
    on_not_placed,
    on_placed,
    place_calls,
)
from .timeline import clock_time
from .work import Work


def begin(incident: Incident, now: float) -> tuple[Incident, list[Action]]:
    """Begin a new incident, or continue one that ``resume`` has found."""
    work = Work(incident, now)
    if incident.stage != PAGING:
        _say_why_nobody_is_paged(work)
    elif incident.is_resumed:
        age = clock_time(now - incident.began)
        work.say("resumed", f"Continuing {incident.code}, which was first paged {age} ago")
        _page_whom_the_earlier_run_has_not(work)
    elif not incident.plan.question:
        # Ansible's processes die at once when it is interrupted, so this is said before anything is sent.
        work.say(
            "begun", f"The code is {incident.code}. If this run is interrupted, run it again to continue this page"
        )
    return _advance(work)


def _say_why_nobody_is_paged(work: Work) -> None:
    incident = work.incident
    if incident.held:
        work.say("quiet", f"{incident.held.name} has had {incident.code} since {incident.held.since}")
    elif not incident.code:
        work.say("nothing", "Nobody was paged for it, so there is nobody to tell")
    elif not incident.tells:
        work.say("nothing", f"Everybody who was paged has been told that {incident.code} is resolved")


def step(incident: Incident, event: Event) -> tuple[Incident, list[Action]]:
    """Return the incident after an event, and the actions to perform now."""
    work = Work(incident, event.now)
    if incident.stage == DONE:
        return incident, []
    if isinstance(event, Created):
        on_created(work, event)
    elif isinstance(event, NotCreated):
        on_not_created(work, event)
    elif isinstance(event, Seen):
        on_seen(work, event)
    elif isinstance(event, Replied):
        on_replied(work, event)
    elif isinstance(event, Listed):
        _on_listed(work, event)
    elif isinstance(event, Unread):
        _on_unread(work, event)
    elif isinstance(event, OnCall):
        on_call(work, event)
    elif isinstance(event, NotOnCall):
        on_not_on_call(work, event)
    elif isinstance(event, Told):
        on_told(work, event)
    elif isinstance(event, Placed):
        on_placed(work, event)
    elif isinstance(event, NotPlaced):
        on_not_placed(work, event)
    elif isinstance(event, CallsListed):
        on_calls_listed(work, event)
    elif isinstance(event, CallSeen):
        on_call_seen(work, event)
    elif isinstance(event, HungUp):
        on_hung_up(work, event)
    elif isinstance(event, Interrupted):
        interrupt(work)
    return _advance(work)


def due(incident: Incident) -> float:
    """Return when the incident needs a ``Tick`` at the latest, if nothing else happens before; infinity for never."""
    moments = [tell.due for tell in incident.tells if tell.state == WAITING]
    moments += hang_up_due(incident)
    if incident.stage == PAGING:
        moments += [_turn_end(incident), incident.time_end]
        moments += [page.due for page in incident.pages if page.state == WAITING]
        moments += [lookup.due for lookup in incident.lookups if lookup.state == WAITING]
        moments += [ring.due for ring in incident.rings if ring.state == WAITING]
        moments += [look.due for look in incident.looks.values() if not look.reads_replies]
    elif incident.stage != DONE:
        moments.append(incident.deadline)
        if incident.stage == LAST_LOOK:
            moments += last_looks(incident).values()
        if incident.outcome == RESOLVED:
            moments += [look.due for look in incident.looks.values() if not look.reads_replies]
    return min(moments, default=math.inf)


def _advance(work: Work) -> tuple[Incident, list[Action]]:
    """Do everything that is due."""
    if work.incident.stage == PAGING:
        is_resolved = work.incident.resolved_at is not None
        if is_resolved or work.incident.taken or _is_over(work.incident, work.now):
            end(work)
        else:
            while _begins_next_turn(work.incident, work.now):
                begin_turn(work)
    if work.incident.stage == PAGING:
        look_up(work)
        send_pages(work)
        hang_up(work)
        place_calls(work)
        look_at_the_latest(work, work.now)
        send_texts(work)
    elif work.incident.stage != DONE:
        go_on_closing(work)
    return work.incident, work.actions


# Turns


def _turn_end(incident: Incident) -> float:
    """Return when the next turn begins, unless everybody passes before."""
    plan, following = incident.plan, incident.turn + 1
    if following >= plan.turns:
        return incident.time_end
    if following == 0:
        return incident.began
    if following % len(plan.tiers) == 0:
        # A new round begins only when the time of the one before is over: a phone that is off may be on again by then.
        return max(incident.began + plan.round_time * (following // len(plan.tiers)), incident.tier_end)
    return incident.tier_end


def _begins_next_turn(incident: Incident, now: float) -> bool:
    """Say whether it is time for the next turn, or there is nobody to wait for in this one."""
    following = incident.turn + 1
    if following >= incident.plan.turns:
        return False
    in_turn = [page for page in incident.pages if page.turn == incident.turn]
    is_new_round = following % len(incident.plan.tiers) == 0
    have_passed = are_passed(incident, in_turn) and not is_first_answer_due(incident, incident.turn)
    return now >= _turn_end(incident) or (not is_new_round and have_passed)


def _is_over(incident: Incident, now: float) -> bool:
    """Say whether the time is over, or nobody is left to take it."""
    if now >= incident.time_end:
        return True
    if incident.turn < incident.plan.turns - 1 or may_name_somebody(incident):
        return False
    if incident.plan.question:
        return is_settled(incident)
    latest = {page.number: page for page in sorted(incident.pages, key=lambda page: page.turn)}
    return are_passed(incident, latest.values())


def _page_whom_the_earlier_run_has_not(work: Work) -> None:
    """Page people of this round's turns so far who have no page: the earlier run may have been killed before that."""
    incident = work.incident
    if work.now >= incident.time_end:
        return
    first = incident.plan.first_turn(incident.turn)
    paged = {page.number for page in incident.pages if page.turn >= first}
    for turn in range(first, incident.turn + 1):
        tier = incident.plan.tier(turn)
        for person in tier.people:
            if person.number not in paged:
                paged.add(person.number)
                add_page(work, turn, person.number, may_have_been_called=True)
        may_be_on_call = {person.number for person in tier.calendar.people} if tier.calendar else set()
        if tier.calendar and not any(page.turn == turn and page.number in may_be_on_call for page in incident.pages):
            ask(work, turn)


def _on_listed(work: Work, event: Listed) -> None:
    find_pages(work, event)
    go_on_sending(work, event.number)
    on_listed(work, event)


def _on_unread(work: Work, event: Unread) -> None:
    on_unread(work, event)
    if not event.of_replies:
        go_on_sending(work, event.number)
