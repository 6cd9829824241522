# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of an incident, as plain data.

``now``, ``at`` and ``due`` are seconds on the pager's own clock, which never goes back. ``date`` is in seconds since
1970 by Twilio's clock. The two clocks are compared only through an event that has both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from .._twilio.call import NOT_ANSWERED, Call
from .._twilio.errors import ErrorDetails
from .._twilio.message import Message
from .._twilio.values import seconds_of
from .answer import DECLINED, STOPPED, is_start
from .plan import Plan
from .tiers import Tier

# The states of a page: it is to be sent, is being sent, was sent; Twilio rejected its number, could not deliver it; or
# it is no longer needed.
WAITING, SENDING, OUT, REFUSED, FAILED, DROPPED = "waiting", "sending", "out", "refused", "failed", "dropped"

# Further states of a call: it is searched for in Twilio's list, or is being canceled.
SEARCHED, HANGING_UP = "searched", "hanging up"

# The stages of an incident: people are paged; replies are read once more at the end of its time; people are told how it
# ended.
PAGING, LAST_LOOK, CLOSING, DONE = "paging", "last look", "closing", "done"

# The outcomes of an incident. A quiet one does not begin, since somebody took it a short while ago.
ACKNOWLEDGED, UNTAKEN, INTERRUPTED = "acknowledged", "untaken", "interrupted"
RESOLVED, QUIET = "resolved", "quiet"
# Nobody could be told that it is resolved.
UNTOLD = "untold"


class Page(NamedTuple):
    """One turn's page to one person.

    ``at`` is when it was first tried. ``may_be_out`` says that a request was sent whose outcome is unknown. ``message``
    is the page as Twilio last described it. ``is_read`` says that its status is being read, ``is_earlier`` that an
    earlier run sent it.
    """

    turn: int
    number: str
    state: str
    at: float
    due: float
    attempts: int = 0
    message: Message | None = None
    error: ErrorDetails | None = None
    may_be_out: bool = False
    resent: bool = False
    is_read: bool = False
    is_earlier: bool = False

    @property
    def date(self) -> float | None:
        """When Twilio created it; None if that is not known."""
        return date_of(self.message) if self.message else None

    @property
    def has_reached(self) -> bool:
        """Whether its person has it, or may have it."""
        return self.state == OUT or (self.may_be_out and self.state not in (REFUSED, FAILED))


class Ring(NamedTuple):
    """The call to somebody who has neither taken an incident nor passed some time after a turn's page.

    ``may_be_out`` says that it may have been placed before, at ``since`` at the earliest. ``call`` is the call as
    Twilio last described it. ``is_looked_at`` says that replies were read when it was due, ``is_left_alone`` that
    Twilio did not cancel it.
    """

    turn: int
    number: str
    state: str
    due: float
    since: float
    attempts: int = 0
    searches: int = 0
    call: Call | None = None
    error: ErrorDetails | None = None
    may_be_out: bool = False
    is_looked_at: bool = False
    is_read: bool = False
    is_left_alone: bool = False

    @property
    def is_tried(self) -> bool:
        """Whether a call was tried."""
        return self.call is not None or self.attempts > 0

    @property
    def is_in_vain(self) -> bool:
        """Whether nobody has answered it, nor will."""
        return self.state in (REFUSED, DROPPED) or (self.call is not None and self.call["status"] in NOT_ANSWERED)


class Lookup(NamedTuple):
    """The question to the calendar of a turn's tier who is on call. Its states are those of a page.

    ``error`` is why it failed when it was last asked.
    """

    turn: int
    state: str
    due: float
    attempts: int = 0
    error: str = ""


class Reply(NamedTuple):
    """A reply from ``number``. ``counts`` is None until it is known which message it answers."""

    number: str
    message: Message
    at: float
    date: float
    meaning: str | None
    counts: bool | None


class Tell(NamedTuple):
    """A text to somebody other than a page; ``kind`` is one of ``page_text``'s kinds."""

    kind: str
    number: str
    body: str
    state: str
    due: float
    attempts: int = 0
    error: ErrorDetails | None = None


class Held(NamedTuple):
    """Who has taken an earlier run's page according to Twilio's list, and since when by Twilio's clock."""

    name: str
    number: str | None
    date: float
    since: str


class Look(NamedTuple):
    """Reading one person's messages: when the next look is due, and which are under way.

    ``is_wanted`` requests a look that begins from now on, even if one is under way. ``is_in_vain`` says that the last
    one could not read replies.
    """

    due: float
    reads_replies: bool = False
    reads_sent: bool = False
    is_wanted: bool = False
    is_in_vain: bool = False


class Note(NamedTuple):
    """An entry for the screen and the timeline; ``number`` is empty if it concerns no single person."""

    at: float
    kind: str
    text: str
    number: str = ""
    tier: str = ""


class Incident(NamedTuple):
    """Everything that is known about an incident.

    ``turn`` is the latest turn, -1 before the first one. ``unreadable`` is why replies could not be read at the latest
    look, ``deadline`` when the stage ends even if something is still under way. ``resolved_at`` is when somebody was
    told that it is resolved, by Twilio's clock; ``held`` is who took it before this run.
    """

    plan: Plan
    code: str
    began: float
    is_resumed: bool = False
    stage: str = PAGING
    turn: int = -1
    turn_began: float = 0.0
    pages: tuple[Page, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    rings: tuple[Ring, ...] = ()
    looks: Mapping[str, Look] = {}
    replies: tuple[Reply, ...] = ()
    tells: tuple[Tell, ...] = ()
    told: frozenset[tuple[str, str]] = frozenset()
    taken: Reply | None = None
    held: Held | None = None
    resolved_at: float | None = None
    notes: tuple[Note, ...] = ()
    unreadable: ErrorDetails | None = None
    deadline: float = 0.0
    has_looked_back: bool = False
    outcome: str = ""

    @property
    def tier(self) -> Tier:
        """The tier of the latest turn."""
        return self.plan.tier(self.turn)

    @property
    def tier_end(self) -> float:
        """When the time of the latest turn's tier is over."""
        return self.turn_began + self.tier.wait

    @property
    def time_end(self) -> float:
        """When the whole time is over: not before each turn has begun, however slow Twilio or this machine is."""
        if self.turn < self.plan.turns - 1 and not self.is_resumed:
            return math.inf
        return max(self.began + self.plan.time, self.tier_end if self.turn >= 0 else 0.0)

    def latest_page(self, number: str) -> Page | None:
        """Return somebody's latest page."""
        return next((page for page in reversed(self.pages) if page.number == number), None)

    def standing(self, number: str) -> Reply | None:
        """Return somebody's latest reply that counts as an answer."""
        answers = [reply for reply in self.replies if reply.number == number and reply.counts and reply.meaning]
        return max(reversed(answers), key=lambda reply: reply.date, default=None)

    def has_passed(self, page: Page) -> bool:
        """Say whether there is nobody to wait for because of this page."""
        if self.has_declined(page):
            return True
        ring = self.ring(page.turn, page.number)
        return page.state in (REFUSED, FAILED, DROPPED) and (ring is None or ring.is_in_vain)

    def has_declined(self, page: Page) -> bool:
        """Say whether somebody has passed, or has opted out."""
        answer = self.standing(page.number)
        if not answer or answer.meaning not in (DECLINED, STOPPED):
            return False
        return self.opted_out(page.number) or self.is_after(answer, page)

    def has_answered(self, page: Page) -> bool:
        """Say whether somebody has answered a page, so that they evidently have it."""
        answer = self.standing(page.number)
        return answer is not None and self.is_after(answer, page)

    def ring(self, turn: int, number: str) -> Ring | None:
        """Return the call that belongs to a page; None if there is none."""
        return next((ring for ring in self.rings if (ring.turn, ring.number) == (turn, number)), None)

    def page(self, turn: int, number: str) -> Page:
        """Return a turn's page to somebody."""
        return next(page for page in self.pages if (page.turn, page.number) == (turn, number))

    def is_after(self, reply: Reply, page: Page) -> bool:
        """Say whether somebody replied after the page was sent, or while it was being sent."""
        # If the request was repeated, the first one may have reached the person before the message that is known.
        return reply.at >= page.at if page.date is None or page.resent else reply.date >= page.date

    def opted_out(self, number: str) -> bool:
        """Say whether somebody opted out, and has not come back since."""
        answer = self.standing(number)
        if answer is None or answer.meaning != STOPPED:
            return False
        later = [reply for reply in self.replies if reply.number == number and reply.date > answer.date]
        return not any(is_start(str(reply.message["body"] or "")) for reply in later)

    def reached(self) -> list[str]:
        """Return everybody who has a page, or may have one, in the order in which they were paged."""
        numbers = dict.fromkeys(page.number for page in self.pages if page.has_reached)
        return [number for number in numbers if not self.opted_out(number)]

    @property
    def taker_name(self) -> str:
        """How to name the person who has taken it: their name, or else their tier's."""
        number = self.taken.number if self.taken else ""
        page = self.latest_page(number)
        return self.plan.name_of(number) or (self.plan.tier(page.turn).name if page else "")

    def who(self, number: str) -> str:
        """Return how to name somebody."""
        return self.plan.name_of(number) or number


def date_of(message: Message) -> float:
    """Return when Twilio created a message, in seconds since 1970; 0 if that cannot be read."""
    return seconds_of(message["date_created"]) or 0.0
