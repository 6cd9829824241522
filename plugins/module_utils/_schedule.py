# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a scheduled message goes out: ``send_at`` read, and held against Twilio's window. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.oncall.twilio.plugins.module_utils._moment import parse_iso_8601, parse_utc

# Twilio refuses what is nearer or farther.
# Source: https://www.twilio.com/docs/messaging/features/message-scheduling
NEAREST = timedelta(minutes=5)
FARTHEST = timedelta(days=35)
# Older pages of Twilio's ask for a quarter of an hour, and some accounts are still held to it.
COMFORTABLE = timedelta(minutes=15)


def parse_send_at(value: Any) -> datetime:
    """Read ``send_at`` as a moment in UTC.

    Takes an ISO 8601 string with an offset, or a mapping of ``date_time`` (ISO 8601 without an offset) and
    ``zone_id`` (an IANA time zone). Of a time that a clock shows twice, the first counts.
    Raises ``ValueError`` with a text for the user.
    """
    if isinstance(value, Mapping):
        return _parse_local(value)
    return parse_utc(value)


def _parse_local(value: Mapping[str, Any]) -> datetime:
    # Few messages have a time zone, and all would wait for the import.
    from zoneinfo import ZoneInfo

    if set(value) != {"date_time", "zone_id"}:
        raise ValueError(f"the mapping must have the keys date_time and zone_id, not {', '.join(map(str, value))}")
    date_time, zone_id = value["date_time"], value["zone_id"]
    local = parse_iso_8601(date_time)
    if local.tzinfo is not None:
        raise ValueError(f"date_time {date_time!r} must have no offset beside a zone_id")
    try:
        zone = ZoneInfo(zone_id)
    except (TypeError, ValueError, OSError, KeyError):
        raise ValueError(
            f"zone_id {zone_id!r} is not a time zone that this machine knows, such as Europe/Vienna;"
            " a machine without time zone data needs the Python package tzdata"
        ) from None
    try:
        moment = local.replace(tzinfo=zone).astimezone(timezone.utc)
        again = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise ValueError(f"{date_time!r} is not a date and time that exists") from None
    if again != local:
        raise ValueError(f"{date_time} does not exist in {zone_id}: the clocks skip it that day")
    return moment
