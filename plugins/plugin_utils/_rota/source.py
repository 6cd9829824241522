# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sources of a rota, URLs or files, and how messages show them. Pure.

A calendar's private URL is a secret: anybody who knows it can read the calendar. Messages show only the host.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

# webcal is the scheme for calendar subscriptions. Its URLs are read over HTTPS.
_SCHEMES = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
# Matches text that looks like a URL without its https://, and not like a path.
_BARE_URL = re.compile(r"(?:[^/\s]*@)?((?:[\w-]+\.)+[a-z]{2,})(?::\d+)?[/?]", re.IGNORECASE)

# Matches a URL that is mistyped in another way: https:/x, https:x, https//x, //x, x:8080/ or x?token=1.
_MISTYPED_URL = re.compile(r"\s*(?:\w+:/|(?:https?|webcals?)(?::|//)|//|[^/\s]+:\d+/|.*\?)", re.IGNORECASE | re.DOTALL)


class NotRead(Exception):
    """A source could not be read. The text says why, without secrets."""


class Address(NamedTuple):
    """A URL without its login, and the login: user and password, empty if there is none."""

    url: str
    user: str
    password: str


def is_url(source: str) -> bool:
    """Say whether a source is a URL, and not the path of a file."""
    return "://" in source


def address_of(source: str) -> Address:
    """Split a URL. Raises ``ValueError`` if it is not an http, https or webcal URL; the text does not quote it."""
    scheme, _colon, rest = source.partition("://")
    if scheme.lower() not in _SCHEMES:
        raise ValueError("only http, https and webcal URLs can be read")
    if re.search(r"[\s\x00-\x1f\x7f]", source):
        raise ValueError("the URL contains spaces or control characters")
    try:
        parts = urlsplit(f"{_SCHEMES[scheme.lower()]}://{rest}")
        labels = (parts.hostname or "").removesuffix(".").split(".")
        has_host, _port = all(0 < len(label) < 64 for label in labels), parts.port
    except ValueError:
        has_host = False
    if not has_host:
        raise ValueError("the URL has no valid host")
    host = parts.netloc.rpartition("@")[2]
    url = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    return Address(url, unquote(parts.username or ""), unquote(parts.password or ""))


def shown(source: str) -> str:
    """Return a source for messages: a file's path, or a URL's scheme and host at most, since the rest may be secret."""
    if bare := _BARE_URL.match(source):
        return f"{bare[1]}/…"
    if not is_url(source):
        return "the URL" if lacks_scheme(source) else source
    try:
        parts = urlsplit(address_of(source).url)
    except ValueError:
        return "the URL"
    return f"{parts.scheme}://{parts.netloc}/…"


def lacks_scheme(source: str) -> bool:
    """Say whether a file's path looks like a URL whose ``https://`` is missing or mistyped."""
    return bool(_BARE_URL.match(source) or _MISTYPED_URL.match(source))
