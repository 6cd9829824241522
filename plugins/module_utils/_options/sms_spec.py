# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec of ``twilio_sms``."""

from __future__ import annotations

from typing import Any

from .spec import CONNECTION

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
