# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Twilio that accepts all messages after a fixed time, to be run as a process of its own.

It listens on several ports, which it announces on standard output: with and without TLS, and as an HTTP proxy through
which a program that insists on https://api.twilio.com gets here. Each comes without latency and with it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qs

import trustme
from aiohttp import web

from benchmark.account import ACCOUNT_SID, AUTH_TOKEN, LATENCY_MS

_AUTHORIZATION = f"Basic {b64encode(f'{ACCOUNT_SID}:{AUTH_TOKEN}'.encode()).decode()}"
_MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Stub:
    """Accepts messages and counts what it sees."""

    def __init__(self) -> None:
        self._serial = itertools.count(1)
        self._counts = {"messages": 0, "requests": 0, "handshakes": 0}
        # When the first message was asked for, on the monotonic clock, which all processes share.
        self._first_at = 0.0

    def count_handshake(self, *_of_tls: object) -> None:
        self._counts["handshakes"] += 1

    def handler(self, latency: float) -> Handler:
        """Return a handler that answers after so many seconds."""

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            if request.path == "/counts":
                return self._tell()
            arrived = time.monotonic()
            form = parse_qs(await request.text())
            self._counts["requests"] += 1
            await asyncio.sleep(latency)
            if request.headers.get("Authorization") != _AUTHORIZATION:
                headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'}
                return web.json_response({"code": 20003, "message": "Authenticate"}, status=401, headers=headers)
            if (request.method, request.path) != ("POST", f"{_MESSAGES}.json") or not form.keys() >= {"To", "Body"}:
                return web.json_response({"code": 20404, "message": "Not found"}, status=404)
            self._counts["messages"] += 1
            self._first_at = self._first_at or arrived
            return self._created({name: values[0] for name, values in form.items()})

        return handle

    def _tell(self) -> web.Response:
        told = web.json_response({**self._counts, "first_at": self._first_at})
        self._counts, self._first_at = dict.fromkeys(self._counts, 0), 0.0
        return told

    def _created(self, form: dict[str, str]) -> web.Response:
        number = next(self._serial)
        now = formatdate(usegmt=True).replace("GMT", "+0000")
        message = {
            "body": form["Body"],
            "num_segments": "1",
            "direction": "outbound-api",
            "from": form.get("From"),
            "date_updated": now,
            "price": None,
            "error_message": None,
            "uri": f"{_MESSAGES}/SM{number:032x}.json",
            "account_sid": ACCOUNT_SID,
            "num_media": "0",
            "to": form["To"],
            "date_created": now,
            "status": "queued",
            "sid": f"SM{number:032x}",
            "date_sent": None,
            "messaging_service_sid": None,
            "error_code": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "subresource_uris": {"media": f"{_MESSAGES}/SM{number:032x}/Media.json"},
        }
        headers = {
            "Twilio-Concurrent-Requests": "1",
            "Twilio-Request-Id": f"RQ{number:032x}",
            "Twilio-Request-Duration": "0.100",
            "X-Home-Region": "us1",
            "X-API-Domain": "api.twilio.com",
            "Strict-Transport-Security": "max-age=31536000",
        }
        return web.json_response(message, status=201, headers=headers)


async def _listen(handler: Handler, tls: ssl.SSLContext | None = None) -> int:
    runner = web.ServerRunner(web.Server(handler))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls, backlog=200).start()
    return int(runner.addresses[0][1])


async def _proxy_to(port: int) -> int:
    """Start a proxy whose tunnels all end at that port, wherever they were meant to go."""

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    server = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    return int(server.sockets[0].getsockname()[1])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer), suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _serve(ca_file: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "api.twilio.com").configure_cert(tls)
    stub = Stub()
    # Called once for each handshake, whether or not the client names a server.
    tls.sni_callback = stub.count_handshake
    ports = {}
    for latency in (0, LATENCY_MS):
        handler = stub.handler(latency / 1000)
        ports[f"http-{latency}"] = await _listen(handler)
        ports[f"https-{latency}"] = await _listen(handler, tls)
        ports[f"proxy-{latency}"] = await _proxy_to(ports[f"https-{latency}"])
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(Path(sys.argv[1])))
