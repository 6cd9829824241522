# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: credentials, addresses, and what is wrong with them."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._options.spec import CONNECTION
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.account import connect, connection_problems
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.values import host_of, is_loopback

HEX = "5e1d0b47a2c94f6e8b3a7d61f0c29e84"
ACCOUNT, PARENT, KEY = f"AC{HEX}", f"AC{HEX[::-1]}", f"SK{HEX}"
TOKEN, SECRET = "9b1f6c3e07d84a25b6e0f47c81d2a93e", "Zm9yIHRlc3Rpbmcgb25seSE5OTk5"


def params(**options):
    defaults = {name: option.get("default") for name, option in CONNECTION.items()}
    return {**defaults, "account_sid": ACCOUNT, "auth_token": TOKEN, **options}


@pytest.mark.parametrize(
    ("options", "user", "secret"),
    [
        ({}, ACCOUNT, TOKEN),
        ({"auth_account_sid": PARENT}, PARENT, TOKEN),
        ({"api_key": KEY, "api_secret": SECRET}, KEY, SECRET),
        ({"api_key": KEY, "api_secret": SECRET, "auth_token": None, "auth_account_sid": PARENT}, KEY, SECRET),
    ],
)
def test_credentials(options, user, secret):
    assert list(connection_problems(params(**options))) == []
    connection = connect(params(**options))
    assert (connection.account_sid, connection.user, connection.secret) == (ACCOUNT, user, secret)


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "https://api.twilio.com"),
        ({"edge": "sydney"}, "https://api.sydney.us1.twilio.com"),
        ({"region": "ie1", "edge": "dublin"}, "https://api.dublin.ie1.twilio.com"),
        ({"api_url": "https://gateway.example.com/twilio/"}, "https://gateway.example.com/twilio"),
        ({"api_url": "http://127.0.0.1:8480", "region": "ie1"}, "http://127.0.0.1:8480"),
        ({"api_url": "http://[::1]:8480"}, "http://[::1]:8480"),
        ({"api_url": "http://localhost"}, "http://localhost"),
    ],
)
def test_addresses(options, url):
    assert list(connection_problems(params(**options))) == []
    assert connect(params(**options)).base_url == url


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, True),
        ({"ca_path": __file__}, __file__),
        ({"validate_certs": False}, False),
        ({"validate_certs": False, "ca_path": __file__}, False),
    ],
)
def test_verification(options, expected):
    assert list(connection_problems(params(**options))) == []
    assert connect(params(**options)).verify == expected


WRONG = {
    "no account": ({"account_sid": None}, "account_sid: is required"),
    "an empty account": ({"account_sid": ""}, "TWILIO_ACCOUNT_SID"),
    "a bad account": ({"account_sid": "AC123"}, "account_sid: must be AC and 32 hexadecimal digits."),
    "a bad parent": ({"auth_account_sid": KEY}, "auth_account_sid: must be AC"),
    "a bad key": ({"api_key": ACCOUNT, "api_secret": SECRET}, "api_key: must be SK"),
    "no credentials": ({"auth_token": ""}, "auth_token: is required. Set it, or api_key and api_secret, in the task"),
    "a key alone": ({"api_key": KEY}, "api_secret: is required with api_key"),
    "a secret alone": ({"api_secret": SECRET}, "api_key: is required with api_secret"),
    "a token with a line's end": ({"auth_token": TOKEN + "\n"}, "auth_token: contains spaces"),
    "a secret with umlauts": (
        {"api_key": KEY, "api_secret": SECRET + "ä"},
        "api_secret: contains spaces or characters",
    ),
    "a region alone": ({"region": "ie1"}, "edge: is required"),
    "a bad region": ({"region": "ie1/", "edge": "dublin"}, "region: must be a name such as ie1"),
    "a bad edge": ({"edge": "evil.example.com#"}, "edge: must be a name such as dublin"),
    "an API without a scheme": ({"api_url": "api.example.com"}, "api_url: must be an http or https URL"),
    "an API with a password": ({"api_url": "https://u:hunter22@api.example.com"}, "must not contain a user"),
    "an API with a query": ({"api_url": "https://api.example.com/?x=1"}, "must not have a query"),
    "an unencrypted API": ({"api_url": "http://api.example.com"}, "would send the credentials unencrypted"),
    "an API on the local network": ({"api_url": "http://192.168.1.1"}, "unencrypted"),
    "an API that pretends": ({"api_url": "http://127.0.0.1.example.com"}, "unencrypted"),
    "no such CA": ({"ca_path": "/nowhere/ca.pem"}, "ca_path: /nowhere/ca.pem does not exist"),
    "a bad proxy": ({"proxy": "proxy:3128"}, "proxy: must be an http or https URL"),
    "no time at all": ({"timeout": 0.0}, "timeout: must be more than 0"),
    "less than no retries": ({"retries": -1}, "retries: must be 0 to 20, not -1"),
    "time without end": ({"timeout": float("inf")}, "timeout: must be more than 0 and at most 3600"),
}


@pytest.mark.parametrize(("options", "text"), WRONG.values(), ids=WRONG)
def test_wrong(options, text):
    found = list(connection_problems(params(**options)))
    assert len(found) == 1
    assert text in found[0]
    assert not any(secret in found[0] for secret in (TOKEN, SECRET, "hunter22"))


def test_a_secret_in_the_place_of_a_sid_is_not_quoted():
    swapped = params(account_sid=TOKEN, api_key=SECRET, api_secret=KEY)
    assert list(connection_problems(swapped)) == [
        "account_sid: must be AC and 32 hexadecimal digits.",
        "api_key: must be SK and 32 hexadecimal digits.",
    ]


def test_a_proxys_host_may_have_an_underscore():
    assert list(connection_problems(params(proxy="http://squid_proxy:3128"))) == []


def test_a_connection_hides_its_secrets():
    connection = connect(params(proxy="http://user:hunter22@proxy.example.com"))
    assert TOKEN not in repr(connection)
    assert "hunter22" not in repr(connection)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.com/x", "example.com"),
        ("http://[::1]:80/", "::1"),
        ("https://example.com.", "example.com."),
        ("https://a_b.example.com", ""),
        ("https://-a.example.com", ""),
        ("https://exa mple.com", ""),
        ("https://example.com/a b", ""),
        ("https://example.com:port", ""),
        ("https://[::1", ""),
        ("https://", ""),
        ("ftp://example.com", ""),
        ("", ""),
    ],
)
def test_host_of(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    "url", ["http://localhost", "http://LOCALHOST:1", "https://127.0.0.1", "http://127.9.9.9", "http://[::1]"]
)
def test_loopback(url):
    assert is_loopback(url)


@pytest.mark.parametrize("url", [None, "", "http://localhost.example.com", "http://10.0.0.1", "localhost"])
def test_not_loopback(url):
    assert not is_loopback(url)
