# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio's own description of its API, and whether an answer is what it promises.

It is in tests/golden/twilio_api.json, and names the properties of an answer without demanding any. Here they are
demanded, and no others are allowed.
"""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import requests
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator

from support.paths import CHECKOUT

DESCRIPTION: Any = json.loads((CHECKOUT / "tests" / "golden" / "twilio_api.json").read_text())
# The one format that a program may stumble over.
FORMATS = FormatChecker(())


@FORMATS.checks("date-time-rfc-2822", ValueError)
def is_date(text: Any) -> bool:
    return text is None or bool(parsedate_to_datetime(text))


def hold(response: requests.Response, template: str, method: str) -> Any:
    """Return what an answer of success holds; fail unless that is what the description promises of this operation."""
    ((status, promised),) = DESCRIPTION["paths"][template][method.lower()]["responses"].items()
    assert response.status_code == int(status), response.text
    if "content" not in promised:
        assert response.content == b""
        return None
    assert response.headers["Content-Type"].startswith("application/json")
    body = response.json()
    validator_of(template, method.lower()).validate(body)
    return body


def hold_error(response: requests.Response) -> Any:
    """Return what an answer of failure holds; fail unless that is in the form of Twilio's errors."""
    assert response.headers["Content-Type"].startswith("application/json"), response.text
    body = response.json()
    more = {"detail": str} if "detail" in body else {}
    assert {name: type(value) for name, value in body.items()} == {
        "code": int,
        "message": str,
        "more_info": str,
        "status": int,
        **more,
    }
    assert body["status"] == response.status_code
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{body['code']}"
    return body


@cache
def validator_of(template: str, method: str) -> OAS30Validator:
    """Return what validates an operation's answer of success."""
    ((_status, promised),) = DESCRIPTION["paths"][template][method]["responses"].items()
    schema = promised["content"]["application/json"]["schema"]
    return OAS30Validator(_strict(schema | {"components": DESCRIPTION["components"]}), format_checker=FORMATS)


def _strict(schema: Any) -> Any:
    """Return the same with all properties demanded, and no others allowed."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {name: _strict(part) for name, part in schema.items()}
    properties = schema.get("properties")
    if schema.get("type") == "object" and isinstance(properties, dict):
        whole |= {"required": list(properties), "additionalProperties": False}
    return whole
