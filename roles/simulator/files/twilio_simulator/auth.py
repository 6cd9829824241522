# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: Basic credentials against the account that the path names."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import NamedTuple

from .errors import ApiError
from .settings import Credentials


class Login(NamedTuple):
    user: str
    password: str


def login_of(authorization: str | None) -> Login | None:
    """The user and password of a Basic ``Authorization`` header, or None."""
    scheme, _space, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Login(user, password) if colon else None


def admit(login: Login | None, credentials: Credentials, method: str, path: str) -> None:
    """Let a request pass or raise what Twilio answers.

    A parent account's credentials act for its subaccount, never the other way round. Test credentials may do one
    thing: create a message.
    """
    live, sub, test = credentials.account_sid, credentials.subaccount_sid, credentials.test_account_sid
    secrets_and_reach = {
        live: (credentials.auth_token, {live, sub}),
        sub: (credentials.subaccount_auth_token, {sub}),
        credentials.api_key: (credentials.api_key_secret, {live, sub}),
        test: (credentials.test_auth_token, {test}),
    }
    if login is None or login.user not in secrets_and_reach:
        raise ApiError(20003)
    secret, reach = secrets_and_reach[login.user]
    if not hmac.compare_digest(secret.encode(), login.password.encode()):
        raise ApiError(20003)
    if login.user == test and (method, path) != ("POST", f"/2010-04-01/Accounts/{test}/Messages.json"):
        raise ApiError(20008)
    account = (path.split("/") + [""] * 4)[3]
    if account not in {live, sub, test}:
        raise ApiError(20404, path=path)
    if account not in reach:
        raise ApiError(20003)
