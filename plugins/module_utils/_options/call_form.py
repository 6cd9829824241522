# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn a task's options into the form of a request for a call, and predict Twilio's response in check mode. Pure.

The facts come from Twilio's Call resource (https://www.twilio.com/docs/voice/api/call-resource).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._twilio.account import API_VERSION
from .._twilio.call import Call, normalise
from .._twilio.callees import read_callee, read_callees
from .._twilio.message import Form
from .._twilio.twiml import spoken
from .call_spec import CALL_REQUEST
from .form import EMPTY, field, form_name

# The options that say what a call does. Given several, Twilio silently uses one, so a task must set exactly one.
INSTRUCTIONS = ("say", "twiml", "url", "application_sid")
# The highest `repeat`. Nobody needs to hear a text more often than this.
MOST_OFTEN = 20
# Options whose parameter has another name: `timeout` is already an option of the connection.
_RENAMED = {"ring_time": "Timeout"}


def call_form_name(option: str) -> str:
    """Return the name of an option's form field."""
    return _RENAMED.get(option) or form_name(option)


def choose_call(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a call that are set, with ``say`` converted to ``twiml``."""
    chosen = {name: params[name] for name in CALL_REQUEST if params[name] not in EMPTY}
    if params["say"] not in EMPTY:
        # `call_problems` reports a `repeat` that is too high. It must not fill the memory before that.
        times = min(max(params["repeat"], 1), MOST_OFTEN)
        chosen["twiml"] = spoken(params["say"], times, params["language"], params["voice"])
    for name in ("from", "caller_id"):
        if name in chosen:
            chosen[name] = read_caller(chosen[name])
    return chosen


def read_caller(text: str) -> str:
    """Return a caller in the form that Twilio accepts, or the text as given if it cannot be a caller."""
    try:
        return read_callee(text)
    except ValueError:
        return text


def to_call_forms(params: Mapping[str, Any]) -> list[Form]:
    """Return the form for each recipient's call. The options must have passed ``call_problems``."""
    options = {call_form_name(name): field(value) for name, value in choose_call(params).items()}
    recipients, _problems = read_callees(params["to"])
    return [{"To": to, **options, **(params["extra_parameters"] or {})} for to in dict.fromkeys(recipients)]


def predict_call(account_sid: str, form: Form) -> Call:
    """Return the call that Twilio would return for a request. Dates, and values that only Twilio knows, are None."""
    known = {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "direction": "outbound-api",
        "from": form["From"],
        "queue_time": "0",
        "status": "queued",
        "to": form["To"],
    }
    return normalise(known)
