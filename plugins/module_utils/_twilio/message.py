# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message as it goes over the wire and as results show it. Pure.

Source: https://www.twilio.com/docs/messaging/api/message-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

from .codes import as_code
from .values import iso_date

# A form's fields. A list is sent as a repeated field.
Form = dict[str, Union[str, list[str]]]

Message = dict[str, Any]

# Final statuses. Only what the recipient does can still change them.
# Source: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
NOT_DELIVERED = ("failed", "undelivered", "canceled")
FINAL = (*NOT_DELIVERED, "delivered", "read")
# A message with one of these has not reached its recipient.
NOT_OUT = (*NOT_DELIVERED, "scheduled")

# Twilio puts this before each text that a trial account sends.
TRIAL_PREFIX = "Sent from your Twilio trial account - "

# Every message in a result has these keys, even if Twilio's response lacks some.
KEYS = (
    "body", "num_segments", "direction", "from", "to", "date_updated", "price", "error_message", "uri", "account_sid",
    "num_media", "status", "messaging_service_sid", "sid", "date_sent", "date_created", "error_code", "price_unit",
    "api_version", "subresource_uris",
)  # fmt: skip

DATE_KEYS = ("date_created", "date_sent", "date_updated")


def normalise(message: Mapping[str, Any]) -> Message:
    """Return Twilio's message as results show it: always all of ``KEYS``, dates in ISO 8601, a numeric error code."""
    result = {key: message.get(key) for key in KEYS}
    for key in DATE_KEYS:
        result[key] = iso_date(result[key])
    result["error_code"] = as_code(result["error_code"])
    return result
