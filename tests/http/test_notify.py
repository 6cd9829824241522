# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One text to some people within a time, over real sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import SendFailed
from ansible_collections.oncall.twilio.plugins.plugin_utils import notify as module
from ansible_collections.oncall.twilio.plugins.plugin_utils.notify import notify, notify_problems
from support.faults import (
    SID,
    FaultyServer,
    FaultyTwilio,
    answer,
    dripping_body,
    dripping_continues,
    dripping_headers,
    hang_up,
    refusal,
    reset,
    silence,
)

MESSAGE = json.dumps({"sid": SID, "status": "queued"})
TO = ["+15551234567", "+15559990000"]


def params(url, **more):
    connection = {
        "account_sid": "AC" + "0a" * 16,
        "auth_account_sid": None,
        "auth_token": "1b" * 16,
        "api_key": None,
        "api_secret": None,
        "region": None,
        "edge": None,
        "api_url": url,
        "validate_certs": True,
        "ca_path": None,
        "proxy": None,
        "timeout": 30.0,
        "retries": 4,
    }
    return {**connection, "to": TO, "from": "+15552223333", "messaging_service_sid": None, **more}


def test_each_recipient_is_sent_to_once():
    with FaultyTwilio(lambda _request: (True, None)).running() as server:
        options = params(server.url, to=[*TO, TO[0]])
        assert list(notify_problems(options)) == []
        notify(options, "It failed", 10)
    assert [(message["to"], message["body"]) for message in server.accepted] == [(to, "It failed") for to in TO]


def test_one_refusal_does_not_stop_the_others():
    def choose(request):
        return (False, refusal(400, 21211)) if dict(request.form)["To"] == TO[0] else (True, None)

    with FaultyTwilio(choose).running() as server, pytest.raises(SendFailed) as caught:
        notify(params(server.url), "It failed", 10)
    assert [message["to"] for message in server.accepted] == [TO[1]]
    assert str(caught.value).startswith(
        "1 of 2 messages failed.\n- +15551234567 was rejected: No (HTTP 400, code 21211"
    )


@pytest.mark.parametrize("fault", [reset, hang_up, refusal(500, 20500), refusal(503, 20503)])
def test_what_may_be_out_is_not_sent_again(fault):
    with FaultyServer(fault).running() as server, pytest.raises(SendFailed) as caught:
        notify(params(server.url, to=TO[:1]), "It failed", 10)
    assert len(server.posts()) == 1
    assert "may or may not have been sent" in str(caught.value)


def test_a_server_that_hangs_costs_no_more_than_the_time_for_all():
    # The connection's own timeout is longer than this test may take.
    with FaultyServer(silence).running() as server, pytest.raises(SendFailed) as caught:
        notify(params(server.url, timeout=3600), "It failed", 2)
    assert len(server.posts()) == 1
    assert "+15551234567 may or may not have been sent" in str(caught.value)
    assert "+15559990000 was not sent: The time limit for all texts was reached" in str(caught.value)


def test_a_request_that_hangs_leaves_time_for_the_next_recipient(monkeypatch):
    monkeypatch.setattr(module, "_LEAST", 0.5)
    with FaultyServer(silence, answer(201, MESSAGE)).running() as server, pytest.raises(SendFailed) as caught:
        notify(params(server.url, timeout=3600), "It failed", 6)
    assert [dict(request.form)["To"] for request in server.posts()] == TO
    assert str(caught.value).startswith("1 of 2 messages failed.\n- +15551234567 may or may not have been sent: ")


AT_EXIT = """
import atexit, json, sys, threading
from ansible_collections.oncall.twilio.plugins.plugin_utils import notify
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import SendFailed

def tell():
    try:
        notify.notify(json.loads(sys.argv[1]), "It did not finish", 20)
    except SendFailed as error:
        print(error)

def refuse(_thread):
    raise RuntimeError("can't create new thread at interpreter shutdown")

if sys.argv[2] == "without threads":
    threading.Thread.start = refuse
atexit.register(tell)
"""


# Python 3.12 starts no thread at the end of a process, those before and after it do.
@pytest.mark.parametrize(
    ("drip", "how"),
    [
        (dripping_body, "with threads"),
        *((drip, "without threads") for drip in (dripping_body, dripping_headers, dripping_continues)),
    ],
)
def test_at_the_end_of_a_process_time_counts_as_well(drip, how):
    # One recipient's server drips, the next one's is well.
    with FaultyServer(drip(201, MESSAGE), answer(201, MESSAGE)).running() as server:
        options = json.dumps(params(server.url, timeout=2))
        command = [sys.executable, "-c", AT_EXIT, options, how]
        environment = {**os.environ, "PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]}
        process = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
        # Its connection was closed rather than left to the end of the process.
        assert server.ended.acquire(timeout=8)
    assert [dict(request.form)["To"] for request in server.posts()] == TO
    assert process.stdout.startswith("1 of 2 messages failed.\n- +15551234567 may or may not have been sent: ")
    assert "timed out (the limit for the whole request is 2 seconds)" in process.stdout
    assert process.stderr == ""


def test_a_server_that_asks_to_wait_longer_is_not_waited_for():
    with FaultyServer(refusal(429, 20429, Retry_After="59")).running() as server, pytest.raises(SendFailed) as caught:
        notify(params(server.url, to=TO[:1]), "It failed", 5)
    assert len(server.posts()) == 1
    assert "was rejected" in str(caught.value)


def test_problems_are_told_together():
    options = params("http://example.com", to=["5551234567"], auth_token=None, **{"from": None})
    assert [problem.split(":")[0] for problem in notify_problems(options)] == ["auth_token", "api_url", "from", "to"]
    assert [problem.split(":")[0] for problem in notify_problems(params(None, to=None))] == ["to"]
