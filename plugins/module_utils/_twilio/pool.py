# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections that requests go over: straight or through a proxy, with TLS as the task wants it.

They are urllib3's, the part of requests that speaks HTTP. What requests adds to it costs as much again to import and
twice as much for each message, and would have to be kept from redirects, ~/.netrc and the environment.
"""

from __future__ import annotations

import os
import ssl
import traceback
import urllib.request
from base64 import b64encode
from typing import Any
from urllib.parse import unquote, urlsplit

from .account import Connection
from .errors import InvalidOptions
from .values import host_of, is_loopback

try:
    import certifi
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None


def open_pool(connection: Connection, proxy: str | None, concurrency: int) -> Any:
    """Return urllib3's pool manager for so many requests at once; raises ``InvalidOptions``.

    ``proxy`` is what ``proxy_of`` returns for the connection.
    """
    options: dict[str, Any] = {"maxsize": concurrency}
    if "https" in {urlsplit(url).scheme for url in (connection.base_url, proxy or "")}:
        # One context for all connections: to read the CA certificates takes longer than a handshake.
        context = _tls(connection.verify)
        options.update(ssl_context=context, cert_reqs=context.verify_mode)
    if not proxy:
        return urllib3.PoolManager(**options)
    if proxy.startswith("socks"):
        return _socks_pool(proxy, options)
    return urllib3.ProxyManager(
        proxy,
        proxy_headers=_proxy_headers(proxy),
        proxy_ssl_context=options.get("ssl_context"),
        # As without a proxy, small packets are sent at once, without waiting for an acknowledgement first.
        socket_options=urllib3.connection.HTTPConnection.default_socket_options,
        **options,
    )


def _socks_pool(proxy: str, options: dict[str, Any]) -> Any:
    try:
        from urllib3.contrib.socks import SOCKSProxyManager

        return SOCKSProxyManager(proxy, **options)
    except (ImportError, ValueError) as error:
        # It is not quoted, since it may hold a password.
        raise InvalidOptions([f"proxy: the environment's SOCKS proxy cannot be used: {error}."]) from None


def _tls(verify: bool | str) -> ssl.SSLContext:
    """Return the TLS settings: ``verify`` is a switch, or the path of the CA certificates to trust."""
    mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    context: ssl.SSLContext = urllib3.util.ssl_.create_urllib3_context(cert_reqs=mode)
    if verify:
        named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        path = verify if isinstance(verify, str) else named or certifi.where()
        try:
            context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
        except OSError as error:
            raise InvalidOptions([f"ca_path: {path} holds no CA certificates ({_reason(error)})."]) from None
    else:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return context


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def proxy_of(connection: Connection) -> str | None:
    """Return the URL of the proxy for a connection: the task's or else the environment's.

    macOS is not asked for its proxies: that crashes in a forked process. Raises ``InvalidOptions``.
    """
    scheme, host = urlsplit(connection.base_url)[:2]
    if connection.proxy:
        return connection.proxy
    # A proxy's loopback is another machine than ours.
    if is_loopback(connection.base_url):
        return None
    # The functions without _environment in their names would ask macOS.
    if urllib.request.proxy_bypass_environment(host):  # type: ignore[attr-defined]
        return None
    proxies = urllib.request.getproxies_environment()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy:
        return None
    url = proxy if "://" in proxy else f"http://{proxy}"
    if not url.startswith("socks") and not host_of(url):
        # It is not quoted, since it may hold a password.
        raise InvalidOptions([f"proxy: the environment's {scheme.upper()}_PROXY is not an http or https URL."])
    return url


def _proxy_headers(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    return {"Proxy-Authorization": f"Basic {basic(unquote(parts.username), unquote(parts.password or ''))}"}


def basic(user: str, password: str) -> str:
    """Return the credentials of Basic authentication, as RFC 7617 writes them."""
    return b64encode(f"{user}:{password}".encode()).decode()
