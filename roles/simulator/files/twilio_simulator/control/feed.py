# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes, told to open pages as it happens: server-sent events.

The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping

from aiohttp import web

Data = Mapping[str, object]

# Events wait this long, in seconds, for others about the same thing to take their place.
PAUSE = 0.05
# More things than this that change within a pause are cheaper read again than told one by one.
BURST = 200
# How many writes a reader may be behind.
BACKLOG = 32
# A comment this often, in seconds, finds readers that have gone and keeps proxies from closing the connection.
HEARTBEAT = 15.0
# How long, in milliseconds, a browser waits before it connects again.
RETRY = 500


class Feed:
    """Events for any number of readers. Lives on one event loop; memory is bounded whatever readers do.

    Readers hear ``hello`` with ``greeting`` first, and ``reload`` where events were left out, because they came too
    fast or because a reader was too slow. Each means: read everything again.
    """

    def __init__(self, greeting: Data) -> None:
        self._hello = f"retry: {RETRY}\n{_event('hello', greeting)}".encode()
        self._reload = _event("reload", {}).encode()
        self._readers: set[asyncio.Queue[bytes | None]] = set()
        self._pending: dict[str, tuple[str, Data | Callable[[], Data]]] = {}
        self._is_burst = False
        self._timer: asyncio.TimerHandle | None = None

    def publish(self, event: str, data: Data | Callable[[], Data], *, about: str) -> None:
        """Tell every reader, soon. Never blocks, and does nothing while nobody reads.

        What is pending ``about`` the same thing is replaced. A callable is called when the event is written.
        """
        if not self._readers:
            return
        self._pending.pop(about, None)
        if len(self._pending) < BURST:
            self._pending[about] = event, data
        else:
            self._is_burst = True
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self._flush)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Answer a request with the events from now on, until the reader leaves or the feed is closed."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        self._readers.add(queue)
        try:
            await response.prepare(request)
            chunk: bytes | None = self._hello
            while chunk is not None:
                await response.write(chunk)
                chunk = await self._next(queue)
        except ConnectionResetError:
            pass  # The reader has left.
        finally:
            self._readers.discard(queue)
        return response

    async def close(self) -> None:
        """Let every reader go."""
        if self._timer:
            self._timer.cancel()
        for queue in self._readers:
            _replace(queue, None)

    @staticmethod
    async def _next(queue: asyncio.Queue[bytes | None]) -> bytes | None:
        try:
            async with asyncio.timeout(HEARTBEAT):
                return await queue.get()
        except TimeoutError:
            return b":\n\n"

    def _flush(self) -> None:
        pending, is_burst = self._pending, self._is_burst
        self._pending, self._is_burst, self._timer = {}, False, None
        chunk = self._reload
        if not is_burst:
            told = (_event(event, data() if callable(data) else data) for event, data in pending.values())
            chunk = "".join(told).encode()
        for queue in self._readers:
            if queue.full():
                _replace(queue, self._reload)
            else:
                queue.put_nowait(chunk)


def _event(name: str, data: Data) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _replace(queue: asyncio.Queue[bytes | None], chunk: bytes | None) -> None:
    """Leave this chunk alone in the queue."""
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(chunk)
