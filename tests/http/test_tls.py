# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client over TLS: which certificates it trusts, and what it says of others."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.client import Client
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import InvalidOptions, NotSent, ReadFailed
from support.client import FORM, MESSAGE, connection, create
from support.faults import SID, FaultyServer, answer, raw, reset, silence


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


# A reset that arrives before the handshake begins leaves a socket that is "not connected".
@pytest.mark.parametrize(
    ("behaviour", "timeout", "text"),
    [
        (silence, 0.3, "timed out"),
        (reset, 10, "reset|not connected"),
        (raw(b"220 mail.example.com\r\n"), 10, "No secure"),
    ],
)
def test_a_handshake_that_fails_leaves_the_message_unsent(behaviour, timeout, text):
    with FaultyServer(behaviour, reads=False).running() as server, pytest.raises(NotSent, match=text):
        create(server.url.replace("http:", "https:"), timeout=timeout)
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


def test_nothing_is_read_past_an_unknown_certificate(secure_server):
    with Client(connection(secure_server.url)) as client, pytest.raises(ReadFailed) as caught:
        client.messages.fetch(SID)
    assert "No secure connection to 127.0.0.1:" in str(caught.value)
    assert secure_server.requests == []


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


def test_no_verification_in_spite_of_the_environment(secure_server, monkeypatch, recwarn):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ssl.get_default_verify_paths().openssl_cafile)
    assert create(secure_server.url, verify=False)["sid"] == SID
    assert not recwarn.list


def test_a_file_without_ca_certificates(tmp_path):
    nothing = tmp_path / "ca.pem"
    nothing.write_text("nothing")
    with pytest.raises(InvalidOptions, match=f"ca_path: {nothing} contains no CA certificates"):
        create("https://127.0.0.1:1", verify=str(nothing))
