# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the requests to all of an account's resources share: the data attached to them, and the account's rules."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ..world.calls import Call
from ..world.messages import Message
from ..world.world import World
from .rules import Policy

# Keys of a request for its decoded form and query, both Pairs,
QUERY = "query"
FORM = "form"
# ... for how far lists are behind, and for the error code with which a new message must end.
LAG = "lag"
FATE = "fate"


class Lag(NamedTuple):
    """Lists leave out messages and calls to ``number`` (None: to all) that are younger than ``seconds``."""

    number: str | None
    seconds: float


def policy_of(world: World, account_sid: str) -> Policy:
    """Return how strict the rules are for this account."""
    account, settings = world.accounts.get(account_sid), world.settings
    is_test = account is not None and account.is_test
    return Policy(settings.numbers, settings.strict_callbacks, test_credentials=is_test)


def is_behind(item: Message | Call, lag: Lag, now: datetime) -> bool:
    """Whether lists leave this message or call out."""
    return lag.number in (None, item.peer) and (now - item.created).total_seconds() < lag.seconds
