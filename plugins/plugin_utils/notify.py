# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One text to some people, within a time and without threads: for when the run that it is about is at its end.

From the end of a process on, which is where an interrupted run is told of, Python begins no new thread.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from importlib.util import find_spec
from typing import Any

from ..module_utils._options.form import SENDERS, choose, to_form
from ..module_utils._options.rules import choice_problems, message_problems
from ..module_utils._twilio.account import connect, connection_problems
from ..module_utils._twilio.errors import ErrorDetails, NotSent, RequestError, SendFailed
from ..module_utils._twilio.values import is_loopback

_TOO_LATE = ErrorDetails(message="The time for all of them was up before its turn came")


def notify_problems(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield all that is wrong with options: those of the connection, ``to``, and the sender's. Makes no request."""
    # To look for it costs nothing, and to import it would.
    if not find_spec("requests"):
        yield "requests: this Python package is missing for the Python that runs Ansible."
    options = _options(params, "Some text")
    yield from connection_problems(params)
    yield from choice_problems(options, None, None)
    recipients = params["to"] or []
    yield from message_problems(recipients, options, datetime.now(timezone.utc), is_loopback(params["api_url"]))


def notify(params: Mapping[str, Any], text: str, seconds: float) -> None:
    """Send a text to each recipient, beginning none after so many seconds; ``notify_problems`` finds no problem.

    Raises ``SendFailed`` once all were tried.
    """
    # It imports requests, which takes longer than all else here, and most runs send nothing.
    from ..module_utils._twilio.client import Client
    from ..module_utils._work.outcome import SENT, Attempt, summary

    deadline = time.monotonic() + seconds
    options = _options(params, text)
    attempts = []
    with Client(connect(params)) as client:
        for to in dict.fromkeys(params["to"]):
            attempt = Attempt(to, SENT)
            try:
                if time.monotonic() >= deadline:
                    raise NotSent(_TOO_LATE)
                client.create_message(to_form(to, options, {}), deadline)
            except RequestError as error:
                attempt = Attempt(to, error.outcome, error=error.details)
            attempts.append(attempt)
    if any(attempt.error for attempt in attempts):
        raise SendFailed(summary(attempts))


def _options(params: Mapping[str, Any], text: str) -> dict[str, Any]:
    return choose({"body": text, **{name: params[name] for name in SENDERS}}, None, None)
