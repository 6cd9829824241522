# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP with one account's credentials: requests made, and made again where that is safe. Knows nothing of messages."""

from __future__ import annotations

import io
import itertools
import json
import math
import random
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode, urlsplit

from .account import Connection
from .codes import as_code
from .message import Form
from .pool import basic, open_pool, proxy_of
from .retry import Failure, retry_delay
from .version import VERSION

with suppress(ImportError):
    # Where it is missing, the edges have said so.
    from urllib3 import exceptions

USER_AGENT = f"oncall.twilio/{VERSION} (Ansible collection)"


class Reply(NamedTuple):
    """An answer. ``payload`` is its JSON, or None where it held none that could be read."""

    status: int
    headers: Mapping[str, str]
    text: str
    payload: Any

    @property
    def code(self) -> int | None:
        """Twilio's error code, None if the answer has none."""
        return as_code(self.payload.get("code")) if isinstance(self.payload, dict) else None


class Lost(NamedTuple):
    """A request without an answer. ``written`` says whether it may have reached the server, ``in_tls`` whether TLS
    was what failed."""

    reason: str
    written: bool
    in_tls: bool


class _Body(io.BytesIO):
    """A request's body that remembers whether any of it was taken to be written to the connection.

    A lost connection is reported alike whether it was lost before or after the request was written.
    """

    taken = False

    @property
    def headers(self) -> dict[str, str]:
        """What the request has to say of it."""
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(self.getbuffer().nbytes),
        }

    def read(self, size: int | None = -1) -> bytes:
        self.taken = True
        return super().read(size)


class Transport:
    """One session that threads may share. Use it as a context manager."""

    def __init__(self, connection: Connection, concurrency: int = 1) -> None:
        self._connection = connection
        proxy = proxy_of(connection)
        self._pool = open_pool(connection, proxy, concurrency)
        credentials = basic(connection.user, connection.secret)
        self._headers = {
            "Authorization": f"Basic {credentials}",
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        self._secrets = [credentials, connection.secret, *_proxy_secrets(proxy)]
        # When, on the monotonic clock, requests may go on: too many of them are the whole task's business.
        self._open_at = 0.0
        # Set when no further request is to be made.
        self.stopped = threading.Event()
        # How far the server's clock is ahead of ours, in seconds, as of its latest answer.
        self.clock_offset = 0.0

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._pool.clear()

    def exchange(self, method: str, uri: str, form: Form | None = None, deadline: float = math.inf) -> Reply | Lost:
        """Make a request, again where that is safe, and return what the last try came to. Raises nothing.

        ``deadline`` is when, on the monotonic clock, it is of no use any more.
        """
        outcome: Reply | Lost = Lost("the task was interrupted before", written=False, in_tls=False)
        for attempt in itertools.count(1):
            while (seconds := self._open_at - time.monotonic()) > 0 and not self.stopped.is_set():
                self.stopped.wait(seconds)
            if self.stopped.is_set():
                break
            left = max(deadline - time.monotonic(), 0.01)
            outcome = self._try(method, uri, form, min(self._connection.timeout, left))
            if isinstance(outcome, Lost):
                failure = Failure(method, outcome.written)
            elif outcome.status >= 400:
                failure = Failure(method, True, outcome.status, outcome.code, outcome.headers)
            else:
                break
            delay = retry_delay(failure, attempt, random.random(), datetime.now(timezone.utc))
            if delay is None or attempt > self._connection.retries or time.monotonic() + delay > deadline:
                break
            if failure.status == 429:
                self._open_at = max(self._open_at, time.monotonic() + delay)
            else:
                self.stopped.wait(delay)
        return outcome

    def _try(self, method: str, uri: str, form: Form | None, timeout: float) -> Reply | Lost:
        # Half a character that something has cut in two is no reason to lose the rest of the text.
        body = None if form is None else _Body(urlencode(form, doseq=True, errors="replace").encode())
        headers = self._headers if body is None else {**self._headers, **body.headers}
        try:
            response = self._pool.request(
                method,
                self._connection.base_url + uri,
                body=body,
                headers=headers,
                timeout=timeout,
                # Neither a second try nor a redirect: what is made again is decided here, and credentials stay.
                retries=False,
                redirect=False,
                # An answer cut short is none. Before urllib3 2 that has to be said.
                enforce_content_length=True,
            )
        except (exceptions.HTTPError, OSError, ValueError) as error:
            in_tls = isinstance(error, exceptions.SSLError)
            written = body.taken if body else not _is_unconnected(error)
            return Lost(self._scrub(_reason(error)), written=written, in_tls=in_tls)
        self.clock_offset = _clock_offset(response.headers.get("Date"), self.clock_offset)
        # Scrubbed before anything is cut out of it: half a secret would not be found any more.
        text = self._scrub(response.data.decode(errors="replace"))
        return Reply(response.status, response.headers, text, _json(text))

    def _scrub(self, text: str) -> str:
        """Take the credentials out of text from outside: a proxy's error page may quote the request's headers."""
        for secret in self._secrets:
            text = text.replace(secret, "********")
        return text


def _proxy_secrets(proxy: str | None) -> list[str]:
    password = urlsplit(proxy or "").password
    return [proxy, password, unquote(password)] if proxy and password else []


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _clock_offset(date: str | None, known: float) -> float:
    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except (TypeError, ValueError, IndexError, OverflowError):
        return known


def _is_unconnected(error: Exception) -> bool:
    """Say whether a request without a body, which nobody watches on its way, certainly never left."""
    unconnected = (
        exceptions.NewConnectionError,
        exceptions.ConnectTimeoutError,
        exceptions.ProxyError,
        exceptions.SSLError,
    )
    return isinstance(error, unconnected)


def _reason(error: BaseException) -> str:
    """Return the innermost cause of a failed request in few words."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        # Before urllib3 2, the cause of a lost connection is not always named as one.
        unnamed = error.__context__ if isinstance(error.__context__, OSError) else None
        candidates = (getattr(error, "reason", None), *error.args, error.__cause__, unnamed)
        inner = next((item for item in candidates if isinstance(item, BaseException)), None)
    text = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".") or type(error).__name__
