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
from collections.abc import Sequence


def sign(auth_token: str, url: str, form: Sequence[tuple[str, str]]) -> str:
    """Return the signature of a form posted to ``url``, which is as in Twilio's settings, including the query."""
    # A field that is sent twice with the same value counts once.
    text = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def is_signed(signature: str, auth_token: str, url: str, form: Sequence[tuple[str, str]]) -> bool:
    """Say whether ``signature`` is that of the form. The comparison takes constant time."""
    # A header can contain any bytes.
    given = signature.encode(errors="surrogateescape")
    return hmac.compare_digest(given, sign(auth_token, url, form).encode())
