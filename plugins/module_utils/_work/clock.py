# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pager's clock, and Twilio's."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from .._twilio.client import Client


def _monotonic() -> float:
    # On Linux, the monotonic clock stands still while the machine sleeps.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Clock:
    """The pager's clock, in seconds since it was created: this machine's monotonic clock.

    With an API on this machine, such as the simulator, it follows the server's clock, which may run faster, as shown by
    its responses. It does not follow Twilio's clock: a response from elsewhere, or one with a wrong date, must not end
    a page.
    """

    def __init__(self, client: Client, follows_server: bool) -> None:
        self._client = client
        self.follows_server = follows_server
        self._began = _monotonic()
        self._origin: float | None = None
        self._latest = 0.0

    def __call__(self) -> float:
        now = _monotonic() - self._began
        if self.follows_server and self._client.clock_offset:
            if self._origin is None:
                self._origin = self.date() - max(now, self._latest)
            now = self.date() - self._origin
        self._latest = max(self._latest, now)
        return self._latest

    def date(self) -> float:
        """Return now by the server's clock, in seconds since 1970."""
        return time.time() + self._client.clock_offset

    def moment(self) -> datetime:
        """Return now, in UTC.

        If the server is on this machine, such as a simulator with a faster clock, this is the server's time.
        """
        if self.follows_server:
            return datetime.fromtimestamp(self.date(), timezone.utc)
        return datetime.now(timezone.utc)
