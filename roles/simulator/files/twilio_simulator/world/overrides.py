# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection overrides in the fragment of a webhook's URL.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

# The failures that a policy can name: no connection, a timeout after it, a 4xx or a 5xx response.
POLICIES = frozenset({"ct", "rt", "4xx", "5xx"})
OTHER = "other"
# The lowest and highest value of each, in milliseconds, or retries.
BOUNDS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


class Overrides(NamedTuple):
    """Limits in seconds of real time; ``total`` is for all attempts together.

    A failure is retried if ``policy`` names it.

    ``policy`` is None if the policy is invalid, which is Twilio's error 11243.
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] | None = frozenset({"ct"})


def overrides_in(fragment: str) -> Overrides:
    """Read a fragment such as ``rc=2&rp=ct,5xx``. Numbers out of range are ignored."""
    given = dict(parse_qsl(fragment))
    numbers = {}
    for name, (lowest, highest) in BOUNDS.items():
        text = given.get(name, "")
        if text.isascii() and text.isdecimal() and len(text) < 9 and lowest <= int(text) <= highest:
            numbers[name] = int(text)
    found = Overrides()
    return Overrides(
        connect=numbers["ct"] / 1000 if "ct" in numbers else found.connect,
        read=numbers["rt"] / 1000 if "rt" in numbers else found.read,
        total=numbers["tt"] / 1000 if "tt" in numbers else found.total,
        retries=numbers.get("rc", found.retries),
        policy=_policy(given["rp"]) if given.get("rp") else found.policy,
    )


def _policy(text: str) -> frozenset[str] | None:
    named = frozenset(text.split(","))
    if "all" in named:
        return POLICIES | {OTHER} if named <= POLICIES | {"all"} else None
    return named if named <= POLICIES else None
