# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an incident ends: who is told what, and what happens to replies that arrive meanwhile. Pure."""

from __future__ import annotations

from .events import Inform, Told
from .incident import (
    ACKNOWLEDGED,
    CLOSING,
    DONE,
    DROPPED,
    FAILED,
    INTERRUPTED,
    LAST_LOOK,
    OUT,
    PAGING,
    RESOLVED,
    SENDING,
    UNTAKEN,
    WAITING,
    Incident,
)
from .looks import brief, look_at_the_latest, pause_after, read_replies, read_sent
from .page_text import CONFIRMED, DECIDED, HINTED, TAKEN
from .page_text import RESOLVED as ALL_WELL
from .page_text import UNTAKEN as NOBODY
from .question import UNREAD, begin_last_look, decision, is_over, unread, verdict
from .rings import hang_up, is_busy_with_calls
from .work import Work

# How long the end may take, in seconds, even if something is still under way.
LONGEST_LAST_LOOK = 30.0
LONGEST_CLOSING = 60.0

# A run that resolves an incident tells everybody whose page is in Twilio's list. People who were paged less than
# JUST_PAGED seconds before that, or after it, may not be in the list yet. So their own run tells them, TIME_TO_RESOLVE
# seconds later, unless they were told by then.
JUST_PAGED = 60.0
TIME_TO_RESOLVE = 15.0

_IN_WORDS = {
    CONFIRMED: "that they have taken it",
    TAKEN: "who has taken it",
    NOBODY: "that nobody has taken it",
    ALL_WELL: "that it is resolved",
    HINTED: "how to reply",
    DECIDED: "what is decided",
}


def end(work: Work) -> None:
    """Stop paging. If it is resolved or taken, tell the people concerned; else take a last look at replies."""
    incident = work.incident
    if incident.plan.question:
        begin_last_look(work, LONGEST_LAST_LOOK)
        return
    _ask_no_more(work)
    if incident.resolved_at is not None:
        work.put(stage=CLOSING, outcome=RESOLVED, deadline=work.now + LONGEST_CLOSING)
        work.say("resolved", f"{incident.code} is resolved")
    elif incident.taken:
        work.put(stage=CLOSING, outcome=ACKNOWLEDGED, deadline=work.now + LONGEST_CLOSING, has_looked_back=False)
        work.say("taken", f"{incident.taker_name} has taken {incident.code}", incident.taken.number)
    else:
        work.put(stage=LAST_LOOK, deadline=work.now + LONGEST_LAST_LOOK)
        _want_looks(work)


def _ask_no_more(work: Work) -> None:
    """Drop the pages, and the hints how to reply, that have not been sent."""
    incident = work.incident
    work.put(pages=tuple(page._replace(state=DROPPED) if page.state == WAITING else page for page in incident.pages))
    work.put(tells=tuple(tell for tell in incident.tells if tell.kind != HINTED or tell.state == SENDING))


def _decide(work: Work) -> None:
    """Decide a question by the answers so far."""
    _ask_no_more(work)
    outcome = decision(work.incident)
    for number in unread(work.incident) if outcome == UNREAD else ():
        work.say("unread", f"The replies of {work.incident.who(number)} could not be read", number)
    work.put(stage=CLOSING, outcome=outcome, deadline=work.now + LONGEST_CLOSING, has_looked_back=True)
    work.say("decided", verdict(work.incident))


def interrupt(work: Work) -> None:
    """Stop at once. The next run continues the incident, unless it is decided."""
    _let_go(work)
    code, outcome, plan = work.incident.code, work.incident.outcome, work.incident.plan
    is_question = plan.question is not None
    is_settled = is_question or outcome == ACKNOWLEDGED or (outcome == RESOLVED and not plan.resolves)
    if work.incident.stage == CLOSING and is_settled:
        work.say("not told", "Interrupted before everybody was told")
        _finish(work, outcome)
        return
    if is_question:
        work.say("broken off", "Interrupted. The question is not decided. Run the task again to ask again")
        _finish(work, INTERRUPTED)
        return
    if plan.resolves:
        text = "Run it again to tell everybody who has not been told yet"
    elif any(page.has_reached for page in work.incident.pages):
        text = f"The page {code} is still open. Run it again to continue it"
    else:
        text = "Nobody was paged"
    work.say("interrupted", f"Interrupted. {text}")
    _finish(work, INTERRUPTED)


def go_on_closing(work: Work) -> None:
    """Do the next step of the end."""
    if work.incident.stage == LAST_LOOK and work.incident.plan.question:
        if is_over(work):
            _decide(work)
        else:
            send_texts(work)
    elif work.incident.stage == LAST_LOOK:
        _start_looks(work)
        if work.incident.taken or work.incident.resolved_at is not None:
            end(work)
        elif work.now >= work.incident.deadline or not _is_looking(work):
            work.put(stage=CLOSING, outcome=UNTAKEN, deadline=work.now + LONGEST_CLOSING)
            work.say("untaken", f"Nobody has taken {work.incident.code}")
    if work.incident.stage == CLOSING and work.incident.taken and work.incident.outcome == UNTAKEN:
        # Somebody took it after the time was over, which still counts.
        end(work)
    hang_up(work)
    if work.incident.stage == CLOSING:
        # A page whose request was under way when it ended may have failed since.
        _ask_no_more(work)
    if work.incident.stage == CLOSING and work.incident.outcome == RESOLVED:
        _go_on_resolving(work)
    elif work.incident.stage == CLOSING:
        _tell(work)
        send_texts(work)
        _start_looks(work)
        if work.now >= work.incident.deadline:
            _finish(work, work.incident.outcome)
        elif not _is_sending(work) and not _is_looking(work):
            if work.incident.has_looked_back or not _want_looks(work):
                _finish(work, work.incident.outcome)
            else:
                # People may have replied before they were told.
                work.put(has_looked_back=True)
                _start_looks(work)


def _go_on_resolving(work: Work) -> None:
    """Tell the people whom this run must tell that it is resolved."""
    if not work.incident.plan.resolves:
        for number in work.incident.reached():
            if _is_just_paged(work.incident, number):
                text = work.incident.plan.texts.resolved([work.incident.code])
                work.tell(ALL_WELL, number, text, TIME_TO_RESOLVE)
        look_at_the_latest(work, work.now)
    send_texts(work)
    if work.now >= work.incident.deadline or not _is_sending(work):
        _finish(work, RESOLVED)


def _is_just_paged(incident: Incident, number: str) -> bool:
    dates = [page.date for page in incident.pages if page.number == number and page.date is not None]
    return not dates or min(dates) > (incident.resolved_at or 0.0) - JUST_PAGED


def _tell(work: Work) -> None:
    """Tell everybody concerned how it has ended, once."""
    incident, texts = work.incident, work.incident.plan.texts
    if incident.plan.question:
        if incident.plan.tell_others:
            for number in incident.reached():
                work.tell(DECIDED, number, texts.decided(verdict(incident)))
        return
    if not incident.taken:
        if incident.plan.tell_others:
            for number in incident.reached():
                work.tell(NOBODY, number, texts.untaken(incident.code))
        return
    if incident.plan.confirm:
        work.tell(CONFIRMED, incident.taken.number, texts.confirmation(incident.code))
    is_first = any(
        tell.kind == CONFIRMED and (tell.state, tell.attempts) in ((WAITING, 0), (SENDING, 1))
        for tell in work.incident.tells
    )
    if incident.plan.tell_others and not is_first:
        for number in incident.reached():
            if number != incident.taken.number:
                work.tell(TAKEN, number, texts.taken(incident.code, incident.taker_name))


def send_texts(work: Work) -> None:
    """Send the texts that are due."""
    for tell in work.incident.tells:
        if tell.state == WAITING and tell.due <= work.now and work.incident.stage != DONE:
            work.put_tell(tell, state=SENDING, attempts=tell.attempts + 1)
            work.do(Inform(tell.kind, tell.number, tell.body))


def on_told(work: Work, event: Told) -> None:
    """Note what became of a text."""
    for tell in work.incident.tells:
        if tell.state == SENDING and (tell.kind, tell.number) == (event.kind, event.number):
            who = work.incident.who(event.number)
            if not event.error:
                work.put_tell(tell, state=OUT, error=None)
                work.say("told", f"{who} is told {_IN_WORDS[event.kind]}", event.number)
            elif event.may_pass and (tell.kind != HINTED or work.incident.stage == PAGING):
                due = work.now + pause_after(tell.attempts)
                work.put_tell(tell, state=WAITING, due=due, error=event.error)
            else:
                work.put_tell(tell, state=FAILED, error=event.error)
                text = f"{who} could not be told {_IN_WORDS[event.kind]}: {brief(event.error)}"
                work.say("not told", text, event.number)


def _want_looks(work: Work) -> bool:
    """Request a look, begun from now on, at each person's replies. Say whether there is anybody."""
    taken = work.incident.taken
    wanted = [number for number in work.incident.looks if not taken or number != taken.number]
    for number in wanted:
        work.put_look(number, is_wanted=True, due=work.now)
    return bool(wanted)


def _start_looks(work: Work) -> None:
    for number, look in work.incident.looks.items():
        # In the last look, what could not be read is read again after a pause.
        if look.is_wanted and (work.incident.stage != LAST_LOOK or look.due <= work.now):
            read_replies(work, number)
            if work.incident.stage == LAST_LOOK:
                read_sent(work, number)


def _is_looking(work: Work) -> bool:
    return any(look.is_wanted or look.reads_replies or look.reads_sent for look in work.incident.looks.values())


def _is_sending(work: Work) -> bool:
    states = {tell.state for tell in work.incident.tells} | {page.state for page in work.incident.pages}
    return bool(states & {WAITING, SENDING}) or is_busy_with_calls(work.incident)


def _let_go(work: Work) -> None:
    """Note that what is being sent may be out: nobody will see its response."""
    for page in work.incident.pages:
        if page.state == SENDING:
            work.put_page(page, may_be_out=True)
    for ring in work.incident.rings:
        if ring.state == SENDING:
            work.put_ring(ring, may_be_out=True)


def _finish(work: Work, outcome: str) -> None:
    _let_go(work)
    work.put(stage=DONE, outcome=outcome)
