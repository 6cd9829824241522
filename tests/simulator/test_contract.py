# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer is of the form that Twilio's own description of its API gives it.

What is needed of the description is in tests/golden/twilio_api.json. It names the properties of an answer without
demanding any; here they are demanded, and no others are allowed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from jsonschema import FormatChecker, ValidationError
from openapi_schema_validator import OAS30Validator

from support.paths import CHECKOUT
from support.simulator import FROM, SERVICE, TO, Simulator

DESCRIPTION = CHECKOUT / "tests" / "golden" / "twilio_api.json"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
LIST, ONE = f"{ACCOUNT}/Messages.json", f"{ACCOUNT}/Messages/{{Sid}}.json"
MEDIA = f"{ACCOUNT}/Messages/{{MessageSid}}/Media.json"
FEEDBACK = f"{ACCOUNT}/Messages/{{MessageSid}}/Feedback.json"

# The one format that a program may stumble over.
FORMATS = FormatChecker(())
DATE = "date-time-rfc-2822"

Check = Callable[..., Any]


@FORMATS.checks(DATE, ValueError)
def is_date(text: Any) -> bool:
    return text is None or bool(parsedate_to_datetime(text))


@pytest.fixture(scope="module")
def description() -> Any:
    return json.loads(DESCRIPTION.read_text())


@pytest.fixture
def check(swift: Simulator, description: Any) -> Check:
    """Make a request, hold its answer to what the description says of this operation, and return what it holds."""

    def call(method: str, template: str, *, sid: str = "", **options: Any) -> Any:
        path = template.format(AccountSid=swift.auth[0], Sid=sid, MessageSid=sid)
        response = swift.call(method, path, **options)
        ((status, promised),) = description["paths"][template][method.lower()]["responses"].items()
        assert response.status_code == int(status), response.text
        if "content" not in promised:
            assert response.content == b""
            return None
        assert response.headers["Content-Type"].startswith("application/json")
        hold(response.json(), promised, description)
        return response.json()

    return call


def hold(body: Any, promised: Any, description: Any) -> None:
    """Raise a ValidationError if this is not what a response's description promises."""
    schema = promised["content"]["application/json"]["schema"]
    whole = strict(schema | {"components": description["components"]})
    OAS30Validator(whole, format_checker=FORMATS).validate(body)


def strict(schema: Any) -> Any:
    """The same with all properties demanded, and no others allowed."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {name: strict(part) for name, part in schema.items()}
    properties = schema.get("properties")
    if schema.get("type") == "object" and isinstance(properties, dict):
        whole |= {"required": list(properties), "additionalProperties": False}
    return whole


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


def test_every_status_and_direction_is_known(description: Any, role_package: None) -> None:
    from twilio_simulator.world import carrier, messages

    schemas = description["components"]["schemas"]
    statuses = {*carrier.NEXT_STATUS, *messages.FINAL}
    assert statuses <= set(schemas["message_enum_status"]["enum"])
    assert {"inbound", "outbound-api", "outbound-reply"} <= set(schemas["message_enum_direction"]["enum"])


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"num_media": 0}, {"status": "lost"}, {"date_created": "2026-01-01"}, {"sid": "SM1"}, {"body": ...}],
    ids=str,
)
def test_it_would_be_noticed(swift: Simulator, description: Any, change: dict[str, Any]) -> None:
    """What is held to the description can fail: with a field more or less, another type, value or format."""
    body, promised = swift.created(), description["paths"][LIST]["post"]["responses"]["201"]
    hold(body, promised, description)
    changed = {name: value for name, value in (body | change).items() if value is not ...}
    with pytest.raises(ValidationError, match="|".join(change)):
        hold(changed, promised, description)
