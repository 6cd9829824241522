# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client through proxies: by option and environment, over plain HTTP, TLS and SOCKS."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from base64 import b64encode

import pytest
import requests

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import InvalidOptions, NotSent
from support.client import BASIC, MESSAGE, create
from support.faults import SID, FaultyServer, answer


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


def test_small_packets_are_sent_at_once_through_proxies_too(monkeypatch):
    options, set_option = [], socket.socket.setsockopt

    def note(self, *option):
        options.append(option)
        set_option(self, *option)

    monkeypatch.setattr(socket.socket, "setsockopt", note)
    with FaultyServer(answer(407)).running() as proxy, pytest.raises(NotSent):
        create("https://api.twilio.com", proxy=proxy.url)
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


def test_a_proxy_that_is_reached_over_tls(ca):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("localhost").configure_cert(tls)
    with FaultyServer(answer(201, MESSAGE), tls=tls).running() as proxy, ca.cert_pem.tempfile() as ca_path:
        port = proxy.url.rpartition(":")[2]
        assert create("http://127.0.0.1:9", verify=ca_path, proxy=f"https://localhost:{port}")["sid"] == SID
        with pytest.raises(NotSent):
            create("http://127.0.0.1:9", verify=ca_path, proxy=proxy.url)
    assert [request.line.split("/2010")[0] for request in proxy.requests] == ["POST http://127.0.0.1:9"]


def test_a_proxy_for_another_scheme_is_not_used(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    # A loopback address would be reached without a proxy in any case.
    with pytest.raises(NotSent, match=r"nowhere\.invalid") as caught:
        create("https://nowhere.invalid")
    assert "127.0.0.1" not in str(caught.value)


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


@pytest.mark.parametrize(
    "proxy",
    ["http://user:hunter22hunter22@127.0.0.1:99999", "http://u:hunter22#x@127.0.0.1:1", "socks5://u:hunter22@[::1"],
)
def test_a_proxy_of_the_environment_that_is_no_url_is_not_quoted(monkeypatch, proxy):
    monkeypatch.setenv("https_proxy", proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(
        InvalidOptions, match="proxy: the environment's HTTPS_PROXY is not an http or https URL"
    ) as caught:
        create("https://api.twilio.com")
    assert "hunter22" not in str(caught.value)


def test_a_proxy_of_the_environment_that_cannot_be_used_is_not_quoted(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with FaultyServer(answer(407)).running() as proxy:
        for url, why in ((proxy.url, "407"), ("http://127.0.0.1:1", "Cannot connect")):
            monkeypatch.setenv("https_proxy", url.replace("://", "://user:hunter22@"))
            with pytest.raises(NotSent, match=why) as caught:
                create("https://api.twilio.com")
            assert "hunter22" not in str(caught.value)


def test_a_proxys_host_may_have_an_underscore(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://squid_proxy.invalid:3128")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NotSent, match="Cannot connect"):
        create("https://api.twilio.com")


def test_a_proxys_password_that_cannot_be_sent():
    with pytest.raises(InvalidOptions, match="proxy: its user or password has a character") as caught:
        create("https://api.twilio.com", proxy="http://user:%E2%82%AC@127.0.0.1:1")
    assert "\u20ac" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:SOCKS support")
def test_a_socks_proxy_that_cannot_be_used(monkeypatch):
    monkeypatch.setenv("https_proxy", "socks9://user:hunter22hunter22@127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidOptions, match="proxy: the environment's SOCKS proxy cannot be used") as caught:
        create("https://api.twilio.com")
    assert "hunter22" not in str(caught.value)
