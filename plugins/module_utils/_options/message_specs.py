# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the modules that read and change messages."""

from __future__ import annotations

from typing import Any

from .spec import CONNECTION

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
