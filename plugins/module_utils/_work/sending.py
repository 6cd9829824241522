# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``twilio_sms`` and ``twilio_call`` share: a request for each recipient, waiting, and the task's result."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.errors import ErrorDetails, ReadFailed, SendFailed
from .._twilio.message import Form
from .dispatcher import Dispatcher
from .medium import Medium
from .outcome import Attempt, summary, task_result
from .parallel import fan_out, on_timeout
from .task import Task
from .waiting import wait_until

# How often to show the progress, in seconds.
PROGRESS_INTERVAL = 5.0


def send_all(
    medium: Medium,
    forms: Sequence[Form],
    params: Mapping[str, Any],
    task: Task,
    goal: str,
    statuses: Collection[str],
) -> dict[str, Any]:
    """Send each form and return the task's result; in check mode predict it.

    With ``wait``, ``statuses`` are those that end waiting, and ``goal`` is a word for them. Raises ``SendFailed`` with
    the complete result after all recipients were tried.
    """
    connection = connect(params)
    is_waiting = params["wait"] and not task.check_mode
    late: list[str] = []
    with Client(connection) as client:
        predict = partial(medium.predict, connection.account_sid)
        dispatcher = Dispatcher(medium, client, predict if task.check_mode else medium.resources(client).create, params)
        progress = _Progress(task, dispatcher.stop, len(forms))
        with on_timeout(dispatcher.stop):
            if is_waiting:
                (dispatcher.fatal_error,) = fan_out(partial(_reading_error, medium), [client], 1)
            # If Ansible was killed, this process still begins the loop's next item or the next retry.
            progress.report(0)
            attempts = fan_out(dispatcher.send, forms, params["concurrency"], progress.report)
            if is_waiting:
                attempts, late = wait_until(
                    statuses,
                    medium,
                    client,
                    attempts,
                    params["wait_timeout"],
                    params["concurrency"],
                    task.warn,
                    is_stopped=lambda: dispatcher.is_stopped or task.is_abandoned(),
                )
    for attempt in attempts:
        if attempt.resent:
            twice = f"The {medium.noun} to {attempt.to} may have been {medium.made} twice"
            task.warn(f"{twice}: the outcome of the first request is unknown.")
    result = task_result(attempts, task.diff, medium)
    if any(attempt.error for attempt in attempts):
        raise SendFailed(summary(attempts, medium), error=_first_error(attempts), **result)
    if late:
        when = "at the task's timeout" if dispatcher.is_stopped else f"after {params['wait_timeout']:g} seconds"
        text = f"Not {goal} {when}: {', '.join(late)}"
        if params["wait_timeout_fails"]:
            text = f"{text}. The {medium.noun}s were {medium.made}. The result contains their statuses."
            raise SendFailed(text, error=ErrorDetails(message=text)._asdict(), **result)
        task.warn(f"{text}. {medium.late}")
    if params["register_facts"]:
        names = (medium.noun, f"{medium.noun}s")
        result["ansible_facts"] = {f"twilio_{name}": result[name] for name in names}
    return result


def _reading_error(medium: Medium, client: Client) -> ErrorDetails | None:
    """Return why these credentials, such as test credentials, cannot read messages or calls; None if they can.

    If a task cannot wait for a message, it does not send it.
    """
    try:
        next(medium.resources(client).list({"PageSize": 1}), None)
    except ReadFailed as error:
        if error.details.status in (401, 403, 404):
            nouns = f"{medium.noun.capitalize()}s"
            text = f"{nouns} cannot be read, so the task cannot wait for them: {error.details.message}"
            return error.details._replace(message=text)
    return None


def _first_error(attempts: Sequence[Attempt]) -> dict[str, Any]:
    return next(attempt.error._asdict() for attempt in attempts if attempt.error)


class _Progress:
    """Reports the progress every few seconds, and stops sending if Ansible has ended."""

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
