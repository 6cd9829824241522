# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio's signature, by the example in its documentation and beside its own SDK."""

from __future__ import annotations

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.signature import is_signed, sign

# Source: https://www.twilio.com/docs/usage/security#validating-requests
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_the_published_example():
    assert is_signed(SIGNATURE, TOKEN, URL, FORM)
    assert is_signed(SIGNATURE, TOKEN, URL, FORM[::-1])


@pytest.mark.parametrize(
    ("signature", "token", "url", "form"),
    [
        ("", TOKEN, URL, FORM),
        (SIGNATURE[:-1], TOKEN, URL, FORM),
        ("é\udcff", TOKEN, URL, FORM),
        (SIGNATURE, "12346", URL, FORM),
        (SIGNATURE, TOKEN, URL.replace("https", "http"), FORM),
        (SIGNATURE, TOKEN, URL[:-1], FORM),
        (SIGNATURE, TOKEN, URL, FORM[1:]),
        (SIGNATURE, TOKEN, URL, [*FORM, ("From", "+14158675310")]),
        (SIGNATURE, TOKEN, URL, [*FORM[:-1], ("To", "+18005551213")]),
    ],
)
def test_forgeries(signature, token, url, form):
    assert not is_signed(signature, token, url, form)


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://u:p@example.com:8443/a?b=c@d:1", "https://example.com/a?b=c@d:1"),
        ("https://u:p@example.com:8443/a?b=c@d:1", "https://example.com:8443/a?b=c@d:1"),
        ("https://u:p@example.com:8443/a", "https://u:p@example.com/a"),
        ("https://u:p@example.com:8443/a", "https://u:p@example.com:8443/a"),
        ("https://example.com/a", "https://example.com:443/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://https/a", "http://https:80/a"),
        ("https://[::1]/a", "https://[::1]:443/a"),
        ("https://[::1]:8443/a?", "https://[::1]/a?"),
    ],
)
def test_login_and_port_may_be_missing_from_what_was_signed(url, signed):
    signature = RequestValidator(TOKEN).compute_signature(signed, dict(FORM))
    assert is_signed(signature, TOKEN, url, FORM)
    assert not is_signed(signature, TOKEN, url.replace("/a", "/b"), FORM)


@pytest.mark.parametrize(
    "form",
    [
        [],
        [("Body", "größer 🔥"), ("Empty", "")],
        [("b", "2"), ("a", "1"), ("a", "1"), ("a", "0")],
        [("A", "1"), ("a", "2")],
    ],
)
def test_what_twilio_would_sign(form):
    assert sign(TOKEN, URL, form) == RequestValidator(TOKEN).compute_signature(URL, MultiDict(form))
