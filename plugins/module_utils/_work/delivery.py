# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until messages are sent or delivered."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from .._twilio.client import Client
from .._twilio.codes import error_page
from .._twilio.errors import ErrorDetails, ReadFailed
from .._twilio.message import Message, normalise
from .outcome import DUPLICATE, SENT, Attempt
from .parallel import fan_out, sleep_until

# Statuses from which a message does not move on, but for what the recipient does with it.
# Source: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
FAILED = ("failed", "undelivered", "canceled")
_REACHED = {"delivered": ("delivered", "read"), "sent": ("sent", "delivered", "read")}

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


def wait_for_delivery(
    client: Client,
    attempts: Sequence[Attempt],
    goal: str,
    timeout: float,
    concurrency: int,
    warn: Callable[[str], None],
    is_stopped: Callable[[], bool],
) -> tuple[list[Attempt], list[str]]:
    """Read the messages that were sent until each has reached the goal or failed, or the time is up.

    Returns the updated attempts, and the recipients whose messages have not reached the goal.
    """
    deadline = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    unreadable: set[str] = set()
    standing = list(attempts)
    while pending := [
        number for number, attempt in enumerate(standing) if _is_pending(attempt, goal) and attempt.to not in unreadable
    ]:
        resume = min(deadline, time.monotonic() + pause)
        sleep_until(resume, is_stopped)
        if is_stopped() or time.monotonic() >= deadline:
            break
        pause = min(_LONGEST_PAUSE, pause * 1.5)
        read = fan_out(partial(_read, client, deadline), [standing[number] for number in pending], concurrency)
        for number, (attempt, problem) in zip(pending, read):
            standing[number] = attempt
            if problem:
                unreadable.add(attempt.to)
                warn(problem)
    return standing, [attempt.to for attempt in standing if _is_pending(attempt, goal)]


def _is_pending(attempt: Attempt, goal: str) -> bool:
    message = attempt.message
    return (
        message is not None
        and attempt.outcome in (SENT, DUPLICATE)
        and message["status"] not in (*FAILED, *_REACHED[goal])
    )


def _read(client: Client, deadline: float, attempt: Attempt) -> tuple[Attempt, str | None]:
    """Return the attempt with the current message, and why reading it again is useless."""
    sid = attempt.message["sid"] if attempt.message else None
    try:
        message = normalise(client.messages.fetch(str(sid), deadline))
    except ReadFailed as error:
        # A new message may not be found for a moment, and a busy server may answer later.
        if error.details.status not in (401, 403):
            return attempt, None
        return attempt, f"The status of {sid} to {attempt.to} cannot be read: {error}"
    return attempt._replace(message=message, error=delivery_error(message)), None


def delivery_error(message: Message) -> ErrorDetails | None:
    """Return why a message was not delivered, None if it has not failed."""
    if message["status"] not in FAILED:
        return None
    reason = message["error_message"] or "Twilio gave no reason"
    text = f"Twilio created the message {message['sid']}, but it is {message['status']}: {reason}"
    code = message["error_code"]
    return ErrorDetails(code=code, message=text, more_info=error_page(code))
