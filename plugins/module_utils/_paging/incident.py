# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An incident as it stands, plain data; and ``Work``, one step of it under way.

``now``, ``at`` and ``due`` are seconds on a clock of the pager's own, which never goes back. ``date`` is by Twilio's
clock, in seconds since 1970: the two are compared only by way of an event that tells both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from .._twilio.call import NOT_ANSWERED, Call
from .._twilio.errors import ErrorDetails
from .._twilio.message import Message
from .answer import DECLINED, STOPPED
from .events import Action
from .people import Person, Tier
from .plan import Plan

# What becomes of a page: it is to be sent, is being sent, is out; Twilio refused its number, could not deliver it; or
# nobody needs it any more.
WAITING, SENDING, OUT, REFUSED, FAILED, DROPPED = "waiting", "sending", "out", "refused", "failed", "dropped"

# What else becomes of a call: Twilio's list is searched for it, or it is being canceled.
SEARCHED, HANGING_UP = "searched", "hanging up"

# What an incident goes through: people are paged; a last look is taken at the end of its time; people are told how it
# has ended.
PAGING, LAST_LOOK, CLOSING, DONE = "paging", "last look", "closing", "done"

# How an incident ends. A quiet one does not begin, since somebody has taken it a short while ago.
ACKNOWLEDGED, UNTAKEN, INTERRUPTED = "acknowledged", "untaken", "interrupted"
RESOLVED, QUIET = "resolved", "quiet"
# Nobody could be told that it is resolved.
UNTOLD = "untold"


class Page(NamedTuple):
    """One turn's page to one person.

    ``at`` is when it was first tried. ``may_be_out`` says that a request was sent whose outcome nobody knows, and
    ``message`` is the page as Twilio last described it. ``is_read`` says that its status is being asked for,
    ``is_earlier`` that an earlier run has sent it.
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
        """When Twilio created it; None as long as that is not known."""
        return date_of(self.message) if self.message else None

    @property
    def has_reached(self) -> bool:
        """Whether its person has it, or may have it."""
        return self.state == OUT or (self.may_be_out and self.state not in (REFUSED, FAILED))


class Ring(NamedTuple):
    """The call to somebody who has neither taken an incident nor passed a while after a turn's page.

    ``may_be_out`` says that it may have been placed before, at ``since`` at the earliest, and ``call`` is it as Twilio
    last described it. ``is_looked_at`` says that replies were looked for when it was due, ``is_left_alone`` that Twilio
    did not cancel it.
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
        """Whether a call was placed, or was to be."""
        return self.call is not None or self.attempts > 0

    @property
    def is_in_vain(self) -> bool:
        """Whether nobody has heard it, nor will."""
        return self.state in (REFUSED, DROPPED) or (self.call is not None and self.call["status"] in NOT_ANSWERED)


class Lookup(NamedTuple):
    """The calendar of a turn's tier that is asked who is on call; its states are those of a page.

    ``error`` is why it could not tell when it was asked the last time.
    """

    turn: int
    state: str
    due: float
    attempts: int = 0
    error: str = ""


class Reply(NamedTuple):
    """What somebody has replied, by ``number``. ``counts`` is None as long as it is not known what it answers."""

    number: str
    message: Message
    at: float
    date: float
    meaning: str | None
    counts: bool | None


class Tell(NamedTuple):
    """A text to somebody that is no page: that is one of ``page_text``'s kinds."""

    kind: str
    number: str
    body: str
    state: str
    due: float
    attempts: int = 0
    error: ErrorDetails | None = None


class Held(NamedTuple):
    """Who has taken an earlier run's page, as far as Twilio's list tells, and since when by Twilio's clock."""

    name: str
    number: str | None
    date: float
    since: str


class Look(NamedTuple):
    """The looks at one person's messages: when the next one is due, and which are under way.

    ``is_wanted`` asks for one that begins from now on, whatever is under way. ``is_in_vain`` says that the last one
    could not read replies.
    """

    due: float
    reads_replies: bool = False
    reads_sent: bool = False
    is_wanted: bool = False
    is_in_vain: bool = False


class Note(NamedTuple):
    """Something that has happened, for the screen and the timeline; ``number`` is empty where it concerns nobody."""

    at: float
    kind: str
    text: str
    number: str = ""
    tier: str = ""


class Incident(NamedTuple):
    """All that is known of an incident.

    ``turn`` is the latest turn, -1 before the first one. ``unreadable`` is why replies could not be read at the latest
    look, ``deadline`` when the stage ends even if something is still under way. ``resolved_at`` is when somebody was
    told that all is well again, by Twilio's clock; ``held`` is who has taken it before this run.
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
        """The tier whose turn it is."""
        return self.plan.tier(self.turn)

    @property
    def tier_end(self) -> float:
        """When the tier whose turn it is has had its time."""
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
        """Return somebody's latest reply that is an answer."""
        answers = [reply for reply in self.replies if reply.number == number and reply.counts and reply.meaning]
        return max(answers, key=lambda reply: reply.date, default=None)

    def has_passed(self, page: Page) -> bool:
        """Say whether nobody need be waited for because of this page."""
        if self.has_declined(page):
            return True
        ring = self.ring(page.turn, page.number)
        return page.state in (REFUSED, FAILED, DROPPED) and (ring is None or ring.is_in_vain)

    def has_declined(self, page: Page) -> bool:
        """Say whether somebody has passed, or wants no more texts."""
        answer = self.standing(page.number)
        if not answer or answer.meaning not in (DECLINED, STOPPED):
            return False
        return answer.meaning == STOPPED or self.is_after(answer, page)

    def has_answered(self, page: Page) -> bool:
        """Say whether somebody has answered a page, so that they evidently have it."""
        answer = self.standing(page.number)
        return answer is not None and self.is_after(answer, page)

    def ring(self, turn: int, number: str) -> Ring | None:
        """Return the call that belongs to a page, if there is to be one."""
        return next((ring for ring in self.rings if (ring.turn, ring.number) == (turn, number)), None)

    def page(self, turn: int, number: str) -> Page:
        """Return a turn's page to somebody."""
        return next(page for page in self.pages if (page.turn, page.number) == (turn, number))

    def is_after(self, reply: Reply, page: Page) -> bool:
        """Say whether somebody replied when the page was out, or on its way."""
        # Of one that was sent again, the first request may have reached its person before the message that is known.
        return reply.at >= page.at if page.date is None or page.resent else reply.date >= page.date

    def opted_out(self, number: str) -> bool:
        """Say whether somebody told Twilio to send them nothing more."""
        answer = self.standing(number)
        return answer is not None and answer.meaning == STOPPED

    def reached(self) -> list[str]:
        """Return everybody who has a page, or may have one, in the order in which they were paged."""
        numbers = dict.fromkeys(page.number for page in self.pages if page.has_reached)
        return [number for number in numbers if not self.opted_out(number)]

    @property
    def taker_name(self) -> str:
        """How to call the person who has taken it: by name, or else by their tier's."""
        number = self.taken.number if self.taken else ""
        page = self.latest_page(number)
        return self.plan.people.get(number, Person(number)).name or (self.plan.tier(page.turn).name if page else "")

    def who(self, number: str) -> str:
        """Return how to call somebody."""
        return self.plan.people.get(number, Person(number)).name or number


def date_of(message: Message) -> float:
    """Return when Twilio created a message, in seconds since 1970; 0 where that cannot be read."""
    try:
        return datetime.fromisoformat(str(message["date_created"])).timestamp()
    except ValueError:
        return 0.0


class Work:
    """One step under way: the incident as it becomes, and the actions that come of it."""

    def __init__(self, incident: Incident, now: float) -> None:
        self.incident = incident
        self.now = now
        self.actions: list[Action] = []

    def put(self, **changes: Any) -> None:
        """Change the incident."""
        self.incident = self.incident._replace(**changes)

    def put_page(self, page: Page, **changes: Any) -> Page:
        """Change a page."""
        changed = page._replace(**changes)
        self.put(pages=tuple(changed if item is page else item for item in self.incident.pages))
        return changed

    def put_lookup(self, lookup: Lookup, **changes: Any) -> None:
        """Change what is known of a calendar."""
        changed = lookup._replace(**changes)
        self.put(lookups=tuple(changed if item is lookup else item for item in self.incident.lookups))

    def put_ring(self, ring: Ring, **changes: Any) -> Ring:
        """Change a call."""
        changed = ring._replace(**changes)
        self.put(rings=tuple(changed if item is ring else item for item in self.incident.rings))
        return changed

    def put_look(self, number: str, **changes: Any) -> None:
        """Change when and how somebody's messages are looked at."""
        look = self.incident.looks.get(number, Look(self.now))
        self.put(looks={**self.incident.looks, number: look._replace(**changes)})

    def put_tell(self, tell: Tell, **changes: Any) -> None:
        """Change a text that is no page."""
        changed = tell._replace(**changes)
        self.put(tells=tuple(changed if item is tell else item for item in self.incident.tells))

    def tell(self, kind: str, number: str, body: str, after: float = 0.0) -> None:
        """Tell somebody something, so many seconds from now, unless they were told already."""
        if (kind, number) not in self.incident.told:
            tell = Tell(kind, number, body, WAITING, self.now + after)
            self.put(tells=(*self.incident.tells, tell), told=self.incident.told | {(kind, number)})

    def say(self, kind: str, text: str, number: str = "", tier: str = "") -> None:
        """Note what has happened."""
        self.put(notes=(*self.incident.notes, Note(self.now, kind, text, number, tier)))

    def do(self, action: Action) -> None:
        """Have something done."""
        self.actions.append(action)
