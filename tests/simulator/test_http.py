# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire: shapes, headers, the ledger, and requests that make no sense."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from contextlib import closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from support.simulator import Simulator

SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}

# Twilio's Message resource. None: a value that is not known yet, or never will be.
DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"
SHAPE: dict[str, str | None] = {
    "account_sid": "AC[0-9a-f]{32}",
    "api_version": "2010-04-01",
    "body": ".*",
    "date_created": DATE,
    "date_sent": f"({DATE})?",
    "date_updated": DATE,
    "direction": "outbound-api",
    "error_code": None,
    "error_message": "(.+)?",
    "from": "(.+)?",
    "messaging_service_sid": "(MG[0-9a-f]{32})?",
    "num_media": r"\d+",
    "num_segments": r"\d+",
    "price": r"(-\d+\.\d{5})?",
    "price_unit": "USD",
    "sid": "[SM]M[0-9a-f]{32}",
    "status": "accepted|scheduled|queued|sending|sent|delivered|undelivered|failed|canceled",
    "subresource_uris": None,
    "to": ".+",
    "uri": "/2010-04-01/Accounts/AC[0-9a-f]{32}/Messages/[SM]M[0-9a-f]{32}.json",
}


def assert_message(message: dict[str, Any]) -> None:
    assert message.keys() == SHAPE.keys()
    for name, pattern in SHAPE.items():
        value = message[name]
        if pattern is not None:
            assert value is None or isinstance(value, str)
            assert re.fullmatch(pattern, value or "", re.DOTALL), f"{name}: {value!r}"
    assert message["error_code"] is None or isinstance(message["error_code"], int)
    base = message["uri"].removesuffix(".json")
    assert message["subresource_uris"] == {"media": f"{base}/Media.json", "feedback": f"{base}/Feedback.json"}


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"To": "+15557779999"},
        {"From": None, "MessagingServiceSid": SERVICE},
        {"Body": None, "MediaUrl": ["https://x.example/a.jpg", "https://x.example/b"]},
        {"Body": None, "ContentSid": f"HX{'a' * 32}"},
    ],
    ids=str,
)
def test_message_shape(swift: Simulator, form: dict[str, Any]) -> None:
    created = swift.created(**form)
    assert_message(created)
    final = swift.eventually(created["uri"], "undelivered" if "To" in form else "delivered")
    assert_message(final)
    assert_message(swift.call("POST", created["uri"], data={"Body": ""}).json())
    assert_message(swift.call("GET", swift.messages).json()["messages"][0])
    assert created["body"] == ("" if form.get("Body", "x") is None else "Disk full")


def test_media(slow: Simulator) -> None:
    message = slow.created(MediaUrl=["https://x.example/a.jpg?size=2", "https://x.example/b"])
    assert message["sid"].startswith("MM")
    page = slow.call("GET", message["subresource_uris"]["media"]).json()
    assert [media["content_type"] for media in page["media_list"]] == ["image/jpeg", "application/octet-stream"]
    assert {media["parent_sid"] for media in page["media_list"]} == {message["sid"]}
    assert (page["page"], page["start"], page["end"], page["next_page_uri"]) == (0, 0, 1, None)


def test_media_one_by_one(slow: Simulator) -> None:
    message = slow.created(MediaUrl=[f"https://x.example/{number}.jpg" for number in range(5)])
    uri = message["subresource_uris"]["media"]
    every = slow.call("GET", uri).json()["media_list"]
    first = slow.call("GET", uri, params={"PageSize": 2, "DateCreated>": "2001-01-01"}).json()
    second = slow.call("GET", first["next_page_uri"]).json()
    third = slow.call("GET", second["next_page_uri"]).json()
    assert [first["media_list"], second["media_list"], third["media_list"]] == [every[:2], every[2:4], every[4:]]
    assert third["next_page_uri"] is None
    assert slow.call("GET", third["previous_page_uri"]).json()["media_list"] == every[2:4]
    assert slow.call("GET", uri, params={"DateCreated": "2001-01-01"}).json()["media_list"] == []
    assert slow.call("GET", every[1]["uri"]).json() == every[1]
    assert slow.call("DELETE", every[1]["uri"]).status_code == 204
    assert [slow.call(method, every[1]["uri"]).status_code for method in ("GET", "DELETE")] == [404, 404]
    assert slow.call("GET", uri).json()["media_list"] == [every[0], *every[2:]]
    assert slow.call("GET", message["uri"]).json()["num_media"] == "4"


def test_page_fields(slow: Simulator) -> None:
    for number in range(5):
        slow.created(Body=str(number))
    first = slow.call("GET", slow.messages, params={"PageSize": 2, "To": "+15551234567"}).json()
    second = slow.call("GET", first["next_page_uri"]).json()
    assert [(page["page"], page["start"], page["end"], page["page_size"]) for page in (first, second)] == [
        (0, 0, 1, 2),
        (1, 2, 3, 2),
    ]
    assert [message["body"] for message in second["messages"]] == ["2", "1"]
    assert first["previous_page_uri"] is None
    assert second["uri"] == first["next_page_uri"]
    assert "To=%2B15551234567" in second["next_page_uri"]
    assert not urlsplit(second["next_page_uri"]).netloc
    assert slow.call("GET", second["first_page_uri"]).json()["messages"] == first["messages"]
    beyond = slow.call("GET", slow.messages, params={"PageSize": 1000, "Page": "9" * 30}).json()
    assert (beyond["messages"], beyond["page_size"], beyond["next_page_uri"]) == ([], 1000, None)


def test_date_filters_take_whole_days(swift: Simulator) -> None:
    swift.set_clock(speed=0)
    swift.set_clock(now="2030-11-26T12:00:00.700Z")
    sent = swift.created()
    swift.set_clock(advance=0)
    sent = swift.eventually(sent["uri"], "delivered")
    for query, count in [
        ("DateSent>=2030-11-25", 1),
        ("DateSent>=2030-11-26", 1),
        ("DateSent%3E=2030-11-27", 0),
        ("DateSent<=2030-11-25", 0),
        ("DateSent<=2030-11-26", 1),
        ("DateSent%3C=2030-11-27", 1),
        ("DateSent=2030-11-25", 0),
        ("DateSent=2030-11-26", 1),
        ("DateSent=2030-11-27", 0),
        ("DateSent>=2030-11-26T12:00:00Z", 1),
        ("DateSent>=2030-11-26T12:00:01Z", 0),
        ("DateSent<=2030-11-26T12:00:00Z", 1),
        ("DateSent<=2030-11-26T13:00:00%2B02:00", 0),
        ("DateSent>=Tue,%2026%20Nov%202030%2012:00:00%20-0000", 1),
        ("DateSent>=2030-11-26%2012:00:01.000", 0),
        ("DateSent>=2030-11-25&DateSent<=2030-11-25", 0),
    ]:
        found = swift.call("GET", f"{swift.messages}?{query}").json()["messages"]
        assert found == [sent][:count], query


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("PageSize=0", 20007),
        ("PageSize=1001", 20007),
        ("PageSize=x", 20007),
        (f"PageSize={'9' * 5000}", 20007),
        ("Page=-1", 20001),
        ("PageToken=x", 20001),
        (f"PageToken=PAME{'0' * 32}", 20001),
        ("DateSent=soon", 20001),
        (f"DateSent=1 Jan 2000 00:00:00 %2B{'9' * 20}", 20001),
        ("DateSent=9999-12-31", 20001),
        ("DateSent=0001-01-01", 20001),
    ],
)
def test_unusable_queries(slow: Simulator, query: str, code: int) -> None:
    slow.created()
    response = slow.call("GET", f"{slow.messages}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize("query", ["To=%zz", "To=%ff"])
def test_wrongly_encoded_queries(slow: Simulator, query: str) -> None:
    connection = HTTPConnection(urlsplit(slow.url).netloc, timeout=60)
    with closing(connection):
        # Without a login: what cannot be read is refused first. The requests library would mend the URL.
        connection.request("GET", f"{slow.messages}?{query}")
        response = connection.getresponse()
        assert (response.status, json.load(response)["code"]) == (400, 20001)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/2010-04-01/Accounts/{}/Queues.json", 404, 20404),
        ("GET", "/2010-04-01/Accounts/{}/Messages", 404, 20404),
        ("GET", "/2010-04-01/Accounts/{}/Messages/SM12.json", 404, 20404),
        ("POST", "/2010-04-01/Accounts/{}/Messages/SM12/Feedback.json", 404, 20404),
        ("PUT", "/2010-04-01/Accounts/{}/Messages.json", 405, 20004),
        ("DELETE", "/2010-04-01/Accounts/{}/Messages.json", 405, 20004),
        ("GET", "/2010-04-01/Nothing", 404, 20404),
        ("GET", "/nothing", 404, 20404),
        ("DELETE", "/simulator/state", 405, 20004),
    ],
)
def test_no_such_resource(slow: Simulator, method: str, path: str, status: int, code: int) -> None:
    path = path.format(slow.auth[0])
    response = slow.call(method, path)
    assert (response.status_code, response.json()["code"], response.json()["status"]) == (status, code, status)
    if status == 404:
        assert response.json()["message"] == f"The requested resource {path} was not found"
    allowed = {"messages": "GET,POST", "simulator": "GET,HEAD"}["simulator" if "simulator" in path else "messages"]
    assert response.headers.get("Allow") == (allowed if status == 405 else None)


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"", {}, 21604),
        (b"", FORM_TYPE, 21604),
        (b'{"To": "+15551234567"}', {"Content-Type": "application/json"}, 21604),
        (b"To=%zz", FORM_TYPE, 20001),
        (b"To=%ff%fe", FORM_TYPE, 20001),
        (b"To=\xff\xfe", FORM_TYPE, 20001),
        (b"Body=" + b"x" * 2_000_000, FORM_TYPE, 20001),
        (b"&&=&To&From=%00", FORM_TYPE, 21604),
    ],
    ids=lambda value: str(value)[:40],
)
def test_senseless_bodies(slow: Simulator, body: bytes, headers: dict[str, str], code: int) -> None:
    response = slow.call("POST", slow.messages, data=body, headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_raw_utf8_is_read_as_percent_encoded(slow: Simulator) -> None:
    body = "To=%2B15551234567&From=12345&Body=größer%21".encode()
    assert slow.call("POST", slow.messages, data=body, headers=FORM_TYPE).json()["body"] == "größer!"


def test_request_ids_differ(slow: Simulator) -> None:
    ids = {slow.call("GET", slow.messages).headers["Twilio-Request-Id"] for _turn in range(2)}
    assert len(ids) == 2
    assert all(re.fullmatch("RQ[0-9a-f]{32}", request_id) for request_id in ids)


def test_connections_are_kept(slow: Simulator) -> None:
    address = urlsplit(slow.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        for _turn in range(2):
            connection.sendall(b"GET /simulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_ledger(slow: Simulator) -> None:
    slow.create(MediaUrl=["https://x.example/b", "https://x.example/a"], Body="größer & mehr")
    slow.call("GET", f"{slow.messages}?PageSize=1", auth=("AC1", "hunter2hunter2"))
    slow.call("GET", "/")
    created, listed = slow.ledger()
    assert created["form"] == [
        ["To", "+15551234567"],
        ["From", "+15552223333"],
        ["Body", "größer & mehr"],
        ["MediaUrl", "https://x.example/b"],
        ["MediaUrl", "https://x.example/a"],
    ]
    assert (created["method"], created["path"], created["query"], created["status"]) == ("POST", slow.messages, [], 201)
    assert (listed["query"], listed["form"], listed["user"], listed["status"]) == ([["PageSize", "1"]], [], "AC1", 401)
    assert created["user"] == slow.auth[0]
    assert created["headers"]["Content-Type"] == FORM_TYPE["Content-Type"]
    raw = slow.call("GET", "/simulator/requests").text
    assert "uthorization" not in raw
    assert "hunter2" not in raw
    assert slow.auth[1] not in raw


def test_messages_and_reset(slow: Simulator) -> None:
    older, newer = slow.created(), slow.created()
    shown = slow.call("GET", "/simulator/messages").json()["messages"]
    form = [["To", "+15551234567"], ["From", "+15552223333"], ["Body", "Disk full"]]
    for number, (found, message) in enumerate(zip(shown, (newer, older), strict=True)):
        at = found["history"][0]["at"]
        assert parsedate_to_datetime(message["date_created"]) == datetime.fromisoformat(at).replace(microsecond=0)
        assert found == message | {
            "form": form,
            "encoding": "GSM-7",
            "media": [],
            "history": [{"status": "queued", "at": at}],
            "number": shown[0]["number"] - number,
        }
    slow.reset()
    assert slow.call("GET", "/simulator/messages").json() == {"messages": []}
    assert slow.ledger() == []
    assert slow.call("GET", older["uri"]).status_code == 404


@pytest.mark.usefixtures("role_package")
def test_a_defect_is_answered_too(caplog: pytest.LogCaptureFixture) -> None:
    """And the log says what happened."""
    from twilio_simulator.api.messages import read_draft
    from twilio_simulator.control.rehearsal import Rehearsal
    from twilio_simulator.wire import Wire
    from twilio_simulator.world.settings import Settings
    from twilio_simulator.world.world import World

    async def fail(_request: web.Request) -> web.StreamResponse:
        raise ZeroDivisionError("by design")

    async def ask(path: str) -> Any:
        wire = Wire(Rehearsal(World(Settings(), read_draft)))
        response = await wire.answer(make_mocked_request("GET", path, headers={"Host": "localhost"}), fail)
        assert isinstance(response, web.Response)
        return response.status, json.loads(response.text or "")

    error = {
        "code": 20500,
        "message": "Internal Server Error",
        "more_info": "https://www.twilio.com/docs/errors/20500",
        "status": 500,
    }
    assert asyncio.run(ask("/simulator/state")) == (500, error | {"error": "Internal Server Error"})
    assert "GET /simulator/state" in caplog.text
    assert "ZeroDivisionError: by design" in caplog.text
