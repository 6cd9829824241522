# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast messages are sent: https://www.twilio.com/docs/errors/21611 and https://www.twilio.com/docs/errors/30001"""

from __future__ import annotations


class Throttle:
    """Lets each sender send ``rate`` message segments per second (0: no limit). Others wait, at most ``queue`` seconds.

    Moments are in seconds since the epoch.
    """

    def __init__(self, rate: float, queue: float) -> None:
        self._rate = rate
        self._queue = queue
        self._free: dict[str, float] = {}

    def is_full(self, sender: str | None, now: float) -> bool:
        """Whether this sender's queue is full."""
        return sender is not None and self._free.get(sender, now) - now > self._queue

    def turn(self, sender: str, segments: int, now: float) -> float:
        """Return when a message that is queued now is sent."""
        if not self._rate:
            return now
        for idle in [name for name, free in self._free.items() if free <= now]:
            del self._free[idle]
        turn = self._free.get(sender, now)
        self._free[sender] = turn + segments / self._rate
        return turn

    def reset(self) -> None:
        self._free.clear()
