# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A feed from servers over real sockets: what is asked for, redirects, limits, and what is told of failures."""

from __future__ import annotations

import base64
import ssl
from typing import Any

import pytest
import trustme

from ansible_collections.oncall.twilio.plugins.plugin_utils._rota import web
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.source import NotRead
from support.faults import FaultyServer, answer, gzipped, hang_up, raw, reset, silence
from support.rota import always

FEED = always()
SECRET = "hunter2-4711"


def fetch(source, **more):
    settings: dict[str, Any] = {
        "headers": {},
        "username": None,
        "password": None,
        "verify": True,
        "seconds": 20,
        "agent": "Test/1",
    }
    return web.fetch(web.Request(source, **{**settings, **more}))


def ics(status=200, body=FEED, **headers):
    return answer(status, body, "text/calendar", **headers)


def redirect(location, status=302):
    return answer(status, "Moved", Location=location)


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def with_login(url):
    return url.replace("://", f"://ada:{SECRET}@") + f"/private/{SECRET}/rota.ics?token={SECRET}"


def test_the_request():
    with FaultyServer(ics()).running() as server:
        assert fetch(server.url + "/rota.ics?a=b") == FEED
        assert fetch(with_login(server.url)) == FEED
        assert fetch(server.url, username="grâce", password="p:w", headers={"X-Token": SECRET}) == FEED
        assert fetch(server.url + "/api/v2/calendar?token=1") == FEED
    plain, with_user, with_options, goalert = server.requests
    assert plain.line == "GET /rota.ics?a=b HTTP/1.1"
    assert plain.headers["User-Agent"] == "Test/1"
    assert plain.headers["Accept"] == "text/calendar, */*;q=0.5"
    assert "Authorization" not in plain.headers
    assert with_user.headers["Authorization"] == basic(f"ada:{SECRET}")
    assert with_options.headers["Authorization"] == basic("grâce:p:w")
    assert with_options.headers["X-Token"] == SECRET
    assert goalert.headers["Accept"] == "application/json"


def test_netrc_has_no_say(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password x\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with FaultyServer(ics()).running() as server:
        fetch(server.url, headers={"Authorization": "Bearer x"})
    assert server.requests[0].headers["Authorization"] == "Bearer x"


def test_credentials_stay_with_the_server_that_they_are_for():
    with FaultyServer(ics()).running() as other:
        home = FaultyServer(redirect("/elsewhere"), redirect(f"{other.url}/rota.ics", 307))
        with home.running():
            assert fetch(with_login(home.url), headers={"X-Token": SECRET, "Cookie": SECRET}) == FEED
    assert [request.headers.get("X-Token") for request in home.requests] == [SECRET, SECRET]
    (request,) = other.requests
    assert SECRET not in str(request)
    assert "Authorization" not in request.headers


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_tls():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = FaultyServer(ics(), tls=context)
    plain = FaultyServer(ics())
    downgrade = FaultyServer(redirect(f"{plain.url}/{SECRET}"), tls=context)
    with server.running(), plain.running(), downgrade.running(), authority.cert_pem.tempfile() as ca:
        with pytest.raises(NotRead, match=r"^TLS failed: .*certificate"):
            fetch(server.url)
        assert server.requests == []
        assert fetch(server.url.replace("https", "webcal"), verify=ca) == FEED
        assert fetch(server.url, verify=False) == FEED
        with pytest.raises(NotRead, match=r"^redirected to plain http, which would reveal the calendar$"):
            fetch(downgrade.url, verify=ca)
    assert plain.requests == []


def test_a_redirect_to_https_loses_the_login_and_says_so():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    tls = FaultyServer(ics(401), tls=context)
    plain = FaultyServer(redirect(f"{tls.url}/{SECRET}", 301))
    with tls.running(), plain.running(), authority.cert_pem.tempfile() as ca:
        with pytest.raises(NotRead) as with_one:
            fetch(with_login(plain.url), verify=ca)
        with pytest.raises(NotRead) as without:
            fetch(plain.url, verify=ca)
    assert str(with_one.value) == (
        f"HTTP status 401. It was redirected to {tls.url}/…, and login and headers go to the first server only."
        " Use the URL that it redirects to"
    )
    assert str(without.value) == "HTTP status 401. Check username and password, or headers"
    assert not any("Authorization" in request.headers for request in tls.requests)


def test_a_server_that_was_down_for_a_moment_is_asked_again():
    with FaultyServer(reset, ics(503), ics()).running() as server:
        assert fetch(server.url) == FEED
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (ics(503, SECRET), "HTTP status 503"),
        (ics(401, SECRET), "HTTP status 401. Check username and password, or headers"),
        (ics(404), "HTTP status 404. Check the URL, and whether the calendar's private URL has been reset"),
        (ics(204), "HTTP status 204"),
        (hang_up, "no response (RemoteDisconnected)"),
        (reset, "no connection: Connection reset by peer"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nBEGIN"), "no response (IncompleteRead)"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "no response (BadStatusLine)"),
        (redirect(f"/{SECRET}"), "more than 5 redirects"),
        (redirect(f"ftp://{SECRET}/"), "redirected to something that is not an http or https URL"),
        (redirect(f"http://{SECRET}:port/"), "redirected to something that is not an http or https URL"),
        (ics(body=b"x" * (web.MAX_BYTES + 1)), "the feed is larger than 5 MB"),
    ],
)
def test_failures_say_why_and_nothing_secret(behaviour, why):
    with FaultyServer(behaviour).running() as server, pytest.raises(NotRead) as caught:
        fetch(with_login(server.url), headers={"X-Token": SECRET})
    assert str(caught.value) == why
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("source", [f"http://127.0.0.1:1/{SECRET}", f"http://{SECRET}.invalid/"])
def test_servers_that_are_not_there(source):
    with pytest.raises(NotRead, match=r"^(no connection|no response|cannot make the request)") as caught:
        fetch(source)
    assert SECRET not in str(caught.value)


def test_a_proxy_that_is_not_there(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://ada:{SECRET}@127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    with pytest.raises(NotRead, match=r"^no connection: Connection refused$"):
        fetch("http://calendar.example.com/")


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"X")
        connection.settimeout(0.05)
        try:
            connection.recv(1)
        except TimeoutError:
            continue
        return


@pytest.mark.parametrize("behaviour", [silence, drip])
def test_time_is_limited_for_the_whole_answer(behaviour):
    with FaultyServer(behaviour).running() as server, pytest.raises(NotRead) as caught:
        fetch(server.url, seconds=0.4)
    assert str(caught.value) == "no complete response within 0.4 seconds"


def test_what_is_compressed_unasked_is_not_unpacked():
    with FaultyServer(gzipped(200, FEED.decode())).running() as server, pytest.raises(NotRead) as caught:
        fetch(server.url)
    assert str(caught.value) == "the server compresses its response although it must not, and it is not unpacked"
    assert server.requests[0].headers["Accept-Encoding"] == "identity"
