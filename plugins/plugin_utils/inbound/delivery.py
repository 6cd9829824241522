# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deliver events to ansible-rulebook, and note which ones it has accepted."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Protocol

from ...module_utils._twilio.message import Message
from .arguments import Arguments
from .message import to_event
from .seen import date_of
from .state import State

log = logging.getLogger("oncall.twilio.inbound_sms")


class Queue(Protocol):
    """The queue from which ansible-rulebook takes events."""

    async def put(self, item: Any, /) -> None:
        """Wait until there is room for an event."""


class Delivery:
    """Delivers messages one after the other, and notes in the state file which ones the engine has accepted.

    Without a feedback queue, a message counts as accepted once its event is in the engine's queue. With one, it counts
    once the engine has stored the event and returned it. Use this as an asynchronous context manager.
    """

    def __init__(self, arguments: Arguments, state: State, queue: Queue, feedback: asyncio.Queue[Any] | None) -> None:
        self._arguments = arguments
        self._state = state
        self._queue = queue
        self._feedback = feedback
        self._reader: asyncio.Task[None] | None = None
        # Messages that the engine has not returned yet, by UUID, and those that could not be written.
        self._lent: dict[str, Message] = {}
        self._unwritten: dict[str, str] = {}

    async def __aenter__(self) -> Delivery:
        if self._feedback:
            self._reader = asyncio.create_task(self._take_back(self._feedback))
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def deliver(self, message: Message) -> None:
        """Deliver a message if it must produce an event, and note it as handled."""
        if not self._arguments.is_wanted(message):
            sender, number = message["from"], message["to"]
            log.warning("No event for a message from %s to %s: one of them is not in allow or to", sender, number)
            self._note(message)
            return
        event = to_event(message)
        if self._feedback:
            self._lent[event["meta"]["uuid"]] = message
        await self._queue.put(event)
        if not self._feedback:
            self._note(message)

    def oldest(self, now: datetime) -> datetime:
        """Return when the oldest message came in that the engine has not returned yet; ``now`` if there is none."""
        return min([now, *(datetime.fromisoformat(date_of(message)) for message in self._lent.values())])

    async def _take_back(self, feedback: asyncio.Queue[Any]) -> None:
        while True:
            event = await feedback.get()
            if message := self._lent.pop(event["meta"]["uuid"], None):
                self._note(message)

    def _note(self, message: Message) -> None:
        self._unwritten[message["sid"]] = date_of(message) or datetime.now(timezone.utc).isoformat()
        with writing(self._state):
            self._state.note(self._unwritten)
            self._unwritten.clear()


@contextmanager
def writing(state: State) -> Iterator[None]:
    """Log errors of the state file and continue: an exception would end all rulesets."""
    try:
        yield
    except sqlite3.Error as error:
        log.error(
            "state: %s cannot be written, so messages may produce events again after a restart. Check the disk and the"
            " file's permissions: %s",
            state.path,
            error,
        )
