# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""requests as this collection uses it: its settings, and what its errors mean. No other module imports requests."""

from __future__ import annotations

import socket
import ssl
import traceback
from collections.abc import Mapping
from typing import Any

from .bodies import RequestBody
from .tls import tls_context

try:
    import requests
    from requests import Session as RequestsSession
    from requests.adapters import HTTPAdapter
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
    HTTPAdapter = RequestsSession = object  # type: ignore[assignment, misc]
else:
    REQUESTS_IMPORT_ERROR = None


def context_for(verify: bool | str) -> ssl.SSLContext:
    """Return a TLS context with requests' CA certificates, unless ``verify`` names others or turns them off."""
    return tls_context(verify, DEFAULT_CA_BUNDLE_PATH)


class Session(RequestsSession):
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

    def begin(
        self, method: str, url: str, headers: Mapping[str, str], body: RequestBody | None, timeout: float
    ) -> requests.Response:
        """Send a request, and return its response when the headers have arrived. Raises what requests raises."""
        # Settings are passed with each request, since the environment's proxies and CA certificates override a
        # session's.
        # A host may have a second address, which must have its turn if the first one does not answer.
        limits = (timeout / 2, timeout)
        request = requests.Request(method, url, dict(headers))
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


def is_unconnected(error: Exception) -> bool:
    """Say whether a request without a body was certainly not sent."""
    cause = _innermost(error)
    if isinstance(cause, ConnectionError) and not isinstance(cause, ConnectionRefusedError):
        return False
    kinds = (requests.ConnectTimeout, requests.exceptions.ProxyError, requests.exceptions.SSLError, ValueError)
    # If no connection could be made, requests reports that its retries are exhausted, with the last failure as the
    # reason.
    return isinstance(error, kinds) or any(hasattr(argument, "reason") for argument in error.args)


def is_in_tls(error: Exception) -> bool:
    """Say whether the server could be reached, but no secure connection could be made."""
    return isinstance(error, requests.exceptions.SSLError)


def reason_of(error: Exception, seconds: float) -> str:
    """Return why a request failed; empty if its time, ``seconds`` in all, was up."""
    cause = _innermost(error)
    if isinstance(error, requests.ConnectTimeout):
        return f"timed out (the limit for connecting is {round(seconds / 2, 1):g} seconds)"
    # From Python 3.10, these are two names of the same class.
    if isinstance(cause, (TimeoutError, socket.timeout)):
        return ""
    text = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or str(cause)
    return str(text).rstrip(".") or type(cause).__name__


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
