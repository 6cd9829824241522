# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls as a medium: how to recognise one in Twilio's list, and how it ended. Pure."""

from __future__ import annotations

from typing import Any

from .._options.call_form import predict_call
from .._twilio.call import ANSWERED, NOT_ANSWERED, Call, created, is_between, normalise
from .._twilio.codes import FATAL_TO_CALLS, is_trial_limit
from .._twilio.errors import ErrorDetails
from .._twilio.message import Form
from .medium import Medium

_ANSWERED, _UNANSWERED = "answered", "unanswered"

_REASONS = {
    "busy": "the line was busy, or somebody declined the call",
    "no-answer": "nobody answered while it rang",
    "failed": "Twilio could not connect it. Check the number, and the call's log in the Console",
    "canceled": "it was canceled before anybody answered",
}


def is_alike(call: Call, form: Form) -> bool:
    """Say whether a call in Twilio's list may be the one that a form requested. The list does not show its TwiML."""
    return is_between(call, str(form["From"]), str(form["To"]))


def call_error(call: Call) -> ErrorDetails | None:
    """Return why nobody answered a call; None if somebody did or still may."""
    reason = _REASONS.get(str(call["status"]))
    return ErrorDetails(message=f"The call ended as {call['status']}: {reason}") if reason else None


def answered_by(outcome: str, call: Call | None) -> dict[str, Any]:
    """Return who answered: human, machine, fax or unknown; None if nobody did."""
    if call is None or outcome != _ANSWERED:
        return {"answered_by": None}
    # For machines, Twilio returns details, such as machine_end_beep.
    return {"answered_by": str(call["answered_by"] or "unknown").partition("_")[0]}


CALLING = Medium(
    noun="call",
    made="placed",
    late="The calls may still be queued, ringing or in progress.",
    resources=lambda client: client.calls,
    normalise=normalise,
    predict=predict_call,
    created=created,
    is_alike=is_alike,
    failure=call_error,
    is_fatal=lambda error: error.code in FATAL_TO_CALLS or is_trial_limit(error.message),
    outcomes={ANSWERED: _ANSWERED, **dict.fromkeys(NOT_ANSWERED, _UNANSWERED)},
    words={_UNANSWERED: "was not answered"},
    more=answered_by,
)
