# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs. A test compares them with the documentation of the modules."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

CONNECTION: dict[str, dict[str, Any]] = {
    "account_sid": {"type": "str", "fallback": (env_fallback, ["TWILIO_ACCOUNT_SID"])},
    "auth_account_sid": {"type": "str"},
    "auth_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["TWILIO_AUTH_TOKEN"])},
    # The key's SID is a name, not a secret.
    "api_key": {"type": "str", "no_log": False, "fallback": (env_fallback, ["TWILIO_API_KEY"])},
    "api_secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["TWILIO_API_SECRET"])},
    "region": {"type": "str", "fallback": (env_fallback, ["TWILIO_REGION"])},
    "edge": {"type": "str", "fallback": (env_fallback, ["TWILIO_EDGE"])},
    "api_url": {"type": "str", "fallback": (env_fallback, ["TWILIO_API_URL"])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    # A proxy's URL may hold a password.
    "proxy": {"type": "str", "no_log": True},
    "timeout": {"type": "float", "default": 30},
    "retries": {"type": "int", "default": 4},
    "run_on": {"type": "str", "choices": ["controller", "target"], "default": "controller"},
}

# The parameters of Twilio's create request except To, in the order in which they are sent. An option's name in
# PascalCase is the parameter's, so a new parameter is one line here and one entry in the documentation.
MESSAGE: dict[str, dict[str, Any]] = {
    "from": {"type": "str"},
    "messaging_service_sid": {"type": "str"},
    "body": {"type": "str"},
    "media_url": {"type": "list", "elements": "str"},
    "content_sid": {"type": "str"},
    "content_variables": {"type": "json"},
    "status_callback": {"type": "str"},
    "application_sid": {"type": "str"},
    "max_price": {"type": "float"},
    "provide_feedback": {"type": "bool"},
    "attempt": {"type": "int"},
    "validity_period": {"type": "int"},
    "force_delivery": {"type": "bool"},
    "content_retention": {"type": "str", "choices": ["retain", "discard"]},
    "address_retention": {"type": "str", "choices": ["retain", "obfuscate"]},
    "smart_encoded": {"type": "bool"},
    "persistent_action": {"type": "list", "elements": "str"},
    "shorten_urls": {"type": "bool"},
    "schedule_type": {"type": "str", "choices": ["fixed"]},
    "send_at": {"type": "raw"},
    "send_as_mms": {"type": "bool"},
    "risk_check": {"type": "str", "choices": ["enable", "disable"]},
    "fallback_from": {"type": "str"},
    "traffic_type": {"type": "str", "choices": ["free"]},
}

# Source: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATUSES = [
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "canceled",
    "read",
    "partially_delivered",
    "receiving",
    "received",
]

MESSAGE_INFO: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "sid": {"type": "list", "elements": "str"},
    "to": {"type": "str"},
    "from": {"type": "str"},
    "date_sent": {"type": "str"},
    "date_sent_after": {"type": "str"},
    "date_sent_before": {"type": "str"},
    "direction": {"type": "str", "choices": ["inbound", "outbound", "outbound-api", "outbound-call", "outbound-reply"]},
    "status": {"type": "list", "elements": "str", "choices": STATUSES},
    "body_matches": {"type": "str"},
    "limit": {"type": "int", "default": 50},
    "query": {"type": "str"},
}

MANAGED_MESSAGE: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "sid": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["canceled", "redacted", "absent"]},
    "feedback": {"type": "str", "choices": ["confirmed", "unconfirmed"]},
    "wait_timeout": {"type": "float", "default": 60},
}

REPLY: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "sid": {"type": "list", "elements": "str", "required": True},
    "earlier_sid": {"type": "list", "elements": "str"},
    "code": {"type": "str"},
    "accept": {"type": "list", "elements": "str", "default": ["ACK"]},
    "decline": {"type": "list", "elements": "str", "default": ["NO"]},
    "wait_timeout": {"type": "float", "default": 300},
    "poll_interval": {"type": "float", "default": 5},
}

# A page must go out even if an option is mistyped. So the pager reads these options itself, and their type is raw.
PAGE: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "state": {"type": "str", "default": "paged"},
    "body": {"type": "str"},
    "message_variable": {"type": "str"},
    "fallback_message": {"type": "str"},
    "tiers": {"type": "raw"},
    "from": {"type": "str"},
    "messaging_service_sid": {"type": "str"},
    "wait": {"type": "raw", "default": 300},
    "repeat": {"type": "raw", "default": 1},
    "code": {"type": "str"},
    "incident": {"type": "str"},
    "accept": {"type": "raw", "default": ["ACK"]},
    "decline": {"type": "raw", "default": ["NO"]},
    "hint": {"type": "str", "default": "Reply {accept} {code} to take it, {decline} {code} to pass"},
    "segments": {"type": "raw", "default": 2},
    "ring": {"type": "raw", "default": 0},
    "ring_from": {"type": "str"},
    "ring_say": {
        "type": "str",
        "default": (
            "You are paged: {message}. The code is {code}."
            " To take it, text {accept} {code} to the number that paged you."
        ),
    },
    "ring_language": {"type": "str"},
    "ring_voice": {"type": "str"},
    "validity_period": {"type": "raw", "default": 600},
    "dedupe_window": {"type": "raw"},
    "quiet": {"type": "raw", "default": 0},
    "poll_interval": {"type": "raw", "default": 5},
    "confirm": {"type": "raw", "default": True},
    "tell_others": {"type": "raw", "default": True},
}

# The pager reads these options too, so that it can report all problems together.
ASK: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "body": {"type": "str"},
    "to": {"type": "raw"},
    "from": {"type": "str"},
    "messaging_service_sid": {"type": "str"},
    "accept": {"type": "raw", "default": ["YES"]},
    "decline": {"type": "raw", "default": ["NO"]},
    "quorum": {"type": "raw", "default": 1},
    "wait": {"type": "raw", "default": 300},
    "default": {"type": "raw", "default": False},
    "tell": {"type": "raw", "default": True},
    "segments": {"type": "raw", "default": 2},
    "poll_interval": {"type": "raw", "default": 5},
}

SMS: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "to": {"type": "list", "elements": "str", "required": True},
    "source": {"type": "str", "choices": ["from", "messaging_service_sid"]},
    "content": {"type": "str", "choices": ["body", "media_url", "content_sid"]},
    **MESSAGE,
    "extra_parameters": {"type": "dict"},
    "concurrency": {"type": "int", "default": 8},
    "dedupe_window": {"type": "int", "default": 0},
    "resend_unknown": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": False},
    "wait_for": {"type": "str", "choices": ["delivered", "sent"], "default": "delivered"},
    "wait_timeout": {"type": "float", "default": 60},
    "wait_timeout_fails": {"type": "bool", "default": False},
    "register_facts": {"type": "bool", "default": True},
}

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

# A string for one of these lists is one item: Ansible would split it at commas, which URLs and actions may have.
UNSPLIT = ("media_url", "persistent_action")

# The options of community.general.twilio, and ours that do the same.
RENAMED = {"msg": "body", "from_number": "from", "to_number": "to", "to_numbers": "to"}

# Defaults that change in two cases: in a task with no_log, because a fact keeps the text and a fact cache writes it to
# disk; and in an ad hoc command, where nothing reads facts and the output would show the message twice more.
WITHOUT_FACTS = {"register_facts": False}
