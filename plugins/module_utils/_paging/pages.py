# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of pages: they are sent, retried, delivered, or found in Twilio's list. Pure."""

from __future__ import annotations

import math

from .._twilio.codes import FATAL, OF_RECIPIENT, OPTED_OUT
from .._twilio.errors import ErrorDetails
from .._twilio.message import FINAL, NOT_DELIVERED
from .events import Created, Listed, NotCreated, Seen, Send
from .incident import DROPPED, FAILED, OUT, PAGING, REFUSED, SENDING, WAITING, Page, date_of
from .looks import SLACK, brief, look_soon, pause_after, read_sent
from .rings import do_not_ring, ring_at_once, ring_later
from .work import Work

# When what was sent has been read.
_WHEN_READ = math.inf


def send_pages(work: Work) -> None:
    """Send the pages that are due."""
    for page in work.incident.pages:
        if page.state != WAITING:
            continue
        if work.incident.has_passed(page) or work.incident.has_answered(page):
            work.put_page(page, state=DROPPED)
        elif page.due <= work.now and _is_looked_for(work, page):
            # A page is urgent. A question can wait until Twilio's list shows whether it was sent.
            work.put_page(page, due=_WHEN_READ)
        elif page.due <= work.now:
            work.put_page(page, state=SENDING, attempts=page.attempts + 1, resent=page.may_be_out)
            body = work.incident.plan.texts.page(work.incident.code, page.turn)
            work.do(Send(page.turn, page.number, body))


def _is_looked_for(work: Work, page: Page) -> bool:
    look = work.incident.looks.get(page.number)
    return work.incident.plan.question is not None and page.may_be_out and look is not None and look.reads_sent


def on_created(work: Work, event: Created) -> None:
    """Note that a page was sent."""
    page = work.incident.page(event.turn, event.number)
    is_news = page.state not in (OUT, FAILED)
    if page.turn == work.incident.turn and page.attempts == 1 and page.at <= work.incident.turn_began:
        # People's time begins when they have the page, unless there is an outage, or they should have had it earlier.
        work.put(turn_began=work.now)
    page = work.put_page(page, state=OUT, message=event.message, error=None, may_be_out=True)
    if is_news:
        _note_out(work, page, work.now)
    _update_status(work, page)
    look_soon(work, event.number)


def _note_out(work: Work, page: Page, since: float) -> None:
    tier, done = work.incident.plan.tier(page.turn).name, work.incident.plan.terms.done
    where = f" ({tier})" if tier else ""
    if work.incident.plan.question:
        # Silence may count as an answer, so people get the full time to reply.
        work.put(turn_began=max(work.incident.turn_began, since))
    work.say(done, f"{work.incident.who(page.number)} is {done}{where}", page.number, tier)
    ring_later(work, page, since)


def on_not_created(work: Work, event: NotCreated) -> None:
    """Retry a page after a pause, unless Twilio rejects its number."""
    page = work.incident.page(event.turn, event.number)
    who, terms = work.incident.who(event.number), work.incident.plan.terms
    if page.state != SENDING:
        # Meanwhile Twilio's list has shown that an earlier request was successful.
        return
    # A page is retried, since somebody may correct a wrong sender meanwhile. A question fails at once.
    is_final = event.error.code in (OF_RECIPIENT | FATAL if work.incident.plan.question else OF_RECIPIENT)
    if is_final and not event.may_be_out:
        work.put_page(page, state=REFUSED, error=event.error)
        work.say("refused", f"Cannot {terms.verb} {who}: {brief(event.error)}", event.number)
        (do_not_ring if event.error.code == OPTED_OUT else ring_at_once)(work, page)
        return
    pause = pause_after(page.attempts)
    may_be_out = page.may_be_out or event.may_be_out
    page = work.put_page(page, state=WAITING, error=event.error, may_be_out=may_be_out, due=work.now + pause)
    if any(other.number == page.number and other.turn > page.turn for other in work.incident.pages):
        work.put_page(page, state=DROPPED)
        return
    if work.incident.stage == PAGING:
        text = f"{who} is not {terms.done} yet: {brief(event.error)}. The next try is in {pause:g} s"
        work.say("failing", text, event.number)
    if page.may_be_out:
        # The page may have been sent: a reply may come, and Twilio's list may show it.
        look_soon(work, page.number)
        read_sent(work, page.number)


def on_seen(work: Work, event: Seen) -> None:
    """Note a page's status."""
    page = work.put_page(work.incident.page(event.turn, event.number), is_read=False)
    known = page.message
    if event.message and page.state == OUT and known and known["sid"] == event.message["sid"]:
        _update_status(work, work.put_page(page, message=event.message), known["status"])


def _update_status(work: Work, page: Page, before: str = "") -> None:
    """Note that a page is delivered, or cannot be; ``before`` is the last known status."""
    message = page.message or {}
    noun = work.incident.plan.terms.noun
    who, status = work.incident.who(page.number), message["status"]
    if status in NOT_DELIVERED:
        reason = message["error_message"] or "Twilio gave no reason"
        error = ErrorDetails(code=message["error_code"], message=f"The {noun} is {status}: {reason}")
        work.put_page(page, state=FAILED, error=error)
        work.say("undelivered", f"The {noun} to {who} is {status}: {reason}", page.number)
        # With a Messaging Service, Twilio looks only after it has accepted a message whether somebody has opted out.
        (do_not_ring if error.code == OPTED_OUT else ring_at_once)(work, page)
    elif status in FINAL and before not in FINAL:
        work.say("delivered", f"The {noun} to {who} is delivered", page.number)


def go_on_sending(work: Work, number: str) -> None:
    """Send a text that waited until somebody's messages were read, or could not be read."""
    for page in work.incident.pages:
        if page.number == number and page.due == _WHEN_READ:
            work.put_page(page, due=work.now)


def find_pages(work: Work, event: Listed) -> None:
    """Find pages that may be out in the list of what somebody was sent."""
    incident = work.incident
    for page in incident.pages:
        if page.number == event.number and page.may_be_out and not page.message and page.state in (WAITING, SENDING):
            # A fixed code may have been sent in an earlier incident.
            since = event.date - (event.now - page.at) - SLACK
            for message in event.messages:
                found = incident.plan.texts.recognise(str(message["body"] or ""))
                if found == (incident.code, page.turn) and date_of(message) >= since:
                    page = work.put_page(page, state=OUT, message=message, error=None)
                    _note_out(work, page, event.now - (event.date - date_of(message)))
                    _update_status(work, page)
                    break
