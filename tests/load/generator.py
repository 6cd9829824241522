# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creates messages at a steady rate over connections that are kept, and tells in JSON how that went.

Run in a process of its own, with as little work for each request as can be: what is measured is the server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

CONNECTIONS = 64
RECIPIENTS = 500


class Job(NamedTuple):
    """How many messages to create at ``url``, and how many a second (0: as many as go); ``label`` begins each body."""

    url: str
    user: str
    password: str
    messages: int
    rate: float
    label: str


class Line(asyncio.Protocol):
    """One connection, on which one request follows the other."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self._begun = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._load.rest(self)

    def send(self, request: bytes, due: float) -> None:
        """Make a request; it was ``due`` then, and whatever it had to wait counts as part of the answer's time."""
        self._begun = due
        assert self._transport
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
        if len(body) < length:
            return
        self._received = b""
        self._load.answered(int(head[9:12]), time.perf_counter() - self._begun)
        self._load.rest(self)

    def connection_lost(self, exc: Exception | None) -> None:
        # There is nothing more to wait for: the number of answers tells.
        self._load.done.set()


class Load:
    """All requests and what came of them; times in seconds."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._idle: list[Line] = []
        self._made = 0
        self._late: list[float] = []
        self.done = asyncio.Event()
        self.statuses: dict[int, int] = {}
        self.times: list[float] = []
        parts = urlsplit(job.url)
        login = base64.b64encode(f"{job.user}:{job.password}".encode()).decode()
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Basic {login}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        ).encode()

    def request(self, number: int) -> bytes:
        to = f"+1555{1_000_000 + number % RECIPIENTS}"
        form = {"To": to, "From": "+15552223333", "Body": f"{self._job.label}: disk full on db{number}"}
        body = urlencode(form).encode()
        return b"%b%d\r\n\r\n%b" % (self._head, len(body), body)

    def rest(self, line: Line) -> None:
        """A connection has nothing to do."""
        if self._late:
            line.send(self._next(), self._late.pop(0))
        elif not self._job.rate and self._made < self._job.messages:
            line.send(self._next(), time.perf_counter())
        else:
            self._idle.append(line)

    def _next(self) -> bytes:
        self._made += 1
        return self.request(self._made)

    def _due(self, due: float) -> None:
        if self._idle:
            self._idle.pop().send(self._next(), due)
        else:
            self._late.append(due)

    def answered(self, status: int, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.times.append(seconds)
        if len(self.times) == self._job.messages:
            self.done.set()

    async def run(self) -> dict[str, object]:
        loop, parts = asyncio.get_running_loop(), urlsplit(self._job.url)
        begun = time.perf_counter()
        for _number in range(CONNECTIONS):
            await loop.create_connection(lambda: Line(self), parts.hostname or "", parts.port or 80)
        if self._job.rate:
            begun = time.perf_counter()
            issued = 0
            while issued < self._job.messages and not self.done.is_set():
                wanted = min(self._job.messages, int((time.perf_counter() - begun) * self._job.rate) + 1)
                for number in range(issued, wanted):
                    self._due(begun + number / self._job.rate)
                issued = max(issued, wanted)
                await asyncio.sleep(0.001)
        await self.done.wait()
        self.times.sort()
        return {
            "seconds": time.perf_counter() - begun,
            "statuses": self.statuses,
            "times": {name: self.times[int(len(self.times) * part) - 1] for name, part in PARTS.items()},
        }


PARTS = {"half": 0.5, "99 %": 0.99, "all": 1.0}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Load(Job(**json.load(sys.stdin))).run())))
