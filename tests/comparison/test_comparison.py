# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guide to moving says of this module and of community.general.twilio, with both run against the same server.

community.general.twilio knows no other host than api.twilio.com, so both are led there through a proxy that is, in
truth, the server of the test, with a certificate for that name.
"""

from __future__ import annotations

import os
import re
import ssl

import pytest
import trustme

from benchmark.peers import fetch_general
from support.faults import FaultyTwilio, answer, refusal, reset
from support.paths import CHECKOUT
from support.playbook import run_play

ACCOUNT, TOKEN = "AC5e1d0b47a2c94f6e8b3a7d61f0c29e84", "9b1f6c3e07d84a25b6e0f47c81d2a93e"
FROM, TO = "+15557654321", ["+15551230001", "+15551230002", "+15551230003"]
THEIRS, OURS = "community.general.twilio", "oncall.twilio.twilio_sms"
WELL = (True, None)


@pytest.fixture(scope="module")
def general():
    return fetch_general(CHECKOUT / ".cache" / "benchmark")


@pytest.fixture(scope="module")
def ca():
    return trustme.CA()


@pytest.fixture
def play(general, ca, tmp_path, monkeypatch):
    """Run both modules, each against a server of its own that chooses alike; return the runs and the servers."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("api.twilio.com").configure_cert(tls)
    bundle = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", f"{general}:{os.environ['ANSIBLE_COLLECTIONS_PATH']}")

    def run(choose, recipients=(TO[0],), arguments=()):
        account = {"account_sid": ACCOUNT, "auth_token": TOKEN}
        tasks = {
            THEIRS: {**account, "to_numbers": list(recipients), "from_number": FROM, "msg": "Hi"},
            OURS: {**account, "to": list(recipients), "from": FROM, "body": "Hi", "retries": 0, "concurrency": 1},
        }
        both = {}
        for name, options in tasks.items():
            with FaultyTwilio(choose, tls=tls, is_proxy=True).running() as server:
                environment = {
                    "https_proxy": server.url,
                    "no_proxy": "",
                    "NO_PROXY": "",
                    "SSL_CERT_FILE": str(bundle),
                    "REQUESTS_CA_BUNDLE": str(bundle),
                }
                task = {"name": "send", name: options, "ignore_errors": True}
                both[name] = (run_play([task], arguments=arguments, environment=environment), server)
        return both

    return run


def always(*choice):
    return lambda _request: choice


def to_second(fault):
    """Let the second recipient alone meet a fault."""
    return lambda request: (False, fault) if ("To", TO[1]) in request.form else WELL


def test_check_mode(play):
    both = play(always(*WELL), arguments=["--check"])
    assert len(both[THEIRS][1].accepted) == 1
    assert len(both[OURS][1].accepted) == 0
    assert both[OURS][0]["send"]["message"]["num_segments"] == "1"


def test_changed(play):
    both = play(always(*WELL))
    assert len(both[THEIRS][1].accepted) == len(both[OURS][1].accepted) == 1
    assert both[THEIRS][0]["send"]["changed"] is False
    assert both[OURS][0]["send"]["changed"] is True


def test_the_reply(play):
    both = play(always(*WELL))
    sid = both[THEIRS][1].accepted[0]["sid"]
    assert sid not in str(both[THEIRS][0]["send"])
    assert both[OURS][0]["send"]["message"]["sid"] == both[OURS][1].accepted[0]["sid"]


def test_a_refusal_among_several(play):
    both = play(to_second(refusal(400, 21610, "Attempt to send to unsubscribed recipient")), TO)
    theirs, ours = both[THEIRS][0]["send"], both[OURS][0]["send"]
    assert both[THEIRS][0].has_failed("send")
    assert [message["to"] for message in both[THEIRS][1].accepted] == TO[:1]
    assert TO[0] not in theirs["msg"]
    assert "recipients" not in theirs
    assert [message["to"] for message in both[OURS][1].accepted] == [TO[0], TO[2]]
    assert [recipient["outcome"] for recipient in ours["recipients"]] == ["sent", "rejected", "sent"]


def test_a_refusal(play):
    both = play(
        always(False, refusal(400, 21610, "Attempt to send to unsubscribed recipient", Twilio_Request_Id="RQ1"))
    )
    theirs, ours = both[THEIRS][0]["send"], both[OURS][0]["send"]
    assert theirs["msg"] == f"unable to send message to {TO[0]}: Attempt to send to unsubscribed recipient"
    assert "Attempt to send to unsubscribed recipient (HTTP 400, code 21610, https://www.tw" in ours["msg"]
    assert "contact them another way" in ours["msg"]
    assert ours["error"]["request_id"] == "RQ1"


def test_an_html_error_page(play):
    both = play(always(False, answer(403, "<h1>Blocked by the proxy</h1>", "text/html")))
    # Which of them depends on the ansible-core.
    assert re.search("MODULE FAILURE|Expecting value: line 1 column 1", both[THEIRS][0]["send"]["msg"])
    assert "Blocked" not in both[THEIRS][0]["send"]["msg"]
    assert "HTML page ('Blocked by the proxy')" in both[OURS][0]["send"]["msg"]


def test_a_lost_answer(play):
    both = play(always(True, reset))
    assert both[THEIRS][0].has_failed("send")
    assert "may" not in both[THEIRS][0]["send"]["msg"]
    assert len(both[OURS][1].posts()) == 1
    assert both[OURS][0]["send"]["recipients"][0]["outcome"] == "sent"
    assert both[OURS][0]["send"]["message"]["sid"] == both[OURS][1].accepted[0]["sid"]
