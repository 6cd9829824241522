# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find a message or a call in Twilio's list: one that was sent before, or one whose response was lost.

The list lags behind what Twilio has accepted by minutes, and sometimes by hours. A message in the list was created; one
that is missing may have been created too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .._twilio.client import Client
from .._twilio.errors import ReadFailed
from .._twilio.message import NOT_OUT, Form
from .medium import Medium, Resource

# When to search for a message whose response was lost, in seconds after the search before.
PROOF_DELAYS = (0.5, 1.5, 3.0)

# How long all of these searches may take, in seconds. A server that hangs would keep each for all its retries.
_PROOF_TIME = 30.0

# How long after a request's end what it has created may be dated, in seconds. Twilio's dates are whole seconds, and its
# clock is known to a second.
_SLACK = 2.0

# Twilio seems to list messages by the date of sending. After this many in a row that were created too early, the search
# assumes that no later ones follow.
_MAX_TOO_EARLY = 50


def find_duplicate(client: Client, form: Form, window: float, medium: Medium) -> Resource | None:
    """Return the latest message like this one that was created in the last ``window`` seconds; else None.

    Raises ``ReadFailed``.
    """
    since = datetime.now(timezone.utc) - timedelta(seconds=window)
    return next((found for found in _alike(client, form, since, medium) if found["status"] not in NOT_OUT), None)


def find_proof(client: Client, form: Form, began: datetime, medium: Medium) -> Resource | None:
    """Search for some seconds for what a request has created that began at ``began`` and has just failed.

    Returns None if nothing is found. What was created after that belongs to another request.
    """
    latest = datetime.now(timezone.utc) + timedelta(seconds=_SLACK)
    deadline = time.monotonic() + _PROOF_TIME
    for delay in PROOF_DELAYS:
        client.pause(delay)
        try:
            for found in _alike(client, form, began, medium, deadline):
                if medium.created(found) <= _by_twilios_clock(client, latest):
                    return found
        except ReadFailed:
            # If the search fails, the outcome stays unknown, as without a search.
            continue
    return None


def _alike(
    client: Client, form: Form, since: datetime, medium: Medium, deadline: float = math.inf
) -> Iterator[Resource]:
    """Yield the messages or calls like this one that were created after ``since``, newest first."""
    filters = {"To": str(form["To"]), **({"From": str(form["From"])} if "From" in form else {})}
    too_early = 0
    for raw in medium.resources(client).list({**filters, "PageSize": _MAX_TOO_EARLY}, deadline):
        resource = medium.normalise(raw)
        # A call without any date may be an older one that is still queued.
        if medium.created(resource) < _by_twilios_clock(client, since):
            too_early += 1
            if too_early == _MAX_TOO_EARLY:
                return
            continue
        too_early = 0
        if medium.is_alike(resource, form):
            yield resource


def _by_twilios_clock(client: Client, moment: datetime) -> str:
    """Return a moment in ISO 8601 by Twilio's clock, known from its responses, and in whole seconds like its dates."""
    return (moment + timedelta(seconds=client.clock_offset)).replace(microsecond=0).isoformat()
