# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client in this process, and what it raises."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.account import Connection
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.client import Client
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import RequestError
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import Form
from support.faults import SID, FaultyServer

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
