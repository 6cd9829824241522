# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to rehearsals says which of Twilio's errors a task knows beforehand, and which the simulator has."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_rules import sms_problems
from ansible_collections.oncall.twilio.plugins.module_utils._options.sms_spec import SMS
from support.paths import CHECKOUT

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
GUIDE = (CHECKOUT / "docs/docsite/rst/guide_rehearsal.rst").read_text()
ROW = r"  \* - `(\d+) <https://www.twilio.com/docs/errors/(\d+)>`__\n    - .+\n    -(.*)\n    - (.+)\n"
ROWS = re.findall(ROW, GUIDE)
SIMULATOR = CHECKOUT / "roles" / "simulator" / "files" / "twilio_simulator"
SOURCES = ("api/rules.py", "world/addresses.py", "world/carrier.py", "world/people.py")

HEX = "0d6c41f5e8b94a72b3c5f19d70e2a84b"
SERVICE = {"messaging_service_sid": f"MG{HEX}"}
# A task that would meet each error, if it were not told before.
MEETING: dict[int, dict[str, Any]] = {
    21211: {"to": ["+1"]},
    21212: {"from": "much too long a name"},
    21265: {"to": ["12345"]},
    21266: {"to": ["+15557654321"]},
    21602: {"body": None},
    21603: {"from": None},
    21604: {"to": []},
    21609: {"status_callback": "http://localhost/"},
    21612: {"from": "Shop"},
    21617: {"body": "x" * 1601},
    21619: {"to": ["whatsapp:+15551234567"], "from": "whatsapp:+15557654321", "body": None},
    21620: {"media_url": ["x"]},
    21623: {"media_url": ["https://x.example/a.png"] * 11},
    21624: {"validity_period": 0},
    21627: {"max_price": float("nan")},
    21654: {"content_variables": '{"1": "x"}'},
    21655: {"body": None, "content_sid": "HX1"},
    21656: {"body": None, "content_sid": f"HX{HEX}", "content_variables": "[]"},
    21705: {"messaging_service_sid": "MG1"},
    21910: {"to": ["whatsapp:+15551234567"]},
    35114: {**SERVICE, "send_at": "soon"},
    35115: {**SERVICE, "send_at": (NOW + timedelta(minutes=4)).isoformat()},
    35117: {**SERVICE, "send_at": (NOW + timedelta(days=36)).isoformat()},
    63031: {"to": ["whatsapp:+15557654321"], "from": "whatsapp:+15557654321"},
}
# The options leave no way to ask for these.
IMPOSSIBLE = {30029, 30030, 35111, 35126}


def test_which_a_task_knows_beforehand():
    assert {int(code) for code, _again, task, _simulator in ROWS if task.strip() == "yes"} == {*MEETING} | IMPOSSIBLE


@pytest.mark.parametrize("code", MEETING)
def test_it_does(code):
    defaults = {name: option.get("default") for name, option in SMS.items()}
    task = {**defaults, "to": ["+15551234567"], "from": "+15557654321", "body": "Hi"}
    assert list(sms_problems(task, NOW)) == []
    assert list(sms_problems({**task, **MEETING[code]}, NOW)) != []


def test_which_the_simulator_has():
    lines = "".join((SIMULATOR / source).read_text() for source in SOURCES).splitlines()
    code_of = re.compile(r"\b(?:21|30|35|63)[0-9]{3}\b")
    known = {int(code) for line in lines if not line.strip().startswith("#") for code in code_of.findall(line)}
    assert {int(code) for code, *_rest in ROWS} == known
    assert all(code == again for code, again, *_rest in ROWS)
