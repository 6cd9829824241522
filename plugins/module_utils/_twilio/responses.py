# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a response says, in words for the user. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from .codes import error_page
from .errors import ErrorDetails
from .exchange import Response
from .retry import MAX_RETRY_AFTER, retry_after
from .values import host_of


def details(response: Response, text: str) -> ErrorDetails:
    """Return the error in a response from Twilio."""
    return ErrorDetails(
        status=response.status,
        # Some errors have the code 0 instead of none.
        code=response.code or None,
        message=text,
        more_info=error_page(response.code),
        request_id=response.headers.get("Twilio-Request-Id"),
    )


def twilio_text(response: Response) -> str:
    """Return Twilio's words for an error, in its older form (message) or the newer one (title and detail)."""
    text = described(response)
    if isinstance(response.payload, dict):
        words = [str(response.payload[key]) for key in ("message", "title", "detail") if response.payload.get(key)]
        text = ": ".join(words).rstrip(".") or text
    elif 300 <= response.status < 400:
        target = host_of(response.headers.get("Location", "")) or "another address"
        text = (
            f"The server redirects to {target}. Redirects are not followed: credentials stay with the configured host"
        )
    wait = retry_after(response.headers, datetime.now(timezone.utc))
    if wait is not None and wait > MAX_RETRY_AFTER:
        text += f". The server asks to wait {wait:.0f} seconds. A task waits at most {MAX_RETRY_AFTER:.0f}"
    return text


def described(response: Response) -> str:
    """Describe a response that is not what was expected."""
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", response.text[:4096])
    excerpt = " ".join(text.split())[:120]
    if not response.text.strip():
        return "The server answered with an empty body"
    if "html" in response.headers.get("Content-Type", "") or response.text.lstrip()[:1] == "<":
        return f"The server answered with an HTML page ({excerpt!r})"
    if response.payload is None:
        return f"The server did not answer with complete JSON ({excerpt!r})"
    return f"The server answered with unexpected JSON ({excerpt!r})"
