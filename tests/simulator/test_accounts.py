# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.simulator import FROM, TO, Simulator

OPS, DEV, KEY = (f"{prefix}{digit * 32}" for prefix, digit in (("AC", "1"), ("AC", "2"), ("SK", "3")))
ACCOUNTS = f"""
- account_sid: {OPS}
  auth_token: 61d8c0ffee61d8c0ffee61d8c0ffee61
  api_keys:
    {KEY}: u7TzL2mVx9RkB4nWc8YpE1sHd6JfU3Ga
- account_sid: {DEV}
  auth_token: 0badc0de0badc0de0badc0de0badc0de
  parent: {OPS}
"""
LOGINS = {
    "ops": (OPS, "61d8c0ffee61d8c0ffee61d8c0ffee61"),
    "dev": (DEV, "0badc0de0badc0de0badc0de0badc0de"),
    "key": (KEY, "u7TzL2mVx9RkB4nWc8YpE1sHd6JfU3Ga"),
}


@pytest.fixture(scope="module")
def several(simulate: Callable[..., Simulator], tmp_path_factory: pytest.TempPathFactory) -> Simulator:
    accounts = tmp_path_factory.mktemp("accounts") / "accounts.yml"
    accounts.write_text(ACCOUNTS)
    return simulate(pace=0, accounts=str(accounts))


@pytest.mark.parametrize(
    ("login", "account", "status"),
    [
        ("ops", OPS, 201),
        ("ops", DEV, 201),
        ("dev", DEV, 201),
        ("dev", OPS, 401),
        ("key", OPS, 201),
        ("key", DEV, 201),
        ("default", OPS, 401),
    ],
)
def test_who_may_act_for_whom(
    several: Simulator, defaults: dict[str, Any], login: str, account: str, status: int
) -> None:
    auth = LOGINS.get(login, (defaults["account_sid"], defaults["auth_token"]))
    form = {"To": TO, "From": FROM, "Body": "x"}
    assert several.call("POST", several.path_of(account), data=form, auth=auth).status_code == status


def test_they_are_known(several: Simulator) -> None:
    assert several.call("GET", "/simulator/state").json()["accounts"] == [OPS, DEV]
    assert several.auth == LOGINS["ops"]
    assert several.inbound("hi", To=FROM, AccountSid=DEV)["account_sid"] == DEV


@pytest.mark.parametrize(
    ("accounts", "complaint"),
    [
        ("{}", "accounts: must be a list of at least one mapping"),
        ("[]", "accounts: must be a list of at least one mapping"),
        ("[1]", "accounts: 1: an account must be a mapping"),
        ("[{account_sid: AC1, auth_token: x}]", "accounts: AC1: 'AC1' is not a SID"),
        (f"[{{account_sid: {OPS}}}]", f"accounts: {OPS}: auth_token is required"),
        (f"[{{account_sid: {OPS}, token: x}}]", "an account has no token"),
        (f"[{{account_sid: {OPS}, auth_token: x, test: 1}}]", "test must be true or false"),
        (
            f"[{{account_sid: {OPS}, auth_token: x, parent: {DEV}}}]",
            f"parent {DEV} is not an account earlier in the list",
        ),
        (f"[{{account_sid: {OPS}, auth_token: x, api_keys: {{SK1: y}}}}]", "'SK1' is not a SID"),
        (f"[{{account_sid: {OPS}, auth_token: x, api_keys: [{KEY}]}}]", "api_keys must be a mapping"),
        (f"[{{account_sid: {OPS}, auth_token: x}}, {{account_sid: {OPS}, auth_token: y}}]", "another account"),
    ],
)
def test_accounts_that_make_no_sense(cli: Callable[..., Any], tmp_path: Path, accounts: str, complaint: str) -> None:
    file = tmp_path / "accounts.yml"
    file.write_text(accounts)
    result = cli("run", "--config=-", input=json.dumps({"accounts": str(file)}))
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert complaint in result.stderr
    assert "auth_token: x" not in result.stderr
