# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates and times as users write them and as Twilio accepts them, and the limits of a schedule. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

# Before Python 3.11, datetime.fromisoformat() reads only a small part of ISO 8601. Modules run on 3.9.
_ISO_8601 = (
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<minute>\d\d:\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?"
)
_DISTANCE = r"([+-])(\d{1,6})([smhd])"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

# Twilio rejects times that are nearer or farther.
# Source: https://www.twilio.com/docs/messaging/features/message-scheduling
NEAREST = timedelta(minutes=5)
FARTHEST = timedelta(days=35)
# Older pages in Twilio's documentation require 15 minutes, and Twilio still requires that of some accounts.
COMFORTABLE = timedelta(minutes=15)


def parse_iso_8601(text: Any) -> datetime:
    """Read a date and time, with or without an offset. Raises ``ValueError`` with a text for the user."""
    match = re.fullmatch(_ISO_8601, text.strip()) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"{text!r} is not an ISO 8601 date and time such as 2026-11-23T09:46:00Z")
    offset = (match["offset"] or "").upper().replace(":", "").replace("Z", "+0000").ljust(5, "0")
    plain = f"{match['date']}T{match['minute']}:{match['second'] or '00'}"
    try:
        if match["offset"]:
            return datetime.strptime(f"{plain}{offset}", "%Y-%m-%dT%H:%M:%S%z")
        return datetime.strptime(plain, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise ValueError(f"{text!r} is not a valid date and time") from None


def parse_utc(text: Any) -> datetime:
    """Read a date and time with an offset as a moment in UTC. Raises ``ValueError`` with a text for the user."""
    moment = parse_iso_8601(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} needs an offset or Z, as in '{text}Z'")
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(f"{text!r} is not a valid date and time") from None


def parse_distance(text: str, sign: str) -> timedelta | None:
    """Read a time from now, such as ``-15m`` or ``+2h``; None if the text is something else or has the other sign."""
    match = re.fullmatch(_DISTANCE, text.strip())
    if not match or match[1] != sign:
        return None
    return timedelta(**{_UNITS[match[3]]: int(match[1] + match[2])})


def parse_past(text: str, now: datetime) -> datetime:
    """Read a date and time with an offset, a date (its midnight in UTC), or a time ago such as ``-15m``, as UTC.

    Raises ``ValueError`` with a text for the user.
    """
    if comparison := re.match(r"\s*([<>])=?", text):
        option = "date_sent_after" if comparison[1] == ">" else "date_sent_before"
        raise ValueError(f"{text!r} is a comparison. Use {option} instead, with the date alone")
    if ago := parse_distance(text, "-"):
        try:
            return now + ago
        except OverflowError:
            raise ValueError(f"{text!r} is too long ago") from None
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=timezone.utc)
    except ValueError:
        pass
    try:
        return parse_utc(text)
    except ValueError as error:
        raise ValueError(f"{error}, a date such as 2026-11-23, or a time ago such as -15m, -2h or -3d") from None


def to_iso_8601(moment: datetime) -> str:
    """Write a moment in UTC in the form that Twilio accepts: ``2026-11-23T09:46:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_send_at(value: Any, now: datetime) -> datetime:
    """Read ``send_at`` as a moment in UTC.

    Takes an ISO 8601 string with an offset, how far ahead of ``now`` it is (``+2h``), or a mapping of ``date_time``
    (ISO 8601 without an offset) and ``zone_id`` (an IANA time zone). If clocks show a time twice, the first one is
    used. Raises ``ValueError`` with a text for the user.
    """
    if isinstance(value, Mapping):
        return _parse_local(value)
    if isinstance(value, str) and (ahead := parse_distance(value, "+")):
        return now + ahead
    if isinstance(value, str) and re.match(r"\s*[+-]", value):
        raise ValueError(f"{value!r} is not a time from now such as +30m, +2h or +3d")
    return parse_utc(value)


def _parse_local(value: Mapping[str, Any]) -> datetime:
    # Imported only here: the import is slow, and few messages have a time zone.
    from zoneinfo import ZoneInfo

    if set(value) != {"date_time", "zone_id"}:
        raise ValueError(f"the mapping must have the keys date_time and zone_id, not {', '.join(map(str, value))}")
    date_time, zone_id = value["date_time"], value["zone_id"]
    local = parse_iso_8601(date_time)
    if local.tzinfo is not None:
        raise ValueError(f"date_time {date_time!r} must not have an offset together with a zone_id")
    try:
        zone = ZoneInfo(zone_id)
    except (TypeError, ValueError, OSError, KeyError):
        raise ValueError(
            f"zone_id {zone_id!r} is not a time zone known on this machine, such as Europe/Vienna."
            " If the machine has no time zone data, install the Python package tzdata"
        ) from None
    try:
        moment = local.replace(tzinfo=zone).astimezone(timezone.utc)
        again = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise ValueError(f"{date_time!r} is not a valid date and time") from None
    if again != local:
        raise ValueError(f"{date_time} does not exist in {zone_id}: the clocks skip it that day")
    return moment
