# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Function calls with a time limit.

A socket's timeout applies to each read. A server that sends a byte now and then could keep a request open forever.
"""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class DeadlineExceeded(BaseException):
    """A call took too long. Not an ``Exception``, so that no library handles it as an error of its own."""


class DeadlineRunner:
    """Runs one call at a time in a daemon thread of its own, and abandons the call that takes too long."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._is_running = False

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """Return what the call returns, or raise what it raises.

        Raises ``DeadlineExceeded`` after this many seconds. The call may then continue in its thread, and the runner
        must not be used again. Raises ``RuntimeError`` if the thread cannot be started.
        """
        if not self._is_running:
            try:
                threading.Thread(target=self._serve, daemon=True).start()
            except RuntimeError:
                # From Python 3.12, a process that is ending cannot start threads; only its main thread still runs.
                if threading.current_thread() is not threading.main_thread():
                    raise
                return _run_under_alarm(call, seconds)
            self._is_running = True
        self._calls.put(call)
        try:
            result, error = self._outcomes.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise DeadlineExceeded from None
        if error:
            raise error
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the thread once its call is over."""
        self._calls.put(None)

    def _serve(self) -> None:
        while call := self._calls.get():
            outcome: tuple[Any, BaseException | None]
            try:
                outcome = call(), None
            except BaseException as error:
                outcome = None, error
            self._outcomes.put(outcome)
            # Do not keep the result until the next call: a response may be large.
            del call, outcome


def _run_under_alarm(call: Callable[[], T], seconds: float) -> T:
    def ring(_number: int, _frame: FrameType | None) -> NoReturn:
        raise DeadlineExceeded

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # Repeatedly, in case something swallows the first exception.
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        return call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
