# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP with one account's credentials: requests made, and made again where that is safe. Knows nothing of messages.

The only file that imports requests.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import os
import random
import threading
import time
import traceback
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from ansible_collections.oncall.twilio.plugins.module_utils._connection import Connection, host_of, is_loopback
from ansible_collections.oncall.twilio.plugins.module_utils._errors import InvalidOptions, as_code
from ansible_collections.oncall.twilio.plugins.module_utils._message import Form
from ansible_collections.oncall.twilio.plugins.module_utils._retry import Failure, retry_delay
from ansible_collections.oncall.twilio.plugins.module_utils._version import VERSION

try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

    class _Adapter(requests.adapters.HTTPAdapter):
        """Sends small packets at once through proxies too, where urllib3 would wait for an acknowledgement first."""

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            no_delay = urllib3.connection.HTTPConnection.default_socket_options
            return super().proxy_manager_for(proxy, socket_options=no_delay, **options)


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

    requests reports a lost connection alike whether it was lost before or after the request was written.
    """

    taken = False

    def read(self, size: int | None = -1) -> bytes:
        self.taken = True
        return super().read(size)


class Transport:
    """One session that threads may share. Use it as a context manager."""

    def __init__(self, connection: Connection, concurrency: int = 1) -> None:
        self._connection = connection
        self._session = requests.Session()
        # The environment's proxies and CA bundles are read here, since requests would let them win over the task's
        # options, and would ask macOS for proxies, which crashes there in a forked process.
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(pool_maxsize=concurrency))
        self._proxies = _proxies(connection)
        self._verify = _verify(connection)
        self._secrets = _secrets(connection, self._proxies)
        if not self._verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        # When, on the monotonic clock, requests may go on: too many of them are the whole task's business.
        self._open_at = 0.0
        # Set when no further request is to be made.
        self.stopped = threading.Event()
        # How far the server's clock is ahead of ours, in seconds, as of its latest answer.
        self.clock_offset = 0.0

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._session.close()

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
        connection = self._connection
        # Half a character that something has cut in two is no reason to lose the rest of the text.
        body = None if form is None else _Body(urlencode(form, doseq=True, errors="replace").encode())
        try:
            response = self._session.request(
                method,
                connection.base_url + uri,
                data=body,
                headers={"Content-Type": "application/x-www-form-urlencoded"} if body else None,
                auth=(connection.user, connection.secret),
                verify=self._verify,
                proxies=self._proxies,
                timeout=timeout,
                # Credentials must not follow a redirect, and Twilio's API makes none.
                allow_redirects=False,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            in_tls = isinstance(error, requests.exceptions.SSLError)
            written = body.taken if body else not _is_unconnected(error)
            return Lost(self._scrub(_reason(error)), written=written, in_tls=in_tls)
        self.clock_offset = _clock_offset(response.headers.get("Date"), self.clock_offset)
        # Scrubbed before anything is cut out of it: half a secret would not be found any more.
        text = self._scrub(response.content.decode(errors="replace"))
        return Reply(response.status_code, response.headers, text, _json(text))

    def _scrub(self, text: str) -> str:
        """Take the credentials out of text from outside: a proxy's error page may quote the request's headers."""
        for secret in self._secrets:
            text = text.replace(secret, "********")
        return text


def _secrets(connection: Connection, proxies: Mapping[str, str]) -> list[str]:
    basic = b64encode(f"{connection.user}:{connection.secret}".encode()).decode()
    passwords = [urlsplit(proxy).password for proxy in proxies.values()]
    return [secret for secret in (basic, connection.secret, *proxies.values(), *passwords) if secret]


def _verify(connection: Connection) -> bool | str:
    if connection.verify is not True:
        return connection.verify
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _proxies(connection: Connection) -> dict[str, str]:
    scheme, host = urlsplit(connection.base_url)[:2]
    if connection.proxy:
        return {scheme: connection.proxy}
    # A proxy's loopback is another machine than ours.
    if is_loopback(connection.base_url):
        return {}
    # The functions without _environment in their names would ask macOS.
    if urllib.request.proxy_bypass_environment(host):  # type: ignore[attr-defined]
        return {}
    proxies = urllib.request.getproxies_environment()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy:
        return {}
    url = proxy if "://" in proxy else f"http://{proxy}"
    if not url.startswith("socks") and not host_of(url):
        # It is not quoted, since it may hold a password.
        raise InvalidOptions([f"proxy: the environment's {scheme.upper()}_PROXY is not an http or https URL."])
    return {scheme: url}


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
    if isinstance(error, (requests.exceptions.SSLError, requests.exceptions.ProxyError, requests.ConnectTimeout)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), urllib3.exceptions.NewConnectionError)


def _reason(error: BaseException) -> str:
    """Return the innermost cause of a failed request in few words."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        candidates = (getattr(error, "reason", None), *error.args, error.__cause__)
        inner = next((item for item in candidates if isinstance(item, BaseException)), None)
    text = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".") or type(error).__name__
