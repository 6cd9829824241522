# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a rota comes from: a URL or a file, and what messages call it. Pure.

A calendar's private URL is a secret: whoever knows it can read the calendar. Messages name the host alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

# webcal is how calendars are offered to programs that subscribe to them; servers are spoken to by HTTPS.
_SCHEMES = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
# A URL that has lost its https:// on the way, to somebody else than a file system.
_BARE_URL = re.compile(r"(?:[^/\s]*@)?((?:[\w-]+\.)+[a-z]{2,})(?::\d+)?[/?]", re.IGNORECASE)


class NotRead(Exception):
    """A source could not be read. The text says why, and holds no secret."""


class Address(NamedTuple):
    """A URL without its login, and the login: user and password, empty if it has none."""

    url: str
    user: str
    password: str


def is_url(source: str) -> bool:
    """Say whether a source is a URL rather than a file's path."""
    return "://" in source


def address_of(source: str) -> Address:
    """Take a URL apart. Raises ``ValueError`` if it is not one that can be read; the text does not quote it."""
    scheme, _colon, rest = source.partition("://")
    if scheme.lower() not in _SCHEMES:
        raise ValueError("only http, https and webcal URLs can be read")
    if re.search(r"[\s\x00-\x1f\x7f]", source):
        raise ValueError("the URL contains spaces or control characters")
    try:
        parts = urlsplit(f"{_SCHEMES[scheme.lower()]}://{rest}")
        has_host, _port = bool(parts.hostname), parts.port
    except ValueError:
        has_host = False
    if not has_host:
        raise ValueError("the URL has no valid host")
    host = parts.netloc.rpartition("@")[2]
    url = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    return Address(url, unquote(parts.username or ""), unquote(parts.password or ""))


def shown(source: str) -> str:
    """Return what messages call a source: a file's path, or a URL's host without what may be secret."""
    if bare := _BARE_URL.match(source):
        return f"{bare[1]}/…"
    if not is_url(source):
        return source
    try:
        parts = urlsplit(address_of(source).url)
    except ValueError:
        return "the URL"
    return f"{parts.scheme}://{parts.netloc}/…"


def lacks_scheme(source: str) -> bool:
    """Say whether a file's path looks like a URL whose ``https://`` is missing."""
    return _BARE_URL.match(source) is not None
