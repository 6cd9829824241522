# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check Basic credentials against the account in the request's path."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import NamedTuple

from ..world.accounts import Accounts
from ..world.codes import Refused
from ..world.messages import API_VERSION


class Login(NamedTuple):
    user: str
    password: str


def login_of(authorization: str | None) -> Login | None:
    """Return the user and password of a Basic ``Authorization`` header, or None."""
    scheme, _space, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Login(user, password) if colon else None


def admit(login: Login | None, accounts: Accounts, method: str, path: str) -> None:
    """Let a request pass, or raise Twilio's error.

    A parent account's credentials are valid for its subaccounts, but not the other way round. Test credentials can only
    create messages and calls.
    """
    right = login and accounts.right_of(login.user)
    if login is None or right is None or not hmac.compare_digest(right.secret.encode(), login.password.encode()):
        raise Refused(20003)
    own, sid = right.account, (path.split("/") + [""] * 4)[3].removesuffix(".json")
    creates = [f"/{API_VERSION}/Accounts/{own.sid}/{resource}.json" for resource in ("Messages", "Calls")]
    if own.is_test and not (method == "POST" and path in creates):
        raise Refused(20008)
    account = accounts.get(sid)
    if account is None:
        raise Refused(20404, path=path)
    if own.sid not in (account.sid, account.parent):
        raise Refused(20003)
    # https://www.twilio.com/docs/iam/api-keys: a standard key cannot manage accounts or keys.
    if right.is_key and path in (f"/{API_VERSION}/Accounts/{sid}.json", f"/{API_VERSION}/Accounts/{sid}/Keys.json"):
        raise Refused(20003)
