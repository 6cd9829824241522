# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the options of calls, so that a task reports all problems before anybody is called. Pure.

The rules are Twilio's (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource), unless a comment
gives another reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from .._twilio.callees import read_callee, read_callees
from .._twilio.numbers import EXAMPLE
from .._twilio.twiml import LONGEST, LONGEST_OF_POLLY, audible, twiml_problem
from .._twilio.values import is_e164, sid_problems
from .addresses import lost_plus
from .call_form import INSTRUCTIONS, MOST_OFTEN, call_form_name, choose_call
from .call_spec import CALL_REQUEST
from .checks import Ranges, callback_problems, extra_parameter_problems, range_problems, recipient_warnings
from .form import EMPTY

_SIDS = {"application_sid": "AP", "byoc": "BY"}
_RANGES: Ranges = {
    "ring_time": (1, 600),
    "time_limit": (1, 86400),
    "machine_detection_timeout": (3, 59),
    "machine_detection_speech_threshold": (1000, 6000),
    "machine_detection_speech_end_threshold": (500, 5000),
    "machine_detection_silence_timeout": (2000, 10000),
    "repeat": (1, MOST_OFTEN),
    "concurrency": (1, 100),
    "wait_timeout": (0, 86400),
}
# The URLs that Twilio requests.
_URLS = ("url", "fallback_url", "status_callback", "recording_status_callback", "async_amd_status_callback")
# Without the second option, Twilio silently ignores the first.
_NEEDS = {
    "language": "say",
    "voice": "say",
    "method": "url",
    "fallback_method": "fallback_url",
    "machine_detection_timeout": "machine_detection",
    "machine_detection_speech_threshold": "machine_detection",
    "machine_detection_speech_end_threshold": "machine_detection",
    "machine_detection_silence_timeout": "machine_detection",
    "async_amd": "machine_detection",
    "async_amd_status_callback": "async_amd",
    "async_amd_status_callback_method": "async_amd_status_callback",
    "status_callback_event": "status_callback",
    "status_callback_method": "status_callback",
    "recording_channels": "record",
    "recording_track": "record",
    "recording_status_callback": "record",
    "recording_status_callback_event": "recording_status_callback",
    "recording_status_callback_method": "recording_status_callback",
    "trim": "record",
    "sip_auth_username": "sip_auth_password",
    "sip_auth_password": "sip_auth_username",
}
# Twilio ignores these and uses the application's own.
_NOT_WITH_APPLICATION = ("fallback_url", "status_callback")
# Options that extra_parameters must not set.
_TAKEN = ("to", *CALL_REQUEST)


def call_problems(params: Mapping[str, Any], _now: datetime) -> Iterator[str]:
    """Yield the problems with a call's options, each with the option's name; None counts as not set.

    The options are those of ``CALL``; ``connection_problems`` checks those of the connection.
    """
    options = choose_call(params)
    recipients, problems = read_callees(params["to"] or [])
    yield from (f"to: {problem}{lost_plus(given)}" for given, problem in problems.items())
    if not recipients and not problems:
        yield "to: contains no recipient."
    yield from _caller_problems(options, recipients)
    yield from _instruction_problems(params, options)
    for name, prefix in _SIDS.items():
        if name in options:
            yield from sid_problems(name, options[name], prefix)
    yield from range_problems(params, _RANGES)
    for name in _URLS:
        if name in options:
            yield from callback_problems(name, options[name], params["api_url"])
    yield from _pair_problems(params)
    if not re.fullmatch(r"[0-9A-D#*wW]{1,32}", options.get("send_digits", "1")):
        yield "send_digits: must have 1 to 32 characters: 0-9, A-D, # and *, w to wait half a second or W a second."
    yield from extra_parameter_problems(
        params["extra_parameters"] or {}, {call_form_name(name): name for name in _TAKEN}
    )


def call_warnings(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield warnings about options that are allowed but rarely wise; the options have no problems."""
    yield from recipient_warnings(params["to"], read_callees(params["to"])[0], "is called once")


def _caller_problems(options: Mapping[str, Any], recipients: Sequence[str]) -> Iterator[str]:
    if "from" not in options:
        yield "from: is required."
    problems = {name: _address_problem(options[name]) for name in ("from", "caller_id") if name in options}
    yield from (f"{name}: {problem}" for name, problem in problems.items() if problem)
    caller = options.get("from", EXAMPLE)
    if not problems.get("from") and not is_e164(caller) and any(is_e164(to) for to in recipients):
        yield f"from: {caller!r} is not a phone number. To call a phone number, set one that you own."


def _address_problem(address: str) -> str | None:
    """Return why an address cannot be a caller; None if it can."""
    try:
        read_callee(address, "place calls")
    except ValueError as error:
        return f"{error}{lost_plus(address)}"
    return None


def _instruction_problems(params: Mapping[str, Any], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems with the options that say what the call does."""
    given = [name for name in INSTRUCTIONS if params[name] not in EMPTY]
    if not given:
        yield "say: is required. Set say, twiml, url or application_sid."
    if len(given) > 1:
        yield f"{given[0]}: cannot be used with {' and '.join(given[1:])}. Set only one of them."
    if "say" in given:
        if not audible(params["say"]).strip():
            yield "say: contains only spaces. Set the text to say."
        if (length := len(options["twiml"])) > LONGEST:
            yield (
                f"say: becomes {length:,} characters of TwiML. Twilio accepts at most {LONGEST:,}: shorten it, or lower"
                " repeat."
            )
        elif (length := len(params["say"])) > LONGEST_OF_POLLY and (params["voice"] or "").startswith("Polly."):
            yield f"say: has {length:,} characters. A voice of Polly says at most {LONGEST_OF_POLLY:,}: shorten it."
    if "twiml" in given and (problem := twiml_problem(params["twiml"])):
        yield f"twiml: {problem}."


def _pair_problems(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems with combinations of options."""
    # `false` has the same effect as an option that is not set.
    on = {name for name, value in params.items() if value not in EMPTY and value is not False}
    for name, needed in _NEEDS.items():
        if name in on and needed not in on:
            yield f"{name}: requires {needed}{': true' if needed in ('record', 'async_amd') else ''}."
    if "application_sid" in on:
        for name in sorted(on.intersection(_NOT_WITH_APPLICATION)):
            yield f"{name}: cannot be used with application_sid. Twilio uses the application's own."
    if {"send_digits", "machine_detection"} <= on:
        yield "send_digits: cannot be used with machine_detection, which Twilio then ignores."
