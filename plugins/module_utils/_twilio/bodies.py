# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bodies of requests and responses."""

from __future__ import annotations

import io
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from .message import Form

MIB = 2**20

# How much of a response to read at a time, in bytes.
_CHUNK = 2**16


class Readable(Protocol):
    """The source of a response's body."""

    def read(self, size: int) -> bytes:
        """Return at most this many bytes, as they came over the wire."""


class RequestBody(io.BytesIO):
    """A request's body that knows whether any of it was read, and so may have been sent.

    The error for a lost connection is the same before and after the request was written.
    """

    def __init__(self, form: Form, until: float) -> None:
        """``until`` is when it is too late to begin, on the monotonic clock: nobody would wait for the response."""
        # Text may contain half of a surrogate pair. The rest of it is still sent.
        super().__init__(urlencode(form, doseq=True, errors="replace").encode())
        self._until = until
        self._lock = threading.Lock()
        self._is_withdrawn = False
        self.is_taken = False

    def read(self, size: int | None = -1) -> bytes:
        with self._lock:
            if self._is_withdrawn:
                raise ConnectionAbortedError("given up")
            if not self.is_taken and time.monotonic() >= self._until:
                raise TimeoutError
            self.is_taken = True
        return super().read(size)

    def withdraw(self) -> bool:
        """Prevent further reading, and return whether any of it was read."""
        with self._lock:
            self._is_withdrawn = True
            return self.is_taken


def read_answer(raw: Readable, headers: Mapping[str, str], limit: int) -> bytes:
    """Return a response's body. Raises whatever error stops the reading, or an error if the body exceeds the limit."""
    encoding = headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise ValueError(f"it has the unexpected encoding {encoding}")
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if encoding == "gzip" else None
    content, received = bytearray(), 0
    while chunk := raw.read(_CHUNK):
        received += len(chunk)
        for piece in _unzipped(unzip, chunk) if unzip else [chunk]:
            content += piece
            if max(received, len(content)) > limit:
                raise ValueError(f"too large (the limit is {limit // MIB} MiB)")
    # Before version 2, urllib3 does not notice a truncated response.
    if received < int(headers.get("Content-Length", 0)) or (unzip and received and not unzip.eof):
        raise ValueError("cut short")
    return bytes(content)


def _unzipped(unzip: Any, chunk: bytes) -> Iterator[bytes]:
    """Yield a chunk's decompressed content in small pieces: it may be a thousand times as large as the chunk."""
    piece = b""
    while chunk or len(piece) == _CHUNK:
        piece = unzip.decompress(chunk, _CHUNK)
        chunk = unzip.unconsumed_tail
        yield piece
