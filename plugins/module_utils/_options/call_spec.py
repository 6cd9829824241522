# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec of ``twilio_call``."""

from __future__ import annotations

from typing import Any

from .spec import CONNECTION

_HTTP_METHOD = {"type": "str", "choices": ["GET", "POST"]}

# The parameters of Twilio's request for a call except To, in the order in which they are sent. `call_form` lists the
# options whose parameter has another name.
CALL_REQUEST: dict[str, dict[str, Any]] = {
    "from": {"type": "str", "required": True},
    "twiml": {"type": "str"},
    "url": {"type": "str"},
    "method": _HTTP_METHOD,
    "fallback_url": {"type": "str"},
    "fallback_method": _HTTP_METHOD,
    "application_sid": {"type": "str"},
    "ring_time": {"type": "int"},
    "time_limit": {"type": "int"},
    "send_digits": {"type": "str"},
    "machine_detection": {"type": "str", "choices": ["Enable", "DetectMessageEnd"]},
    "machine_detection_timeout": {"type": "int"},
    "machine_detection_speech_threshold": {"type": "int"},
    "machine_detection_speech_end_threshold": {"type": "int"},
    "machine_detection_silence_timeout": {"type": "int"},
    "async_amd": {"type": "bool"},
    "async_amd_status_callback": {"type": "str"},
    "async_amd_status_callback_method": _HTTP_METHOD,
    "status_callback": {"type": "str"},
    "status_callback_event": {
        "type": "list",
        "elements": "str",
        "choices": ["initiated", "ringing", "answered", "completed"],
    },
    "status_callback_method": _HTTP_METHOD,
    "record": {"type": "bool"},
    "recording_channels": {"type": "str", "choices": ["mono", "dual"]},
    "recording_track": {"type": "str", "choices": ["inbound", "outbound", "both"]},
    "recording_status_callback": {"type": "str"},
    "recording_status_callback_event": {
        "type": "list",
        "elements": "str",
        "choices": ["in-progress", "completed", "absent"],
    },
    "recording_status_callback_method": _HTTP_METHOD,
    "trim": {"type": "str", "choices": ["trim-silence", "do-not-trim"]},
    "caller_id": {"type": "str"},
    "call_reason": {"type": "str"},
    "call_token": {"type": "str", "no_log": True},
    "byoc": {"type": "str"},
    "sip_auth_username": {"type": "str"},
    "sip_auth_password": {"type": "str", "no_log": True},
}

CALL: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "to": {"type": "list", "elements": "str", "required": True},
    "say": {"type": "str"},
    "repeat": {"type": "int", "default": 2},
    "language": {"type": "str"},
    "voice": {"type": "str"},
    **CALL_REQUEST,
    "extra_parameters": {"type": "dict"},
    "concurrency": {"type": "int", "default": 8},
    "resend_unknown": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "float", "default": 300},
    "wait_timeout_fails": {"type": "bool", "default": False},
    "register_facts": {"type": "bool", "default": True},
}
