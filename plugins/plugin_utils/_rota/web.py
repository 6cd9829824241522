# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a feed from a server, within limits of size and time. Credentials are sent only to the URL's own server."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from .limits import TimeIsUp, wall_time
from .source import NotRead, address_of, shown

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 5
# GoAlert's JSON contains more than its iCalendar. GoAlert returns it if the Accept header has nothing else.
# Source: https://github.com/target/goalert/blob/master/calsub/http.go
_GOALERT_PATH = "/api/v2/calendar"
_ADVICE = {
    401: "Check username and password, or headers.",
    403: "Check the login, or whether the calendar's private URL has been reset.",
    404: "Check the URL, and whether the calendar's private URL has been reset.",
    410: "Check the URL, and whether the calendar's private URL has been reset.",
}

# Also not from http to https: the first request has shown them to everybody on the way, and would again each time.
_LESS = "It was redirected to {}, and login and headers go to the first server only. Use the URL that it redirects to."


class Request(NamedTuple):
    """A request for a feed.

    ``verify`` is true or false, or the path of the CA certificates. ``seconds`` is for everything.
    """

    source: str
    headers: Mapping[str, str]
    username: str | None
    password: str | None
    verify: bool | str
    seconds: float
    agent: str


def fetch(request: Request) -> bytes:
    """Return the response's body. Raises ``NotRead``, and ``ImportError`` without the package requests."""
    try:
        with wall_time(request.seconds):
            return _fetch(request)
    except TimeIsUp:
        raise NotRead(f"no complete response within {request.seconds:g} seconds") from None


def _fetch(request: Request) -> bytes:
    import requests
    import urllib3

    address = address_of(request.source)
    user, password = request.username or address.user, request.password or address.password
    login = requests.auth.HTTPBasicAuth(user.encode(), password.encode()) if user else None
    usual = {"User-Agent": request.agent, "Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "identity"}
    tries = urllib3.Retry(
        total=2,
        backoff_factor=0.2,
        status_forcelist=(429, 500, 502, 503, 504),
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    url = address.url
    # The session is used only for the settings from the environment: it would read ~/.netrc for a login, and the body
    # of a redirect even if that is very long.
    with requests.Session() as session, closing(requests.adapters.HTTPAdapter(max_retries=tries)) as adapter:
        for _hop in range(MAX_REDIRECTS + 1):
            is_home = _origin(url) == _origin(address.url)
            accept = {"Accept": "application/json"} if urlsplit(url).path.endswith(_GOALERT_PATH) else {}
            headers = {**usual, **accept, **(request.headers if is_home else {})}
            try:
                asked = requests.Request("GET", url, headers, auth=login if is_home else None).prepare()
                settings: Any = session.merge_environment_settings(url, {}, True, request.verify, None)
                with adapter.send(asked, timeout=request.seconds, **settings) as response:
                    if not response.is_redirect:
                        has_less = not is_home and bool(login or request.headers)
                        return _content(response, _LESS.format(shown(url)) if has_less else "")
                    url = _next(url, response.headers["Location"])
            # Do not show the texts of these errors: most contain the URL.
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise NotRead(_reason(error)) from None
            except ValueError as error:
                raise NotRead(f"cannot make the request ({type(error).__name__})") from None
    raise NotRead(f"more than {MAX_REDIRECTS} redirects")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _next(url: str, location: str) -> str:
    """Return the URL of a redirect. Raises ``NotRead`` if it must not be followed."""
    try:
        target = address_of(urljoin(url, location)).url
    except ValueError:
        raise NotRead("redirected to something that is not an http or https URL") from None
    if url.startswith("https:") and not target.startswith("https:"):
        raise NotRead("redirected to plain http, which would reveal the calendar")
    return target


def _content(response: Any, less: str) -> bytes:
    """Return the body; ``less`` says what a redirect has cost, if it was not found or not allowed."""
    if response.status_code != 200:
        advice = _ADVICE.get(response.status_code, "")
        advice = less if advice and less else advice
        raise NotRead(f"HTTP status {response.status_code}. {advice}".rstrip(". "))
    # Unpacked it could have any size. Some servers name a character set here.
    if response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip", "deflate", "br", "zstd"):
        raise NotRead("the server compresses its response although it must not, and it is not unpacked")
    content = bytearray()
    for chunk in response.raw.stream(65536, decode_content=False):
        content += chunk
        if len(content) > MAX_BYTES:
            raise NotRead(f"the feed is larger than {MAX_BYTES // 1_000_000} MB")
    return bytes(content)


def _reason(error: BaseException) -> str:
    """Say why there is no response, in the words of the operating system or OpenSSL, which contain no URL."""
    seen: list[BaseException] = []
    queue: list[Any] = [error]
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and item not in seen:
            seen.append(item)
            queue += [getattr(item, "reason", None), *item.args, item.__cause__, item.__context__]
    for item in seen:
        if isinstance(item, ssl.SSLError):
            return f"TLS failed: {getattr(item, 'verify_message', '') or item.reason or type(item).__name__}"
    for item in seen:
        if isinstance(item, OSError) and item.strerror:
            return f"no connection: {item.strerror}"
    # Python's own exceptions say nothing useful, only their causes.
    kinds = [type(item) for item in seen if type(item).__module__ != "builtins"]
    return f"no response ({kinds[-1].__name__})" if kinds else "no response"
