# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_page``: the loop that performs the pager's actions and passes it the resulting events.

Each request has its own thread, so that a slow request to one person does not delay another person's page.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from .._options.spec import PAGE
from .._paging.engine import begin, due, step
from .._paging.events import (
    Action,
    Called,
    CallSeen,
    Created,
    Event,
    Finish,
    HangUp,
    HungUp,
    Inform,
    Interrupted,
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
    Tick,
    Told,
    Unread,
)
from .._paging.incident import ACKNOWLEDGED, DONE, Incident
from .._paging.plan import ALPHABET, Plan, read_plan
from .._twilio.account import connect
from .._twilio.call import normalise as normalise_call
from .._twilio.client import Client
from .._twilio.codes import NOT_IN_PROGRESS
from .._twilio.errors import ErrorDetails, NotSent, PageFailed, Rejected, RequestError, Unknown
from .._twilio.message import Form, Message, normalise
from .._twilio.numbers import phone_of
from .._twilio.values import is_loopback
from .calendars import ask_calendar, predict_on_call
from .clock import Clock
from .job import Job
from .lately import REQUEST_TIME, Lately, in_thread
from .parallel import on_timeout
from .task import Task

# How long all look-ups together may delay the first page, in seconds.
LOOK_UP_TIME = 5.0

# How often to check whether Ansible has ended and how fast a server's clock runs, in seconds.
_LONGEST_WAIT = 0.05


def page(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Page people until one of them takes it, and return the task's result; ``params`` are those of ``PAGE``.

    Raises ``InvalidOptions`` if nobody can be paged, and ``PageFailed`` with the whole result if nobody takes it.
    """
    plan = read_plan(params, _fresh_code())
    with Client(connect(params)) as client:
        pager = Pager(client, plan, task, follows_server=is_loopback(params["api_url"]))
        if task.check_mode:
            return pager.predict()
        incident, began = pager.run()
    from .._paging.result import result

    found = result(incident, began)
    if incident.outcome != ACKNOWLEDGED:
        from .._paging.result import failure

        if problem := failure(incident):
            raise PageFailed(problem, **found)
    return found


def page_problems(params: Mapping[str, Any], _now: datetime) -> Iterator[str]:
    """Yield the problems with a task's options if nobody can be paged because of them."""
    plan = read_plan(params, _fresh_code())
    if plan.has_fatal_error:
        yield from plan.problems


def check_problems(params: Mapping[str, Any], _now: datetime) -> Iterator[str]:
    """Yield the problems that fail check mode, so that they are found early. A real run pages in spite of them."""
    plan = read_plan(params, _fresh_code())
    if not plan.has_fatal_error:
        yield from plan.problems


JOB = Job(PAGE, page_problems, page, check_problems)


def _fresh_code() -> str:
    return "".join(random.sample(ALPHABET, 3))


class Pager:
    """Performs the actions of one incident."""

    def __init__(self, client: Client, plan: Plan, task: Task, follows_server: bool) -> None:
        self._client = client
        self._plan = plan
        self._task = task
        self._clock = Clock(client, follows_server)
        self._lately = Lately(client, plan, self._clock)
        self._events: queue.SimpleQueue[Callable[[float], Event]] = queue.SimpleQueue()
        self._told = 0
        self._asks_for_time = threading.Event()
        self._is_interrupted = False

    def predict(self) -> dict[str, Any]:
        """Return the result of a task in check mode."""
        from .._paging.prediction import predicted

        incident = self._start()
        on_call = {} if self._plan.resolves else predict_on_call(self._plan, self._task, self._clock.moment())
        calls = self._lately.look_up_calls(incident, LOOK_UP_TIME)
        return predicted(self._plan, incident, self._clock(), on_call, self._clock.date(), calls)

    def run(self) -> tuple[Incident, float]:
        """Page until it is over; return the incident as it is then, and when this run began."""
        self._warn()
        with on_timeout(self._interrupt):
            incident = self._start()
            began = self._clock()
            incident, actions = begin(incident, began)
            while True:
                self._tell(incident, began)
                for action in actions:
                    self._perform(action)
                if incident.stage == DONE:
                    return incident, began
                incident, actions = step(incident, self._next_event(incident))

    def _interrupt(self) -> None:
        self._events.put(Interrupted)
        # From the look-ups at the beginning.
        self._is_interrupted = True

    def _next_event(self, incident: Incident) -> Event:
        """Return the next event: the outcome of a request, a tick when something is due, or the end of Ansible."""
        while True:
            left = due(incident) - self._clock()
            if left <= 0:
                return Tick(self._clock())
            try:
                happened = self._events.get(timeout=min(left, _LONGEST_WAIT))
            except queue.Empty:
                if self._task.is_abandoned():
                    return Interrupted(self._clock())
                if self._clock.follows_server:
                    self._ask_for_time()
            else:
                return happened(self._clock())

    def _ask_for_time(self) -> None:
        """Read the server's clock, which may run faster than this machine's."""
        if self._asks_for_time.is_set():
            return
        self._asks_for_time.set()

        def ask() -> None:
            # The error is ignored: other requests report that the server cannot be reached.
            with suppress(RequestError):
                next(self._client.messages.list({"PageSize": 1}, time.monotonic() + REQUEST_TIME), None)
            self._asks_for_time.clear()

        in_thread(ask)

    def _warn(self) -> None:
        problems = self._plan.problems
        if self._task.no_log and problems:
            count = f"Problems with the options: {len(problems)}"
            self._task.warn(f"{count}. To see them, run the task in check mode without no_log.")
            return
        for problem in problems:
            self._task.warn(problem)

    def _tell(self, incident: Incident, began: float) -> None:
        """Show what has happened."""
        from .._paging.result import line

        for note in incident.notes[self._told :]:
            self._task.progress(line(note, began, is_quiet=self._task.no_log))
        self._told = len(incident.notes)

    def _start(self) -> Incident:
        """Return the incident to begin with: one of earlier runs, or a new one."""
        window = max(self._plan.window, self._plan.quiet)
        if not window:
            return Incident(self._plan, self._plan.code, self._clock())
        from .._paging.resume import start

        # An incident that began before the window may have pages within it.
        if self._plan.resolves:
            listed = self._lately.look_up_all(window, self._task, self._is_gone)
        else:
            listed = self._lately.look_up(window, LOOK_UP_TIME).messages
        return start(self._plan, listed, self._clock(), self._clock.date())

    def _is_gone(self) -> bool:
        return self._is_interrupted or self._task.is_abandoned()

    # Actions

    def _perform(self, action: Action) -> None:
        if not isinstance(action, Finish):
            in_thread(partial(self._attempt, action))

    def _attempt(self, action: Action) -> None:
        try:
            happened = self._request(action, time.monotonic() + REQUEST_TIME)
        except RequestError as error:
            happened = _failed(action, error)
        except Exception as error:
            # No error may end the page.
            text = f"An error in oncall.twilio itself ({type(error).__name__}: {error}). Please report it"
            happened = _failed(action, Unknown(ErrorDetails(message=text)))
        self._events.put(happened)

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
            sent = tuple(self._lately.read({"To": action.number}, action.seconds, deadline))
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
        return [item for sender in senders for item in self._lately.read({"From": sender}, seconds, deadline)]

    def _request_call(
        self, action: PlaceCall | ReadCalls | ReadCall | HangUp, deadline: float
    ) -> Callable[[float], Event]:
        turn, number, calls = action.turn, action.number, self._client.calls
        if isinstance(action, PlaceCall):
            form: Form = {"To": phone_of(number), "From": self._plan.ring_from, "Twiml": action.twiml}
            placed = normalise_call(calls.create(form, deadline, retries=0))
            return lambda now: Placed(now, turn, number, placed)
        if isinstance(action, ReadCalls):
            listed = tuple(self._lately.read_calls(phone_of(number), action.seconds, deadline))
            return lambda now: Called(now, turn, number, self._clock.date(), listed)
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


def _failed(action: Action, error: RequestError) -> Callable[[float], Event]:
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
        return lambda now: Called(now, action.turn, action.number, now, None)
    if isinstance(action, ReadCall):
        return lambda now: CallSeen(now, action.turn, action.number, None)
    if isinstance(action, HangUp):
        # A call that Twilio does not know yet may be canceled later.
        return lambda now: HungUp(now, action.turn, action.number, None, details.code != NOT_IN_PROGRESS)
    if not isinstance(action, (ReadReplies, ReadSent)):
        raise TypeError(f"{action} is no request")
    return lambda now: Unread(now, action.number, details, of_replies=isinstance(action, ReadReplies))
