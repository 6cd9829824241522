# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may happen to an incident (events), and what to do then (actions). Plain data.

``now`` is in seconds on the pager's own clock, ``date`` in seconds since 1970 by Twilio's clock.
"""

from __future__ import annotations

from typing import NamedTuple, Union

from .._twilio.call import Call
from .._twilio.errors import ErrorDetails
from .._twilio.message import Message
from .tiers import Person

# Events


class Tick(NamedTuple):
    """Time has passed."""

    now: float


class Created(NamedTuple):
    """Twilio has created the message of a page."""

    now: float
    turn: int
    number: str
    message: Message


class NotCreated(NamedTuple):
    """A request for a page failed; ``may_be_out`` if Twilio may still have created the message."""

    now: float
    turn: int
    number: str
    error: ErrorDetails
    may_be_out: bool = False


class Seen(NamedTuple):
    """The current message of a page; None if it could not be read."""

    now: float
    turn: int
    number: str
    message: Message | None


class Replied(NamedTuple):
    """What somebody sent to this account recently, in any order; ``date`` is now by Twilio's clock."""

    now: float
    number: str
    date: float
    messages: tuple[Message, ...]


class Listed(NamedTuple):
    """What this account sent to somebody recently, in any order; ``date`` is now by Twilio's clock."""

    now: float
    number: str
    date: float
    messages: tuple[Message, ...]


class Unread(NamedTuple):
    """A list could not be read: of replies, or of what was sent."""

    now: float
    number: str
    error: ErrorDetails
    of_replies: bool


class OnCall(NamedTuple):
    """A turn's calendar names these people; ``warnings`` are problems with the calendar."""

    now: float
    turn: int
    people: tuple[Person, ...]
    warnings: tuple[str, ...] = ()


class NotOnCall(NamedTuple):
    """A turn's calendar does not say who is on call."""

    now: float
    turn: int
    error: str


class Told(NamedTuple):
    """The outcome of a text other than a page. ``may_pass``: a retry may succeed and cannot send it twice."""

    now: float
    kind: str
    number: str
    error: ErrorDetails | None = None
    may_pass: bool = False


class Placed(NamedTuple):
    """Twilio has accepted the call to somebody who was paged at a turn."""

    now: float
    turn: int
    number: str
    call: Call


class NotPlaced(NamedTuple):
    """A request for a call failed; ``may_be_out`` if Twilio may still have accepted it."""

    now: float
    turn: int
    number: str
    error: ErrorDetails
    may_be_out: bool = False


class CallsListed(NamedTuple):
    """This account's recent calls to somebody, in any order; None if they could not be read.

    ``date`` is now by Twilio's clock.
    """

    now: float
    turn: int
    number: str
    date: float
    calls: tuple[Call, ...] | None


class CallSeen(NamedTuple):
    """The current state of a call; None if it could not be read."""

    now: float
    turn: int
    number: str
    call: Call | None


class HungUp(NamedTuple):
    """The outcome of a request to cancel a call. ``may_pass``: a retry may succeed."""

    now: float
    turn: int
    number: str
    call: Call | None
    may_pass: bool = False


class Interrupted(NamedTuple):
    """Somebody wants the run to end."""

    now: float


Event = Union[
    Tick, Created, NotCreated, Seen, Replied, Listed, Unread, OnCall, NotOnCall, Told, Placed, NotPlaced, CallsListed,
    CallSeen, HungUp, Interrupted,
]  # fmt: skip


# Actions


class Send(NamedTuple):
    """Send a page; answered by ``Created`` or ``NotCreated``."""

    turn: int
    number: str
    body: str


class ReadStatus(NamedTuple):
    """Read the message of a page; answered by ``Seen``."""

    turn: int
    number: str
    sid: str


class ReadReplies(NamedTuple):
    """Read what somebody sent within the last ``seconds``; answered by ``Replied`` or ``Unread``."""

    number: str
    seconds: float


class ReadSent(NamedTuple):
    """Read what somebody was sent within the last ``seconds``; answered by ``Listed`` or ``Unread``."""

    number: str
    seconds: float


class LookUp(NamedTuple):
    """Ask a turn's calendar who is on call now; answered by ``OnCall`` or ``NotOnCall``."""

    turn: int


class Inform(NamedTuple):
    """Send a text other than a page; answered by ``Told``."""

    kind: str
    number: str
    body: str


class PlaceCall(NamedTuple):
    """Call somebody who was paged at a turn; answered by ``Placed`` or ``NotPlaced``."""

    turn: int
    number: str
    twiml: str


class ReadCalls(NamedTuple):
    """Read the calls to somebody within the last ``seconds``; answered by ``CallsListed``."""

    turn: int
    number: str
    seconds: float


class ReadCall(NamedTuple):
    """Read a call; answered by ``CallSeen``."""

    turn: int
    number: str
    sid: str


class HangUp(NamedTuple):
    """Cancel a call that nobody has answered yet; answered by ``HungUp``."""

    turn: int
    number: str
    sid: str


Action = Union[Send, ReadStatus, ReadReplies, ReadSent, LookUp, Inform, PlaceCall, ReadCalls, ReadCall, HangUp]
