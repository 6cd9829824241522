# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP client for Twilio's API, and the only file that imports requests.

It knows one account's ``Connection``, raises the ``RequestError`` family and never retries by itself. What may be
concluded from a failed create request is decided here: only a request whose body never left, or one that Twilio
answered with a 4xx, created nothing (https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

import io
import json
import os
import re
import traceback
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from ansible_collections.oncall.twilio.plugins.module_utils._connection import Connection, is_loopback
from ansible_collections.oncall.twilio.plugins.module_utils._errors import (
    DOCS_URL,
    ErrorDetails,
    NotSent,
    Rejected,
    RequestError,
    Unknown,
)
from ansible_collections.oncall.twilio.plugins.module_utils._message import Form
from ansible_collections.oncall.twilio.plugins.module_utils._version import VERSION

try:
    import requests
    import urllib3

    REQUESTS_IMPORT_ERROR: str | None = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

API_VERSION = "2010-04-01"
USER_AGENT = f"oncall.twilio/{VERSION} (Ansible collection)"

_MAY_BE_OUT = "The message may have gone out: look for it in Twilio's message log before you send it again."


class Reply(NamedTuple):
    """An HTTP answer. ``payload`` is its JSON, or None where it held none that could be read."""

    status: int
    headers: Mapping[str, str]
    text: str
    payload: Any


class _Body(io.BytesIO):
    """A request's body that remembers whether any of it was taken to be written to the connection.

    requests reports a lost connection alike whether it was lost before or after the request was written.
    """

    taken = False

    def read(self, size: int | None = -1) -> bytes:
        self.taken = True
        return super().read(size)


class Client:
    """Makes requests for one account, over one session. Use it as a context manager."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._host = urlsplit(connection.base_url).netloc
        self._messages_url = f"{connection.base_url}/{API_VERSION}/Accounts/{connection.account_sid}/Messages.json"
        self._session = requests.Session()
        # The environment's proxies and CA bundles are read here, since requests would let them win over the task's
        # options, and would ask macOS for proxies, which crashes there in a forked process.
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        self._proxies = _proxies(connection)
        self._verify = _verify(connection)
        if not self._verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._session.close()

    def create_message(self, form: Form) -> dict[str, Any]:
        """Create a message and return Twilio's description of it.

        Raises ``NotSent`` or ``Rejected`` when no message was created, ``Unknown`` when one may have been.
        """
        reply = self._post(self._messages_url, form)
        if 200 <= reply.status < 300:
            if isinstance(reply.payload, dict) and isinstance(reply.payload.get("sid"), str):
                return reply.payload
            raise Unknown(_details(reply, f"{_described(reply)} instead of the message. {_MAY_BE_OUT}"))
        if reply.status >= 500:
            raise Unknown(_details(reply, f"{_twilio_text(reply)}. {_MAY_BE_OUT}"))
        raise Rejected(_details(reply, _twilio_text(reply)))

    def _post(self, url: str, form: Form) -> Reply:
        body = _Body(urlencode(form, doseq=True).encode())
        connection = self._connection
        try:
            response = self._session.request(
                "POST",
                url,
                data=body,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                auth=(connection.user, connection.secret),
                verify=self._verify,
                proxies=self._proxies,
                timeout=connection.timeout,
                # Credentials must not follow a redirect, and Twilio's API makes none.
                allow_redirects=False,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            raise self._lost(error, body.taken) from None
        # Scrubbed before anything is cut out of it: half a secret would not be found any more.
        return _read(response, self._scrub(response.content.decode(errors="replace")))

    def _lost(self, error: Exception, written: bool) -> RequestError:
        reason = self._scrub(_reason(error))
        if written:
            text = f"The request was written, but no complete answer came from {self._host}: {reason}. {_MAY_BE_OUT}"
            return Unknown(ErrorDetails(message=text))
        text = f"There is no connection to {self._host}: {reason}. Check the network, the proxy and api_url"
        if isinstance(error, requests.exceptions.SSLError):
            text = f"There is no secure connection to {self._host}: {reason}. A private CA is named with ca_path"
        return NotSent(ErrorDetails(message=text))

    def _scrub(self, text: str) -> str:
        """Take the credentials out of text from outside: a proxy's error page may quote the request's headers."""
        connection = self._connection
        basic = b64encode(f"{connection.user}:{connection.secret}".encode()).decode()
        for secret in filter(None, (basic, connection.secret, connection.proxy)):
            text = text.replace(secret, "********")
        return text


def _details(reply: Reply, text: str) -> ErrorDetails:
    payload = reply.payload if isinstance(reply.payload, dict) else {}
    code = int(payload["code"]) if str(payload.get("code")).isdigit() else None
    return ErrorDetails(
        status=reply.status,
        code=code,
        message=text,
        more_info=DOCS_URL.format(code=code) if code else None,
        request_id=reply.headers.get("Twilio-Request-Id"),
    )


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
    exempt = urllib.request.proxy_bypass_environment(host)  # type: ignore[attr-defined]
    return {} if exempt else urllib.request.getproxies_environment()


def _read(response: requests.Response, text: str) -> Reply:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        payload = None
    return Reply(response.status_code, response.headers, text, payload)


def _twilio_text(reply: Reply) -> str:
    """Return Twilio's words for an error, in its older form (message) or the newer one (title and detail)."""
    if isinstance(reply.payload, dict):
        words = [str(reply.payload[key]) for key in ("message", "title", "detail") if reply.payload.get(key)]
        if words:
            return ": ".join(words).rstrip(".")
    if 300 <= reply.status < 400:
        target = urlsplit(reply.headers.get("Location", "")).hostname or "another address"
        return f"The server redirects to {target}, which is not followed: credentials stay with the configured host"
    return _described(reply)


def _described(reply: Reply) -> str:
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", reply.text)
    excerpt = " ".join(text.split())[:120]
    if not reply.text.strip():
        return "The server answered with an empty body"
    if "html" in reply.headers.get("Content-Type", "") or reply.text.lstrip()[:1] == "<":
        return f"The server answered with an HTML page ({excerpt!r})"
    if reply.payload is None:
        return f"The server answered with what is not (or not wholly) JSON ({excerpt!r})"
    return f"The server answered with JSON of another kind ({excerpt!r})"


def _reason(error: BaseException) -> str:
    """Return the innermost cause of a failed request in few words."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        candidates = (getattr(error, "reason", None), *error.args, error.__cause__)
        inner = next((item for item in candidates if isinstance(item, BaseException)), None)
    text = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".") or type(error).__name__
