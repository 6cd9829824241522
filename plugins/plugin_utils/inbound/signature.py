# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X-Twilio-Signature, which proves that a request comes from Twilio. Pure.

Source: https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_PORT = re.compile(r":[0-9]*$")


def sign(auth_token: str, url: str, form: Sequence[tuple[str, str]]) -> str:
    """Return the signature of a form with this URL, including its query.

    Which URL Twilio signs is not always the one in its settings: see ``is_signed``.
    """
    # A field that is sent twice with the same value counts once.
    text = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def is_signed(signature: str, auth_token: str, url: str, form: Sequence[tuple[str, str]]) -> bool:
    """Say whether ``signature`` is that of the form posted to ``url``, which is as in Twilio's settings.

    The URL's login and port may be missing from what was signed, or the usual port may be added: over HTTPS, Twilio
    drops the login and mostly the port. Each comparison takes constant time.
    """
    # A header can contain any bytes.
    given = signature.encode(errors="surrogateescape")
    return any(hmac.compare_digest(given, sign(auth_token, variant, form).encode()) for variant in _variants(url))


def _variants(url: str) -> set[str]:
    """Return a URL with and without its login, each with and without a port.

    Twilio's SDKs try the URL with and without the port as well.
    Source: https://github.com/twilio/twilio-python/blob/main/twilio/request_validator.py
    """
    parts = urlsplit(url)
    start, _slashes, rest = url.partition("//")
    tail = rest[len(parts.netloc) :]
    login, at, address = parts.netloc.rpartition("@")
    host = _PORT.sub("", address)
    with_port = address if address != host else f"{host}:{443 if parts.scheme == 'https' else 80}"
    return {f"{start}//{who}{where}{tail}" for who in (login + at, "") for where in (host, with_port)}
