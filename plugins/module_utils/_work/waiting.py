# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until messages are sent or delivered, or calls have ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from .._twilio.client import Client
from .._twilio.errors import ReadFailed
from .medium import Medium
from .outcome import Attempt
from .parallel import fan_out, sleep_until

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


def wait_until(
    statuses: Collection[str],
    medium: Medium,
    client: Client,
    attempts: Sequence[Attempt],
    timeout: float,
    concurrency: int,
    warn: Callable[[str], None],
    is_stopped: Callable[[], bool],
) -> tuple[list[Attempt], list[str]]:
    """Read the created messages or calls until each has one of the statuses, or the time is up.

    Returns the updated attempts, and the recipients whose message or call does not have one of the statuses yet.
    """
    deadline = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    unreadable: set[str] = set()
    standing = list(attempts)

    def is_pending(attempt: Attempt) -> bool:
        return attempt.resource is not None and attempt.resource["status"] not in statuses

    while pending := [
        number for number, attempt in enumerate(standing) if is_pending(attempt) and attempt.to not in unreadable
    ]:
        resume = min(deadline, time.monotonic() + pause)
        sleep_until(resume, is_stopped)
        if is_stopped() or time.monotonic() >= deadline:
            break
        pause = min(_LONGEST_PAUSE, pause * 1.5)
        read = fan_out(partial(_read, medium, client, deadline), [standing[number] for number in pending], concurrency)
        for number, (attempt, problem) in zip(pending, read):
            standing[number] = attempt
            if problem:
                unreadable.add(attempt.to)
                warn(problem)
    return standing, [attempt.to for attempt in standing if is_pending(attempt)]


def _read(medium: Medium, client: Client, deadline: float, attempt: Attempt) -> tuple[Attempt, str | None]:
    """Return the current attempt, and why reading it again is useless; None if it is not."""
    sid = attempt.resource["sid"] if attempt.resource else None
    try:
        return attempt.updated(medium.resources(client).fetch(str(sid), deadline), medium), None
    except ReadFailed as error:
        # A new resource may not be found for a moment, and a busy server may respond later.
        if error.details.status not in (401, 403):
            return attempt, None
        return attempt, f"The status of {sid} to {attempt.to} cannot be read: {error}"
