# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a failed request is made again, and when."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.retry import Failure, retry_after, retry_delay

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


def delay(method="POST", written=True, status=None, code=None, attempt=1, jitter=1.0, **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return retry_delay(Failure(method, written, status, code, fields), attempt, jitter, NOW)


REPEATED = {
    "a create that never left": {"written": False},
    "a read that never left": {"method": "GET", "written": False},
    "too many requests": {"status": 429, "code": 20429},
    "too many requests, says a gateway": {"status": 429},
    "too many requests, with the code 0": {"status": 429, "code": 0},
    "a full queue": {"status": 429, "code": 21611},
    "a full queue with another status": {"status": 400, "code": 21611},
    "a full queue with yet another status": {"status": 499, "code": 21611},
    "a lost read": {"method": "GET"},
    "a read that met a 500": {"method": "GET", "status": 500},
    "a read that met a 503": {"method": "GET", "status": 503, "code": 20503},
    "a read that came too soon": {"method": "GET", "status": 429, "code": 20429},
}
NEVER_REPEATED = {
    "a lost create": {},
    "a create that met a 500": {"status": 500, "code": 20500},
    "a create that met a 503 with Retry-After": {"status": 503, "Retry_After": "1"},
    "a refused create": {"status": 400, "code": 21211},
    "a 429 of another code": {"status": 429, "code": 14107},
    "a redirected create": {"status": 307},
    "a full queue in a redirect": {"status": 399, "code": 21611},
    "a full queue in a server's error": {"status": 500, "code": 21611},
    "a full queue in a server's outage": {"status": 503, "code": 21611},
    "a full queue without a status": {"code": 21611},
    "bad credentials": {"status": 401, "code": 20003},
    "a read of what is not there": {"method": "GET", "status": 404, "code": 20404},
    "a read that its reader gave up": {"method": "GET", "status": 499},
    "a lost delete": {"method": "DELETE"},
}


@pytest.mark.parametrize("case", REPEATED.values(), ids=REPEATED)
def test_repeated(case):
    assert delay(**case) is not None


@pytest.mark.parametrize("case", NEVER_REPEATED.values(), ids=NEVER_REPEATED)
def test_never_repeated(case):
    assert delay(**case) is None


@pytest.mark.parametrize(("attempt", "most"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (20, 30.0)])
def test_pauses_grow_with_full_jitter(attempt, most):
    assert delay(written=False, attempt=attempt, jitter=1.0) == most
    assert delay(written=False, attempt=attempt, jitter=0.5) == most / 2
    assert delay(written=False, attempt=attempt, jitter=0.0) == 0


@pytest.mark.parametrize(
    ("attempt", "least", "most"), [(1, 4.0, 8.0), (2, 8.0, 16.0), (3, 15.0, 30.0), (9, 15.0, 30.0)]
)
def test_a_full_queue_is_given_time(attempt, least, most):
    assert delay(status=429, code=21611, attempt=attempt, jitter=0.0) == least
    assert delay(status=429, code=21611, attempt=attempt, jitter=0.25) == least * 1.25
    assert delay(status=429, code=21611, attempt=attempt, jitter=1.0) == most


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0.0),
        ("60", 60.0),
        ("61", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:01:01 GMT", None),
        ("soon", 0.5),
        ("-5", 0.5),
        ("", 0.5),
    ],
)
def test_retry_after_wins(value, expected):
    assert delay(status=429, code=20429, Retry_After=value) == expected


def test_retry_after():
    assert retry_after({}, NOW) is None
    assert retry_after({"Retry-After": " 3600 "}, NOW) == 3600
    assert retry_after({"Retry-After": "²"}, NOW) is None
