# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client against servers that answer well, badly or not at all, over real sockets."""

from __future__ import annotations

import gzip
import json

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.client import Client
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import NotSent, Rejected, Unknown
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.version import VERSION
from support.client import ACCOUNT, BASIC, FORM, MAY_BE_OUT, MESSAGE, TOKEN, connection, create, refused
from support.faults import SID, FaultyServer, answer, hang_up, raw, refusal, reset, silence


def test_a_request_as_twilio_wants_it():
    with FaultyServer(answer(201, MESSAGE)).running() as server:
        assert create(server.url + "/base") == {"sid": SID, "status": "queued"}
    (request,) = server.requests
    assert request.line == f"POST /base/2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"
    assert request.headers["Authorization"] == f"Basic {BASIC}"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["User-Agent"] == f"oncall.twilio/{VERSION} (Ansible collection)"
    assert request.form == [
        ("To", "+15551234567"),
        ("Body", "Grüße & €"),
        ("MediaUrl", "https://a.example/1"),
        ("MediaUrl", "https://a.example/2"),
    ]


CHANGES = {
    "an update": lambda client: client.messages.update(SID, {"Body": ""}),
    "a deletion": lambda client: client.messages.delete(SID),
    "feedback": lambda client: client.messages.create_feedback(SID, "confirmed"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_with_an_odd_answer_may_have_been_made(change):
    text = "The change may have been made. Run the task again: it checks first"
    with (
        FaultyServer(answer(200, "[]")).running() as server,
        Client(connection(server.url)) as client,
        pytest.raises(Unknown, match=text),
    ):
        change(client)
    assert len(server.requests) == 1


def test_a_read_is_made_again_after_a_servers_error():
    behaviours = (refusal(500, 20500), reset, answer(200, MESSAGE))
    with FaultyServer(*behaviours).running() as server, Client(connection(server.url, retries=2)) as client:
        assert client.messages.fetch(SID)["sid"] == SID
    assert [request.method for request in server.requests] == ["GET"] * 3


REFUSALS = {
    "Twilio's form": (
        {"code": 21211, "message": "Not valid.", "more_info": "https://x", "status": 400},
        "Not valid (HTTP 400, code 21211, https://www.twilio.com/docs/errors/21211). Check the number",
    ),
    "Twilio's newer form": (
        {"type": "https://x", "title": "Invalid", "status": 400, "code": "21610", "detail": "STOP", "errors": []},
        "Invalid: STOP (HTTP 400, code 21610, https://www.twilio.com/docs/errors/21610). The recipient replied",
    ),
    "an unknown code": ({"code": 99999, "message": "Odd"}, "Odd (HTTP 400, code 99999, https://www.twilio.com/docs"),
    "no code": ({"message": "Odd"}, "Odd (HTTP 400)."),
    "a list": (["Odd"], "The server answered with unexpected JSON ('[\"Odd\"]') (HTTP 400)."),
    "a number": (5, "The server answered with unexpected JSON ('5') (HTTP 400)."),
    "an empty object": ({}, "The server answered with unexpected JSON ('{}') (HTTP 400)."),
}


@pytest.mark.parametrize(("payload", "text"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(payload, text):
    error = refused(answer(400, json.dumps(payload), Twilio_Request_Id="RQ1"))
    assert isinstance(error, Rejected)
    assert str(error).startswith(text)
    assert (error.details.status, error.details.request_id) == (400, "RQ1")


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("", "application/json", "The server answered with an empty body (HTTP 403)."),
        ("<html><style>x{}</style><b>Blocked</b> by\nproxy</html>", "text/html", "an HTML page ('Blocked by proxy')"),
        ('{"code": 212', "application/json", "did not answer with complete JSON ('{\"code\": 212')"),
        (b"\xff\xfe\x00", "application/octet-stream", "did not answer with complete JSON"),
        ("Authorization: Basic " + BASIC + " " + TOKEN, "text/plain", "('Authorization: Basic ******** ********')"),
    ],
)
def test_refusals_that_are_not_twilios(body, content_type, text):
    error = refused(answer(403, body, content_type))
    assert isinstance(error, Rejected)
    assert text in str(error)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status):
    with FaultyServer(answer(201, MESSAGE)).running() as elsewhere:
        error = refused(answer(status, Location=elsewhere.url + "/Messages.json"))
        assert elsewhere.connections == 0
    assert isinstance(error, Rejected)
    assert "redirects to 127.0.0.1. Redirects are not followed" in str(error)


AMBIGUOUS = {
    "500 with HTML": (answer(500, "<h1>Oops</h1>", "text/html"), "HTML page ('Oops')"),
    "502 without a body": (answer(502), "an empty body"),
    "503 of Twilio": (answer(503, '{"code": 20503, "message": "Unavailable"}'), "Unavailable. The message may"),
    "200 with a captive portal": (answer(200, "<a>Log in</a>", "text/html"), "an HTML page ('Log in') instead of"),
    "201 without a body": (answer(201), "an empty body instead of the message"),
    "201 with a list": (answer(201, "[]"), "unexpected JSON"),
    "201 without a SID": (answer(201, "{}"), "unexpected JSON"),
    "201 cut short in its JSON": (answer(201, MESSAGE[:-5]), "not answer with complete JSON"),
    "201 cut short on the wire": (answer(201, MESSAGE, Content_Length="500"), "No complete response"),
    "a reset": (reset, "No complete response from 127.0.0.1:"),
    "a silent goodbye": (hang_up, "No complete response"),
    "half a status line": (raw(b"HTTP/1.1 20"), "No complete response"),
    "no HTTP at all": (raw(b"220 mail.example.com ESMTP\r\n\r\n"), "No complete response"),
    "gzip cut short": (answer(201, gzip.compress(MESSAGE.encode())[:-1], Content_Encoding="gzip"), "cut short"),
    "bad gzip": (answer(201, MESSAGE, Content_Encoding="gzip"), "No complete response"),
}


@pytest.mark.parametrize(("behaviour", "text"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_ambiguous_answers_are_unknown(behaviour, text):
    error = refused(behaviour)
    assert isinstance(error, Unknown)
    assert text in str(error)
    assert MAY_BE_OUT in str(error)


def test_a_read_timeout_is_unknown():
    error = refused(silence, timeout=2)
    assert isinstance(error, Unknown)
    assert "timed out" in str(error)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://127.0.0.1:1", "Cannot connect to 127.0.0.1:1: Connection refused. Check the network"),
        ("https://nowhere.invalid", "Cannot connect to nowhere.invalid: "),
    ],
)
def test_what_was_never_connected_was_not_sent(url, text):
    with pytest.raises(NotSent) as caught:
        create(url)
    assert str(caught.value).startswith(text)


def test_a_connection_that_the_server_has_closed_is_not_used_again():
    # The server promises to keep each connection, and closes it after its answer.
    promise = answer(201, MESSAGE, Connection="keep-alive")
    with FaultyServer(promise).running() as server, Client(connection(server.url)) as client:
        for _number in range(10):
            client.messages.create(FORM)
            assert server.ended.acquire(timeout=8)
    assert (len(server.requests), server.connections) == (10, 10)


def test_no_cookie_comes_back():
    kind = answer(201, MESSAGE, Set_Cookie="session=1; Path=/")
    with FaultyServer(kind).running() as server, Client(connection(server.url)) as client:
        for _number in range(2):
            client.messages.create(FORM)
    assert [request.headers.get("Cookie") for request in server.requests] == [None, None]


def test_a_netrc_has_no_say(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hunter22\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with FaultyServer(answer(201, MESSAGE)).running() as server:
        create(server.url)
    assert server.requests[0].headers["Authorization"] == f"Basic {BASIC}"
