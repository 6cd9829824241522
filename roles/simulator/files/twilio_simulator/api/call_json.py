# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls as Twilio's JSON: https://www.twilio.com/docs/voice/api/call-resource"""

from __future__ import annotations

from ..world.calls import Call
from ..world.messages import API_VERSION, iso8601
from .resources import rfc2822


def call_json(call: Call) -> dict[str, object]:
    """Return the Call resource. Numbers are strings in it."""
    return {
        "account_sid": call.account_sid,
        "answered_by": call.answered_by,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "direction": "outbound-api",
        "duration": None if call.duration is None else str(call.duration),
        "end_time": rfc2822(call.ended),
        "forwarded_from": None,
        "from": call.order.sender,
        "from_formatted": formatted(call.order.sender),
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": call.price,
        "price_unit": "USD",
        "queue_time": str(call.queued),
        "sid": call.sid,
        "start_time": rfc2822(call.started),
        "status": call.status,
        "subresource_uris": {},
        "to": call.order.to,
        "to_formatted": formatted(call.order.to),
        "trunk_sid": None,
        "uri": f"/{API_VERSION}/Accounts/{call.account_sid}/Calls/{call.sid}.json",
    }


def created_json(call: Call) -> dict[str, object]:
    """Return the response to a create request, in which Twilio has no dates yet."""
    return call_json(call) | {"date_created": None, "date_updated": None}


def shown_call(call: Call) -> dict[str, object]:
    """Return the Call resource with further keys that Twilio does not have. Dates are in ISO 8601."""
    return call_json(call) | {
        "kind": "call",
        "number": call.number,
        "form": call.form,
        "timeout": call.order.timeout,
        "spoken": [{"text": line.text, "at": iso8601(line.at), "times": line.times} for line in call.spoken],
        "history": [{"status": status, "at": iso8601(at)} for status, at in call.history],
    }


def formatted(number: str) -> str:
    """Return a North American number in its usual format, and any other number unchanged."""
    if number.startswith("+1") and len(number) == len("+15551234567"):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number
