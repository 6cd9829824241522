# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in threads, with progress reports, that a task's timeout can stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

from .._twilio.errors import ErrorDetails

T = TypeVar("T")
R = TypeVar("R")

# Why a request is not made. It is retried.
NO_THREAD = ErrorDetails(message="This machine or container has no thread left for the request")

# The longest wait of the main thread, in seconds. A signal that another thread receives is handled after it.
_POLL_INTERVAL = 0.1


def fan_out(
    work: Callable[[T], R],
    items: Sequence[T],
    concurrency: int,
    report: Callable[[int], None] = lambda _done: None,
) -> list[R]:
    """Do the work on each item, ``concurrency`` at once, and return the results in the items' order.

    ``report`` is called several times a second with how many are done. After an exception, no further work is started.
    """
    pool = ThreadPoolExecutor(max_workers=concurrency)
    try:
        futures = [pool.submit(work, item) for item in items]
        pending = set(futures)
        while pending := wait(pending, timeout=_POLL_INTERVAL).not_done:
            report(len(futures) - len(pending))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)


def in_thread(work: Callable[[], None]) -> bool:
    """Work in a daemon thread, so that a slow server cannot delay the end of the process.

    Returns whether there is one: the operating system or a container may have a limit.
    """
    try:
        threading.Thread(target=work, daemon=True).start()
    except RuntimeError:
        return False
    return True


def sleep_until(moment: float, is_stopped: Callable[[], bool]) -> None:
    """Sleep until a moment on the monotonic clock, or until the work is stopped."""
    while (left := moment - time.monotonic()) > 0 and not is_stopped():
        time.sleep(min(left, _POLL_INTERVAL))


@contextmanager
def on_timeout(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` when the task's own ``timeout`` is up, which Ansible signals with SIGALRM.

    Ansible's handler raises an exception, which could occur anywhere and lose outcomes that the result must contain.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may set a handler.
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda _number, _frame: stop())
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
