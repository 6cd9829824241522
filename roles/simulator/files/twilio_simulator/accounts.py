# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that exist, their subaccounts, API keys and test credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .reading import Misread, demand, text_of
from .settings import Credentials


@dataclass(frozen=True, slots=True)
class Account:
    """An account; ``keys`` maps SIDs of API keys to secrets. Test credentials are an account that sends nothing."""

    sid: str
    token: str
    parent: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    is_test: bool = False


class Right(NamedTuple):
    """What a login needs, and the account that it speaks for."""

    secret: str
    account: Account


class Accounts:
    """Accounts by SID; the first one is whose credentials are shown to people."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._accounts = {account.sid: account for account in accounts}
        self._rights = {
            user: Right(secret, account)
            for account in self._accounts.values()
            for user, secret in ((account.sid, account.token), *account.keys.items())
        }
        self.main = next(iter(self._accounts.values()))

    def get(self, sid: str) -> Account | None:
        return self._accounts.get(sid)

    def right_of(self, user: str) -> Right | None:
        return self._rights.get(user)

    def sids(self) -> list[str]:
        return list(self._accounts)


def default_accounts(credentials: Credentials) -> list[Account]:
    """The live account with its key, its subaccount, and the test credentials."""
    live, sub = credentials.account_sid, credentials.subaccount_sid
    return [
        Account(live, credentials.auth_token, keys={credentials.api_key: credentials.api_key_secret}),
        Account(sub, credentials.subaccount_auth_token, parent=live),
        Account(credentials.test_account_sid, credentials.test_auth_token, is_test=True),
    ]


def read_accounts(data: object, known: Iterable[Account]) -> list[Account]:
    """The ``known`` accounts and those of a list of mappings.

    Each has ``account_sid`` and ``auth_token``, and may have ``parent``, the SID of the account it is a subaccount of,
    and ``api_keys``, a mapping of SIDs to secrets.

    :raises Misread: naming the account and what is wrong.
    """
    if not isinstance(data, list):
        raise Misread("accounts must be a list of mappings")
    accounts = list(known)
    for number, item in enumerate(data, 1):
        with demand(f"accounts: {item.get('account_sid', number) if isinstance(item, Mapping) else number}"):
            accounts.append(_account(item, {account.sid for account in accounts}))
    return accounts


def _account(item: object, known: set[str]) -> Account:
    if not isinstance(item, Mapping):
        raise Misread("an account must be a mapping")
    unknown = item.keys() - {"account_sid", "auth_token", "parent", "api_keys"}
    if unknown:
        raise Misread(f"an account has no {', '.join(sorted(map(str, unknown)))}")
    sid, token = _sid("AC", text_of(item, "account_sid", "")), text_of(item, "auth_token", "")
    if not token:
        raise Misread("auth_token is missing")
    if sid in known:
        raise Misread("there is another one with this SID")
    parent, keys = item.get("parent"), item.get("api_keys", {})
    if parent is not None and parent not in known:
        raise Misread(f"parent {parent} is no account above it")
    if not isinstance(keys, Mapping):
        raise Misread("api_keys must be a mapping of SIDs to secrets")
    return Account(sid, token, parent, {_sid("SK", str(key)): text_of(keys, key) for key in keys})


def _sid(prefix: str, text: str) -> str:
    if not re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", text):
        raise Misread(f"{text!r} is no SID: {prefix} and 32 hexadecimal digits")
    return text
