# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_sms``: send to each recipient, and return the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from .._options.form import predict, to_forms
from .._options.rules import sms_problems, sms_warnings
from .._options.spec import SMS
from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.codes import FATAL
from .._twilio.errors import ErrorDetails, NotSent, ReadFailed, RequestError, SendFailed, Unknown
from .._twilio.message import Form, Message, normalise
from .delivery import delivery_error, wait_for_delivery
from .job import Job
from .outcome import DUPLICATE, SENT, Attempt, summary, task_result
from .parallel import fan_out, on_timeout
from .task import Task

# What makes a message, from its form: Twilio, or in check mode a prediction.
Create = Callable[[Form], Mapping[str, Any]]

# So many recipients in a row without a connection mean that there is none to be had.
_MAX_UNCONNECTED = 3
# How often the progress is shown, in seconds.
PROGRESS_INTERVAL = 5.0

_OUR_FAULT = "An error in oncall.twilio itself. The message may have been sent. Please report the error"


def send_sms(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Send a message to each recipient and return the task's result; ``params`` are those of ``SMS``.

    Raises ``SendFailed`` with the whole result once all were tried.
    """
    now = datetime.now(timezone.utc)
    for warning in sms_warnings(params, now):
        task.warn(warning)
    forms = to_forms(params, now)
    connection = connect(params)
    is_waiting = params["wait"] and not task.check_mode
    late: list[str] = []
    with Client(connection) as client:
        create = partial(predict, connection.account_sid) if task.check_mode else client.messages.create
        sender = _Sender(client, create, params)
        progress = _Progress(task, sender.stop, len(forms))
        with on_timeout(sender.stop):
            if is_waiting:
                (sender.fatal_error,) = fan_out(_reading_error, [client], 1)
            attempts = fan_out(sender.send, forms, min(params["concurrency"], len(forms)), progress.report)
            if is_waiting:
                attempts, late = wait_for_delivery(
                    client,
                    attempts,
                    params["wait_for"],
                    params["wait_timeout"],
                    params["concurrency"],
                    task.warn,
                    is_stopped=lambda: sender.is_stopped,
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
            text = f"{text}. The messages were sent. The result contains their statuses."
            raise SendFailed(text, error=ErrorDetails(message=text)._asdict(), **result)
        task.warn(f"{text}. The messages may still arrive: not all carriers send receipts.")
    if params["register_facts"]:
        result["ansible_facts"] = {"twilio_message": result["message"], "twilio_messages": result["messages"]}
    return result


def _reading_error(client: Client) -> ErrorDetails | None:
    """Return why these credentials, such as test credentials, cannot read messages; None if they can.

    A task that cannot wait for a message as asked does not send it.
    """
    try:
        next(client.messages.list({"PageSize": 1}), None)
    except ReadFailed as error:
        if error.details.status in (401, 403, 404):
            text = f"Messages cannot be read, so the task cannot wait for them: {error.details.message}"
            return error.details._replace(message=text)
    return None


def _first_error(attempts: list[Attempt]) -> dict[str, Any]:
    return next(attempt.error._asdict() for attempt in attempts if attempt.error)


class _Progress:
    """Reports the progress every few seconds, and stops sending when Ansible is gone."""

    def __init__(self, task: Task, stop: Callable[[], None], total: int) -> None:
        self._task = task
        self._stop = stop
        self._total = total
        self._reported_at = time.monotonic()

    def report(self, done: int) -> None:
        """Note how many recipients are done."""
        if self._task.is_abandoned():
            self._stop()
        if time.monotonic() - self._reported_at >= PROGRESS_INTERVAL:
            self._reported_at = time.monotonic()
            self._task.progress(f"{done} of {self._total} recipients done")


class _Sender:
    """Sends one form after the other, or several at once, until an error is fatal to the rest."""

    def __init__(self, client: Client, create: Create, params: Mapping[str, Any]) -> None:
        self._client = client
        self._create = create
        self._dedupe_window: int = params["dedupe_window"]
        self._resend_unknown: bool = params["resend_unknown"]
        self._unconnected = 0
        self.fatal_error: ErrorDetails | None = None
        self.is_stopped = False

    def stop(self) -> None:
        """Send no more, since the task's time is up; requests under way finish."""
        self.is_stopped = True
        self.fatal_error = ErrorDetails(message="The task's timeout was reached before the request was made")
        self._client.stop()

    def send(self, form: Form) -> Attempt:
        """Send one message, and return the outcome. Raises nothing."""
        to = str(form["To"])
        if self.fatal_error:
            return Attempt(to, NotSent.outcome, error=self.fatal_error)
        try:
            if self._dedupe_window and (found := self._find_duplicate(form)):
                return Attempt(to, DUPLICATE, found)
            return self._send_or_resend(to, form)
        except RequestError as error:
            self._note_if_fatal(error)
            return Attempt(to, error.outcome, error=error.details)
        except Exception as error:
            # Whatever it is, the other recipients' messages must not be forgotten for it.
            text = f"{_OUR_FAULT} ({type(error).__name__}: {error})"
            return Attempt(to, Unknown.outcome, error=ErrorDetails(message=text))

    def _note_if_fatal(self, error: RequestError) -> None:
        self._unconnected = self._unconnected + 1 if isinstance(error, NotSent) else 0
        is_fatal = error.details.code in FATAL or self._unconnected >= _MAX_UNCONNECTED
        if is_fatal and not self.fatal_error:
            self.fatal_error = error.details

    def _send_or_resend(self, to: str, form: Form) -> Attempt:
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


JOB = Job(SMS, sms_problems, send_sms)
