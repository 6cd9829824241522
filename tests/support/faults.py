# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that misbehave on demand, over real sockets."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import formatdate
from typing import NamedTuple, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

SID = "SM0123456789abcdef0123456789abcdef"


class Request(NamedTuple):
    """A request that arrived whole."""

    line: str
    headers: dict[str, str]
    body: str

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body, keep_blank_values=True)


# Does what it likes to the connection once a request has arrived.
Behaviour = Callable[[socket.socket], None]


class FaultyServer:
    """Listens on the loopback, at a free port or the one named; each request gets the next behaviour, the last always.

    A connection serves one request. ``tls`` makes it one over TLS; ``is_proxy`` lets it be reached as the proxy that a
    client tunnels through, when it is in truth the end of each tunnel, and ``socks`` as a SOCKS5 proxy. Without
    ``reads`` it does not read requests.
    """

    def __init__(
        self,
        *behaviours: Behaviour,
        tls: ssl.SSLContext | None = None,
        is_proxy: bool = False,
        socks: bool = False,
        reads: bool = True,
        port: int = 0,
    ) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        # One for each connection that has ended.
        self.ended = threading.Semaphore(0)
        self._behaviours = list(behaviours)
        self._tls = tls
        self._is_proxy = is_proxy
        self._socks = socks
        self._reads = reads
        self._listener = socket.create_server(("127.0.0.1", port), backlog=200)
        self.url = f"{'https' if tls and not is_proxy else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def behaviour(self, request: Request) -> Behaviour:
        """Choose what to do about a request."""
        del request
        return self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]

    def posts(self) -> list[Request]:
        """Return the requests that were to create something."""
        return [request for request in self.requests if request.method == "POST"]

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        # A client that goes away is what many a test is about.
        with connection, suppress(OSError):
            self._attend(connection)
        self.ended.release()

    def _attend(self, connection: socket.socket) -> None:
        if not self._reads:
            self._behaviours[0](connection)
            return
        if self._socks:
            _open_tunnel(connection)
        if self._is_proxy and _read(connection):
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        secured = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
        with secured:
            if request := _read(secured):
                self.requests.append(request)
                self.behaviour(request)(secured)

    @contextmanager
    def running(self) -> Iterator[Self]:
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
    head, body = data.split(b"\r\n\r\n", 1)
    line, *lines = head.decode().split("\r\n")
    headers = dict(header.split(": ", 1) for header in lines)
    while len(body) < int(headers.get("Content-Length", 0)):
        if not (chunk := connection.recv(65536)):
            return None
        body += chunk
    return Request(line, headers, body.decode())


def _open_tunnel(connection: socket.socket) -> None:
    """Play a SOCKS5 proxy (RFC 1928), wherever the tunnel is to lead."""
    connection.recv(2 + 255)
    connection.sendall(b"\x05\x00")
    connection.recv(4 + 1 + 255 + 2)
    connection.sendall(b"\x05\x00\x00\x01" + bytes(6))


def answer(
    status: int = 200, body: str | bytes = b"", content_type: str = "application/json", **headers: str
) -> Behaviour:
    """Answer with a status, a body and headers, whose names take underscores for hyphens."""
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content_Type": content_type, "Content_Length": str(len(content)), "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return raw(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content)


def refusal(status: int, code: int, message: str = "No", **headers: str) -> Behaviour:
    """Answer with an error in Twilio's form."""
    return answer(status, json.dumps({"code": code, "message": message, "status": status}), **headers)


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
    while connection.recv(65536):
        pass


def gzipped(status: int, body: str) -> Behaviour:
    """Answer in gzip."""
    packer = zlib.compressobj(wbits=31)
    return answer(status, packer.compress(body.encode()) + packer.flush(), Content_Encoding="gzip")


def chunked(status: int, body: str) -> Behaviour:
    """Answer in chunks of one byte each."""
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body.encode())
    head = f"HTTP/1.1 {status} Whatever\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return raw(head.encode() + chunks + b"0\r\n\r\n")


# Answers that never end, or are too large. Each of them does end, in an answer that is as good as any: a client without
# limits is slow and large, and content.


def dripping_body(status: int, body: str, pause: float = 0.1, drops: int = 100) -> Behaviour:
    """Answer with one byte at a time."""
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {drops + len(body)}\r\n\r\n"
    return _slowly(head.encode(), [b" "] * drops, body.encode(), pause)


def dripping_headers(status: int, body: str, pause: float = 0.1, drops: int = 90) -> Behaviour:
    """Answer with one header at a time."""
    tail = f"Content-Length: {len(body)}\r\n\r\n{body}"
    return _slowly(f"HTTP/1.1 {status} Whatever\r\n".encode(), [b"X-Drop: 1\r\n"] * drops, tail.encode(), pause)


def dripping_continues(status: int, body: str, pause: float = 0.1, drops: int = 100) -> Behaviour:
    """Answer with one ``100 Continue`` after the other."""
    tail = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    return _slowly(b"", [b"HTTP/1.1 100 Continue\r\n\r\n"] * drops, tail.encode(), pause)


def _slowly(head: bytes, drops: list[bytes], tail: bytes, pause: float) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.sendall(head)
        for drop in drops:
            connection.sendall(drop)
            time.sleep(pause)
        connection.sendall(tail)

    return behave


def endless(status: int, body: str, mebibytes: int, **headers: str) -> Behaviour:
    """Answer in chunks, so many MiB of blanks before the body."""

    def behave(connection: socket.socket) -> None:
        fields = "".join(f"{name}: {value}\r\n" for name, value in {"Transfer-Encoding": "chunked", **headers}.items())
        connection.sendall(f"HTTP/1.1 {status} Whatever\r\n{fields}\r\n".encode())
        for _number in range(mebibytes * 16):
            connection.sendall(b"10000\r\n%s\r\n" % (b" " * 2**16))
        connection.sendall(f"{len(body):x}\r\n{body}\r\n0\r\n\r\n".encode())

    return behave


def gzip_bomb(status: int, body: str, mebibytes: int) -> Behaviour:
    """Answer in gzip, so many MiB of blanks before the body."""
    packer = zlib.compressobj(wbits=31)
    packed = b"".join(packer.compress(b" " * 2**20) for _number in range(mebibytes))
    return answer(status, packed + packer.compress(body.encode()) + packer.flush(), Content_Encoding="gzip")


class FaultyTwilio(FaultyServer):
    """Accepts messages, and lists them, except where a fault is chosen.

    ``choose`` says for a create request whether it is accepted, and with which behaviour it is answered if not as
    it should be; ``lag`` is how many times the list of messages is asked for before it shows any.
    """

    noun = "messages"
    # What the answer to a create request says otherwise than the list.
    not_yet: Mapping[str, object] = {}

    def __init__(
        self,
        choose: Callable[[Request], tuple[bool, Behaviour | None]],
        lag: int = 0,
        tls: ssl.SSLContext | None = None,
        is_proxy: bool = False,
    ) -> None:
        super().__init__(tls=tls, is_proxy=is_proxy)
        self.accepted: list[dict[str, object]] = []
        self._choose = choose
        self.lag = lag
        self._lock = threading.Lock()

    def behaviour(self, request: Request) -> Behaviour:
        with self._lock:
            if request.method == "GET":
                return self._listed(request)
            accepts, fault = self._choose(request)
            created = self._created(dict(request.form))
            if accepts:
                self.accepted.append(created)
            return fault or answer(201, json.dumps({**created, **self.not_yet}), Date=formatdate(usegmt=True))

    def _listed(self, request: Request) -> Behaviour:
        self.lag -= 1
        recipient = parse_qs(urlsplit(request.line.split(" ")[1]).query).get("To", [""])[0]
        shown = [created for created in reversed(self.accepted) if created["to"] == recipient and self.lag < 0]
        return answer(200, json.dumps({self.noun: shown}), Date=formatdate(usegmt=True))

    def _created(self, form: dict[str, str]) -> dict[str, object]:
        return {
            "sid": f"SM{len(self.accepted):032x}",
            "to": form["To"],
            "from": form.get("From"),
            "body": form.get("Body"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0",
            "direction": "outbound-api",
            "status": "queued",
            "date_created": formatdate(usegmt=True).replace("GMT", "+0000"),
        }


class FaultyPhones(FaultyTwilio):
    """Accepts calls, and lists them, as ``FaultyTwilio`` does messages. Nobody's phone ever rings."""

    noun = "calls"
    not_yet: Mapping[str, object] = {"date_created": None}

    def _created(self, form: dict[str, str]) -> dict[str, object]:
        return {
            "sid": f"CA{len(self.accepted):032x}",
            "to": form["To"],
            "from": form["From"],
            "direction": "outbound-api",
            "status": "queued",
            "queue_time": "0",
            "start_time": None,
            "date_created": formatdate(usegmt=True).replace("GMT", "+0000"),
        }
