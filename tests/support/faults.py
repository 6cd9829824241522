# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that misbehaves on demand, over real sockets."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import parse_qsl

SID = "SM0123456789abcdef0123456789abcdef"


class Request(NamedTuple):
    """A request that arrived whole."""

    line: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body, keep_blank_values=True)


# Does what it likes to the connection once a request has arrived.
Behaviour = Callable[[socket.socket], None]


class FaultyServer:
    """Listens on a free port of the loopback; each request gets the next behaviour, the last one for ever."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._behaviours = list(behaviours)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(10)
            # A client that goes away is what many a test is about.
            with connection, suppress(OSError):
                self._converse(self._tls.wrap_socket(connection, server_side=True) if self._tls else connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            if request := _read(connection):
                self.requests.append(request)
                behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
                behaviour(connection)

    @contextmanager
    def running(self) -> Iterator[FaultyServer]:
        self._thread.start()
        try:
            yield self
        finally:
            # Closing alone would leave accept() waiting.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._thread.join(10)


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (chunk := connection.recv(65536)):
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    headers = dict(header.split(": ", 1) for header in lines)
    while len(body) < int(headers.get("Content-Length", 0)):
        body += connection.recv(65536)
    return Request(line, headers, body.decode())


def answer(
    status: int = 200, body: str | bytes = b"", content_type: str = "application/json", **headers: str
) -> Behaviour:
    """Answer with a status, a body and headers, whose names take underscores for hyphens."""
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content_Type": content_type, "Content_Length": str(len(content)), "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return raw(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content)


def raw(data: bytes) -> Behaviour:
    """Write these very bytes."""
    return lambda connection: connection.sendall(data)


def reset(connection: socket.socket) -> None:
    """Drop the connection with a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(_connection: socket.socket) -> None:
    """Close the connection in good order, with no word said."""


def silence(connection: socket.socket) -> None:
    """Say nothing until the client gives up."""
    connection.recv(1)
