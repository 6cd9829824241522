# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts sent in this process, with a server's choice of what becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional

from support.client import ACCOUNT, TOKEN
from support.faults import Behaviour, Request
from support.work import work

TO, FROM = "+15551234567", "+15557654321"
OTHER = "+15550001111"
# What becomes of a create request: whether the message is accepted, and what happens instead of an answer, if anything.
Fate = tuple[bool, Optional[Behaviour]]
WELL: Fate = (True, None)


def recipients(count: int) -> list[str]:
    return [f"+1555{number:07}" for number in range(count)]


def send(url: str | None, **options: Any) -> dict[str, Any]:
    """Send, and return the result whether it is a failure or not; a failure has a msg."""
    connection = {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_url": url}
    return work("twilio_sms", connection, **{"diff": True, "to": [TO], "from": FROM, "body": "Hi", **options})


def outcomes(result: Mapping[str, Any]) -> list[str]:
    return [recipient["outcome"] for recipient in result["recipients"]]


def always(accepts: bool, fault: Behaviour | None) -> Callable[[Request], Fate]:
    """Each create request gets the same."""
    return lambda _request: (accepts, fault)


def in_turn(*choices: Fate) -> Callable[[Request], Fate]:
    """Each create request gets the next choice, the last one for ever."""
    left = list(choices)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]
