# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome for each recipient, and the task's result. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._twilio.errors import ErrorDetails, NotSent, Rejected, Unknown
from .medium import Medium, Resource

DUPLICATE = "duplicate"


class Attempt(NamedTuple):
    """The outcome for one recipient.

    ``outcome`` is one of the medium's, or duplicate, rejected, unknown or not_tried. The medium's outcomes and
    duplicate have a ``resource``, the message or the call. An ``error`` fails the task. ``resent`` is true if a request
    with an unknown outcome was repeated.
    """

    to: str
    outcome: str
    resource: Resource | None = None
    error: ErrorDetails | None = None
    resent: bool = False

    @property
    def is_made(self) -> bool:
        """Whether Twilio created a message or a call for this recipient in this task."""
        return self.resource is not None and self.outcome != DUPLICATE

    def updated(self, raw: Mapping[str, Any], medium: Medium) -> Attempt:
        """Return it with the current message or call, as Twilio describes it."""
        resource = medium.normalise(raw)
        outcome = medium.outcomes.get(str(resource["status"]), self.outcome)
        return self._replace(resource=resource, outcome=outcome, error=medium.failure(resource))


def task_result(attempts: Sequence[Attempt], diff: bool, medium: Medium) -> dict[str, Any]:
    """Return the keys of a task's result that it has whether it succeeds or fails."""
    made = [attempt.resource for attempt in attempts if attempt.resource and attempt.is_made]
    known = [attempt.resource for attempt in attempts if attempt.resource]
    result: dict[str, Any] = {
        # If a message may have been sent, the host counts as changed.
        "changed": any(attempt.is_made or attempt.outcome == Unknown.outcome for attempt in attempts),
        medium.noun: next(reversed(made or known), None),
        f"{medium.noun}s": [attempt.resource for attempt in attempts],
        "recipients": [_recipient(attempt, medium) for attempt in attempts],
    }
    if diff:
        result["diff"] = [
            {"before_header": resource["to"], "after_header": resource["to"], "before": {}, "after": _known(resource)}
            for resource in made
        ]
    return result


def _known(resource: Resource) -> dict[str, Any]:
    """Return a resource without null values, which are half of a prediction."""
    return {name: value for name, value in resource.items() if value is not None}


def _recipient(attempt: Attempt, medium: Medium) -> dict[str, Any]:
    return {
        "to": attempt.to,
        "outcome": attempt.outcome,
        "sid": attempt.resource["sid"] if attempt.resource else None,
        "error": attempt.error._asdict() if attempt.error else None,
        "resent": attempt.resent,
        **medium.more(attempt.outcome, attempt.resource),
    }


def summary(attempts: Sequence[Attempt], medium: Medium) -> str:
    """Return a text that names the failed recipients and the reasons, grouped by reason."""
    # By the text, since the request's ID differs in each of Twilio's responses.
    reasons: dict[tuple[str, str], list[str]] = {}
    for attempt in attempts:
        if attempt.error:
            reasons.setdefault((_in_words(attempt.outcome, medium), str(attempt.error)), []).append(attempt.to)
    lines = [
        f"{_enumerated(to)} {words.replace('was ', 'were ') if len(to) > 1 else words}: {error}"
        for (words, error), to in reasons.items()
    ]
    if len(attempts) == 1:
        return f"The {medium.noun} to {lines[0]}"
    failed = sum(map(len, reasons.values()))
    return "\n- ".join([f"{failed} of {len(attempts)} {medium.noun}s failed.", *lines])


def _in_words(outcome: str, medium: Medium) -> str:
    words = {
        Rejected.outcome: "was rejected",
        Unknown.outcome: f"may or may not have been {medium.made}",
        NotSent.outcome: f"was not {medium.made}",
        **medium.words,
    }
    return words.get(outcome, "failed")


def _enumerated(to: list[str]) -> str:
    return ", ".join(to) if len(to) <= 10 else f"{', '.join(to[:10])} and {len(to) - 10} more"
