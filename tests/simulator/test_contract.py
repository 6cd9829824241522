# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer is of the form that Twilio's own description of its API gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import ValidationError

from support.contract import DESCRIPTION, hold, validator_of
from support.simulator import FROM, SERVICE, TO, Simulator

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
LIST, ONE = f"{ACCOUNT}/Messages.json", f"{ACCOUNT}/Messages/{{Sid}}.json"
CALLS, CALL = f"{ACCOUNT}/Calls.json", f"{ACCOUNT}/Calls/{{Sid}}.json"
MEDIA = f"{ACCOUNT}/Messages/{{MessageSid}}/Media.json"
FEEDBACK = f"{ACCOUNT}/Messages/{{MessageSid}}/Feedback.json"

Check = Callable[..., Any]


@pytest.fixture
def check(swift: Simulator) -> Check:
    """Make a request, hold its answer to what the description says of this operation, and return what it holds."""

    def call(method: str, template: str, *, sid: str = "", **options: Any) -> Any:
        path = template.format(AccountSid=swift.auth[0], Sid=sid, MessageSid=sid)
        return hold(swift.call(method, path, **options), template, method)

    return call


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"To": "+15557779999"},
        {"To": "+447700900123", "From": "Ops Team", "Body": "größer 😀"},
        {"From": "", "MessagingServiceSid": SERVICE},
        {"MediaUrl": ["https://x.example/a.jpg", "https://x.example/b"]},
        {"ValidityPeriod": "1"},
        {"To": "whatsapp:+15551234567", "From": "whatsapp:+15552223333"},
    ],
    ids=str,
)
def test_whole_life(check: Check, swift: Simulator, form: dict[str, Any]) -> None:
    created = check("POST", LIST, data={"To": TO, "From": FROM, "Body": "Disk full"} | form)
    swift.eventually(created["uri"], "undelivered" if form.get("To") == "+15557779999" else "delivered")
    check("GET", ONE, sid=created["sid"])
    check("GET", LIST, params={"To": created["to"], "PageSize": 1})
    check("GET", MEDIA, sid=created["sid"])
    assert check("POST", ONE, sid=created["sid"], data={"Body": ""})["body"] == ""
    check("DELETE", ONE, sid=created["sid"])


@pytest.mark.parametrize(("to", "status"), [("+15557779999", "failed"), (TO, "canceled")])
def test_whole_life_of_a_call(check: Check, swift: Simulator, to: str, status: str) -> None:
    twiml = "<Response><Say>Disk full</Say></Response>"
    created = check("POST", CALLS, data={"To": to, "From": FROM, "Twiml": twiml, "MachineDetection": "Enable"})
    if status == "canceled":
        assert check("POST", CALL, sid=created["sid"], data={"Status": "canceled"})["status"] == status
    swift.eventually(created["uri"], status)
    check("GET", CALL, sid=created["sid"])
    assert check("GET", CALLS, params={"To": to, "PageSize": 1})["calls"]
    check("DELETE", CALL, sid=created["sid"])


def test_scheduled_and_canceled(check: Check, swift: Simulator) -> None:
    sid = swift.scheduled()["sid"]
    assert check("GET", ONE, sid=sid)["status"] == "scheduled"
    assert check("POST", ONE, sid=sid, data={"Status": "canceled"})["status"] == "canceled"


def test_inbound(check: Check, swift: Simulator) -> None:
    message = swift.inbound("on it", To=FROM, MediaUrl="https://x.example/a.png")
    assert check("GET", ONE, sid=message["sid"])["direction"] == "inbound"
    check("GET", MEDIA, sid=message["sid"])


def test_pages(check: Check, swift: Simulator) -> None:
    for _number in range(3):
        swift.created()
    first = check("GET", LIST, params={"PageSize": 1})
    assert first["next_page_uri"]
    second = check("GET", LIST, params=first["next_page_uri"].partition("?")[2])
    assert second["previous_page_uri"]


def test_feedback(check: Check, swift: Simulator) -> None:
    sid = swift.created(ProvideFeedback="true")["sid"]
    assert check("POST", FEEDBACK, sid=sid, data={"Outcome": "confirmed"})["outcome"] == "confirmed"


def test_every_status_and_direction_is_known(role_package: None) -> None:
    from twilio_simulator.world import calls, carrier, messages

    schemas = DESCRIPTION["components"]["schemas"]
    statuses = {*carrier.NEXT_STATUS, *messages.FINAL}
    assert statuses <= set(schemas["message_enum_status"]["enum"])
    assert set(schemas["call_enum_status"]["enum"]) == calls.STATUSES
    assert {"inbound", "outbound-api", "outbound-reply"} <= set(schemas["message_enum_direction"]["enum"])


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"num_media": 0}, {"status": "lost"}, {"date_created": "2026-01-01"}, {"sid": "SM1"}, {"body": ...}],
    ids=str,
)
def test_it_would_be_noticed(swift: Simulator, change: dict[str, Any]) -> None:
    """What is held to the description can fail: with a field more or less, another type, value or format."""
    body, validator = swift.created(), validator_of(LIST, "post")
    validator.validate(body)
    changed = {name: value for name, value in (body | change).items() if value is not ...}
    with pytest.raises(ValidationError, match="|".join(change)):
        validator.validate(changed)
