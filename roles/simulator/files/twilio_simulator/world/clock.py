# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own clock: real time by default, but it can be faster, slower, or at another time."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate

from .reading import BadInput

# The event loop's clock stops while the machine sleeps, and this one does not. So check again after this many seconds.
LONGEST_WAIT = 5.0
# Cancelled timers stay in the queue until there are this many, and more of them than of other timers.
TOLERATED = 1000


# The last year of dates is 9999. Some days are left for time zones.
LATEST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


class Timer:
    """Something to do at ``when``, in seconds since the epoch by the simulator's clock."""

    __slots__ = ("_clock", "act", "order", "when")

    def __init__(self, clock: Clock, when: float, order: int, act: Callable[[], object]) -> None:
        self._clock = clock
        self.when = when
        self.order = order
        self.act: Callable[[], object] | None = act

    def __lt__(self, other: Timer) -> bool:
        return (self.when, self.order) < (other.when, other.order)

    def cancel(self) -> None:
        if self.act is not None:
            self.act = None
            self._clock.forget_one()


class Clock:
    """Simulated time, and its timers. Belongs to one event loop.

    When the clock jumps, everything that is due in between happens in order and at its own time: code that then reads
    the clock gets the time at which it was due. What waits for another program, such as a webhook, happens after the
    jump. ``on_back`` is called when the clock is set back.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._first_speed = speed
        self._queue: list[Timer] = []
        self._order = 0
        self._cancelled = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._instant: float | None = None
        self.on_back: list[Callable[[], None]] = []
        self._follow(time.time(), speed)

    def _follow(self, simulated: float, speed: float) -> None:
        self.speed = speed
        self._real, self._simulated = time.time(), simulated

    def timestamp(self) -> float:
        """Seconds since the epoch."""
        if self._instant is not None:
            return self._instant
        return min(LATEST, self._simulated + (time.time() - self._real) * self.speed)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def http_date(self) -> str:
        """Now, as the ``Date`` of an HTTP response."""
        return formatdate(self.timestamp(), usegmt=True)

    def set(self, *, speed: float | None = None, now: datetime | None = None, advance: float = 0.0) -> None:
        """Change the speed (0 stops the clock), set another time, or advance by a number of seconds.

        :raises BadInput: if the clock would go back while timers wait, or pass the last year.
        """
        current = self.timestamp()
        moment = current + advance if now is None else now.timestamp()
        if moment < current and self._waiting():
            raise BadInput("the clock cannot go back while messages are under way")
        if moment > LATEST:
            raise BadInput("the clock cannot pass the year 9999")
        self._follow(moment, self.speed if speed is None else speed)
        if moment < current:
            for act in self.on_back:
                act()
        self._run()

    def reset(self) -> None:
        """Return to real time and the initial speed, and drop all timers."""
        self._queue.clear()
        self._cancelled = 0
        self._follow(time.time(), self._first_speed)
        self._arm()

    def call_later(self, seconds: float, act: Callable[[], object]) -> Timer:
        return self.call_at(self.timestamp() + max(0.0, seconds), act)

    def call_at(self, when: float, act: Callable[[], object]) -> Timer:
        """Call ``act`` at this time, or soon if it has passed, but never immediately."""
        self._order += 1
        timer = Timer(self, max(when, self.timestamp()), self._order, act)
        heapq.heappush(self._queue, timer)
        if self._queue[0] is timer and self._instant is None:
            self._arm()
        return timer

    def forget_one(self) -> None:
        """Note that a timer was cancelled."""
        self._cancelled += 1
        if self._cancelled > max(TOLERATED, len(self._queue) // 2):
            self._queue = [timer for timer in self._queue if timer.act]
            heapq.heapify(self._queue)
            self._cancelled = 0

    def _waiting(self) -> bool:
        return any(timer.act for timer in self._queue)

    def _arm(self) -> None:
        """Wake up when the first timer is due."""
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        if not self._queue:
            return
        ahead = self._queue[0].when - self.timestamp()
        wait = 0.0 if ahead <= 0 else min(LONGEST_WAIT, ahead / self.speed if self.speed else LONGEST_WAIT)
        self._alarm = asyncio.get_running_loop().call_later(wait, self._run)

    def _run(self) -> None:
        """Run all timers that are due, each at its own time."""
        until = self.timestamp()
        try:
            while self._queue and self._queue[0].when <= until:
                timer = heapq.heappop(self._queue)
                act, timer.act = timer.act, None
                if act is None:
                    self._cancelled -= 1
                    continue
                self._instant = timer.when
                act()
        finally:
            self._instant = None
            self._arm()


class Agenda:
    """Things to do later. There are at most ``keep``; the oldest are dropped."""

    def __init__(self, clock: Clock, keep: int) -> None:
        self._clock = clock
        self._keep = keep
        self._timers: dict[int, Timer] = {}
        self._count = 0

    def add(self, seconds: float, act: Callable[[], object]) -> None:
        self._count += 1
        number = self._count

        def do() -> None:
            del self._timers[number]
            act()

        self._timers[number] = self._clock.call_later(seconds, do)
        if len(self._timers) > self._keep:
            self._timers.pop(next(iter(self._timers))).cancel()

    def clear(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
