# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many things at once, in order, with someone watching."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# How long the main thread sleeps at most: a signal that another thread received is handled when it wakes.
NAP = 0.1

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


def fan_out(
    work: Callable[[T], R],
    items: Sequence[T],
    concurrency: int,
    tick: Callable[[int], None] = lambda _done: None,
) -> list[R]:
    """Do the work on each item, so many at once, and return the results in the items' order.

    ``tick`` is called some times a second with how many are done. An exception ends the work on items not yet begun.
    """
    pool = ThreadPoolExecutor(max_workers=concurrency)
    try:
        futures = [pool.submit(work, item) for item in items]
        pending = set(futures)
        while pending := wait(pending, timeout=NAP).not_done:
            tick(len(futures) - len(pending))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)


def sleep_until(moment: float, is_stopped: Callable[[], bool]) -> None:
    """Sleep until a moment on the monotonic clock, or until something has stopped the work."""
    while (left := moment - time.monotonic()) > 0 and not is_stopped():
        time.sleep(min(left, NAP))


@contextmanager
def on_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` on the first interrupt, SIGTERM or alarm; the next one is what it always was.

    An alarm is how Ansible ends a task after its ``timeout``. An exception instead, as the usual handlers raise, could
    come between any two steps of what is to be told.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may set a handler, and only it is interrupted.
        yield
        return

    def handle(_number: int, _frame: object) -> None:
        restore()
        stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    # Who has a signal ignored, such as nohup, means it.
    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heeded}
    try:
        yield
    finally:
        restore()
