# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one request with an account's credentials and read the response, within limits of time and size.

No other module of the package imports requests.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
import traceback
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .account import Connection
from .bodies import RequestBody, read_answer
from .codes import as_code
from .deadline import DeadlineExceeded, DeadlineRunner
from .errors import InvalidOptions
from .message import Form
from .proxy import proxy_of, proxy_secrets
from .tls import tls_context
from .version import VERSION

try:
    import requests
    from requests import Session
    from requests.adapters import HTTPAdapter
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
    HTTPAdapter = Session = object  # type: ignore[assignment, misc]
else:
    REQUESTS_IMPORT_ERROR = None

USER_AGENT = f"oncall.twilio/{VERSION} (Ansible collection)"

# How many seconds to wait for an exchange beyond its limit. If the socket times out first, the error says whether there
# was a connection, and the thread can be used again.
_GRACE = 0.1


class Reply(NamedTuple):
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
        self._context = tls_context(connection.verify, DEFAULT_CA_BUNDLE_PATH) if is_secure else None
        # Connections that no thread is using.
        self._lines = [self._new_line()]

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_exception: object) -> None:
        for line in self._lines:
            line.close()

    def exchange(self, method: str, uri: str, form: Form | None, seconds: float, limit: int) -> Reply:
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
        request = requests.Request(method, self._base_url + uri, headers)
        exchange = _Exchange(line.session, request, body, seconds, limit)
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
        return Reply(status, fields, text, _json(text))

    def _new_line(self) -> _Line:
        try:
            return _Line(_Session(self._context, self._proxy), DeadlineRunner())
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

    session: _Session
    runner: DeadlineRunner

    def close(self) -> None:
        self.runner.close()
        self.session.close()


class _Session(Session):
    """A session that uses only its arguments, and no settings from the environment."""

    def __init__(self, context: ssl.SSLContext | None, proxy: str | None) -> None:
        super().__init__()
        self._settings: dict[str, Any] = {
            "verify": context is None or context.verify_mode is not ssl.CERT_NONE,
            "proxies": {"all": proxy} if proxy else {},
            "allow_redirects": False,
            "stream": True,
        }
        self._latest: requests.PreparedRequest | None = None
        self._url = ""
        adapter = Adapter(context, proxy)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def begin(self, request: requests.Request, body: RequestBody | None, timeout: float) -> requests.Response:
        """Send a request, and return its response when the headers have arrived."""
        # Settings are passed with each request, since the environment's proxies and CA certificates override a
        # session's.
        # A host may have a second address, which must have its turn if the first one does not answer.
        limits = (timeout / 2, timeout)
        return self.send(self._prepared(request, body), timeout=limits, **self._settings)

    def _prepared(self, request: requests.Request, body: RequestBody | None) -> requests.PreparedRequest:
        # Most requests go to the same URL as the one before, and copying that takes a sixth of the time. Requests are
        # prepared without the session, so they have no cookies and nothing from ~/.netrc.
        if not self._latest or (self._latest.method, self._url) != (request.method, request.url):
            self._latest, self._url = request.prepare(), request.url
        prepared = self._latest.copy()
        if body:
            prepared.prepare_body(body, None)
        return prepared

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: to follow a redirect, requests would first read the whole response."""


class Adapter(HTTPAdapter):
    """Connects directly or through the proxy, with one TLS context for all connections."""

    def __init__(self, context: ssl.SSLContext | None, proxy: str | None) -> None:
        self._proxy = proxy
        self._tls: dict[str, Any] = {"ssl_context": context, "cert_reqs": context.verify_mode} if context else {}
        super().__init__(pool_connections=1, pool_maxsize=1)
        if proxy:
            # Created now and not in the first request, so that errors show early.
            self.proxy_manager_for(proxy)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs, **self._tls)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if not proxy.lower().startswith("socks"):
            # Send small packets at once, without waiting for an acknowledgement, as without a proxy.
            kwargs["socket_options"] = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
            kwargs["proxy_ssl_context"] = self._tls.get("ssl_context")
        return super().proxy_manager_for(proxy, **kwargs, **self._tls)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return a connection with the shared TLS context; requests 2.32.2 would create its own."""
        manager = self.proxy_manager_for(self._proxy) if self._proxy else self.poolmanager
        return manager.connection_from_url(request.url)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Add no CA certificates to those of the context: they would be read again for each connection."""


class _Exchange:
    """A request and its response. One thread calls it, and another abandons it if it takes too long."""

    def __init__(
        self, session: _Session, request: requests.Request, body: RequestBody | None, seconds: float, limit: int
    ) -> None:
        self._session = session
        self._request = request
        self._body = body
        self._seconds = seconds
        self._limit = limit
        self._host = urlsplit(request.url).netloc
        self._lock = threading.Lock()
        self._is_abandoned = False
        self._socket: socket.socket | None = None

    def __call__(self) -> tuple[int, Mapping[str, str], bytes]:
        """Return the response's status, headers and body. Raises only ``NoAnswer``."""
        try:
            response = self._session.begin(self._request, self._body, self._seconds)
        except Exception as error:
            written = self._body.is_taken if self._body else not _is_unconnected(error)
            in_tls = isinstance(error, requests.exceptions.SSLError)
            raise self._no_answer(self._reason(error), written, in_tls) from None
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
    def _within_reach(self, response: requests.Response) -> Iterator[None]:
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
        cause = _innermost(error)
        if isinstance(error, requests.ConnectTimeout):
            return f"timed out (the limit for connecting is {round(self._seconds / 2, 1):g} seconds)"
        # From Python 3.10, these are two names of the same class.
        if isinstance(cause, (TimeoutError, socket.timeout)):
            return self._time_limit()
        text = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or str(cause)
        return str(text).rstrip(".") or type(cause).__name__

    def _time_limit(self) -> str:
        return f"timed out (the limit for the whole request is {round(self._seconds, 1):g} seconds)"


def _is_unconnected(error: Exception) -> bool:
    """Say whether a request without a body was certainly not sent."""
    cause = _innermost(error)
    if isinstance(cause, ConnectionError) and not isinstance(cause, ConnectionRefusedError):
        return False
    kinds = (requests.ConnectTimeout, requests.exceptions.ProxyError, requests.exceptions.SSLError, ValueError)
    # If no connection could be made, requests reports that its retries are exhausted, with the last failure as the
    # reason.
    return isinstance(error, kinds) or any(hasattr(argument, "reason") for argument in error.args)


def _innermost(error: BaseException) -> BaseException:
    """Return the innermost cause of a failed request."""
    while True:
        # Before urllib3 2, the cause of a lost connection is not always named as one.
        unnamed = error.__context__ if isinstance(error.__context__, OSError) else None
        candidates = (getattr(error, "reason", None), *error.args, error.__cause__, unnamed)
        inner = next((item for item in candidates if isinstance(item, BaseException)), None)
        if inner is None:
            return error
        error = inner


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
