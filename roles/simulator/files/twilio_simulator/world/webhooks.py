# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that Twilio makes: signed forms to the URLs of others, in the background."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode

import aiohttp

from .accounts import Accounts
from .clock import Clock
from .messages import Pairs, iso8601
from .signature import signature

# How many requests are under way at once.
IN_FLIGHT = 20
# Twilio waits that many seconds of real time for an answer.
TIMEOUT = aiohttp.ClientTimeout(total=15)
# How often a request is made again, after how many seconds of the simulator's clock.
RETRIES = 3
RETRY_SECONDS = 1.0
LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request to make. Those with the same ``topic`` are made one after the other; ``then`` gets a good answer."""

    topic: str
    account_sid: str
    url: str
    form: Pairs
    then: Callable[[str], None] | None = None


class Attempt(TypedDict):
    """One request as it was made, and its answer's ``status`` or the ``error`` that kept it from one."""

    at: str
    url: str
    form: Pairs
    attempt: int
    status: int | None
    error: str | None


class Webhooks:
    """Makes requests without anybody waiting for them. At most ``keep`` wait, of which the oldest are dropped."""

    def __init__(self, accounts: Accounts, clock: Clock, keep: int) -> None:
        self._accounts = accounts
        self._clock = clock
        self._keep = keep
        self._pending: dict[str, deque[Webhook]] = {}
        self._count = 0
        # The topics that wait for one of the tasks to take care of them, in their order, and those that have one.
        self._idle: dict[str, None] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self.attempts: deque[Attempt] = deque(maxlen=keep)

    def post(self, webhook: Webhook) -> None:
        """Have the request made soon."""
        self._pending.setdefault(webhook.topic, deque()).append(webhook)
        self._count += 1
        if self._count > self._keep:
            self._next(next(iter(self._pending)))
        if webhook.topic not in self._busy:
            self._idle[webhook.topic] = None
            self._start()

    def reset(self) -> None:
        """Make no request that still waits, and give up those under way."""
        for task in self._busy.values():
            task.cancel()
        for part in (self._pending, self._idle, self._busy, self.attempts):
            part.clear()
        self._count = 0

    async def close(self) -> None:
        self.reset()
        if self._session:
            await self._session.close()

    def _start(self) -> None:
        while self._idle and len(self._busy) < IN_FLIGHT:
            topic = next(iter(self._idle))
            del self._idle[topic]
            self._busy[topic] = asyncio.get_running_loop().create_task(self._drain(topic))

    def _next(self, topic: str) -> Webhook | None:
        waiting = self._pending.get(topic)
        if not waiting:
            return None
        webhook = waiting.popleft()
        self._count -= 1
        if not waiting:
            del self._pending[topic]
        return webhook

    async def _drain(self, topic: str) -> None:
        """Make the requests of a topic one after the other, until none waits."""
        try:
            while webhook := self._next(topic):
                await self._make(webhook)
        finally:
            # After a reset another task may have taken over.
            if self._busy.get(topic) is asyncio.current_task():
                del self._busy[topic]
                self._start()

    async def _make(self, webhook: Webhook) -> None:
        for attempt in range(1, RETRIES + 2):
            if attempt > 1:
                await self._clock.sleep(RETRY_SECONDS)
            record = Attempt(
                at=iso8601(self._clock.now()),
                url=webhook.url,
                form=webhook.form,
                attempt=attempt,
                status=None,
                error=None,
            )
            self.attempts.append(record)
            try:
                status, answer = await self._request(webhook)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                record["error"] = str(error) or type(error).__name__
                continue
            record["status"] = status
            if status < 500:
                if webhook.then and status < 300:
                    webhook.then(answer)
                return

    async def _request(self, webhook: Webhook) -> tuple[int, str]:
        account = self._accounts.get(webhook.account_sid) or self._accounts.main
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature(account.token, webhook.url, webhook.form),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, trust_env=False)
        post = self._session.post(webhook.url, data=urlencode(webhook.form), headers=headers, allow_redirects=False)
        async with post as response:
            answer = await response.content.read(LONGEST_ANSWER)
            return response.status, answer.decode(errors="replace")
