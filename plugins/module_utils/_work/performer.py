# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performs the pager's actions: the request that each of them is, and the event that comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from .._paging.events import (
    Action,
    CallSeen,
    CallsListed,
    Created,
    Event,
    HangUp,
    HungUp,
    Inform,
    Listed,
    LookUp,
    NotCreated,
    NotOnCall,
    NotPlaced,
    PlaceCall,
    Placed,
    ReadCall,
    ReadCalls,
    ReadReplies,
    ReadSent,
    ReadStatus,
    Replied,
    Seen,
    Send,
    Told,
    Unread,
)
from .._paging.plan import Plan
from .._twilio.call import normalise as normalise_call
from .._twilio.client import Client
from .._twilio.codes import NOT_IN_PROGRESS
from .._twilio.errors import ErrorDetails, NotSent, Rejected, RequestError, Unknown
from .._twilio.message import Form, Message, normalise
from .._twilio.numbers import phone_of
from .calendars import ask_calendar
from .clock import Clock
from .listing import REQUEST_TIME, Listing
from .task import Task


class Performer:
    """Performs the actions of one incident."""

    def __init__(self, client: Client, plan: Plan, task: Task, clock: Clock, listing: Listing) -> None:
        self._client = client
        self._plan = plan
        self._task = task
        self._clock = clock
        self._listing = listing

    def perform(self, action: Action) -> Callable[[float], Event]:
        """Perform an action, and return a function from the time to the resulting event. It raises no exception."""
        try:
            return self._request(action, time.monotonic() + REQUEST_TIME)
        except RequestError as error:
            return failed(action, error)
        except Exception as error:
            # No error may end the page.
            text = f"An error in oncall.twilio itself ({type(error).__name__}: {error}). Please report it"
            return failed(action, Unknown(ErrorDetails(message=text)))

    def _request(self, action: Action, deadline: float) -> Callable[[float], Event]:
        """Perform an action, and return a function from the time to the resulting event; raises ``RequestError``."""
        if isinstance(action, Send):
            message = self._create(action.number, action.body, deadline)
            return lambda now: Created(now, action.turn, action.number, message)
        if isinstance(action, LookUp):
            return ask_calendar(self._plan, self._task, action.turn, self._clock.moment())
        if isinstance(action, Inform):
            self._create(action.number, action.body, deadline)
            return lambda now: Told(now, action.kind, action.number)
        if isinstance(action, ReadStatus):
            message = normalise(self._client.messages.fetch(action.sid, deadline))
            return lambda now: Seen(now, action.turn, action.number, message)
        if isinstance(action, ReadSent):
            sent = tuple(self._listing.read({"To": action.number}, action.seconds, deadline))
            return lambda now: Listed(now, action.number, self._clock.date(), sent)
        if isinstance(action, (PlaceCall, ReadCalls, ReadCall, HangUp)):
            return self._request_call(action, deadline)
        if not isinstance(action, ReadReplies):
            raise TypeError(f"{action} is no request")
        replies = tuple(self._read_replies(action.number, action.seconds, deadline))
        return lambda now: Replied(now, action.number, self._clock.date(), replies)

    def _read_replies(self, number: str, seconds: float, deadline: float) -> list[Message]:
        """Read what somebody sent. From somebody on WhatsApp, also read SMS, since a call asks for a text."""
        phone = phone_of(number)
        senders = [number] if phone in self._plan.people else dict.fromkeys(filter(None, [number, phone]))
        return [item for sender in senders for item in self._listing.read({"From": sender}, seconds, deadline)]

    def _request_call(
        self, action: PlaceCall | ReadCalls | ReadCall | HangUp, deadline: float
    ) -> Callable[[float], Event]:
        turn, number, calls = action.turn, action.number, self._client.calls
        if isinstance(action, PlaceCall):
            form: Form = {"To": phone_of(number), "From": self._plan.ring_from, "Twiml": action.twiml}
            placed = normalise_call(calls.create(form, deadline, retries=0))
            return lambda now: Placed(now, turn, number, placed)
        if isinstance(action, ReadCalls):
            listed = tuple(self._listing.read_calls(phone_of(number), action.seconds, deadline))
            return lambda now: CallsListed(now, turn, number, self._clock.date(), listed)
        if isinstance(action, HangUp):
            canceled = normalise_call(calls.update(action.sid, {"Status": "canceled"}, deadline, retries=0))
            return lambda now: HungUp(now, turn, number, canceled)
        call = normalise_call(calls.fetch(action.sid, deadline))
        return lambda now: CallSeen(now, turn, number, call)

    def _create(self, number: str, body: str, deadline: float) -> Message:
        sender = {"From": self._plan.sender.get("from")}
        sender["MessagingServiceSid"] = self._plan.sender.get("messaging_service_sid")
        form: Form = {"To": number, "Body": body, "ValidityPeriod": str(self._plan.validity_period)}
        form.update({name: value for name, value in sender.items() if value})
        # The pager decides when to retry.
        return normalise(self._client.messages.create(form, deadline, retries=0))


def failed(action: Action, error: RequestError) -> Callable[[float], Event]:
    """Return a function from the time to the event of a failed action."""
    details, may_be_out = error.details, isinstance(error, Unknown)
    # Whether a retry may succeed.
    is_passing = isinstance(error, NotSent) or (isinstance(error, Rejected) and details.status == 429)
    if isinstance(action, Send):
        return lambda now: NotCreated(now, action.turn, action.number, details, may_be_out)
    if isinstance(action, Inform):
        return lambda now: Told(now, action.kind, action.number, details, is_passing)
    if isinstance(action, ReadStatus):
        return lambda now: Seen(now, action.turn, action.number, None)
    if isinstance(action, LookUp):
        return lambda now: NotOnCall(now, action.turn, str(details))
    if isinstance(action, PlaceCall):
        return lambda now: NotPlaced(now, action.turn, action.number, details, may_be_out)
    if isinstance(action, ReadCalls):
        return lambda now: CallsListed(now, action.turn, action.number, now, None)
    if isinstance(action, ReadCall):
        return lambda now: CallSeen(now, action.turn, action.number, None)
    if isinstance(action, HangUp):
        # A call that Twilio does not know yet may be canceled later.
        return lambda now: HungUp(now, action.turn, action.number, None, details.code != NOT_IN_PROGRESS)
    if not isinstance(action, (ReadReplies, ReadSent)):
        raise TypeError(f"{action} is no request")
    return lambda now: Unread(now, action.number, details, of_replies=isinstance(action, ReadReplies))
