# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A question: when it is decided, by whom, and the last look before that. Pure.

A question is a page of one tier, and a number of people must give the same answer. Before a decision, everybody's
replies are read once more, since a no that arrived between two looks overrules a yes.
"""

from __future__ import annotations

from typing import NamedTuple

from .answer import ACCEPTED, DECLINED, STOPPED
from .incident import DROPPED, FAILED, LAST_LOOK, OUT, PAGING, REFUSED, SENDING, Incident
from .looks import read_replies
from .plan import Question
from .work import Work

# The outcomes of a question. If nobody could be asked, or not all answers could be read, the default does not apply.
YES, NO, UNDECIDED, UNASKED, UNREAD = "yes", "no", "undecided", "unasked", "unread"

# The longest pause before the last look is repeated, in seconds.
_PAUSE = 5.0

# The answers of replies.
ANSWERS = {ACCEPTED: YES, DECLINED: NO}


class Standing(NamedTuple):
    """Who has given which answer so far, by number, and who may still answer."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    open: tuple[str, ...]


def answer_of(incident: Incident, number: str) -> str | None:
    """Return somebody's latest answer; None if there is none.

    A word that stops all texts is not an answer. It takes a yes back, since it may be CANCEL or REVOKE, but not a no.
    """
    replies = [reply for reply in incident.replies if reply.number == number and reply.counts]
    answer = None
    # Dates are whole seconds. Of several replies in the same second, a yes counts as the first.
    for reply in sorted(replies, key=lambda reply: (reply.date, reply.meaning != ACCEPTED)):
        if reply.meaning in ANSWERS:
            answer = ANSWERS[reply.meaning]
        elif reply.meaning == STOPPED and answer == YES:
            answer = None
    return answer


def standing(incident: Incident) -> Standing:
    """Return the answers so far."""
    answers = {number: answer_of(incident, number) for number in incident.plan.people}
    by_answer = {word: tuple(n for n, answer in answers.items() if answer == word) for word in (YES, NO)}
    asked = {page.number for page in incident.pages if page.state not in (REFUSED, FAILED, DROPPED)}
    may_answer = (n for n, answer in answers.items() if not answer and n in asked and not incident.opted_out(n))
    return Standing(by_answer[YES], by_answer[NO], tuple(may_answer))


def decision(incident: Incident) -> str:
    """Return the outcome with the answers so far."""
    now, quorum = standing(incident), _question(incident).quorum
    if len(now.no) >= quorum:
        return NO
    if _is_looking(incident):
        return UNREAD
    if len(now.yes) >= quorum:
        return YES
    is_asked = now.yes or now.no or any(page.state == OUT for page in incident.pages)
    return UNDECIDED if is_asked else UNASKED


def is_settled(incident: Incident) -> bool:
    """Say whether it is decided, or those who may still answer can no longer decide it."""
    now = standing(incident)
    most = max(len(now.yes), len(now.no))
    return most >= _question(incident).quorum or most + len(now.open) < _question(incident).quorum


def is_approved(incident: Incident) -> bool:
    """Say whether the result is yes, once it is over. Without a decision, the question's default counts."""
    return incident.outcome == YES or (incident.outcome == UNDECIDED and _question(incident).default)


def verdict(incident: Incident) -> str:
    """Return the outcome in words."""
    now = standing(incident)
    if incident.outcome not in (YES, NO):
        # With nobody left to answer, it was not the time.
        when = " in time" if incident.outcome == UNDECIDED and now.open else ""
        return f"No decision{when}, which means {YES if is_approved(incident) else NO}"
    who = ", ".join(map(incident.who, now.yes if incident.outcome == YES else now.no))
    return f"{incident.outcome.capitalize()}, by {who}"


def _question(incident: Incident) -> Question:
    if not incident.plan.question:
        raise ValueError("This is a page, not a question")
    return incident.plan.question


# The last look


def begin_last_look(work: Work, longest: float) -> None:
    """Read everybody's replies once more.

    Failed reads are retried until the time is over, and for ``longest`` seconds at least.
    """
    work.put(stage=LAST_LOOK, deadline=max(work.now + longest, work.incident.time_end))
    for number in dict.fromkeys([*work.incident.looks, *_being_asked(work.incident)]):
        work.put_look(number, is_wanted=True, due=work.now)


def look_again(work: Work, unread_number: str) -> None:
    """Repeat the last look after a pause, if somebody's replies could not be read.

    For a question everybody's are read again: those who have been heard may have changed their minds meanwhile.
    """
    if work.incident.stage == LAST_LOOK:
        for number in work.incident.looks if work.incident.plan.question else [unread_number]:
            work.put_look(number, is_wanted=True, due=work.now + min(_PAUSE, work.incident.plan.poll_interval))


def last_looks(incident: Incident) -> dict[str, float]:
    """Return when to read whose replies for the last look, without people to whom the question is still being sent."""
    wanted = {number: look for number, look in incident.looks.items() if look.is_wanted and not look.reads_replies}
    asked = _being_asked(incident)
    return {number: look.due for number, look in wanted.items() if number not in asked}


def is_over(work: Work) -> bool:
    """Continue the last look, and say whether it is over. If it changes the decision, the question stays open."""
    for number, due in last_looks(work.incident).items():
        if due <= work.now:
            read_replies(work, number)
    if _is_looking(work.incident) and work.now < work.incident.deadline:
        return False
    if work.now >= work.incident.time_end or is_settled(work.incident):
        return True
    work.put(stage=PAGING)
    return False


def unread(incident: Incident) -> list[str]:
    """Return the people whose replies must still be read for the last look to end."""
    failed = [number for number, look in incident.looks.items() if look.is_in_vain]
    return failed or [number for number, look in incident.looks.items() if look.is_wanted or look.reads_replies]


def _is_looking(incident: Incident) -> bool:
    return any(look.is_wanted or look.reads_replies for look in incident.looks.values())


def _being_asked(incident: Incident) -> list[str]:
    return [page.number for page in incident.pages if page.state == SENDING]
