# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome for each recipient, and the task's result. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .._twilio.errors import ErrorDetails, NotSent, Rejected, Unknown
from .._twilio.message import Message

SENT = "sent"
DUPLICATE = "duplicate"

_IN_WORDS = {
    SENT: "failed",
    DUPLICATE: "failed",
    Rejected.outcome: "was rejected",
    Unknown.outcome: "may or may not have been sent",
    NotSent.outcome: "was not sent",
}


class Attempt(NamedTuple):
    """The outcome for one recipient.

    ``outcome`` is sent, duplicate, rejected, unknown or not_tried; the first two have a ``message``. An ``error`` fails
    the task. ``resent`` is true if a message of unknown outcome was sent again.
    """

    to: str
    outcome: str
    message: Message | None = None
    error: ErrorDetails | None = None
    resent: bool = False


def task_result(attempts: Sequence[Attempt], diff: bool) -> dict[str, Any]:
    """Return the result of a task, without what its success or failure adds."""
    messages = [attempt.message for attempt in attempts]
    sent = [attempt.message for attempt in attempts if attempt.message and attempt.outcome == SENT]
    known = [message for message in messages if message]
    last = next(reversed(sent or known), None)
    result: dict[str, Any] = {
        # If a message may have been sent, the host counts as changed.
        "changed": any(attempt.outcome in (SENT, Unknown.outcome) for attempt in attempts),
        "message": last,
        "messages": messages,
        "recipients": [_recipient(attempt) for attempt in attempts],
    }
    if diff:
        result["diff"] = [
            {"before_header": message["to"], "after_header": message["to"], "before": {}, "after": _known(message)}
            for message in sent
        ]
    return result


def _known(message: Message) -> dict[str, Any]:
    """Return the message without the keys that are null, which are half of a prediction."""
    return {name: value for name, value in message.items() if value is not None}


def _recipient(attempt: Attempt) -> dict[str, Any]:
    return {
        "to": attempt.to,
        "outcome": attempt.outcome,
        "sid": attempt.message["sid"] if attempt.message else None,
        "error": attempt.error._asdict() if attempt.error else None,
        "resent": attempt.resent,
    }


def summary(attempts: Sequence[Attempt]) -> str:
    """Return one text with the recipients that failed and the reasons, grouped by reason."""
    reasons: dict[tuple[str, ErrorDetails], list[str]] = {}
    for attempt in attempts:
        if attempt.error:
            reasons.setdefault((_IN_WORDS[attempt.outcome], attempt.error), []).append(attempt.to)
    lines = [f"{_enumerated(to)} {words}: {error}" for (words, error), to in reasons.items()]
    if len(attempts) == 1:
        return f"The message to {lines[0]}"
    failed = sum(map(len, reasons.values()))
    return "\n- ".join([f"{failed} of {len(attempts)} messages failed.", *lines])


def _enumerated(to: list[str]) -> str:
    return ", ".join(to) if len(to) <= 10 else f"{', '.join(to[:10])} and {len(to) - 10} more"
