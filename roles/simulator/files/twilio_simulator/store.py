# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that exist, and the clock that moves each through its life."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from .addresses import VALID_TEST_SENDER
from .errors import ApiError
from .form import Pairs
from .messages import FINAL, Message
from .rules import Draft
from .settings import Settings

NEXT_STATUS = {"scheduled": "queued", "accepted": "queued", "queued": "sending", "sending": "sent", "sent": "delivered"}


def utc_now() -> datetime:
    """Now, in the whole seconds of Twilio's dates."""
    return datetime.now(UTC).replace(microsecond=0)


class Store:
    """Messages by SID, oldest first and at most ``settings.keep``. Lives on one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._messages: dict[str, Message] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._count = 0

    def add(self, account_sid: str, draft: Draft, form: Pairs) -> Message:
        self._count += 1
        message = Message.create(self._count, account_sid, draft, form, utc_now())
        self._messages[message.sid] = message
        while len(self._messages) > self._settings.keep:
            self._forget(next(iter(self._messages)))
        self._wind(message)
        return message

    def newest_first(self) -> Iterator[Message]:
        return reversed(self._messages.values())

    def get(self, account_sid: str, sid: str, path: str) -> Message:
        message = self._messages.get(sid)
        if message is None or message.account_sid != account_sid:
            raise ApiError(20404, path=path)
        return message

    def cancel(self, message: Message) -> None:
        if message.status != "scheduled":
            raise ApiError(30409)
        self._timers.pop(message.sid).cancel()
        message.status, message.updated = "canceled", utc_now()

    def redact(self, message: Message) -> None:
        self._demand_final(message)
        message.body, message.updated = "", utc_now()

    def delete(self, message: Message) -> None:
        self._demand_final(message)
        self._forget(message.sid)

    def reset(self) -> None:
        for sid in list(self._messages):
            self._forget(sid)

    @staticmethod
    def _demand_final(message: Message) -> None:
        if message.status not in FINAL:
            raise ApiError(20009)

    def _forget(self, sid: str) -> None:
        del self._messages[sid]
        if timer := self._timers.pop(sid, None):
            timer.cancel()

    def _wind(self, message: Message) -> None:
        wait = self._settings.pace
        if message.status == "scheduled" and message.draft.send_at:
            wait = max(0.0, (message.draft.send_at - datetime.now(UTC)).total_seconds())
        self._timers[message.sid] = asyncio.get_running_loop().call_later(wait, self._advance, message)

    def _advance(self, message: Message) -> None:
        del self._timers[message.sid]
        message.status, message.updated = NEXT_STATUS[message.status], utc_now()
        if message.status == "queued":
            message.sender = message.sender or self._sender_from_pool(message)
            message.measure()
        elif message.status == "sent":
            message.sent = message.updated
        elif message.status == "delivered":
            self._deliver(message)
        if message.status not in FINAL:
            self._wind(message)

    def _deliver(self, message: Message) -> None:
        code = self._settings.undeliverable.get(message.draft.to)
        if code is not None:
            message.status, message.error_code = "undelivered", code

    def _sender_from_pool(self, message: Message) -> str:
        number = next(iter(self._settings.numbers), VALID_TEST_SENDER)
        channel, colon, _name = message.draft.to.rpartition(":")
        return f"{channel}{colon}{number}"
