# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bodies of requests and responses."""

from __future__ import annotations

import io
import threading
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
        """Return so many bytes, as they came over the wire."""


class RequestBody(io.BytesIO):
    """A request's body that knows whether any of it was read to be written to the connection.

    The error of a lost connection is the same before and after the request was written.
    """

    def __init__(self, form: Form) -> None:
        # Half a character that something has cut in two is no reason to lose the rest of the text.
        super().__init__(urlencode(form, doseq=True, errors="replace").encode())
        self._lock = threading.Lock()
        self._is_withdrawn = False
        self.is_taken = False

    def read(self, size: int | None = -1) -> bytes:
        with self._lock:
            if self._is_withdrawn:
                raise ConnectionAbortedError("given up")
            self.is_taken = True
        return super().read(size)

    def withdraw(self) -> bool:
        """Prevent further reading, and return whether any of it was read."""
        with self._lock:
            self._is_withdrawn = True
            return self.is_taken


def read_answer(raw: Readable, headers: Mapping[str, str], limit: int) -> bytes:
    """Return an answer's body; raises whatever keeps it from being read to its end, or past the limit."""
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
    # Before urllib3 2 nothing else notices an answer that is cut short.
    if received < int(headers.get("Content-Length", 0)) or (unzip and received and not unzip.eof):
        raise ValueError("cut short")
    return bytes(content)


def _unzipped(unzip: Any, chunk: bytes) -> Iterator[bytes]:
    """Yield what a chunk holds in small pieces: it may be a thousand times as much."""
    piece = b""
    while chunk or len(piece) == _CHUNK:
        piece = unzip.decompress(chunk, _CHUNK)
        chunk = unzip.unconsumed_tail
        yield piece
