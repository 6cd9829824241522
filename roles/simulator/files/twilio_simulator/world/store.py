# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from .codes import Refused
from .messages import Message

# Is told of a message that came or changed, and whether it is still there.
Watcher = Callable[[Message, bool], None]


class Store:
    """Messages by SID, oldest first and at most ``keep``; whoever watches hears of every change."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._messages: dict[str, Message] = {}
        self._count = 0
        self.watchers: set[Watcher] = set()
        # Is told of each message that had to go for others to come.
        self.dropped: Callable[[Message], None] = lambda _message: None

    def next_number(self) -> int:
        self._count += 1
        return self._count

    @property
    def latest(self) -> int:
        """The number of the latest message there ever was; 0 before the first."""
        return self._count

    def add(self, message: Message) -> Message:
        self._messages[message.sid] = message
        while len(self._messages) > self._keep:
            oldest = next(iter(self._messages.values()))
            self.forget(oldest)
            self.dropped(oldest)
        self.changed(message)
        return message

    def changed(self, message: Message) -> None:
        for watcher in self.watchers:
            watcher(message, True)

    def forget(self, message: Message) -> None:
        del self._messages[message.sid]
        if message.timer:
            message.timer.cancel()
        for watcher in self.watchers:
            watcher(message, False)

    def counts(self) -> dict[str, int]:
        """How many messages there are of each status; some statuses count even where there is none."""
        counts = Counter({"queued": 0, "scheduled": 0, "failed": 0})
        counts.update(message.status for message in self._messages.values())
        return counts

    def newest_first(self) -> Iterator[Message]:
        return reversed(self._messages.values())

    def get(self, account_sid: str, sid: str, path: str) -> Message:
        message = self._messages.get(sid)
        if message is None or message.account_sid != account_sid:
            raise Refused(20404, path=path)
        return message

    def find(self, sid: str) -> Message | None:
        return self._messages.get(sid)

    def reset(self) -> None:
        for message in list(self._messages.values()):
            self.forget(message)
