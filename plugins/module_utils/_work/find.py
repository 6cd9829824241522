# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding a message in Twilio's list: one that was sent before, or one whose response was lost.

The list lags behind what Twilio has accepted by minutes, and sometimes by hours. A message in the list was sent; one
that is missing may have been sent too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .._text.gsm7 import gsm7
from .._twilio.client import Client
from .._twilio.errors import ReadFailed
from .._twilio.message import Form, Message, normalise

# When to search for a message whose response was lost, in seconds after the search before.
PROOF_DELAYS = (0.5, 1.5, 3.0)

# A message with one of these statuses has not reached its recipient, so another one is sent.
_NOT_OUT = ("failed", "undelivered", "canceled", "scheduled")
# Twilio lists by the date of sending, as far as is known: so many messages in a row that were created too early mean
# that there are no others behind them.
_MAX_TOO_EARLY = 50


def find_duplicate(client: Client, form: Form, window: float) -> Message | None:
    """Return the latest message like this one that was created in the last ``window`` seconds; else None.

    Raises ``ReadFailed``.
    """
    since = datetime.now(timezone.utc) - timedelta(seconds=window)
    return next((message for message in _alike(client, form, since) if message["status"] not in _NOT_OUT), None)


def find_proof(client: Client, form: Form, began: datetime) -> Message | None:
    """Search several times over some seconds for the message of a request that began at that moment; else None."""
    for delay in PROOF_DELAYS:
        client.pause(delay)
        try:
            if message := next(_alike(client, form, began), None):
                return message
        except ReadFailed:
            # The search is an extra: without it the outcome is unknown as well.
            continue
    return None


def _alike(client: Client, form: Form, since: datetime) -> Iterator[Message]:
    """Yield the messages like this one that were created since, newest first."""
    filters = {"To": str(form["To"]), **({"From": str(form["From"])} if "From" in form else {})}
    too_early = 0
    for raw in client.messages.list({**filters, "PageSize": _MAX_TOO_EARLY}):
        message = normalise(raw)
        # By Twilio's clock, which its answer has just told, and in whole seconds, as its dates are.
        earliest = (since + timedelta(seconds=client.clock_offset)).replace(microsecond=0)
        if (message["date_created"] or "") < earliest.isoformat():
            too_early += 1
            if too_early == _MAX_TOO_EARLY:
                return
            continue
        too_early = 0
        if _is_alike(message, form):
            yield message


def _is_alike(message: Mapping[str, Any], form: Form) -> bool:
    service = form.get("MessagingServiceSid")
    return (
        message["to"] == form["To"]
        and (not service or message["messaging_service_sid"] == service)
        and ("From" not in form or message["from"] == form["From"])
        and str(message["direction"]).startswith("outbound")
        and message["num_media"] == str(len(form.get("MediaUrl", [])))
        and _plain(message["body"]) == _plain(form.get("Body"))
    )


def _plain(body: Any) -> str:
    # Smart Encoding may have replaced characters.
    return gsm7(str(body or "")).strip()
