# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that exist, their subaccounts, API keys and test credentials."""

from __future__ import annotations

import re
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .reading import BadInput, demand, text_of

# How many keys to keep. The oldest are dropped.
MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """An account. ``keys`` maps SIDs of API keys to secrets. Test credentials are an account that sends nothing."""

    sid: str
    token: str
    parent: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    is_test: bool = False


class Right(NamedTuple):
    """A login's password, and the account that it authenticates."""

    secret: str
    account: Account
    is_key: bool = False


class Accounts:
    """Accounts by SID. The credentials of the first one are shown to people."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._accounts = {account.sid: account for account in accounts}
        self._rights = {account.sid: Right(account.token, account) for account in self._accounts.values()}
        for account in self._accounts.values():
            self._rights |= {key: Right(secret, account, is_key=True) for key, secret in account.keys.items()}
        self._made: deque[str] = deque()
        self.main = next(iter(self._accounts.values()))

    def add_key(self, sid: str) -> tuple[str, str]:
        """Create an API key for the account with this SID, which must exist. Returns the key's SID and secret."""
        key, secret = f"SK{secrets.token_hex(16)}", secrets.token_urlsafe(24)
        self._rights[key] = Right(secret, self._accounts[sid], is_key=True)
        self._made.append(key)
        if len(self._made) > MOST_KEYS:
            del self._rights[self._made.popleft()]
        return key, secret

    def reset(self) -> None:
        """Drop the keys that were created."""
        while self._made:
            del self._rights[self._made.popleft()]

    def get(self, sid: str) -> Account | None:
        return self._accounts.get(sid)

    def right_of(self, user: str) -> Right | None:
        return self._rights.get(user)

    def sids(self) -> list[str]:
        return list(self._accounts)


# These credentials are valid only here, so they may be public.
_LIVE = "AC5e1d0b47a2c94f6e8b3a7d61f0c29e84"
DEFAULT_ACCOUNTS = (
    Account(
        _LIVE,
        "9b1f6c3e07d84a25b6e0f47c81d2a93e",
        keys={"SK8c36b1f94e2a47d0b5f9e3a07c61d28b": "q7TzL2mVx9RkB4nWc8YpE1sHd6JfU3Ga"},
    ),
    Account("AC2f7a90c6d3b84e15a9c4e8076bd1f35a", "47d0e8a91c5b4f62937f1be2d60c8a5d", parent=_LIVE),
    Account("ACd84b6f2a91e04c37b5c7029ef3a16d8e", "e2a5907cf1b84d3696f8c30b7ad41e5c", is_test=True),
)


def read_accounts(data: object) -> tuple[Account, ...]:
    """Read the accounts in a list of mappings, which must not be empty.

    Each has ``account_sid`` and ``auth_token``, and may have ``parent``, the SID of the account it is a subaccount of,
    ``api_keys``, a mapping of SIDs to secrets, and ``test``, which makes it test credentials.

    :raises BadInput: naming the account and what is wrong.
    """
    if not isinstance(data, list) or not data:
        raise BadInput("must be a list of at least one mapping")
    accounts: list[Account] = []
    for number, item in enumerate(data, 1):
        with demand(str(item.get("account_sid", number) if isinstance(item, Mapping) else number)):
            accounts.append(_account(item, {account.sid for account in accounts}))
    return tuple(accounts)


def _account(item: object, known: set[str]) -> Account:
    if not isinstance(item, Mapping):
        raise BadInput("an account must be a mapping")
    unknown = item.keys() - {"account_sid", "auth_token", "parent", "api_keys", "test"}
    if unknown:
        raise BadInput(f"an account has no {', '.join(sorted(map(str, unknown)))}")
    sid, token = _sid("AC", text_of(item, "account_sid", "")), text_of(item, "auth_token", "")
    if not token:
        raise BadInput("auth_token is required")
    if sid in known:
        raise BadInput("another account has this SID")
    parent, keys, is_test = item.get("parent"), item.get("api_keys", {}), item.get("test", False)
    if parent is not None and parent not in known:
        raise BadInput(f"parent {parent} is not an account earlier in the list")
    if not isinstance(keys, Mapping):
        raise BadInput("api_keys must be a mapping of SIDs to secrets")
    if not isinstance(is_test, bool):
        raise BadInput("test must be true or false")
    return Account(sid, token, parent, {_sid("SK", str(key)): text_of(keys, key) for key in keys}, is_test)


def _sid(prefix: str, text: str) -> str:
    if not re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", text):
        raise BadInput(f"{text!r} is not a SID: {prefix} and 32 hexadecimal digits")
    return text
