# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-sent events that tell open pages about changes.

The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping

from aiohttp import web

Data = Mapping[str, object]

# How many seconds an event waits, so that a later one about the same thing can replace it.
PAUSE = 0.05
# If more things than this change within a pause, it is cheaper to read everything again.
BURST = 200
# By how many writes a reader may be behind.
BACKLOG = 32
# A comment is sent this often, in seconds, to find readers that have gone and to keep proxies from closing the
# connection.
HEARTBEAT = 15.0
# How long, in milliseconds, a browser waits before it connects again.
RETRY = 500


class Feed:
    """Events for any number of readers. Belongs to one event loop. Memory is limited, even with slow readers.

    Readers first get ``hello`` with ``greeting``, and ``reload`` if events were left out, because there were too many
    or a reader was too slow. After either, read everything again.
    """

    def __init__(self, greeting: Data) -> None:
        self._hello = f"retry: {RETRY}\n{_event('hello', greeting)}".encode()
        self._reload = _event("reload", {}).encode()
        self._readers: set[asyncio.Queue[bytes | None]] = set()
        self._pending: dict[str, tuple[str, Data | Callable[[], Data]]] = {}
        self._is_burst = False
        self._timer: asyncio.TimerHandle | None = None

    def publish(self, event: str, data: Data | Callable[[], Data], *, about: str) -> None:
        """Send an event to every reader soon. Never blocks, and does nothing if there are no readers.

        This replaces a pending event ``about`` the same thing. A callable is called when the event is written.
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
        """Respond to a request with the events from now on, until the reader leaves or the feed is closed."""
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
        """Disconnect all readers."""
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
    """Replace everything in the queue with this chunk."""
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(chunk)
