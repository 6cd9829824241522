# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of outbound messages, status by status, and requests to change it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from .addresses import VALID_TEST_SENDER
from .clock import Clock
from .codes import FAILED, Refused
from .limits import Throttle
from .messages import FINAL, Draft, Message, Pairs
from .optouts import OptOuts
from .people import NOBODY, People
from .settings import Settings
from .store import Store

NEXT_STATUS = {"scheduled": "queued", "accepted": "queued", "queued": "sending", "sending": "sent", "sent": "delivered"}
UNSUBSCRIBED, EXPIRED = 21610, 30036
QUEUE_FULL, QUEUE_OVERFLOW = 21611, 30001
NEVER = math.inf


class Carrier:
    """Moves messages from the API to people, by the simulator's clock.

    ``advanced`` is called after each change of status.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        store: Store[Message],
        people: People,
        opt_outs: OptOuts,
        advanced: Callable[[Message], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._store = store
        self._people = people
        self._opt_outs = opt_outs
        self._throttle = Throttle(settings.rate, settings.queue)
        clock.on_back.append(self._throttle.reset)
        self._advanced = advanced

    def take(
        self,
        account_sid: str,
        draft: Draft,
        form: Pairs,
        direction: str = "outbound-api",
        *,
        fate: int | None = None,
    ) -> Message:
        """Create a message and start its progress, which ends with the error code ``fate`` if there is one.

        :raises Refused: if the recipient has opted out from this sender, or the sender's queue is full.
        """
        if self._throttle.is_full(draft.sender, self._clock.timestamp()) and not draft.service:
            raise Refused(QUEUE_FULL)
        if self._opt_outs.refuses(draft.to, draft.sender):
            raise Refused(UNSUBSCRIBED)
        number = self._store.next_number()
        message = Message.create(number, account_sid, draft, form, self._clock.now(), direction)
        message.fate = fate
        self._wind(self._store.add(message))
        return message

    def reset(self) -> None:
        """Empty all queues."""
        self._throttle.reset()

    def cancel(self, message: Message) -> None:
        if message.status != "scheduled":
            raise Refused(30409)
        if message.timer:
            message.timer.cancel()
        self._step(message, "canceled")

    def redact(self, message: Message) -> None:
        self._demand_final(message)
        message.body, message.updated = "", self._clock.now()
        self._store.changed(message)

    def delete(self, message: Message) -> None:
        self._demand_final(message)
        self._store.forget(message)

    @staticmethod
    def _demand_final(message: Message) -> None:
        if message.status not in FINAL:
            raise Refused(20009)

    def _wind(self, message: Message) -> None:
        """Schedule the next status, or the end if the message would wait in Twilio's queue for too long."""
        due, act = self._due(message), self._advance
        if message.status in ("accepted", "queued"):
            end = (message.draft.send_at or message.created).timestamp() + message.draft.validity
            if due > end:
                due, act = end, self._expire
        if due < NEVER:
            message.timer = self._clock.call_at(due, partial(act, message))

    def _due(self, message: Message) -> float:
        if message.status == "scheduled" and message.draft.send_at:
            return message.draft.send_at.timestamp()
        person = self._people.get(message.draft.to, NOBODY)
        if person.stuck and message.status == "sent":
            return NEVER
        begun = self._clock.timestamp()
        if message.status == "queued" and message.sender:
            begun = self._throttle.turn(message.sender, int(message.num_segments()), begun)
        return begun + (self._settings.pace if person.slow is None else person.slow)

    def _advance(self, message: Message) -> None:
        status = NEXT_STATUS[message.status]
        if status == "queued":
            message.sender = message.sender or self._sender_from_pool(message)
            message.measure()
            if self._opt_outs.refuses(message.draft.to, message.sender):
                self._fail(message, UNSUBSCRIBED)
                return
            if self._throttle.is_full(message.sender, self._clock.timestamp()):
                self._fail(message, QUEUE_OVERFLOW)
                return
        elif status == "sending" and message.fate in FAILED:
            self._fail(message, message.fate)
            return
        elif status == "delivered":
            code = message.fate or self._people.get(message.draft.to, NOBODY).undeliverable
            if code is not None:
                status, message.error_code = "undelivered", code
        self._step(message, status)
        if message.status not in FINAL:
            self._wind(message)

    def _expire(self, message: Message) -> None:
        self._fail(message, EXPIRED)

    def _fail(self, message: Message, code: int) -> None:
        message.error_code = code
        self._step(message, "failed")

    def _step(self, message: Message, status: str) -> None:
        message.enter(status, self._clock.now())
        if status == "sent":
            message.sent = message.updated
        self._store.changed(message)
        self._advanced(message)

    def _sender_from_pool(self, message: Message) -> str:
        number = next(iter(self._settings.numbers), VALID_TEST_SENDER)
        channel, colon, _name = message.draft.to.rpartition(":")
        return f"{channel}{colon}{number}"
