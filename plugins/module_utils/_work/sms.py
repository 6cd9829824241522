# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_sms``: judge the options, send to each recipient, and put the result together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from .._options.form import choose, predict, to_form
from .._options.rules import (
    choice_problems,
    extra_parameter_problems,
    message_problems,
    message_warnings,
    sending_problems,
)
from .._options.spec import MESSAGE
from .._twilio.account import connect, connection_problems
from .._twilio.client import Client
from .._twilio.errors import ErrorDetails, InvalidOptions, NotSent, ReadFailed, RequestError, SendFailed, Unknown
from .._twilio.message import Form, Message, normalise
from .._twilio.values import is_loopback
from .delivery import delivery_error, wait_for_delivery
from .outcome import DUPLICATE, SENT, Attempt, summary, task_result
from .parallel import fan_out, on_interrupt
from .task import Task

# What makes a message, from its form: Twilio, or in check mode a prediction.
Create = Callable[[Form], Mapping[str, Any]]

# Refusals that hold for every other recipient too: of the credentials, the account, the sender or the Service.
_DOOMS_ALL = {20003, 20404, 21606, 21659, 21660, *range(21700, 21800)}
# So many recipients in a row without a connection mean that there is none to be had.
_UNCONNECTED_ENOUGH = 3
# How often a person who watches hears of the progress, in seconds.
PROGRESS_EVERY = 5.0

_OUR_FAULT = "An error in oncall.twilio itself; the message may have gone out. Please report it"


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
    with Client(connection) as client:
        create = partial(predict, connection.account_sid) if task.check_mode else client.create_message
        delivery = _Delivery(client, create, params)
        watch = _Watch(task, delivery.stop, len(forms))
        with on_interrupt(delivery.stop):
            if is_waiting:
                (delivery.doom,) = fan_out(_read_refusal, [client], 1)
            attempts = fan_out(delivery, forms, min(params["concurrency"], len(forms)), watch)
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
            text = f"{text}. The messages are out; their statuses are in the result."
            raise SendFailed(text, error=ErrorDetails(message=text)._asdict(), **result)
        task.warn(f"{text}. The messages may still arrive: not all carriers send receipts.")
    if params["register_facts"]:
        result["ansible_facts"] = {"twilio_message": result["message"], "twilio_messages": result["messages"]}
    return result


def sms_problems(params: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong with the options of a task; an option that is None counts as not set."""
    options = _chosen(params)
    local_callbacks = is_loopback(params["api_url"])
    return [
        *connection_problems(params),
        *choice_problems(options, params["source"], params["content"]),
        *message_problems(params["to"], options, datetime.now(timezone.utc), local_callbacks),
        *extra_parameter_problems(params["extra_parameters"] or {}, covered=["to", *MESSAGE]),
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


class _Watch:
    """Tells now and then how far the sending is, and stops it when whoever wanted it has gone."""

    def __init__(self, task: Task, stop: Callable[[], None], total: int) -> None:
        self._task = task
        self._stop = stop
        self._total = total
        self._told = time.monotonic()

    def __call__(self, done: int) -> None:
        if self._task.is_abandoned():
            self._stop()
        if time.monotonic() - self._told >= PROGRESS_EVERY:
            self._told = time.monotonic()
            self._task.progress(f"{done} of {self._total} recipients done")


class _Delivery:
    """Delivers one form after the other, or several at once, until something dooms the rest."""

    def __init__(self, client: Client, create: Create, params: Mapping[str, Any]) -> None:
        self._client = client
        self._create = create
        self._dedupe_window: int = params["dedupe_window"]
        self._resend_unknown: bool = params["resend_unknown"]
        self._unconnected = 0
        self.doom: ErrorDetails | None = None
        self.is_stopped = False

    def stop(self) -> None:
        """Send no more; what is under way comes to its end."""
        self.is_stopped = True
        self.doom = ErrorDetails(message="The task was interrupted before its turn came")
        self._client.stop()

    def __call__(self, form: Form) -> Attempt:
        to = str(form["To"])
        if self.doom:
            return Attempt(to, NotSent.outcome, error=self.doom)
        try:
            if self._dedupe_window and (found := self._find_duplicate(form)):
                return Attempt(to, DUPLICATE, found)
            return self._send(to, form)
        except RequestError as error:
            self._consider(error)
            return Attempt(to, error.outcome, error=error.details)
        except Exception as error:
            # Whatever it is, the other recipients' messages must not be forgotten for it.
            text = f"{_OUR_FAULT} ({type(error).__name__}: {error})"
            return Attempt(to, Unknown.outcome, error=ErrorDetails(message=text))

    def _consider(self, error: RequestError) -> None:
        """Let an error that holds for the other recipients too doom them."""
        self._unconnected = self._unconnected + 1 if isinstance(error, NotSent) else 0
        if not self.doom and (error.details.code in _DOOMS_ALL or self._unconnected >= _UNCONNECTED_ENOUGH):
            self.doom = error.details

    def _send(self, to: str, form: Form) -> Attempt:
        began = datetime.now(timezone.utc)
        try:
            return self._sent(to, self._create(form))
        except Unknown as error:
            unknown = Attempt(to, Unknown.outcome, error=error.details)
        if proof := self._find_proof(form, began):
            return self._sent(to, proof)
        if not self._resend_unknown or self.is_stopped:
            return unknown
        try:
            return self._sent(to, self._create(form))._replace(resent=True)
        except Unknown:
            proof = self._find_proof(form, began)
            return (self._sent(to, proof) if proof else unknown)._replace(resent=True)
        except RequestError:
            # The second request came to nothing, and of the first one still nobody knows.
            return unknown

    # Few tasks look anything up, and all would wait for the import.
    def _find_duplicate(self, form: Form) -> Message | None:
        from .find import find_duplicate

        return find_duplicate(self._client, form, self._dedupe_window)

    def _find_proof(self, form: Form, began: datetime) -> Message | None:
        from .find import find_proof

        return find_proof(self._client, form, began)

    def _sent(self, to: str, raw: Mapping[str, Any]) -> Attempt:
        message = normalise(raw)
        self._unconnected = 0
        return Attempt(to, SENT, message, delivery_error(message))
