# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages and the calls that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from .clock import Timer
from .codes import Refused


class Kept(Protocol):
    """An item in a store: a message or a call."""

    sid: str
    account_sid: str
    status: str
    timer: Timer | None


K = TypeVar("K", bound=Kept)


class Numbers:
    """Numbers messages and calls together, so that their order is known. ``latest`` is 0 at first."""

    def __init__(self) -> None:
        self.latest = 0

    def next(self) -> int:
        self.latest += 1
        return self.latest


class Store(Generic[K]):
    """Messages or calls by SID, oldest first, and at most ``keep``. Watchers are notified of every change."""

    def __init__(self, keep: int, numbers: Numbers) -> None:
        self._keep = keep
        self._items: dict[str, K] = {}
        self.next_number = numbers.next
        # Called with each new or changed item, and whether it still exists.
        self.watchers: set[Callable[[K, bool], None]] = set()
        # Called with each item that was dropped to make room for others.
        self.dropped: Callable[[K], None] = lambda _item: None

    def add(self, item: K) -> K:
        self._items[item.sid] = item
        while len(self._items) > self._keep:
            oldest = next(iter(self._items.values()))
            self.forget(oldest)
            self.dropped(oldest)
        self.changed(item)
        return item

    def changed(self, item: K) -> None:
        for watcher in self.watchers:
            watcher(item, True)

    def forget(self, item: K) -> None:
        del self._items[item.sid]
        if item.timer:
            item.timer.cancel()
        for watcher in self.watchers:
            watcher(item, False)

    def counts(self) -> dict[str, int]:
        """Return how many items have each status; some statuses are included even if their number is 0."""
        counts = Counter({"queued": 0, "scheduled": 0, "failed": 0})
        counts.update(item.status for item in self._items.values())
        return counts

    def newest_first(self) -> Iterator[K]:
        return reversed(self._items.values())

    def get(self, account_sid: str, sid: str, path: str) -> K:
        item = self._items.get(sid)
        if item is None or item.account_sid != account_sid:
            raise Refused(20404, path=path)
        return item

    def find(self, sid: str) -> K | None:
        return self._items.get(sid)

    def reset(self) -> None:
        for item in list(self._items.values()):
            self.forget(item)
