# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether to retry a failed request, and when. Pure: the clock and the random number are arguments.

Twilio's create request has no idempotency key, so it is retried only when Twilio cannot have acted on it
(https://www.twilio.com/docs/api/errors/20429, https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .codes import QUEUE_FULL, TOO_MANY_REQUESTS

# The longest pause between two tries, and the longest Retry-After that is followed; in seconds.
MAX_DELAY = 30.0
MAX_RETRY_AFTER = 60.0

_FIRST_CEILING = 0.5
# A sender's full queue empties only as fast as carriers accept messages.
_FIRST_CEILING_OF_FULL_QUEUE = 8.0
# The codes of a 429 that is temporary. One from a gateway has no code.
_WORTH_REPEATING = (None, TOO_MANY_REQUESTS, QUEUE_FULL)


class Failure(NamedTuple):
    """A request that failed.

    ``written`` is whether any of it may have reached the server, ``status`` is None without a response, and ``code`` is
    Twilio's error code, None if the response was not Twilio's.
    """

    method: str
    written: bool
    status: int | None = None
    code: int | None = None
    headers: Mapping[str, str] = {}


def retry_delay(failure: Failure, attempt: int, jitter: float, now: datetime) -> float | None:
    """Return how many seconds to wait before a retry, or None if the request must not be retried.

    ``attempt`` counts the tries so far, from 1; ``jitter`` is a random number from 0 to 1.
    """
    if not _is_repeatable(failure):
        return None
    asked = retry_after(failure.headers, now)
    if asked is not None:
        return asked if asked <= MAX_RETRY_AFTER else None
    if failure.code == QUEUE_FULL:
        return _ceiling(_FIRST_CEILING_OF_FULL_QUEUE, attempt) * (1 + jitter) / 2
    return _ceiling(_FIRST_CEILING, attempt) * jitter


def _ceiling(first: float, attempt: int) -> float:
    doubled: float = first * 2 ** (attempt - 1)
    return min(MAX_DELAY, doubled)


def _is_repeatable(failure: Failure) -> bool:
    if not failure.written:
        return True
    # A full queue counts whatever the status, as long as Twilio reports it in a response that rejects the message.
    if failure.status == 429 or (failure.code == QUEUE_FULL and 400 <= (failure.status or 0) < 500):
        # Some errors have the code 0 instead of none.
        return (failure.code or None) in _WORTH_REPEATING
    # Without a response, or with one that does not show what was done, only a read is harmless to retry.
    return failure.method == "GET" and (failure.status is None or failure.status >= 500)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, which has seconds or a date; None without a valid one."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - now).total_seconds())
