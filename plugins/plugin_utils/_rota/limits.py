# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limit the time and memory of the process that reads a feed, and of single steps in it."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import NoReturn

# In bytes. 5 MB of events take 200 MB.
MEMORY = 1024**3


class TimeIsUp(BaseException):
    """A step took too long. A ``BaseException``, so that no library's ``except Exception`` catches it."""


def limit_process(seconds: int) -> None:
    """Limit this process's memory, and its processor time in seconds, in case its parent is gone and cannot kill it."""
    limits = {resource.RLIMIT_AS: (MEMORY, MEMORY), resource.RLIMIT_CPU: (seconds, seconds + 5)}
    for what, limit in limits.items():
        # macOS does not limit memory, and a limit that is already lower cannot be raised.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, limit)


def wall_time(seconds: float) -> AbstractContextManager[None]:
    """Raise ``TimeIsUp`` in the block after this many seconds of real time."""
    return _limited(signal.SIGALRM, signal.ITIMER_REAL, seconds)


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Raise ``TimeIsUp`` in the block after this many seconds of processor time, or five times as many of real time.

    The former is the same on a busy machine. The latter ends a wait: what was ended before may have left a lock behind.
    """
    with wall_time(5 * seconds), _limited(signal.SIGPROF, signal.ITIMER_PROF, seconds):
        yield


@contextmanager
def _limited(number: signal.Signals, timer: int, seconds: float) -> Iterator[None]:
    before = signal.signal(number, _time_is_up)
    signal.setitimer(timer, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)


def _time_is_up(_number: int, _frame: object) -> NoReturn:
    raise TimeIsUp
