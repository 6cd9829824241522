# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one request with an account's credentials and read the response, within limits of time and size."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .account import Connection
from .bodies import RequestBody, read_answer
from .codes import as_code
from .deadline import DeadlineExceeded, DeadlineRunner
from .errors import InvalidOptions
from .message import Form
from .proxy import proxy_of, proxy_secrets
from .session import Session, context_for, is_in_tls, is_unconnected, reason_of
from .version import VERSION

USER_AGENT = f"oncall.twilio/{VERSION} (Ansible collection)"

# How many seconds to wait for an exchange beyond its limit. If the socket times out first, the error says whether there
# was a connection, and the thread can be used again.
_GRACE = 0.1


class Response(NamedTuple):
    """A response. ``payload`` is its JSON, or None if it has no valid JSON."""

    status: int
    headers: Mapping[str, str]
    text: str
    payload: Any

    @property
    def code(self) -> int | None:
        """Twilio's error code; None if the response has none."""
        return as_code(self.payload.get("code")) if isinstance(self.payload, dict) else None


class NoAnswer(Exception):
    """A request got no response, or none within its limits. The text says why.

    ``written`` says whether the server may have received the request.
    """

    def __init__(self, text: str, written: bool) -> None:
        super().__init__(text)
        self.written = written


class Http:
    """Makes single requests; threads may share it. Use it as a context manager."""

    def __init__(self, connection: Connection) -> None:
        """Raise ``InvalidOptions`` if the CA certificates or the environment's proxy cannot be used."""
        self._base_url = connection.base_url
        self._host = urlsplit(connection.base_url).netloc
        self._proxy = proxy_of(connection)
        credentials = b64encode(f"{connection.user}:{connection.secret}".encode()).decode()
        self._headers = {
            "Authorization": f"Basic {credentials}",
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        self._secrets = [credentials, connection.secret, *proxy_secrets(self._proxy)]
        is_secure = "https" in {urlsplit(url).scheme for url in (connection.base_url, self._proxy or "")}
        # One context for all connections, because reading the CA certificates takes longer than a handshake.
        self._context = context_for(connection.verify) if is_secure else None
        # Connections that no thread is using.
        self._lines = [self._new_line()]

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_exception: object) -> None:
        for line in self._lines:
            line.close()

    def exchange(self, method: str, uri: str, form: Form | None, seconds: float, limit: int) -> Response:
        """Make a request and return its response; raises ``NoAnswer``.

        ``seconds`` limits the time from connecting to the last byte, and ``limit`` the bytes of the response after
        decompression.
        """
        try:
            line = self._lines.pop()
        except IndexError:
            line = self._new_line()
        body = None if form is None else RequestBody(form, time.monotonic() + seconds)
        headers = {**self._headers, **({"Content-Type": "application/x-www-form-urlencoded"} if body else {})}
        begin = partial(line.session.begin, method, self._base_url + uri, headers, body, seconds)
        exchange = _Exchange(begin, self._host, body, seconds, limit)
        try:
            status, fields, content = line.runner.run(exchange, seconds + _GRACE)
        except NoAnswer as error:
            self._lines.append(line)
            raise NoAnswer(self._scrub(str(error)), error.written) from None
        except RuntimeError as error:
            raise NoAnswer(f"No request can be made: {error}", written=False) from None
        except BaseException as error:
            # The connection may stay busy for as long as the server likes, so it is not used again.
            no_answer = exchange.abandon()
            raise no_answer if isinstance(error, DeadlineExceeded) else error from None
        self._lines.append(line)
        # Remove secrets before the text is shortened: half a secret would not be found any more.
        text = self._scrub(content.decode(errors="replace"))
        return Response(status, fields, text, _json(text))

    def _new_line(self) -> _Line:
        try:
            return _Line(Session(self._context, self._proxy), DeadlineRunner())
        except UnicodeError:
            text = "proxy: its user or password has a character that cannot be sent to a proxy."
            raise InvalidOptions([text]) from None
        except (ImportError, ValueError) as error:
            text = self._scrub(str(error)).rstrip(".")
            raise InvalidOptions([f"proxy: the environment's SOCKS proxy cannot be used: {text}."]) from None

    def _scrub(self, text: str) -> str:
        """Remove the credentials from text from outside: a proxy's error page may quote the request's headers."""
        for secret in self._secrets:
            text = text.replace(secret, "********")
        return text


class _Line(NamedTuple):
    """A connection that is kept for the next request, and the thread that uses it.

    Threads do not share connections: one that a thread abandons must not be in use by another thread.
    """

    session: Session
    runner: DeadlineRunner

    def close(self) -> None:
        self.runner.close()
        self.session.close()


class _Exchange:
    """A request and its response. One thread calls it, and another abandons it if it takes too long."""

    def __init__(
        self, begin: Callable[[], Any], host: str, body: RequestBody | None, seconds: float, limit: int
    ) -> None:
        self._begin = begin
        self._host = host
        self._body = body
        self._seconds = seconds
        self._limit = limit
        self._lock = threading.Lock()
        self._is_abandoned = False
        self._socket: socket.socket | None = None

    def __call__(self) -> tuple[int, Mapping[str, str], bytes]:
        """Return the response's status, headers and body. Raises only ``NoAnswer``."""
        try:
            response = self._begin()
        except Exception as error:
            written = self._body.is_taken if self._body else not is_unconnected(error)
            raise self._no_answer(self._reason(error), written, is_in_tls(error)) from None
        try:
            if response.status_code < 200:
                # The final response may follow. Its connection is closed, so that it answers no other request.
                raise self._no_answer(f"an interim response (HTTP {response.status_code})", written=True)
            if response.status_code == 407:
                # Over plain http, a proxy's own response looks like the server's.
                raise self._no_answer("the proxy rejected the credentials (HTTP 407)", written=False)
            with self._within_reach(response):
                return response.status_code, response.headers, read_answer(response.raw, response.headers, self._limit)
        except NoAnswer:
            raise
        except Exception as error:
            raise self._no_answer(self._reason(error), written=True) from None
        finally:
            # This closes the connection unless the response was read to its end.
            response.close()

    def abandon(self) -> NoAnswer:
        """Stop writing and reading, and return the error.

        Until the response's headers have arrived, only requests can access the connection. It is closed once they have.
        """
        written = self._body.withdraw() if self._body else True
        with self._lock:
            self._is_abandoned = True
            if self._socket:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
        return self._no_answer(self._time_limit(), written)

    @contextmanager
    def _within_reach(self, response: Any) -> Iterator[None]:
        """Let ``abandon`` stop the reading of the response."""
        try:
            own = socket.socket(fileno=os.dup(response.raw.fileno()))
        except (AttributeError, OSError, ValueError):
            # A response without a body has already released its connection.
            yield
            return
        with self._lock:
            self._socket = own
            is_late = self._is_abandoned
        try:
            if is_late:
                raise ConnectionAbortedError("given up")
            yield
        finally:
            with self._lock:
                own.close()

    def _no_answer(self, reason: str, written: bool, in_tls: bool = False) -> NoAnswer:
        if written:
            text = f"No complete response from {self._host}: {reason}"
        elif in_tls:
            text = f"No secure connection to {self._host}: {reason}. For a private CA, set ca_path"
        else:
            text = f"Cannot connect to {self._host}: {reason}. Check the network, the proxy and api_url"
        return NoAnswer(text, written)

    def _reason(self, error: Exception) -> str:
        return reason_of(error, self._seconds) or self._time_limit()

    def _time_limit(self) -> str:
        return f"timed out (the limit for the whole request is {round(self._seconds, 1):g} seconds)"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
