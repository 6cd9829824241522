# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choose the proxy for requests."""

from __future__ import annotations

import urllib.request
from urllib.parse import unquote, urlsplit

from .account import Connection
from .errors import InvalidOptions
from .values import is_loopback, is_url


def proxy_of(connection: Connection) -> str | None:
    """Return the URL of the proxy for a connection: the task's, or else the environment's; None for no proxy.

    macOS is not asked for its proxies: that crashes in a forked process. Raises ``InvalidOptions``.
    """
    scheme, host = urlsplit(connection.base_url)[:2]
    if connection.proxy:
        return connection.proxy
    # For a proxy, a loopback address would be the proxy's own machine.
    if is_loopback(connection.base_url):
        return None
    # The functions without _environment in their names would query macOS.
    if urllib.request.proxy_bypass_environment(host):  # type: ignore[attr-defined]
        return None
    proxies = urllib.request.getproxies_environment()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy:
        return None
    url = proxy if "://" in proxy else f"http://{proxy}"
    kind, _separator, rest = url.partition("://")
    if not is_url(f"http://{rest}" if kind.lower().startswith("socks") else url):
        # It is not quoted, since it may hold a password.
        raise InvalidOptions([f"proxy: the environment's {scheme.upper()}_PROXY is not an http or https URL."])
    return url


def proxy_secrets(proxy: str | None) -> list[str]:
    """Return the secrets in a proxy's URL: the URL itself, and the password as written and decoded."""
    password = urlsplit(proxy or "").password
    return [proxy, password, unquote(password)] if proxy and password else []
