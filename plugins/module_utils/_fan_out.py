# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many things at once, in order, with someone watching."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# How often a person who watches hears of the progress, in seconds.
PROGRESS_EVERY = 5.0


def fan_out(
    work: Callable[[T], R],
    items: Sequence[T],
    concurrency: int,
    progress: Callable[[int], None] = lambda _done: None,
    interrupted: Callable[[], None] = lambda: None,
) -> list[R]:
    """Do the work on each item, so many at once, and return the results in the items' order.

    ``progress`` is told every few seconds how many are done. An interrupt calls ``interrupted``, which is to make the
    work on the items that are left return at once; what is under way is brought to its end.
    """
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            _watch(futures, progress)
        except KeyboardInterrupt:
            interrupted()
        return [future.result() for future in futures]


def _watch(futures: list[Future[R]], progress: Callable[[int], None]) -> None:
    while True:
        done, pending = wait(futures, timeout=PROGRESS_EVERY)
        if not pending:
            return
        progress(len(done))


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Let a SIGTERM be a KeyboardInterrupt for a while, so that what has been done can still be told."""
    # Only the main thread may set a handler, and only it is interrupted.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
