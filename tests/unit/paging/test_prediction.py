# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What check mode says of a page that an earlier run has left, and what the run then does if nobody answers."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.paging.night import ADA, FROM, GRACE, LINUS, MIDNIGHT, Night, Outage
from unit.paging.test_nights import nights

from ansible_collections.oncall.twilio.plugins.module_utils._paging.prediction import predicted
from ansible_collections.oncall.twilio.plugins.module_utils._paging.result import result
from ansible_collections.oncall.twilio.plugins.module_utils._paging.resume import start
from ansible_collections.oncall.twilio.plugins.module_utils._paging.tiers import Person

RING = {"ring": 60}
SILENT = {"confirm": False, "tell_others": False}
THREE = {"tiers": [{"numbers": [number], "wait": 100} for number in (ADA, GRACE, LINUS)]}
CALENDAR = {"source": "https://rota.example/", "people": {"Ada": ADA, "Grace": GRACE, "Linus": LINUS}}
ROTA = {"tiers": [{"name": "rota", "calendar": CALENDAR, "wait": 200}, {"numbers": [GRACE], "wait": 200}]}
ONE = {"tiers": [{"name": "primary", "numbers": [ADA], "wait": 200}]}
# A call of the day before.
EARLIER = {
    "sid": "CA0",
    "from": FROM,
    "to": ADA,
    "direction": "outbound-api",
    "status": "completed",
    "date_created": datetime.fromtimestamp(MIDNIGHT - 86400, timezone.utc).isoformat(),
    "start_time": None,
    "_at": -86400.0,
}


def foreseen_and_done(options, kill_at, later=5, happens=None, then=None, on_call=None):
    """What check mode says of a page that was killed, and what comes of it. The calendar then names ``on_call``."""
    killed = Night(options=options, kill_at=kill_at, **(happens or {})).run()
    left = {"messages": killed.messages, "calls": killed.calls, "now": killed.now + later, "code": "XXX"}
    night = Night(options={**options, **(then or {})}, calendar=lambda _now: on_call, **left)
    incident = start(night.plan, night.messages, night.now, night.date())
    named = {0: [Person(number, name) for name, number in on_call.items()]} if on_call else {}
    foreseen = predicted(night.plan, incident, night.now, named, MIDNIGHT + night.now, night.calls)
    night.run()
    return foreseen, result(night.incident, night.began)


@pytest.mark.parametrize(
    ("options", "kill_at", "more", "changes"),
    [
        # It would page the second tier; it would say that nobody has taken it; it would do neither.
        (SILENT, 100, {}, True),
        ({}, 300, {}, True),
        (SILENT, 300, {}, False),
        # It would call; all have been called.
        ({**SILENT, **RING}, 230, {}, True),
        ({**SILENT, **RING}, 300, {}, False),
        ({**SILENT, **RING, **ONE}, 30, {}, True),
        ({**SILENT, **RING, **ONE}, 100, {}, False),
        # Somebody was called for something else.
        ({**SILENT, **RING, **ONE}, 30, {"happens": {"calls": [EARLIER]}}, True),
        # Its time is over: nobody else is paged or called.
        ({**SILENT, **RING, "dedupe_window": "1h"}, 230, {"later": 1000}, False),
        ({**SILENT, **RING, **ONE, "ring": 198}, 100, {"later": 99}, False),
        ({"dedupe_window": "1h"}, 230, {"later": 1000}, True),
        # So late that there is time for one turn more.
        ({**SILENT, "repeat": 2}, 100, {"later": 690}, True),
        # Somebody of the first tier was not paged before it was killed.
        (SILENT, 230, {"happens": {"outages": [Outage(0, 1000, number=ADA)]}}, True),
        # Somebody was paged in the first round, and not in the second before it was killed.
        ({**SILENT, "repeat": 2}, 410, {"happens": {"outages": [Outage(390, 1000, number=GRACE)]}}, True),
        # Requests were slow. The second tier cannot be reached, and there is time for the third one only at once.
        (SILENT | THREE, 252, {"happens": {"latency": lambda: 100.0, "undelivered": [GRACE]}}, True),
        # Somebody is in another tier since then, and has been paged.
        (ONE | SILENT, 100, {"then": {"tiers": [{"name": "x", "numbers": [ADA, LINUS], "wait": 200}]}}, True),
        # The calendar could not be read before. It names somebody new, or somebody whom the second tier has paged.
        (SILENT | ROTA, 230, {"on_call": {"Ada": ADA}}, True),
        (SILENT | ROTA, 230, {"on_call": {"Grace": GRACE}}, False),
        # It was read before, and names somebody else now.
        (SILENT | ROTA, 230, {"happens": {"calendar": lambda _now: {"Ada": ADA}}, "on_call": {"Linus": LINUS}}, False),
    ],
)
def test_what_a_page_that_is_gone_on_with_would_do(options, kill_at, more, changes):
    foreseen, done = foreseen_and_done(options, kill_at, **more)
    assert foreseen["resumed"] == done["resumed"] is True
    assert foreseen["changed"] == done["changed"] == changes
    assert planned(foreseen) == paged(done)


def planned(foreseen):
    return sorted(
        (entry["round"], entry["tier"], recipient["to"])
        for entry in foreseen["plan"]
        for recipient in entry["recipients"]
        if recipient["outcome"] == "planned"
    )


def paged(done):
    return sorted((page["round"], page["tier"], page["to"]) for page in done["pages"] if page["outcome"] == "sent")


@given(nights(people={}, queued=0.0, skew=0.0, lag=0.0), st.floats(0, 900), st.floats(0, 400))
def test_whatever_has_happened_before_what_it_foresees_comes_true(night, kill_at, later):
    happens = {name: getattr(night, name) for name in ("refused", "outages", "latency")}
    foreseen, done = foreseen_and_done(night.options, kill_at, later, happens)
    assert foreseen["resumed"] == done["resumed"]
    assert foreseen["changed"] == done["changed"]
    assert planned(foreseen) == paged(done)
