# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make requests, and retry them where that is safe."""

from __future__ import annotations

import math
import random
import threading
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from .account import Connection
from .bodies import MIB
from .exchange import Http, NoAnswer, Response
from .message import Form
from .retry import Failure, retry_delay


class Transport:
    """Access to one account. Threads may share it. Use it as a context manager."""

    def __init__(self, connection: Connection) -> None:
        self._http = Http(connection)
        self._timeout = connection.timeout
        self._retries = connection.retries
        # When, on the monotonic clock, requests may continue. If Twilio asks to slow down, the whole task does.
        self._open_at = 0.0
        # Set to prevent further requests.
        self.stopped = threading.Event()
        # How far the server's clock is ahead of ours, in seconds, according to its latest response.
        self.clock_offset = 0.0

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *exception: object) -> None:
        self._http.__exit__(*exception)

    def exchange(
        self,
        method: str,
        uri: str,
        form: Form | None = None,
        *,
        limit: int = MIB,
        deadline: float = math.inf,
        retries: int | None = None,
    ) -> Response:
        """Make a request, retry it where that is safe, and return the response; raises ``NoAnswer``.

        ``limit`` is the highest number of bytes in the response. ``deadline`` is when, on the monotonic clock, to give
        up; ``retries`` overrides the connection's number of retries.
        """
        if not self._wait(0, deadline):
            when = "The task's timeout" if self.stopped.is_set() else "The time limit"
            raise NoAnswer(f"{when} was reached before the request was made", written=False)
        attempt = 0
        while True:
            attempt += 1
            seconds = max(min(self._timeout, deadline - time.monotonic()), 0.01)
            is_last = attempt > (self._retries if retries is None else retries)
            try:
                response = self._http.exchange(method, uri, form, seconds, limit)
            except NoAnswer as error:
                if is_last or not self._may_repeat(Failure(method, error.written), attempt, deadline):
                    raise
                continue
            self.clock_offset = _clock_offset(response.headers.get("Date"), self.clock_offset)
            if response.status < 400 or is_last:
                return response
            failure = Failure(method, True, response.status, response.code, response.headers)
            if not self._may_repeat(failure, attempt, deadline):
                return response

    def _may_repeat(self, failure: Failure, attempt: int, deadline: float) -> bool:
        """Wait until a failed request may be retried; False if it must not be."""
        delay = retry_delay(failure, attempt, random.random(), datetime.now(timezone.utc))
        if delay is None or time.monotonic() + delay > deadline:
            return False
        if failure.status == 429:
            self._open_at = max(self._open_at, time.monotonic() + delay)
            delay = 0
        return self._wait(delay, deadline)

    def _wait(self, seconds: float, deadline: float) -> bool:
        """Sleep for this many seconds, and until requests may continue. Return False if no request may be made then."""
        self.stopped.wait(seconds)
        while not self.stopped.is_set() and (left := self._open_at - time.monotonic()) > 0:
            if self._open_at >= deadline:
                return False
            self.stopped.wait(left)
        return not self.stopped.is_set() and time.monotonic() < deadline


def _clock_offset(date: str | None, known: float) -> float:
    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except (TypeError, ValueError, IndexError, OverflowError):
        return known
