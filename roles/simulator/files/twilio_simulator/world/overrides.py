# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fragment of a webhook's URL asks of the connection.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

# How a request can fail: no connection, a timeout after it, an answer of either hundred. The rest goes by no policy.
POLICIES = frozenset({"ct", "rt", "4xx", "5xx"})
OTHER = "other"
# The least and the most of each, in milliseconds, and retries.
BOUNDS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


class Overrides(NamedTuple):
    """Seconds of real time, all attempts together in ``total``. A failure is retried if it is one of ``policy``.

    ``policy`` is None where there is no such policy, which is Twilio's error 11243.
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] | None = frozenset({"ct"})


def overrides_in(fragment: str) -> Overrides:
    """What a fragment such as ``rc=2&rp=ct,5xx`` asks for. Numbers out of bounds are left aside."""
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
