# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_sms``: judge the options, send to each recipient, and put the result together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ansible_collections.oncall.twilio.plugins.module_utils._attempt import (
    DUPLICATE,
    SENT,
    Attempt,
    summary,
    task_result,
)
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
    ReadFailed,
    RequestError,
    SendFailed,
    Unknown,
)
from ansible_collections.oncall.twilio.plugins.module_utils._fan_out import fan_out, on_interrupt
from ansible_collections.oncall.twilio.plugins.module_utils._lookup import find_duplicate, find_proof
from ansible_collections.oncall.twilio.plugins.module_utils._message import Form, choose, normalise, predict, to_form
from ansible_collections.oncall.twilio.plugins.module_utils._options import MESSAGE
from ansible_collections.oncall.twilio.plugins.module_utils._rules import (
    message_problems,
    message_warnings,
    sending_problems,
)
from ansible_collections.oncall.twilio.plugins.module_utils._task import Task
from ansible_collections.oncall.twilio.plugins.module_utils._wait import delivery_error, wait_for_delivery

# What makes a message, from its form: Twilio, or in check mode a prediction.
Create = Callable[[Form], Mapping[str, Any]]

# Refusals that hold for every other recipient too: of the credentials, the account, the sender or the Service.
_DOOMS_ALL = {20003, 20404, 21606, 21659, 21660, *range(21700, 21800)}


def send_sms(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Send a message to each recipient and return the task's result; ``params`` are those of ``_options.SMS``.

    Raises ``InvalidOptions`` before any request, or ``SendFailed`` with the whole result once all were tried.
    """
    if problems := sms_problems(params):
        raise InvalidOptions(problems)
    options = _chosen(params)
    for warning in message_warnings(params["to"], options, datetime.now(timezone.utc)):
        task.warn(warning)
    forms = [to_form(to, options, params["extra_parameters"] or {}) for to in dict.fromkeys(params["to"])]
    connection = connect(params)
    is_waiting = params["wait"] and not task.check_mode
    late: list[str] = []

    def progress(done: int) -> None:
        task.progress(f"{done} of {len(forms)} messages sent")

    with Client(connection, params["concurrency"]) as client:
        create = partial(predict, connection.account_sid) if task.check_mode else client.create_message
        delivery = _Delivery(client, create, params)
        with on_interrupt(delivery.stop):
            if is_waiting and (refusal := _read_refusal(client)):
                delivery.doom = refusal
            attempts = fan_out(delivery, forms, min(params["concurrency"], len(forms)), progress)
            if is_waiting:
                attempts, late = wait_for_delivery(
                    client,
                    attempts,
                    params["wait_for"],
                    params["wait_timeout"],
                    params["concurrency"],
                    task.warn,
                    is_stopped=lambda: delivery.is_stopped,
                )
    for attempt in attempts:
        if attempt.resent:
            task.warn(f"The message to {attempt.to} was sent twice: the outcome of the first request is unknown.")
    result = task_result(attempts, task.diff)
    if any(attempt.error for attempt in attempts):
        raise SendFailed(summary(attempts), error=_first_error(attempts), **result)
    if late:
        text = f"Not {params['wait_for']} after {params['wait_timeout']:g} seconds: {', '.join(late)}"
        if params["wait_timeout_fails"]:
            raise SendFailed(f"{text}. The messages are out; their statuses are in the result.", **result)
        task.warn(f"{text}. The messages may still arrive: not all carriers send receipts.")
    if params["register_facts"]:
        result["ansible_facts"] = {"twilio_message": result["message"], "twilio_messages": result["messages"]}
    return result


def sms_problems(params: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong with the options of a task; an option that is None counts as not set."""
    options = _chosen(params)
    return [
        *connection_problems(params),
        *message_problems(
            params["to"],
            options,
            params["extra_parameters"] or {},
            covered=["to", *MESSAGE],
            now=datetime.now(timezone.utc),
            local_callbacks=is_loopback(params["api_url"]),
        ),
        *sending_problems(params, options),
    ]


def _chosen(params: Mapping[str, Any]) -> dict[str, Any]:
    return choose({name: params[name] for name in MESSAGE}, params["source"], params["content"])


def _read_refusal(client: Client) -> ErrorDetails | None:
    """Return why these credentials cannot read messages, such as test credentials; None if nothing speaks against it.

    What cannot be waited for is better not sent at all.
    """
    try:
        next(client.list_messages({"PageSize": 1}), None)
    except ReadFailed as error:
        if error.details.status in (401, 403, 404):
            text = f"Messages cannot be read, so there is no waiting for them: {error.details.message}"
            return error.details._replace(message=text)
    return None


def _first_error(attempts: list[Attempt]) -> dict[str, Any]:
    return next(attempt.error._asdict() for attempt in attempts if attempt.error)


class _Delivery:
    """Delivers one form after the other, or several at once, until one fails in a way that dooms the rest."""

    def __init__(self, client: Client, create: Create, params: Mapping[str, Any]) -> None:
        self._client = client
        self._create = create
        self._dedupe_window: int = params["dedupe_window"]
        self._resend_unknown: bool = params["resend_unknown"]
        self.doom: ErrorDetails | None = None
        self.is_stopped = False

    def stop(self) -> None:
        """Send no more; what is under way comes to its end."""
        self.is_stopped = True
        self.doom = ErrorDetails(message="The task was interrupted before its turn came")

    def __call__(self, form: Form) -> Attempt:
        to = str(form["To"])
        if self.doom:
            return Attempt(to, NotSent.outcome, error=self.doom)
        try:
            if self._dedupe_window and (found := find_duplicate(self._client, form, self._dedupe_window)):
                return Attempt(to, DUPLICATE, found)
            return self._send(to, form)
        except RequestError as error:
            if isinstance(error, NotSent) or error.details.code in _DOOMS_ALL:
                self.doom = error.details
            return Attempt(to, error.outcome, error=error.details)

    def _send(self, to: str, form: Form, resent: bool = False) -> Attempt:
        began = datetime.now(timezone.utc)
        try:
            message = normalise(self._create(form))
        except Unknown as error:
            proof = find_proof(self._client, form, began)
            if proof is None and self._resend_unknown and not resent:
                return self._send(to, form, resent=True)
            if proof is None:
                return Attempt(to, error.outcome, error=error.details, resent=resent)
            message = proof
        return Attempt(to, SENT, message, delivery_error(message), resent)
