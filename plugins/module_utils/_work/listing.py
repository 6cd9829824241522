# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a plan's people were sent recently from Twilio's list of messages, the only record of earlier runs."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from .._paging.closing import LONGEST_CLOSING
from .._paging.incident import DONE, UNTOLD, Incident, date_of
from .._paging.looks import brief, pause_after
from .._paging.plan import Plan
from .._paging.result import result
from .._twilio.call import Call, created
from .._twilio.call import normalise as normalise_call
from .._twilio.client import Client
from .._twilio.errors import ErrorDetails, PageFailed, RequestError
from .._twilio.message import Message, normalise
from .._twilio.numbers import phone_of
from .._twilio.values import seconds_of
from .clock import Clock
from .parallel import NO_THREAD, in_thread, sleep_until
from .task import Task

# How long a request may take, in seconds. After that it is better to retry it.
REQUEST_TIME = 10.0

# A margin in seconds: Twilio's dates are whole seconds, and the offset of its clock is not exactly known.
_SLACK = 60.0
# More messages than anybody writes during a page.
_PAGE_SIZE = 50


class LookedUp(NamedTuple):
    """Messages in Twilio's list, and why some may be missing."""

    messages: list[Message]
    problem: ErrorDetails | None = None


class Listing:
    """Reads Twilio's list for a pager."""

    def __init__(self, client: Client, plan: Plan, clock: Clock) -> None:
        self._client = client
        self._plan = plan
        self._clock = clock

    def read(self, filters: Mapping[str, str], seconds: float, deadline: float) -> list[Message]:
        """Return the messages of the last so many seconds; raises ``RequestError``."""
        messages, age = [], seconds + _SLACK
        for raw in self._client.messages.list({**filters, "PageSize": _PAGE_SIZE}, deadline):
            message = normalise(raw)
            # Twilio seems to list messages by the date of sending, so one that was scheduled long ago may be the first.
            sent = seconds_of(message["date_sent"])
            if sent is not None and sent < self._clock.date() - age:
                break
            if date_of(message) >= self._clock.date() - age:
                messages.append(message)
        return messages

    def read_calls(self, phone: str, seconds: float, deadline: float) -> list[Call]:
        """Return the calls to a number in the last ``seconds``; raises ``RequestError``."""
        calls = []
        for raw in self._client.calls.list({"To": phone, "PageSize": _PAGE_SIZE}, deadline):
            call = normalise_call(raw)
            date = seconds_of(created(call))
            if date is not None and date < self._clock.date() - seconds - _SLACK:
                break
            calls.append(call)
        return calls

    def look_up_calls(self, incident: Incident, seconds: float) -> list[Call]:
        """Return the calls to the people of an earlier run's page, as far as Twilio responds in ``seconds``."""
        deadline = time.monotonic() + seconds
        since = {phone_of(ring.number): ring.since for ring in reversed(incident.rings)}
        calls: list[Call] = []
        # A call that cannot be read is placed again: rather twice than never.
        with suppress(RequestError):
            for phone, moment in since.items():
                calls += self.read_calls(phone, self._clock() - moment, deadline)
        return calls

    def look_up(self, window: float, seconds: float) -> LookedUp:
        """Return what the plan's people were sent in the last ``window`` seconds and the time of a page before that.

        The requests may take ``seconds``. If the list is incomplete then, ``problem`` says why.
        """
        results: queue.SimpleQueue[LookedUp] = queue.SimpleQueue()
        deadline = time.monotonic() + seconds
        filters = [{"To": number} for number in self._plan.people]
        if self._plan.quiet or not self._plan.confirm:
            # If nobody was told that it was taken, only people's replies show that.
            filters += [{"From": number} for number in self._plan.people]

        def look_up(which: dict[str, str]) -> None:
            try:
                results.put(LookedUp(self.read(which, window + self._plan.time, deadline)))
            except RequestError as error:
                results.put(LookedUp([], error.details))

        for which in filters:
            if not in_thread(partial(look_up, which)):
                results.put(LookedUp([], NO_THREAD))
        messages: list[Message] = []
        problem = None
        for _filter in filters:
            try:
                found = results.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return LookedUp(messages, ErrorDetails(message="Twilio did not answer in time"))
            messages += found.messages
            problem = problem or found.problem
        return LookedUp(messages, problem)

    def look_up_all(self, window: float, task: Task, is_gone: Callable[[], bool]) -> list[Message]:
        """Return what all of the plan's people were sent recently: only Twilio's list shows who was paged.

        Raises ``PageFailed`` if it cannot be read.
        """
        attempts, until = 0, self._clock() + max(self._plan.time, LONGEST_CLOSING)
        while True:
            found = self.look_up(window, REQUEST_TIME)
            if not found.problem:
                return found.messages
            attempts += 1
            pause = pause_after(attempts)
            is_final = found.problem.status in (401, 403) or self._clock() + pause > until
            if is_final or is_gone():
                text = f"Nobody was told that it is resolved, since Twilio's list cannot be read: {found.problem}"
                untold = Incident(self._plan, "", until, stage=DONE, outcome=UNTOLD)
                raise PageFailed(text, **result(untold, until))
            task.progress(f"Twilio's list cannot be read: {brief(found.problem)}. The next try is in {pause:g} s")
            sleep_until(time.monotonic() + pause, is_gone)
