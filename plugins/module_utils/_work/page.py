# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_page``: the loop that has the pager's actions performed and passes it the resulting events.

Each request has its own thread, so that a slow request to one person does not delay another person's page.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from .._options.page_specs import PAGE
from .._paging.answer import squeeze, tokens_of
from .._paging.engine import begin, due, step
from .._paging.events import Action, Event, Interrupted, Tick
from .._paging.failure import failure
from .._paging.incident import DONE, Incident
from .._paging.looks import brief
from .._paging.plan import ALPHABET, Plan, read_plan
from .._paging.result import result
from .._paging.timeline import line
from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.errors import NotSent, PageFailed, RequestError
from .._twilio.message import Message
from .._twilio.values import is_loopback
from .calendars import predict_on_call
from .clock import Clock
from .job import Job
from .listing import REQUEST_TIME, Listing
from .parallel import NO_THREAD, in_thread, on_timeout
from .performer import Performer, failed
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
    found = result(incident, began)
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


def _unused(code: str, listed: Iterable[Message]) -> str:
    """Return a code that none of these messages contains: another incident's answer must not answer this one."""
    used = {token for message in listed for token in tokens_of(str(message["body"] or ""))}
    while squeeze(code) in used:
        code = _fresh_code()
    return code


class Pager:
    """Takes one incident from its events to its end."""

    def __init__(self, client: Client, plan: Plan, task: Task, follows_server: bool) -> None:
        self._client = client
        self._plan = plan
        self._task = task
        self._clock = Clock(client, follows_server)
        self._listing = Listing(client, plan, self._clock)
        self._performer = Performer(client, plan, task, self._clock, self._listing)
        self._events: queue.SimpleQueue[Callable[[float], Event]] = queue.SimpleQueue()
        self._told = 0
        self._asks_for_time = threading.Event()
        self._is_interrupted = False

    def predict(self) -> dict[str, Any]:
        """Return the result of a task in check mode."""
        from .._paging.prediction import predicted

        incident = self._start()
        age = self._clock() - incident.began
        on_call = {} if self._plan.resolves else predict_on_call(self._plan, self._task, self._clock.moment(), age)
        calls = self._listing.look_up_calls(incident, LOOK_UP_TIME)
        return predicted(self._plan, incident, self._clock(), on_call, self._clock.date(), calls)

    def run(self) -> tuple[Incident, float]:
        """Page until it is over; return the incident as it is then, and when this run began."""
        self._warn()
        with on_timeout(self._interrupt):
            incident = self._start()
            began = self._clock()
            # Nobody would see what a run that has been killed meanwhile begins, and the next run may have begun.
            is_gone = self._is_gone()
            incident, actions = step(incident, Interrupted(began)) if is_gone else begin(incident, began)
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
            try:
                happened = self._events.get(timeout=max(0.0, min(left, _LONGEST_WAIT)))
            except queue.Empty:
                if left <= 0:
                    return Tick(self._clock())
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

        if not in_thread(ask):
            self._asks_for_time.clear()

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
            listed = self._listing.look_up_all(window, self._task, self._is_gone)
        else:
            listed, problem = self._listing.look_up(window, LOOK_UP_TIME)
            if problem:
                text = "An earlier page may be repeated, since Twilio's list could not be read"
                self._task.warn(f"{text}: {brief(problem)}")
        incident = start(self._plan, listed, self._clock(), self._clock.date())
        if self._plan.is_fresh and incident.code == self._plan.code:
            return incident._replace(code=_unused(incident.code, listed))
        return incident

    def _is_gone(self) -> bool:
        return self._is_interrupted or self._task.is_abandoned()

    def _perform(self, action: Action) -> None:
        def perform() -> None:
            self._events.put(self._performer.perform(action))

        if not in_thread(perform):
            self._events.put(failed(action, NotSent(NO_THREAD)))
