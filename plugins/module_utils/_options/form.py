# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's options to the form of a create request, and what a check run can know of its answer. Pure.

The facts come from Twilio's Message resource (https://www.twilio.com/docs/messaging/api/message-resource).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._text.gsm7 import gsm7
from .._text.segments import segments
from .._twilio.account import API_VERSION
from .._twilio.message import Form, Message, normalise
from .._twilio.values import is_channel_address
from .dates import parse_send_at, to_iso_8601
from .spec import MESSAGE

# What a template makes of a variable without a value counts as not set.
_EMPTY: tuple[Any, ...] = (None, "", [], [""], {})
SENDERS = ("from", "messaging_service_sid")
CONTENTS = ("body", "media_url", "content_sid")


def form_name(option: str) -> str:
    """Return the name of an option's form field: ``media_url`` is ``MediaUrl``."""
    return "".join(part.capitalize() for part in option.split("_"))


def choose(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that a send's message is made of: those set, less what ``source`` and ``content`` exclude.

    What is empty counts as not set.
    """
    source, content = params["source"], params["content"]
    excluded = set(SENDERS) - {source} if source else set()
    if content:
        excluded |= set(CONTENTS) - {content}
        if content != "content_sid":
            excluded.add("content_variables")
    return {name: params[name] for name in MESSAGE if name not in excluded and params[name] not in _EMPTY}


def to_forms(params: Mapping[str, Any]) -> list[Form]:
    """Write the create request of each recipient from a send's options in which ``sms_problems`` finds nothing."""
    options = choose(params)
    return [to_form(to, options, params["extra_parameters"] or {}) for to in dict.fromkeys(params["to"])]


def to_form(to: str, options: Mapping[str, Any], extra_parameters: Mapping[str, str]) -> Form:
    """Write one recipient's create request from what ``choose`` returns."""
    form: Form = {"To": to}
    form.update({form_name(name): _field(name, value) for name, value in options.items()})
    if "send_at" in options:
        form["ScheduleType"] = "fixed"
    form.update(extra_parameters)
    return form


def _field(name: str, value: Any) -> str | list[str]:
    if name == "send_at":
        return to_iso_8601(parse_send_at(value))
    if isinstance(value, list):
        return [str(item) for item in value]
    # str(True) would be "True", which Twilio does not take.
    return str(value).lower() if isinstance(value, bool) else str(value)


def predict(account_sid: str, form: Form) -> Message:
    """Return the message that Twilio would answer a create request with, as far as that can be known beforehand.

    What only Twilio knows (the SID, dates, the currency) is None. A template's text is known to Twilio alone.
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
        # A Service has not chosen a sender yet, and so not the way either.
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
    return str(segments(gsm7(body) if form.get("SmartEncoded") == "true" else body).segments)
