# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The effect of replies on an incident: which of them count, and who is told how to reply. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .._twilio.message import NOT_OUT, Message
from .._twilio.values import channel_of
from .answer import ACCEPTED, DECLINED, STOPPED, codes_answered, read_reply, squeeze, tokens_of
from .events import Listed, Replied, Unread
from .incident import CLOSING, PAGING, WAITING, Incident, Reply, date_of
from .looks import SLACK, brief, read_sent
from .page_text import HINTED, RESOLVED, TAKEN
from .question import ANSWERS, look_again
from .work import Work


def on_replied(work: Work, event: Replied) -> None:
    """Read somebody's replies."""
    work.put_look(event.number, reads_replies=False, is_in_vain=False)
    if not work.incident.plan.question and not any(look.is_in_vain for look in work.incident.looks.values()):
        # A question for which not all replies could be read reports the latest error.
        work.put(unreadable=None)
    if work.incident.plan.question and work.incident.stage == CLOSING:
        # The question is already decided.
        return
    known = {reply.message["sid"] for reply in work.incident.replies}
    # Dates are whole seconds. Twilio lists the newest first, those of one second too.
    oldest_first = reversed(event.messages)
    for message in sorted(oldest_first, key=date_of):
        if message["sid"] not in known and message["direction"] == "inbound" and _may_answer(work, event, message):
            known.add(message["sid"])
            _add_reply(work, event, message)
    if any(reply.counts is None and reply.number == event.number for reply in work.incident.replies):
        # Whether a reply is to this page depends on what else this person was sent.
        read_sent(work, event.number)
    _update_taken(work, event.number)


def on_listed(work: Work, event: Listed) -> None:
    """Classify replies by what else their sender was sent, and find out whether the incident is resolved."""
    work.put_look(event.number, reads_sent=False)
    if not work.incident.plan.question:
        _find_resolved(work, event)
    for reply in work.incident.replies:
        if reply.number == event.number and reply.counts is None:
            _classify(work, reply, event.messages)
    _update_taken(work, event.number)


def on_unread(work: Work, event: Unread) -> None:
    """Note once that replies cannot be read."""
    if not event.of_replies:
        work.put_look(event.number, reads_sent=False)
        return
    work.put_look(event.number, reads_replies=False, is_in_vain=True)
    work.put(unreadable=event.error)
    look_again(work, event.number)
    if not any(note.kind == "unreadable" for note in work.incident.notes):
        work.say("unreadable", f"Replies cannot be read: {brief(event.error)}. The next look tries again")


def _find_resolved(work: Work, event: Listed) -> None:
    """Find out whether any run told this person that it is resolved."""
    incident, since = work.incident, _since(work.incident, event)
    for message in event.messages:
        is_told = incident.plan.texts.tells_resolved(str(message["body"] or ""), incident.code)
        if is_told and _is_outbound(message) and date_of(message) >= since:
            if incident.resolved_at is None:
                work.put(resolved_at=date_of(message))
            work.put(told=work.incident.told | {(RESOLVED, event.number)})
            waiting = (RESOLVED, event.number, WAITING)
            work.put(tells=tuple(t for t in work.incident.tells if (t.kind, t.number, t.state) != waiting))


def _since(incident: Incident, event: Replied | Listed) -> float:
    """Return when somebody was first paged, by Twilio's clock."""
    ours = [page for page in incident.pages if page.number == event.number]
    return min(
        page.date if page.date and not page.resent else event.date - (event.now - page.at) - SLACK for page in ours
    )


def _may_answer(work: Work, event: Replied, message: Message) -> bool:
    """Say whether a message came in after a page to its sender."""
    incident, date = work.incident, date_of(message)
    if date >= _since(incident, event):
        return True
    if not incident.is_resumed or not incident.plan.is_fresh:
        return False
    # Twilio's list may not show yet that an earlier run paged this person, but nobody else knows the code.
    has_code = read_reply(str(message["body"] or ""), incident.code, incident.plan.texts.words).has_code
    return has_code and date >= event.date - (event.now - incident.began) - SLACK


def _add_reply(work: Work, event: Replied, message: Message) -> None:
    """Note a new reply."""
    incident, date = work.incident, date_of(message)
    body = str(message["body"] or "")
    reading = read_reply(body, incident.code, incident.plan.texts.words)
    counts: bool | None = None
    if reading.meaning == STOPPED:
        counts = _is_to_a_sender(incident, event.number, message)
    elif reading.has_code:
        counts = True
    at = min(event.now, event.now - (event.date - date))
    reply = Reply(event.number, message, at, date, reading.meaning, counts)
    work.put(replies=(*incident.replies, reply))
    if counts and reading.meaning == STOPPED:
        work.say(
            "stopped",
            f"{incident.who(event.number)} replies {_on_one_line(body)}, and gets no more texts",
            event.number,
        )
    else:
        kind = reading.meaning if counts else None
        text = f"replies: {_on_one_line(body)}"
        if incident.plan.question:
            kind = ANSWERS[kind] if kind else None
            # A code on the screen would let others answer a question that is still open.
            has_code = squeeze(incident.code) in squeeze(body)
            text = f"says {kind}" if kind else "replies with the code, but not as asked" if has_code else text
        work.say(kind or "replied", f"{incident.who(event.number)} {text}", event.number)


def _on_one_line(body: str) -> str:
    """Return a text as the screen may show it: it could look like Ansible's, or control the terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in body).split())


def _is_to_a_sender(incident: Incident, number: str, message: Message) -> bool:
    """Say whether a reply was sent to a number from which this person was paged."""
    if channel_of(str(message["from"])) != channel_of(number):
        # It came by SMS from somebody who was paged on WhatsApp.
        return False
    senders = {(page.message or {}).get("from") for page in incident.pages if page.number == number}
    # With a Messaging Service, the sender is not known at first.
    return message["to"] in senders or None in senders


def _classify(work: Work, reply: Reply, listed: Iterable[Message]) -> None:
    incident, texts = work.incident, work.incident.plan.texts
    own = [page.message for page in incident.pages if page.number == reply.number and page.message]
    sent = {message["sid"]: message for message in (*listed, *own) if _has_arrived(message)}
    own_sids = {message["sid"] for message in own}

    def is_own(message: Message) -> bool:
        body = str(message["body"] or "")
        page = texts.recognise(body)
        is_page = message["sid"] in own_sids or (page is not None and page.code == incident.code)
        return is_page or texts.kind_of(body, incident.code) is not None

    body = str(reply.message["body"] or "")
    others = [message for message in sent.values() if not is_own(message)]
    answered = codes_answered(body, texts.words)
    if any(answered & tokens_of(str(message["body"] or "")) for message in others):
        # It answers another page.
        _put_reply(work, reply, counts=False)
        return
    if not reply.meaning and read_reply(body, incident.code, texts.words).mentions_code:
        _put_reply(work, reply, counts=False)
        _tell_how_to_reply(work, reply.number)
        return
    # If the list has no sender, the Messaging Service has not chosen one yet.
    before = [
        message
        for message in sent.values()
        if (message["from"] or reply.message["to"]) == reply.message["to"] and date_of(message) <= reply.date
    ]
    if not before and any(page.may_be_out and page.number == reply.number for page in incident.pages):
        # The list lags, and will be read again.
        return
    date = max(map(date_of, before), default=0.0)
    # Dates are whole seconds, so there may be several latest texts.
    latest = [is_own(message) for message in before if date_of(message) == date]
    # The sender of a text can be forged, so an answer to a question must contain its code.
    is_answer = reply.meaning is not None and not incident.plan.question and bool(latest) and all(latest)
    _put_reply(work, reply, counts=is_answer)
    if any(latest) and not is_answer:
        _tell_how_to_reply(work, reply.number)


def _has_arrived(message: Message) -> bool:
    return _is_outbound(message) and message["status"] not in NOT_OUT


def _is_outbound(message: Message) -> bool:
    return str(message["direction"]).startswith("outbound")


def _put_reply(work: Work, reply: Reply, counts: bool) -> None:
    changed = reply._replace(counts=counts)
    work.put(replies=tuple(changed if item is reply else item for item in work.incident.replies))
    if counts:
        text = {ACCEPTED: "takes it", DECLINED: "passes"}[str(reply.meaning)]
        work.say(str(reply.meaning), f"{work.incident.who(reply.number)} {text}", reply.number)


def _tell_how_to_reply(work: Work, number: str) -> None:
    if work.incident.stage == PAGING and not work.incident.opted_out(number):
        work.tell(HINTED, number, work.incident.plan.texts.not_understood(work.incident.code))


def _update_taken(work: Work, number: str) -> None:
    """Note that somebody has taken it; tell people who accept later."""
    answer, taken = work.incident.standing(number), work.incident.taken
    if not answer or answer.meaning != ACCEPTED or work.incident.plan.question:
        return
    if not taken:
        work.put(taken=answer)
    elif taken.number != number:
        text = work.incident.plan.texts.taken(work.incident.code, work.incident.taker_name)
        work.tell(TAKEN, number, text)
