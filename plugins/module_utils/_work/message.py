# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_message``: bring a sent or scheduled message into a state."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from .._options.message_specs import MANAGED_MESSAGE
from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.codes import NOT_COMPLETE, NOT_FOUND, NOT_SCHEDULED, error_page
from .._twilio.errors import ErrorDetails, ReadFailed, Rejected, RequestError, TwilioError, Unknown
from .._twilio.message import Message, normalise
from .._twilio.values import MESSAGE_PREFIXES, sid_problems
from .job import Job
from .task import Task

_PAUSE = 1.0

# A function that changes the current message and returns the new one; None if there is none.
Change = Callable[[Client, Message, float], "Message | None"]


class Target(NamedTuple):
    """A state: whether a message has it, the message after the change as far as it can be predicted, and the change."""

    is_reached: Callable[[Message], bool]
    foreseen: Callable[[Message], Message | None]
    change: Change


def manage_message(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Bring a message into the state that a task wants; ``params`` are those of ``MANAGED_MESSAGE``.

    Raises ``ReadFailed`` or what ``Resources.update`` raises.
    """
    target = TARGETS.get(params["state"] or "")
    with Client(connect(params)) as client:
        before = _fetch(client, params["sid"], may_be_absent=params["state"] == "absent")
        if task.is_abandoned():
            # If Ansible was killed, this process still begins the loop's next item or the next retry.
            raise TwilioError("Nothing was changed: Ansible has ended.", changed=False, message=before)
        after = before
        try:
            if before and target and not target.is_reached(before):
                wait = params["wait_timeout"]
                after = target.foreseen(before) if task.check_mode else target.change(client, before, wait)
            if params["feedback"] and not task.check_mode:
                client.messages.create_feedback(params["sid"], params["feedback"])
        except RequestError as error:
            # The first of two changes may have been made, and so may one without a response.
            error.result["changed"] = after != before or isinstance(error, Unknown)
            error.result["message"] = after
            raise
    result: dict[str, Any] = {"changed": after != before or bool(params["feedback"]), "message": after}
    if task.diff:
        given = {"feedback": params["feedback"]} if params["feedback"] else {}
        result["diff"] = {"before": before or {}, "after": {**(after or {}), **given}}
    return result


def managed_problems(params: Mapping[str, Any], _now: datetime) -> Iterator[str]:
    """Yield the problems with a task's options."""
    yield from sid_problems("sid", params["sid"], *MESSAGE_PREFIXES)
    if not params["state"] and not params["feedback"]:
        yield "state: is required. Set state or feedback."
    if params["state"] == "absent" and params["feedback"]:
        yield "feedback: cannot be used with state=absent."
    if not 0 <= params["wait_timeout"] <= 86400:
        yield f"wait_timeout: must be 0 to 86400, not {params['wait_timeout']:g}."


def _fetch(client: Client, sid: str, may_be_absent: bool) -> Message | None:
    try:
        return normalise(client.messages.fetch(sid))
    except ReadFailed as error:
        if may_be_absent and error.details.code == NOT_FOUND:
            return None
        raise


def _foresee_canceled(message: Message) -> Message:
    if message["status"] != "scheduled":
        raise _foreseen_rejection(NOT_SCHEDULED, message, "cannot be canceled")
    return {**message, "status": "canceled"}


def _foresee_redacted(message: Message) -> Message:
    return {**_foresee_complete(message), "body": ""}


def _foresee_absent(message: Message) -> None:
    _foresee_complete(message)


def _foresee_complete(message: Message) -> Message:
    """Return a message that is complete, or will soon be."""
    if message["status"] == "scheduled":
        raise _foreseen_rejection(NOT_COMPLETE, message, "cannot be changed or deleted yet")
    return message


def _foreseen_rejection(code: int, message: Message, why: str) -> Rejected:
    text = f"The message {message['sid']} is {message['status']} and {why}"
    return Rejected(ErrorDetails(code=code, message=text, more_info=error_page(code)))


def _cancel(client: Client, message: Message, _wait: float) -> Message:
    try:
        return normalise(client.messages.update(message["sid"], {"Status": "canceled"}))
    except Rejected as error:
        if error.details.code != NOT_SCHEDULED:
            raise
        # Somebody else may have just canceled it.
        now = normalise(client.messages.fetch(message["sid"]))
        if now["status"] != "canceled":
            raise
        return now


def _redact(client: Client, message: Message, wait: float) -> Message:
    return normalise(_once_complete(lambda: client.messages.update(message["sid"], {"Body": ""}), wait))


def _delete(client: Client, message: Message, wait: float) -> None:
    try:
        _once_complete(lambda: client.messages.delete(message["sid"]), wait)
    except Rejected as error:
        # Somebody else has just deleted it.
        if error.details.code != NOT_FOUND:
            raise


def _once_complete(change: Callable[[], Any], wait: float) -> Any:
    """Make a change that Twilio rejects until the message was sent or has failed. Retry it for ``wait`` seconds."""
    deadline = time.monotonic() + wait
    while True:
        try:
            return change()
        except Rejected as error:
            left = deadline - time.monotonic()
            if error.details.code != NOT_COMPLETE or left <= 0:
                raise
            time.sleep(min(_PAUSE, left))


TARGETS = {
    "canceled": Target(lambda message: message["status"] == "canceled", _foresee_canceled, _cancel),
    "redacted": Target(lambda message: not message["body"], _foresee_redacted, _redact),
    "absent": Target(lambda message: False, _foresee_absent, _delete),
}

JOB = Job(MANAGED_MESSAGE, managed_problems, manage_message)
