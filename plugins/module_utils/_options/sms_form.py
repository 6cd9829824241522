# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn a task's options into the form of a create request, and predict Twilio's response in check mode. Pure.

The facts come from Twilio's Message resource (https://www.twilio.com/docs/messaging/api/message-resource).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._text.gsm7 import smart_encoded
from .._text.segments import segments
from .._twilio.account import API_VERSION
from .._twilio.message import Form, Message, normalise
from .._twilio.numbers import read_sender
from .._twilio.values import is_channel_address
from .addresses import usable_recipients
from .dates import parse_send_at, to_iso_8601
from .form import EMPTY, field, form_name
from .sms_spec import MESSAGE

SENDERS = ("from", "messaging_service_sid")
CONTENTS = ("body", "media_url", "content_sid")


def choose(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a message that are set, without those that ``source`` and ``content`` exclude.

    Empty values count as not set. Senders are in the form that Twilio accepts.
    """
    source, content = params["source"], params["content"]
    excluded = set(SENDERS) - {source} if source else set()
    if content:
        excluded |= set(CONTENTS) - {content}
        if content != "content_sid":
            excluded.add("content_variables")
    chosen = {name: params[name] for name in MESSAGE if name not in excluded and params[name] not in EMPTY}
    # Ansible makes text of an empty mapping where an option takes JSON.
    if chosen.get("content_variables") == "{}":
        del chosen["content_variables"]
    for name in ("from", "fallback_from"):
        if name in chosen:
            chosen[name] = read_sender(chosen[name])
    return chosen


def to_forms(params: Mapping[str, Any], now: datetime) -> list[Form]:
    """Return a form for each recipient that this sender can text; ``sms_problems`` reports the others.

    ``now`` is what a ``send_at`` such as ``+2h`` counts from.
    """
    options = choose(params)
    recipients, _problems = usable_recipients(params["to"], options.get("from"))
    return [to_form(to, options, params["extra_parameters"] or {}, now) for to in recipients]


def to_form(to: str, options: Mapping[str, Any], extra_parameters: Mapping[str, str], now: datetime) -> Form:
    """Return one recipient's form, from the options that ``choose`` returned."""
    form: Form = {"To": to}
    form.update({form_name(name): _field(name, value, now) for name, value in options.items()})
    if "send_at" in options:
        form["ScheduleType"] = "fixed"
    form.update(extra_parameters)
    return form


def _field(name: str, value: Any, now: datetime) -> str | list[str]:
    if name == "send_at":
        return to_iso_8601(parse_send_at(value, now))
    if name == "content_variables":
        return json.dumps(template_variables(value))
    return field(value)


def template_variables(text: str) -> dict[str, str]:
    """Return a template's variables from JSON, all as strings: Twilio rejects numbers (error 21656).

    Raises ``ValueError`` with a text for the user.
    """
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError):
        variables = None
    if not isinstance(variables, dict):
        raise ValueError("must be a mapping, or a string with a JSON object")
    if unclear := [
        name
        for name, value in variables.items()
        if not isinstance(value, (str, int, float)) or value is True or value is False
    ]:
        shown = ", ".join(f"{name} is {json.dumps(variables[name])}" for name in unclear)
        raise ValueError(f"{shown}; each variable must be a string. Quote it in YAML to send it as written")
    return {name: str(value) for name, value in variables.items()}


def predict(account_sid: str, form: Form) -> Message:
    """Return the message that Twilio would return for a create request.

    Values that only Twilio knows (the SID, dates, the currency, a template's text) are None.
    """
    service = form.get("MessagingServiceSid")
    media = form.get("MediaUrl", [])
    known = {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": None if "ContentSid" in form else form.get("Body", ""),
        "direction": "outbound-api",
        "from": form.get("From"),
        "messaging_service_sid": service,
        "num_media": str(len(media)),
        # At this point a Messaging Service has not chosen a sender yet, and so no channel either.
        "num_segments": "0" if service else _num_segments(form),
        "status": "scheduled" if "SendAt" in form else "accepted" if service else "queued",
        "to": form["To"],
    }
    return normalise(known)


def _num_segments(form: Form) -> str | None:
    if "MediaUrl" in form or form.get("SendAsMms") == "true" or is_channel_address(str(form["To"])):
        return "1"
    if "ContentSid" in form:
        return None
    body = str(form.get("Body", ""))
    return str(segments(smart_encoded(body) if form.get("SmartEncoded") == "true" else body).segments)
