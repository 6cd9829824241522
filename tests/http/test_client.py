# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client against servers that answer well, badly or not at all, over real sockets."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
import urllib.request
from base64 import b64encode

import pytest
import requests
import trustme

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.account import Connection
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.client import Client
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import (
    InvalidOptions,
    NotSent,
    ReadFailed,
    Rejected,
    RequestError,
    Unknown,
)
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.exchange import Adapter
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import Form
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.version import VERSION
from support.faults import (
    SID,
    FaultyServer,
    answer,
    hang_up,
    raw,
    refusal,
    reset,
    silence,
)

ACCOUNT = "AC5e1d0b47a2c94f6e8b3a7d61f0c29e84"
TOKEN = "9b1f6c3e07d84a25b6e0f47c81d2a93e"
BASIC = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
FORM: Form = {"To": "+15551234567", "Body": "Grüße & €", "MediaUrl": ["https://a.example/1", "https://a.example/2"]}
MESSAGE = json.dumps({"sid": SID, "status": "queued"})
MAY_BE_OUT = "The message may have been sent"


def connection(url, **options):
    fields = {"verify": True, "proxy": None, "timeout": 5, "retries": 0, **options}
    return Connection(account_sid=ACCOUNT, user=ACCOUNT, secret=TOKEN, base_url=url, **fields)


def create(url, **options):
    with Client(connection(url, **options)) as client:
        return client.messages.create(FORM)


def refused(behaviour, **options):
    """The error that a server's behaviour makes; it must have been asked once and once only."""
    with FaultyServer(behaviour).running() as server, pytest.raises(RequestError) as caught:
        create(server.url, **options)
    assert len(server.requests) == 1
    assert TOKEN not in str(caught.value)
    assert BASIC not in str(caught.value)
    return caught.value


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
    error = refused(silence, timeout=0.2)
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
            time.sleep(0.02)
    assert (len(server.requests), server.connections) == (10, 10)


def test_a_proxy_that_refuses_leaves_the_message_unsent():
    with FaultyServer(answer(407)).running() as proxy, pytest.raises(NotSent, match="407"):
        create("https://api.twilio.com", proxy=proxy.url)
    assert [request.line.split(" ")[:2] for request in proxy.requests] == [["CONNECT", "api.twilio.com:443"]]
    assert "Authorization" not in proxy.requests[0].headers


def test_a_proxy_that_wants_other_credentials_over_plain_http_is_not_twilio():
    page = answer(407, f"<p>Basic {BASIC}</p>", "text/html")
    with FaultyServer(page).running() as proxy, pytest.raises(NotSent) as caught:
        create("http://127.0.0.1:9", proxy=proxy.url)
    assert str(caught.value).startswith("Cannot connect to 127.0.0.1:9: the proxy rejected the credentials")
    assert len(proxy.requests) == 1


def test_a_proxys_password():
    with FaultyServer(answer(201, MESSAGE)).running() as proxy:
        create("http://127.0.0.1:9", proxy=proxy.url.replace("://", "://user:hunter%2322@"))
    assert proxy.requests[0].headers["Proxy-Authorization"] == f"Basic {b64encode(b'user:hunter#22').decode()}"


def test_the_proxy_option_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with FaultyServer(answer(201, MESSAGE)).running() as proxy:
        assert create("http://127.0.0.1:9", proxy=proxy.url)["sid"] == SID
    assert proxy.requests[0].line.startswith("POST http://127.0.0.1:9/2010-04-01/")


def test_the_environments_proxy_counts_but_for_the_loopback(monkeypatch):
    with FaultyServer(answer(407)).running() as proxy, FaultyServer(answer(201, MESSAGE)).running() as server:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "exempt.invalid")
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert create(server.url)["sid"] == SID
        with pytest.raises(NotSent):
            create("https://exempt.invalid")
        assert proxy.connections == 0
        with pytest.raises(NotSent):
            create("https://api.twilio.com")
        assert proxy.connections == 1


def test_small_packets_are_sent_at_once_through_proxies_too():
    proxy = "http://127.0.0.1:1"
    options = Adapter(None, proxy).proxy_manager_for(proxy).connection_pool_kw["socket_options"]
    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in options


def test_nobody_is_asked_for_proxies_but_the_environment(monkeypatch):
    def ask(*_arguments):
        raise AssertionError("on macOS this crashes in a process that was forked")

    for module in (urllib.request, requests.utils, requests.compat):
        for name in ("getproxies", "proxy_bypass"):
            monkeypatch.setattr(module, name, ask)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with FaultyServer(answer(407)).running() as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(NotSent, match="407"):
            create("https://api.twilio.com")
    with FaultyServer(answer(201, MESSAGE)).running() as server:
        create(server.url)


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


@pytest.fixture(scope="module")
def ca():
    return trustme.CA()


@pytest.fixture
def secure_server(ca):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1").configure_cert(tls)
    with FaultyServer(answer(201, MESSAGE), tls=tls).running() as server:
        yield server


def test_an_unknown_certificate_leaves_the_message_unsent(secure_server):
    with pytest.raises(NotSent) as caught:
        create(secure_server.url)
    assert "No secure connection to 127.0.0.1:" in str(caught.value)
    assert "ca_path" in str(caught.value)
    assert secure_server.requests == []


@pytest.mark.parametrize(
    ("behaviour", "text"), [(silence, "timed out"), (reset, "reset"), (raw(b"220 mail.example.com\r\n"), "No secure")]
)
def test_a_handshake_that_fails_leaves_the_message_unsent(behaviour, text):
    with FaultyServer(behaviour, reads=False).running() as server, pytest.raises(NotSent, match=text):
        create(server.url.replace("http:", "https:"), timeout=0.3)
    assert server.connections == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("is_proxy", [False, True])
def test_a_certificate_of_another_host_leaves_the_message_unsent(ca, host, is_proxy):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.2", "example.com").configure_cert(tls)
    with FaultyServer(answer(201, MESSAGE), tls=tls, is_proxy=is_proxy).running() as server:
        url = f"https://{host}:{server.url.rpartition(':')[2]}"
        proxy = server.url if is_proxy else None
        with ca.cert_pem.tempfile() as ca_path, pytest.raises(NotSent, match="No secure connection") as caught:
            create(url, verify=ca_path, proxy=proxy)
    assert "match" in str(caught.value)
    assert server.requests == []


def test_a_proxy_that_is_reached_over_tls(ca):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("localhost").configure_cert(tls)
    with FaultyServer(answer(201, MESSAGE), tls=tls).running() as proxy, ca.cert_pem.tempfile() as ca_path:
        port = proxy.url.rpartition(":")[2]
        assert create("http://127.0.0.1:9", verify=ca_path, proxy=f"https://localhost:{port}")["sid"] == SID
        with pytest.raises(NotSent):
            create("http://127.0.0.1:9", verify=ca_path, proxy=proxy.url)
    assert [request.line.split("/2010")[0] for request in proxy.requests] == ["POST http://127.0.0.1:9"]


def test_nothing_is_read_past_an_unknown_certificate(secure_server):
    with Client(connection(secure_server.url)) as client, pytest.raises(ReadFailed) as caught:
        client.messages.fetch(SID)
    assert "No secure connection to 127.0.0.1:" in str(caught.value)
    assert secure_server.requests == []


def test_a_proxy_for_another_scheme_is_not_used(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    # A loopback address would be reached without a proxy in any case.
    with pytest.raises(NotSent, match=r"nowhere\.invalid") as caught:
        create("https://nowhere.invalid")
    assert "127.0.0.1" not in str(caught.value)


def test_a_private_ca(secure_server, ca, monkeypatch):
    with ca.cert_pem.tempfile() as ca_path:
        assert create(secure_server.url, verify=ca_path)["sid"] == SID
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
        assert create(secure_server.url, verify=ca_path)["sid"] == SID
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_path)
        assert create(secure_server.url)["sid"] == SID


def test_ca_certificates_are_read_once(secure_server, ca, tmp_path):
    ca_path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(ca_path))
    with Client(connection(secure_server.url, verify=str(ca_path))) as client:
        ca_path.unlink()
        for _number in range(2):
            client.messages.create(FORM)
    # The server closes each connection.
    assert secure_server.connections == 2


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_of_the_environment(ca, monkeypatch, scheme):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("192.0.2.1").configure_cert(tls)
    with FaultyServer(answer(201, MESSAGE), tls=tls, socks=True).running() as proxy, ca.cert_pem.tempfile() as ca_path:
        monkeypatch.setenv("all_proxy", proxy.url.replace("https", scheme))
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert create("https://192.0.2.1", verify=ca_path)["sid"] == SID
    assert len(proxy.requests) == 1


def test_no_verification_in_spite_of_the_environment(secure_server, monkeypatch, recwarn):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ssl.get_default_verify_paths().openssl_cafile)
    assert create(secure_server.url, verify=False)["sid"] == SID
    assert not recwarn.list


def test_a_file_without_ca_certificates(tmp_path):
    nothing = tmp_path / "ca.pem"
    nothing.write_text("nothing")
    with pytest.raises(InvalidOptions, match=f"ca_path: {nothing} contains no CA certificates"):
        create("https://127.0.0.1:1", verify=str(nothing))


@pytest.mark.parametrize("proxy", ["http://user:hunter22hunter22@127.0.0.1:99999", "http://u:hunter22#x@127.0.0.1:1"])
def test_a_proxy_of_the_environment_that_is_no_url_is_not_quoted(monkeypatch, proxy):
    monkeypatch.setenv("https_proxy", proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(
        InvalidOptions, match="proxy: the environment's HTTPS_PROXY is not an http or https URL"
    ) as caught:
        create("https://api.twilio.com")
    assert "hunter22" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:SOCKS support")
def test_a_socks_proxy_that_cannot_be_used(monkeypatch):
    monkeypatch.setenv("https_proxy", "socks9://user:hunter22hunter22@127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidOptions, match="proxy: the environment's SOCKS proxy cannot be used") as caught:
        create("https://api.twilio.com")
    assert "hunter22" not in str(caught.value)
