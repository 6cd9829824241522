# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web sites that a person visits cannot read or drive the simulator on that person's machine."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from support.simulator import FROM, TO, Simulator

INBOUND = {"From": TO, "To": FROM, "Body": "on it"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8480", "127.0.0.1.evil.example", "localhost.evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/simulator/messages", "/2010-04-01/Accounts/{}/Messages.json"])
def test_other_names_are_refused(slow: Simulator, host: str, path: str) -> None:
    response = slow.call("GET", path.format(slow.auth[0]), headers={"Host": host})
    reason = f"{host} is not a name of this simulator"
    error = {
        "code": 20403,
        "message": "Forbidden",
        "detail": reason,
        "more_info": "https://www.twilio.com/docs/errors/20403",
        "status": 403,
    }
    own = {} if path.startswith("/2010") else {"error": reason}
    assert (response.status_code, response.json()) == (403, error | own)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8480", "sim.localhost", "127.0.0.1", "[::1]:8480", "192.0.2.7"]
)
def test_own_names_are_welcome(slow: Simulator, host: str) -> None:
    assert slow.call("GET", "/simulator/messages", headers={"Host": host}).status_code == 200


def test_one_that_listens_everywhere_goes_by_any_name(simulate: Callable[..., Simulator]) -> None:
    everywhere = simulate(host="0.0.0.0")
    assert everywhere.call("GET", "/simulator/messages", headers={"Host": "sim.lan"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://[", "http://127.0.0.1:1", "http://evil.example:{port}"]
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/simulator/inbound"), ("POST", "/simulator/reset"), ("PUT", "/simulator/clock")]
)
def test_other_sites_change_nothing(slow: Simulator, origin: str, method: str, path: str) -> None:
    before = slow.created()
    headers = {"Origin": origin.format(port=urlsplit(slow.url).port)}
    response = slow.call(method, path, data=INBOUND, headers=headers)
    reason = "a page of another site cannot change anything here"
    assert (response.status_code, response.json()["error"]) == (403, reason)
    (message,) = slow.call("GET", "/simulator/messages").json()["messages"]
    assert message["sid"] == before["sid"]


def test_own_page_may_change_things(slow: Simulator) -> None:
    headers = {"Origin": slow.url}
    assert slow.call("POST", "/simulator/inbound", data=INBOUND, headers=headers).status_code == 201
