# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's own requests: signed forms to webhooks, in the background."""

from __future__ import annotations

import asyncio
import os
import socket
import string
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypedDict
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from .accounts import Accounts
from .alerts import WEBHOOK, Alert, Alerts
from .clock import Clock
from .messages import Pairs, iso8601
from .overrides import OTHER, Overrides, overrides_in
from .signature import signature

# How many requests to make at once.
IN_FLIGHT = 20
LONGEST_ANSWER = 64 * 1024
# Twilio's error codes: https://www.twilio.com/docs/api/errors
BAD_STATUS, NO_CONNECTION, BAD_PROTOCOL, BAD_HOST, NO_TLS = 11200, 11205, 11206, 11210, 11220
BAD_POLICY, TOO_LARGE = 11243, 11750


class Answer(NamedTuple):
    status: int
    content_type: str
    text: str


class Subject(Protocol):
    """What a request is about: a message or a call."""

    @property
    def sid(self) -> str:
        """Its SID."""

    @property
    def account_sid(self) -> str:
        """The SID of its account."""

    @property
    def peer(self) -> str:
        """The number at the other end."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request to make about a subject. Those with the same ``topic`` are made one after the other.

    ``then`` is called with a good response, and ``otherwise`` if there is none.
    """

    topic: str
    about: Subject
    url: str
    form: Pairs
    method: str = "POST"
    then: Callable[[Answer], None] | None = None
    otherwise: Callable[[], None] | None = None


class Attempt(TypedDict):
    """One request, and the ``status`` of its response, or the ``error`` if it got none."""

    at: str
    url: str
    form: Pairs
    attempt: int
    status: int | None
    error: str | None


class Failure(NamedTuple):
    """How a request failed: its name in retry policies, Twilio's code, and the reason."""

    kind: str
    code: int
    reason: str
    status: int | None = None


class Webhooks:
    """Makes requests in the background. At most ``keep`` wait; the oldest are dropped."""

    def __init__(self, accounts: Accounts, clock: Clock, alerts: Alerts, keep: int) -> None:
        self._accounts = accounts
        self._clock = clock
        self._alerts = alerts
        self._keep = keep
        self._pending: dict[str, deque[Webhook]] = {}
        self._count = 0
        # The topics that wait for a task, in order, and those that have one.
        self._idle: dict[str, None] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self.attempts: deque[Attempt] = deque(maxlen=keep)

    def post(self, webhook: Webhook) -> None:
        """Make a request soon."""
        self._pending.setdefault(webhook.topic, deque()).append(webhook)
        self._count += 1
        if self._count > self._keep:
            dropped = self._next(next(iter(self._pending)))
            if dropped:
                self.complain(dropped, None, f"not made: {self._keep} others wait")
        if webhook.topic not in self._busy:
            self._idle[webhook.topic] = None
            self._start()

    def complain(self, webhook: Webhook, code: int | None, reason: str, status: int | None = None) -> None:
        """Add an alert that a webhook failed."""
        if webhook.otherwise:
            webhook.otherwise()
        self._alerts.add(
            Alert(
                kind=WEBHOOK,
                reason=reason,
                peer=webhook.about.peer,
                code=code,
                sid=webhook.about.sid,
                method=webhook.method,
                url=webhook.url,
                form=webhook.form,
                status=status,
            )
        )

    def reset(self) -> None:
        """Drop waiting requests, and cancel those under way."""
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
        """Make the requests of a topic, one after the other, until none is waiting."""
        try:
            while webhook := self._next(topic):
                await self._make(webhook)
        finally:
            # After a reset, another task may have taken over the topic.
            if self._busy.get(topic) is asyncio.current_task():
                del self._busy[topic]
                self._start()

    async def _make(self, webhook: Webhook) -> None:
        url, _hash, fragment = webhook.url.partition("#")
        overrides = overrides_in(fragment)
        if overrides.policy is None:
            self.complain(webhook, BAD_POLICY, "HTTP retry policy is invalid")
            return
        token, deadline = str(uuid.uuid4()), asyncio.get_running_loop().time() + overrides.total
        failure: Failure | None = None
        for number in range(1, overrides.retries + 2):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            record = Attempt(
                at=iso8601(self._clock.now()),
                url=webhook.url,
                form=webhook.form,
                attempt=number,
                status=None,
                error=None,
            )
            self.attempts.append(record)
            answer = await self._request(webhook, url, overrides._replace(total=left), token)
            if isinstance(answer, Answer):
                record["status"] = answer.status
                if webhook.then and answer.status < 300:
                    webhook.then(answer)
                return
            failure = answer
            record["status"], record["error"] = failure.status, None if failure.status else failure.reason
            if failure.kind not in overrides.policy:
                break
        if failure:
            self.complain(webhook, failure.code, failure.reason, failure.status)

    async def _request(self, webhook: Webhook, url: str, overrides: Overrides, token: str) -> Answer | Failure:
        account = self._accounts.get(webhook.about.account_sid) or self._accounts.main
        form = webhook.form
        if webhook.method == "GET":
            url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}", []
        headers = {
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature(account.token, url, form),
        }
        if webhook.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        timeout = aiohttp.ClientTimeout(total=overrides.total, sock_connect=overrides.connect, sock_read=overrides.read)
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        try:
            # With escapes exactly as given, since this URL is signed.
            exact = URL(quote(url, safe=string.punctuation), encoded=True)
            asked = self._session.request(
                webhook.method,
                exact,
                data=urlencode(form) if webhook.method == "POST" else None,
                headers=headers,
                allow_redirects=False,
                timeout=timeout,
            )
            async with asked as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > LONGEST_ANSWER:
                        break
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return _failure(error)
        if response.status >= 300:
            note = "" if response.status >= 400 else ", and the simulator follows no redirects"
            reason = f"answered with status {response.status}{note}"
            return Failure(f"{response.status // 100}xx", BAD_STATUS, reason, response.status)
        if len(content) > LONGEST_ANSWER:
            return Failure(OTHER, TOO_LARGE, f"answered with more than {LONGEST_ANSWER} bytes", response.status)
        return Answer(response.status, response.content_type, content.decode(errors="replace"))


def _failure(error: Exception) -> Failure:
    reason = str(error) or type(error).__name__
    if isinstance(error, aiohttp.ClientSSLError):
        return Failure("ct", NO_TLS, reason)
    if isinstance(error, aiohttp.ClientConnectorError):
        is_name = isinstance(error.os_error, socket.gaierror)
        # The error's own text is not for users.
        number = error.os_error.errno
        why = os.strerror(number) if number and not is_name else error.os_error.strerror or error.os_error
        reason = f"no connection to {error.host}:{error.port}: {why}"
        return Failure("ct", BAD_HOST if is_name else NO_CONNECTION, reason)
    if isinstance(error, TimeoutError):
        return Failure("ct" if reason.startswith("Connection timeout") else "rt", NO_CONNECTION, reason)
    return Failure(OTHER, BAD_PROTOCOL, reason)
