# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_sms``: judge the options, send to each recipient, and put the result together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.oncall.twilio.plugins.module_utils._client import Client
from ansible_collections.oncall.twilio.plugins.module_utils._connection import (
    connect,
    connection_problems,
    is_loopback,
)
from ansible_collections.oncall.twilio.plugins.module_utils._errors import (
    ErrorDetails,
    InvalidOptions,
    NotSent,
    Rejected,
    RequestError,
    SendFailed,
    Unknown,
)
from ansible_collections.oncall.twilio.plugins.module_utils._message import (
    Form,
    Message,
    choose,
    normalise,
    predict,
    to_form,
)
from ansible_collections.oncall.twilio.plugins.module_utils._options import MESSAGE
from ansible_collections.oncall.twilio.plugins.module_utils._rules import message_problems, message_warnings

# What makes a message, from its form: Twilio, or in check mode a prediction.
Create = Callable[[Form], Mapping[str, Any]]

# A refusal of the credentials or the account holds for every other recipient too.
_DOOMS_ALL = {20003, 20404}
_FAILED = ("failed", "undelivered")
_IN_WORDS = {
    "sent": "failed",
    Rejected.outcome: "was refused",
    Unknown.outcome: "may or may not have been sent",
    NotSent.outcome: "was not sent",
}


class Attempt(NamedTuple):
    """What became of one recipient. ``outcome`` is sent, rejected, unknown or not_tried."""

    to: str
    outcome: str
    message: Message | None = None
    error: ErrorDetails | None = None


def send_sms(params: Mapping[str, Any], check_mode: bool, diff: bool, warn: Callable[[str], None]) -> dict[str, Any]:
    """Send a message to each recipient and return the task's result; ``params`` are those of ``_options.SMS``.

    Raises ``InvalidOptions`` before any request, or ``SendFailed`` with the whole result once all were tried.
    """
    now = datetime.now(timezone.utc)
    options = _chosen(params)
    if problems := sms_problems(params, now):
        raise InvalidOptions(problems)
    for warning in message_warnings(options, now):
        warn(warning)
    forms = [to_form(to, options, params["extra_parameters"] or {}) for to in params["to"]]
    connection = connect(params)
    with Client(connection) as client:
        attempts = _send(forms, partial(predict, connection.account_sid) if check_mode else client.create_message)
    result = _result(attempts, diff, params["register_facts"])
    if errors := [attempt.error for attempt in attempts if attempt.error]:
        raise SendFailed(_summary(attempts), error=errors[0]._asdict(), **result)
    return result


def sms_problems(params: Mapping[str, Any], now: datetime) -> list[str]:
    """Return all that is wrong with the options of a task; an option that is None counts as not set."""
    return [
        *connection_problems(params),
        *message_problems(
            params["to"],
            _chosen(params),
            params["extra_parameters"] or {},
            covered=["to", *MESSAGE],
            now=now,
            local_callbacks=is_loopback(params["api_url"]),
        ),
    ]


def _chosen(params: Mapping[str, Any]) -> dict[str, Any]:
    return choose({name: params[name] for name in MESSAGE}, params["source"], params["content"])


def _send(forms: list[Form], create: Create) -> list[Attempt]:
    attempts: list[Attempt] = []
    doom: ErrorDetails | None = None
    for form in forms:
        to = str(form["To"])
        if doom:
            attempts.append(Attempt(to, NotSent.outcome, error=doom))
            continue
        try:
            message = normalise(create(form))
        except RequestError as error:
            attempts.append(Attempt(to, error.outcome, error=error.details))
            if isinstance(error, NotSent) or error.details.code in _DOOMS_ALL:
                doom = error.details
        else:
            attempts.append(Attempt(to, "sent", message, _delivery_error(message)))
    return attempts


def _delivery_error(message: Message) -> ErrorDetails | None:
    if message["status"] not in _FAILED:
        return None
    reason = message["error_message"] or "Twilio gave no reason"
    text = f"Twilio created the message {message['sid']}, but it {message['status']}: {reason}"
    return ErrorDetails(code=message["error_code"], message=text)


def _result(attempts: list[Attempt], diff: bool, register_facts: bool) -> dict[str, Any]:
    messages = [attempt.message for attempt in attempts]
    sent = [message for message in messages if message]
    last = sent[-1] if sent else None
    result: dict[str, Any] = {
        # A message that may be out is no reason to call a host unchanged.
        "changed": bool(sent) or any(attempt.outcome == Unknown.outcome for attempt in attempts),
        "message": last,
        "messages": messages,
        "recipients": [
            {
                "to": attempt.to,
                "outcome": attempt.outcome,
                "sid": attempt.message["sid"] if attempt.message else None,
                "error": attempt.error._asdict() if attempt.error else None,
            }
            for attempt in attempts
        ],
    }
    if register_facts and sent:
        result["ansible_facts"] = {"twilio_message": last, "twilio_messages": messages}
    if diff:
        result["diff"] = [
            {"before_header": message["to"], "after_header": message["to"], "before": {}, "after": message}
            for message in sent
        ]
    return result


def _summary(attempts: list[Attempt]) -> str:
    """Say in one text which recipients failed and why; those that failed for the same reason together."""
    reasons: dict[tuple[str, ErrorDetails], list[str]] = {}
    for attempt in attempts:
        if attempt.error:
            reasons.setdefault((attempt.outcome, attempt.error), []).append(attempt.to)
    lines = [f"{', '.join(to)} {_IN_WORDS[outcome]}: {error}" for (outcome, error), to in reasons.items()]
    if len(attempts) == 1:
        return f"The message to {lines[0]}"
    failed = sum(map(len, reasons.values()))
    return "\n- ".join([f"{failed} of {len(attempts)} messages failed.", *lines])
