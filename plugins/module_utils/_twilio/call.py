# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call as it goes over the wire and as results show it. Pure.

Source: https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import iso_date

Call = dict[str, Any]

# Every call in a result has these keys, even if Twilio's response lacks some.
KEYS = (
    "sid", "status", "direction", "from", "from_formatted", "to", "to_formatted", "answered_by", "start_time",
    "end_time", "duration", "price", "price_unit", "queue_time", "date_created", "date_updated", "account_sid",
    "api_version", "uri", "parent_call_sid", "group_sid", "phone_number_sid", "trunk_sid", "caller_name",
    "forwarded_from", "subresource_uris",
)  # fmt: skip

DATE_KEYS = ("date_created", "date_updated", "start_time", "end_time")

# The statuses of a call before somebody answers, while the call lasts, and at its end.
# Source: https://www.twilio.com/docs/voice/api/call-resource#call-status-values
WAITING = ("queued", "initiated", "ringing")
TALKING = "in-progress"
ANSWERED = "completed"
NOT_ANSWERED = ("busy", "no-answer", "failed", "canceled")
ENDED = (ANSWERED, *NOT_ANSWERED)


def created(call: Mapping[str, Any]) -> str:
    """Return when a call was created, in ISO 8601; empty if Twilio does not say.

    Twilio's response to a create request has no dates, and a call in the queue has no start time.
    """
    return str(call["date_created"] or call["start_time"] or "")


def is_between(call: Mapping[str, Any], caller: str, callee: str) -> bool:
    """Say whether a call in Twilio's list was requested through the API, from this number to that one."""
    return (call["from"], call["to"], call["direction"]) == (caller, callee, "outbound-api")


def normalise(call: Mapping[str, Any]) -> Call:
    """Return Twilio's call as results show it: always all of ``KEYS``, dates in ISO 8601."""
    result = {key: call.get(key) for key in KEYS}
    for key in DATE_KEYS:
        result[key] = iso_date(result[key])
    return result
