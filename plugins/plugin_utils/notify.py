# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send one text to some people, one after the other, within a time limit. Meant for the end of a run.

That may be the end of the process as well, when Python 3.12 cannot start threads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from importlib.util import find_spec
from typing import Any

from ..module_utils._options.addresses import usable_recipients
from ..module_utils._options.sms_form import choose, to_forms
from ..module_utils._options.sms_rules import sms_problems
from ..module_utils._options.sms_spec import SMS
from ..module_utils._twilio.account import IN_CONFIGURATION, connect, connection_problems
from ..module_utils._twilio.errors import ErrorDetails, NotSent, RequestError, SendFailed

# How long a request may take at least, in seconds, even if that leaves no time for later recipients.
_LEAST = 5.0

_TOO_LATE = ErrorDetails(message="The time limit for all texts was reached before the request was made")


def notify_problems(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield all problems with the options of the connection, ``to`` and the sender. It makes no request."""
    # Finding the package is fast; importing it is not.
    if not find_spec("requests"):
        yield "requests: install this Python package for the Python that runs Ansible."
    yield from connection_problems(params, IN_CONFIGURATION)
    usable, _unusable = _recipients(params)
    options = {**_options(params, "Some text"), "to": usable or params["to"]}
    yield from sms_problems(options, datetime.now(timezone.utc))


def unusable_recipients(params: Mapping[str, Any]) -> list[str]:
    """Return the problems with the recipients that cannot be texted. The others are."""
    _usable, unusable = _recipients(params)
    return [f"to: {problem}" for problem in unusable.values()]


def _recipients(params: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    return usable_recipients(params["to"] or [], choose(_options(params, "Some text")).get("from"))


def notify(params: Mapping[str, Any], text: str, seconds: float) -> None:
    """Send a text to each recipient, all within ``seconds``. The options must have passed ``notify_problems``.

    Raises ``SendFailed`` after all were tried.
    """
    deadline = time.monotonic() + seconds
    # This imports requests, which is slow, and most runs send nothing.
    from ..module_utils._twilio.client import Client
    from ..module_utils._work.outcome import Attempt, summary
    from ..module_utils._work.texting import TEXTING

    attempts = []
    forms = to_forms(_options(params, text), datetime.now(timezone.utc))
    with Client(connect(params)) as client:
        for number, form in enumerate(forms):
            to = str(form["To"])
            attempt = Attempt(to, TEXTING.made)
            try:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise NotSent(_TOO_LATE)
                # A request that hangs must not take the time of all later recipients.
                share = max(_LEAST, left / (len(forms) - number))
                client.messages.create(form, time.monotonic() + min(left, share))
            except RequestError as error:
                attempt = Attempt(to, error.outcome, error=error.details)
            attempts.append(attempt)
    if any(attempt.error for attempt in attempts):
        raise SendFailed(summary(attempts, TEXTING))


def _options(params: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {**dict.fromkeys(SMS), **params, "body": text}
