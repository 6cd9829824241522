# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call: what was requested, and its progress."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from .alerts import CALL_SID
from .clock import Timer
from .messages import Pairs, new_sid
from .voice import Part

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
STATUSES = frozenset({"queued", "ringing", "in-progress", *FINAL})
# In seconds.
RING_LIMIT, TALK_LIMIT = 60, 14_400
# In US dollars, for each started minute.
PRICE = Decimal("0.01400")
EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass(frozen=True, slots=True)
class Callback:
    """A call's status callback, and its events."""

    url: str
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class Words:
    """The source of a call's TwiML: a document, its URL, or an application, which has such a URL."""

    twiml: str | None = None
    url: str | None = None
    method: str = "POST"
    application: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A valid request for a call. ``timeout`` is how many seconds it rings, ``limit`` how many seconds it may last.

    ``detection`` is what Twilio detects, a machine or the end of its greeting. ``waits`` says whether the call speaks
    only after that.
    """

    to: str
    sender: str
    words: Words
    timeout: int = RING_LIMIT
    limit: int = TALK_LIMIT
    detection: str | None = None
    waits: bool = True
    callback: Callback | None = None


@dataclass(slots=True)
class Line:
    """Something that was said or heard, ``times`` in a row."""

    text: str
    at: datetime
    times: int = 1


@dataclass(slots=True)
class Call:
    """A call that was placed by ``order``. ``number`` orders calls and messages.

    Times are in UTC. ``started`` is when it began to ring, ``answered`` when a person or a machine answered. ``spoken``
    is what was said since. ``timer`` leads to the next status, or to the next words of ``script``. ``words_now``,
    ``limit`` and ``callback`` can change during the call.
    """

    sid: str
    number: int
    account_sid: str
    order: Order
    form: Pairs
    created: datetime
    words_now: Words
    limit: int
    callback: Callback | None
    status: str = field(init=False)
    updated: datetime = field(init=False)
    # In milliseconds.
    queued: int = 0
    started: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    # Who answered, "human" or "machine", and what Twilio detected, if that was requested.
    by: str | None = None
    answered_by: str | None = None
    # The SIP code with which the phone accepted or rejected the call.
    sip: int | None = None
    spoken: list[Line] = field(default_factory=list)
    script: Iterator[Part] = field(default_factory=lambda: iter(()))
    history: list[tuple[str, datetime]] = field(default_factory=list)
    timer: Timer | None = None
    # The number of callbacks so far.
    told: int = 0

    @classmethod
    def create(cls, number: int, account_sid: str, order: Order, form: Pairs, now: datetime) -> Call:
        sid = new_sid(CALL_SID)
        call = cls(sid, number, account_sid, order, form, now, order.words, order.limit, order.callback)
        call.enter("queued", now)
        return call

    def enter(self, status: str, now: datetime) -> None:
        self.status, self.updated = status, now
        self.history.append((status, now))
        if status == "ringing":
            self.started = now
        elif status == "in-progress":
            self.answered = now
        elif status in FINAL:
            self.ended = now

    def say(self, text: str, now: datetime) -> None:
        if self.spoken and self.spoken[-1].text == text:
            self.spoken[-1].times += 1
        else:
            self.spoken.append(Line(text, now))

    @property
    def peer(self) -> str:
        """The number at the other end."""
        return self.order.to

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    @property
    def duration(self) -> int | None:
        """Whole seconds since it was answered; 0 while it rings, and for a call that nobody answered."""
        if self.started is None and self.ended is None:
            return None
        if self.answered is None or self.ended is None:
            return 0
        return round((self.ended - self.answered) / timedelta(seconds=1))

    @property
    def minutes(self) -> int:
        """The minutes that are charged."""
        return math.ceil((self.duration or 0) / 60)

    @property
    def price(self) -> str | None:
        return f"-{PRICE * self.minutes}" if self.ended and self.minutes else None

    @property
    def said(self) -> str:
        """Everything that was said, one line each."""
        return "\n".join(line.text for line in self.spoken)
