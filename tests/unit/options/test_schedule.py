# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading moments, and the time of a scheduled message."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.dates import parse_past, parse_send_at, to_iso_8601

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-23T09:46:00Z", "2026-11-23T09:46:00Z"),
        ("2026-11-23T09:46:00z", "2026-11-23T09:46:00Z"),
        ("2026-11-23t09:46Z", "2026-11-23T09:46:00Z"),
        (" 2026-11-23 09:46:07.25+00:00 ", "2026-11-23T09:46:07Z"),
        ("2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00Z"),
        ("2026-11-23T09:46:00-0530", "2026-11-23T15:16:00Z"),
        ("2026-11-23T09:46:00+02", "2026-11-23T07:46:00Z"),
        ({"date_time": "2026-11-23T09:46:00", "zone_id": "Europe/Vienna"}, "2026-11-23T08:46:00Z"),
        ({"date_time": "2026-07-01 09:46", "zone_id": "Europe/Vienna"}, "2026-07-01T07:46:00Z"),
        ({"date_time": "2026-07-01T09:46:00", "zone_id": "UTC"}, "2026-07-01T09:46:00Z"),
        ("+2h", "2026-11-23T14:00:00Z"),
        (" +30m ", "2026-11-23T12:30:00Z"),
        ("+1d", "2026-11-24T12:00:00Z"),
        # The clock shows this time twice; the first counts.
        ({"date_time": "2026-10-25T02:30:00", "zone_id": "Europe/Vienna"}, "2026-10-25T00:30:00Z"),
    ],
)
def test_times(value, expected):
    assert to_iso_8601(parse_send_at(value, NOW)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-23T09:46:00", "needs an offset or Z, as in '2026-11-23T09:46:00Z'"),
        ("2026-11-23", "is not an ISO 8601 date and time"),
        ("-2h", "is not a time from now such as +30m"),
        ("+2", "is not a time from now such as +30m"),
        ("", "is not an ISO 8601 date and time"),
        (1764000000, "is not an ISO 8601 date and time"),
        (None, "is not an ISO 8601 date and time"),
        (["2026-11-23T09:46:00Z"], "is not an ISO 8601 date and time"),
        ("2026-02-30T09:46:00Z", "is not a valid date and time"),
        ("2026-02-20T24:46:00Z", "is not a valid date and time"),
        ({"date_time": "2026-11-23T09:46:00"}, "must have the keys date_time and zone_id, not date_time"),
        ({"date_time": "2026-11-23T09:46:00", "zone_id": "UTC", "x": 1}, "must have the keys"),
        ({"date_time": "2026-11-23T09:46:00Z", "zone_id": "UTC"}, "must not have an offset together with a zone_id"),
        ({"date_time": "2026-11-23T09:46:00", "zone_id": "Europe/Wien"}, "is not a time zone known on this machine"),
        ({"date_time": "2026-11-23T09:46:00", "zone_id": "../etc/passwd"}, "is not a time zone"),
        ({"date_time": "2026-11-23T09:46:00", "zone_id": ""}, "is not a time zone"),
        ({"date_time": "2026-11-23T09:46:00", "zone_id": 1}, "is not a time zone"),
        ({"date_time": 20261123, "zone_id": "UTC"}, "is not an ISO 8601 date and time"),
        ({"date_time": "2026-03-29T02:30:00", "zone_id": "Europe/Vienna"}, "the clocks skip it that day"),
        ({"date_time": "9999-12-31T23:59:59", "zone_id": "America/Lima"}, "is not a valid date and time"),
    ],
)
def test_what_is_no_time(value, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_send_at(value, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-30s", "2026-11-23T11:59:30Z"),
        ("-15m", "2026-11-23T11:45:00Z"),
        (" -2h ", "2026-11-23T10:00:00Z"),
        ("-3d", "2026-11-20T12:00:00Z"),
        ("2026-11-20", "2026-11-20T00:00:00Z"),
        ("2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z"),
    ],
)
def test_moments_of_the_past(text, expected):
    assert to_iso_8601(parse_past(text, NOW)) == expected


@pytest.mark.parametrize("text", ["", "15m", "+15m", "-15", "-15w", "-1.5h", "2026-11-31", "2026-11-20T10:00:00"])
def test_what_is_no_moment_of_the_past(text):
    with pytest.raises(ValueError, match="or a time ago such as -15m, -2h or -3d"):
        parse_past(text, NOW)
