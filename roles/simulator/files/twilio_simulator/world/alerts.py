# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that explain where a text is: rejected requests, failed webhooks, dropped messages.

Twilio shows most of these in its console, as error logs: https://www.twilio.com/docs/usage/troubleshooting
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .clock import Clock
from .messages import Pairs, iso8601
from .store import Numbers

# Kinds of alerts: a request to the API that was rejected or failed; a webhook that did not respond as it should; a
# message or a call that was dropped before its end; instructions of a call that cannot be followed.
REFUSED, WEBHOOK, DROPPED, TWIML = "refused", "webhook", "dropped", "twiml"
# How the SID of a call begins.
CALL_SID = "CA"


class Alert(NamedTuple):
    """An alert.

    ``peer`` is the number whose conversation it belongs to, ``code`` Twilio's error code, ``status`` that of HTTP.

    ``number`` counts up from 1, ``at`` is in ISO 8601, and ``after`` is the number of the latest message or call at
    that time. ``Alerts`` sets all three. ``sid`` is that of the message or call.
    """

    kind: str
    reason: str
    peer: str | None = None
    code: int | None = None
    sid: str | None = None
    method: str | None = None
    url: str | None = None
    form: Pairs = []  # noqa: RUF012
    status: int | None = None
    fault: str | None = None
    number: int = 0
    at: str = ""
    after: int = 0

    def as_json(self) -> dict[str, object]:
        shown = self._asdict()
        more_info = f"https://www.twilio.com/docs/errors/{self.code}" if self.code else None
        sid, is_call = shown.pop("sid"), (self.sid or "").startswith(CALL_SID)
        about = {"message_sid": None if is_call else sid, "call_sid": sid if is_call else None}
        return {"number": shown.pop("number"), "with": shown.pop("peer"), **shown, **about, "more_info": more_info}


class Alerts:
    """The latest ``keep`` alerts. Watchers are notified of each."""

    def __init__(self, clock: Clock, numbers: Numbers, keep: int) -> None:
        self._clock = clock
        self._numbers = numbers
        self._alerts: deque[Alert] = deque(maxlen=keep)
        self._count = 0
        self.watchers: set[Callable[[Alert], None]] = set()

    def add(self, alert: Alert) -> None:
        self._count += 1
        alert = alert._replace(number=self._count, at=iso8601(self._clock.now()), after=self._numbers.latest)
        self._alerts.append(alert)
        for watcher in self.watchers:
            watcher(alert)

    def newest_first(self) -> Iterator[Alert]:
        return reversed(self._alerts)

    def __len__(self) -> int:
        return len(self._alerts)

    def forget(self, peer: str) -> None:
        """Drop the alerts that concern this number."""
        left = [alert for alert in self._alerts if alert.peer != peer]
        self.reset()
        self._alerts.extend(left)

    def reset(self) -> None:
        self._alerts.clear()
