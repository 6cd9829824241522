# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One message: what was requested, and its progress."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from .addresses import is_channel
from .clock import Timer
from .codes import error_of
from .segments import Segments, segments

# A form's names and values in the order received.
Pairs = list[tuple[str, str]]

API_VERSION = "2010-04-01"
# In seconds.
VALIDITY_LIMIT = 36_000
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received", "read"})
SEGMENT_PRICE = Decimal("0.00790")
MMS_PRICE = Decimal("0.02000")


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def iso8601(moment: datetime) -> str:
    """In UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Draft:
    """A valid request for a message. ``send_at`` is set only if the message will really be scheduled.

    ``validity`` is in seconds, ``callback`` a URL.
    """

    to: str
    sender: str | None
    service: str | None
    body: str
    media: tuple[str, ...]
    send_at: datetime | None = None
    as_mms: bool = False
    smart_encoded: bool = False
    provide_feedback: bool = False
    validity: int = VALIDITY_LIMIT
    callback: str | None = None


class Medium(NamedTuple):
    """A picture or other medium of a message. ``number`` orders those of one message."""

    number: int
    sid: str
    url: str


@dataclass(slots=True)
class Message:
    """A message that was created from ``draft``. ``number`` counts up from 1 and orders the messages.

    Times are in UTC. ``sent`` and ``price`` are set when it is sent, ``segments`` when its sender is known. ``timer``
    leads to the next status. ``media`` are those that have not been deleted.
    """

    sid: str
    number: int
    account_sid: str
    draft: Draft
    form: Pairs
    direction: str
    created: datetime
    sender: str | None
    body: str
    media: list[Medium]
    status: str = field(init=False)
    updated: datetime = field(init=False)
    sent: datetime | None = None
    error_code: int | None = None
    segments: Segments | None = None
    history: list[tuple[str, datetime]] = field(default_factory=list)
    timer: Timer | None = None
    # The error code with which it must end, for any recipient.
    fate: int | None = None

    @classmethod
    def create(
        cls, number: int, account_sid: str, draft: Draft, form: Pairs, now: datetime, direction: str = "outbound-api"
    ) -> Message:
        """Create an outbound message."""
        message = cls(
            sid=new_sid("MM" if draft.media else "SM"),
            number=number,
            account_sid=account_sid,
            draft=draft,
            form=form,
            direction=direction,
            created=now,
            sender=draft.sender,
            body=draft.body,
            media=[Medium(count, new_sid("ME"), url) for count, url in enumerate(draft.media)],
        )
        message.enter("scheduled" if draft.send_at else "accepted" if draft.service else "queued", now)
        if not draft.service:
            message.measure()
        return message

    @classmethod
    def receive(cls, number: int, account_sid: str, draft: Draft, form: Pairs, now: datetime) -> Message:
        """Create an inbound message."""
        message = cls.create(number, account_sid, draft, form, now, "inbound")
        message.history.clear()
        message.enter("received", now)
        message.sent = now
        return message

    def enter(self, status: str, now: datetime) -> None:
        self.status, self.updated = status, now
        self.history.append((status, now))

    @property
    def peer(self) -> str:
        """The number at the other end."""
        return self.draft.to if self.direction != "inbound" else self.sender or ""

    @property
    def is_mms(self) -> bool:
        return bool(self.draft.media) or self.draft.as_mms

    @property
    def price(self) -> str | None:
        if self.sent is None:
            return None
        count = self.segments.total if self.segments else 1
        return f"-{MMS_PRICE if self.is_mms else SEGMENT_PRICE * count}"

    @property
    def error_message(self) -> str | None:
        return None if self.error_code is None else error_of(self.error_code).text

    def measure(self) -> None:
        """Count the segments. Only an SMS can have several; any other message counts as one."""
        if self.is_mms or is_channel(self.draft.to):
            return
        self.segments = segments(self.draft.body, smart=self.draft.smart_encoded)

    def num_segments(self) -> str:
        if self.segments:
            return str(self.segments.total)
        unsized = self.draft.service and self.status in ("accepted", "scheduled", "canceled")
        return "0" if unsized else "1"
