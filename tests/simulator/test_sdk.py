# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's own SDK finds in the simulator what it expects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from support.sdk import client_of
from support.simulator import Simulator

TO, FROM = "+15551234567", "+15552223333"
SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"


@pytest.fixture
def client(swift: Simulator) -> Client:
    return client_of(swift)


def test_create_and_fetch(client: Client, swift: Simulator) -> None:
    created = client.messages.create(to=TO, from_=FROM, body="Disk full", media_url=["https://x.example/a.png"])
    assert (created.status, created.num_media, created.sid[:2]) == ("queued", "1", "MM")
    swift.eventually(created.uri, "delivered")
    fetched = client.messages(created.sid).fetch()
    assert (fetched.status, fetched.price, fetched.price_unit) == ("delivered", "-0.02000", "USD")
    assert abs(fetched.date_sent - datetime.now(UTC)) < timedelta(seconds=5)
    (medium,) = fetched.media.list()
    assert fetched.media(medium.sid).fetch().content_type == "image/png"
    assert fetched.media(medium.sid).delete() is True
    assert fetched.media.list() == []


def test_account_and_key(client: Client, swift: Simulator) -> None:
    account = client.api.accounts(swift.auth[0]).fetch()
    assert (account.sid, account.auth_token, account.status) == (*swift.auth, "active")
    key = client.new_keys.create(friendly_name="laptop")
    assert (key.sid[:2], key.friendly_name) == ("SK", "laptop")
    assert swift.call("GET", swift.messages, auth=(key.sid, key.secret)).status_code == 200


def test_list_pages_and_filters(client: Client, swift: Simulator) -> None:
    sids = [client.messages.create(to=TO, from_=FROM, body=str(number)).sid for number in range(7)]
    other = client.messages.create(to="+15559990000", from_="+15554445555", body="x")
    swift.eventually(other.uri, "delivered")
    assert [message.sid for message in client.messages.list(page_size=3)] == [other.sid, *reversed(sids)]
    assert len([entry for entry in swift.ledger() if entry["method"] == "GET" and "PageSize" in str(entry)]) == 3
    assert [message.body for message in client.messages.list(to=TO, limit=2)] == ["6", "5"]
    assert [message.sid for message in client.messages.list(from_="+15554445555")] == [other.sid]
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert len(client.messages.list(date_sent_after=now - hour)) == 8
    assert len(client.messages.list(date_sent_before=now - hour)) == 0
    assert len(client.messages.list(date_sent_before=now + hour, date_sent_after=now - hour, to=TO)) == 7
    assert len(client.messages.list(date_sent=(now - timedelta(days=1)).date())) == 0


def test_pages_go_back_and_stay_put(client: Client, slow: Simulator) -> None:
    client = client_of(slow)
    sids = [client.messages.create(to=TO, from_=FROM, body=str(number)).sid for number in range(5)][::-1]
    second = client.messages.page(page_size=2).next_page()
    client.messages.create(to=TO, from_=FROM, body="newer")
    assert [message.sid for message in second] == sids[2:4]
    third = second.next_page()
    assert [message.sid for message in third] == sids[4:]
    assert third.next_page() is None
    assert [message.sid for message in third.previous_page()] == sids[2:4]


def test_update_delete_and_feedback(client: Client, swift: Simulator) -> None:
    message = client.messages.create(to=TO, from_=FROM, body="secret", provide_feedback=True)
    swift.eventually(message.uri, "delivered")
    assert client.messages(message.sid).feedback.create(outcome="unconfirmed").outcome == "unconfirmed"
    assert client.messages(message.sid).update(body="").body == ""
    assert client.messages(message.sid).fetch().body == ""
    assert client.messages(message.sid).delete() is True
    with pytest.raises(TwilioRestException) as refused:
        client.messages(message.sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_cancel_a_scheduled_one(client: Client) -> None:
    message = client.messages.create(
        to=TO,
        messaging_service_sid=SERVICE,
        body="later",
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(hours=1),
    )
    assert (message.status, message.from_, message.num_segments) == ("scheduled", None, "0")
    assert client.messages(message.sid).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException) as refused:
        client.messages(message.sid).update(status="canceled")
    assert refused.value.code == 30409
