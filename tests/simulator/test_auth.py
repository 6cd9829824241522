# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may act for which account."""

from __future__ import annotations

from typing import Any

import pytest

from support.simulator import Simulator

LOGINS = {
    "live": ("account_sid", "auth_token"),
    "sub": ("subaccount_sid", "subaccount_auth_token"),
    "key": ("api_key", "api_key_secret"),
    "test": ("test_account_sid", "test_auth_token"),
    "crossed": ("account_sid", "subaccount_auth_token"),
    "unknown": ("messaging", "auth_token"),
}

MATRIX = [
    ("live", "account_sid", 201, None),
    ("live", "subaccount_sid", 201, None),
    ("live", "test_account_sid", 401, 20003),
    ("live", "nobody", 404, 20404),
    ("sub", "subaccount_sid", 201, None),
    ("sub", "account_sid", 401, 20003),
    ("key", "account_sid", 201, None),
    ("key", "subaccount_sid", 201, None),
    ("test", "test_account_sid", 201, None),
    ("test", "account_sid", 403, 20008),
    ("crossed", "account_sid", 401, 20003),
    ("unknown", "account_sid", 401, 20003),
]


@pytest.mark.parametrize(("login", "account", "status", "code"), MATRIX)
def test_matrix(
    slow: Simulator, defaults: dict[str, Any], login: str, account: str, status: int, code: int | None
) -> None:
    user, password = (defaults.get(name, name) for name in LOGINS[login])
    sid = defaults.get(account, f"AC{'f' * 32}")
    form = {"To": "+15551234567", "From": "+15005550006", "Body": "x"}
    response = slow.call("POST", slow.path_of(sid), data=form, auth=(user, password))
    assert (response.status_code, response.json().get("code")) == (status, code)
    if code is None:
        assert response.json()["account_sid"] == sid
    if status == 404:
        assert response.json()["message"] == f"The requested resource {slow.path_of(sid)} was not found"


@pytest.mark.parametrize("header", [None, "", "Basic", "Basic %%%", "Basic /w==", "Bearer x", "Basic eA=="])
def test_no_usable_login(slow: Simulator, header: str | None) -> None:
    response = slow.call("GET", slow.messages, auth=None, headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json() == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


def test_accounts_do_not_see_each_other(slow: Simulator, defaults: dict[str, Any]) -> None:
    sid = slow.created()["sid"]
    sub = slow.path_of(defaults["subaccount_sid"])
    assert slow.call("GET", sub).json()["messages"] == []
    assert slow.call("GET", sub.replace(".json", f"/{sid}.json")).status_code == 404


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"From": "+15005550006"}, 201, None),
        ({"From": "+15552223333"}, 400, 21606),
        ({"From": "+15005550001"}, 400, 21212),
        ({"From": "+15005550008"}, 429, 21611),
        ({"From": "+15005550006", "To": "+15005550009"}, 400, 21614),
        ({"MessagingServiceSid": "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"}, 403, 20008),
    ],
    ids=str,
)
def test_test_credentials(
    slow: Simulator, defaults: dict[str, Any], form: dict[str, str], status: int, code: int | None
) -> None:
    auth = (defaults["test_account_sid"], defaults["test_auth_token"])
    path = slow.path_of(auth[0])
    response = slow.call("POST", path, data={"To": "+15551234567", "Body": "x"} | form, auth=auth)
    assert (response.status_code, response.json().get("code")) == (status, code)
    assert slow.call("GET", path, auth=auth).json()["code"] == 20008
    assert slow.call("GET", "/simulator/messages").json() == {"messages": []}


def account_path(sid: str) -> str:
    return f"/2010-04-01/Accounts/{sid}.json"


def test_what_a_login_asks_for(slow: Simulator, defaults: dict[str, Any]) -> None:
    """The account, and a key that stands for it from then on."""
    sid, sub = defaults["account_sid"], defaults["subaccount_sid"]
    account = slow.call("GET", account_path(sid)).json()
    assert (account["sid"], account["owner_account_sid"], account["status"]) == (sid, sid, "active")
    assert account["auth_token"] == slow.auth[1]
    assert slow.call("GET", account_path(sub)).json()["owner_account_sid"] == sid
    keys = account["subresource_uris"]["keys"]
    created = slow.call("POST", keys, data={"FriendlyName": "laptop"})
    assert (created.status_code, created.json()["friendly_name"]) == (201, "laptop")
    key = (created.json()["sid"], created.json()["secret"])
    assert slow.call("GET", slow.messages, auth=key).status_code == 200
    for method, path in (("GET", account_path(sid)), ("POST", keys)):
        refused = slow.call(method, path, auth=key)
        assert (refused.status_code, refused.json()["code"]) == (401, 20003)
    test = (defaults["test_account_sid"], defaults["test_auth_token"])
    assert slow.call("GET", account_path(test[0]), auth=test).json()["code"] == 20008
    assert slow.call("GET", account_path(sid), auth=(sub, defaults["subaccount_auth_token"])).status_code == 401
    assert slow.call("GET", account_path(f"AC{'f' * 32}")).status_code == 404
    slow.reset()
    assert slow.call("GET", slow.messages, auth=key).status_code == 401
