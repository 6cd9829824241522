# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits of time and memory for the process that reads a feed, and for single steps in it."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import NoReturn

# 5 MB of events take 200 MB.
MEMORY = 1024**3


class TimeIsUp(BaseException):
    """A step took too long. No library's ``except Exception`` may hold it up."""


def limit_process(seconds: int) -> None:
    """Limit the memory of this process, and its processor time in case nobody is left to end it."""
    limits = {resource.RLIMIT_AS: (MEMORY, MEMORY), resource.RLIMIT_CPU: (seconds, seconds + 5)}
    for what, limit in limits.items():
        # macOS does not limit memory, and a limit that is lower already may not be raised.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, limit)


def wall_time(seconds: float) -> AbstractContextManager[None]:
    """Raise ``TimeIsUp`` in the block after so many seconds by the clock."""
    return _limited(signal.SIGALRM, signal.ITIMER_REAL, seconds)


def processor_time(seconds: float) -> AbstractContextManager[None]:
    """Raise ``TimeIsUp`` in the block after so many seconds of work, however busy the machine is with other things."""
    return _limited(signal.SIGPROF, signal.ITIMER_PROF, seconds)


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
