# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages as events."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS, normalise
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.message import from_webhook, harmless, to_event

HEX = "5e1d0b47a2c94f6e8b3a7d61f0c29e84"


def test_an_event_is_the_message_and_its_own_uuid():
    message = normalise({"sid": f"SM{HEX}", "body": "RUN {{ x }}", "num_media": "0"})
    assert to_event(message) == {
        "message": {**message, "body": "RUN { { x }}"},
        "meta": {"uuid": "5e1d0b47-a2c9-4f6e-8b3a-7d61f0c29e84"},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ x }}", "{ { x }}"),
        ("{% if x %}", "{ % if x %}"),
        ("{# x #}", "{ # x #}"),
        ("{{{{%", "{ { { { %"),
        ("#jinja2:variable_start_string:'[['\n[[", "# jinja2:variable_start_string:'[['\n[["),
        ("##jinja2:", "## jinja2:"),
        ("deploy {x} #1 {", "deploy {x} #1 {"),
        (7, 7),
        (None, None),
        ({"media": "{{ x }}", "more": {"a": "{%"}}, {"media": "{ { x }}", "more": {"a": "{ %"}}),
        # Names too: Ansible evaluates them in a fact that is made of the whole as text.
        ({"{{ x }}": [{"{%": 1}]}, {"{ { x }}": [{"{ %": 1}]}),
    ],
)
def test_no_text_starts_a_template(text, expected):
    assert harmless(text) == expected
    assert harmless(expected) == expected


def test_a_webhook_makes_the_message_that_the_list_shows():
    form = {
        "MessageSid": f"MM{HEX}",
        "AccountSid": f"AC{HEX}",
        "From": "+15551234567",
        "To": "+15557654321",
        "Body": "hi",
        "NumMedia": "1",
        "NumSegments": "2",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "MessagingServiceSid": f"MG{HEX}",
    }
    message = from_webhook(form)
    assert list(message) == list(KEYS)
    assert message == dict.fromkeys(KEYS) | {
        "sid": f"MM{HEX}",
        "account_sid": f"AC{HEX}",
        "messaging_service_sid": f"MG{HEX}",
        "from": "+15551234567",
        "to": "+15557654321",
        "body": "hi",
        "num_media": "1",
        "num_segments": "2",
        "direction": "inbound",
        "status": "received",
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/AC{HEX}/Messages/MM{HEX}.json",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/AC{HEX}/Messages/MM{HEX}/Media.json"},
    }


def test_a_webhook_with_a_picture_alone_has_an_empty_text():
    assert from_webhook({"MessageSid": f"MM{HEX}"})["body"] == ""
