# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `dedupe_window` finds in the list, and what is no duplicate."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from support.faults import FaultyServer, FaultyTwilio, refusal
from support.send import OTHER, WELL, always, outcomes, send

DEDUPE = {
    "the same": ({}, "duplicate"),
    "another recipient": ({"to": [OTHER]}, "sent"),
    "another sender": ({"from": "+15550000000"}, "sent"),
    "another text": ({"body": "Ho"}, "sent"),
    "other media": ({"media_url": ["https://example.com/a.png"]}, "sent"),
    "no window": ({"dedupe_window": 0}, "sent"),
}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("options", "outcome"), DEDUPE.values(), ids=DEDUPE)
def test_dedupe(options, outcome, check_mode):
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        result = send(server.url, check_mode=check_mode, **{"dedupe_window": 60, **options})
        assert outcomes(result) == [outcome]
        assert result["changed"] is (outcome == "sent")
        assert len(server.posts()) == (2 if outcome == "sent" and not check_mode else 1)
        if outcome == "duplicate":
            assert result["message"]["sid"] == server.accepted[0]["sid"]
            assert "diff" not in result or result["diff"] == []


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_message_that_failed_is_no_duplicate(status):
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        send(server.url)
        server.accepted[1]["status"] = status
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]
        server.accepted[0]["status"] = status
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_a_message_before_the_window_is_no_duplicate():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        server.accepted[0]["date_created"] = formatdate(time.time() - 70, usegmt=True)
        assert outcomes(send(server.url, dedupe_window=80)) == ["duplicate"]
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_a_duplicate_behind_an_older_message():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        send(server.url, body="An old one")
        server.accepted[1]["date_created"] = formatdate(time.time() - 3 * 86400, usegmt=True)
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]


def test_a_duplicate_on_a_trial_account():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        server.accepted[0]["body"] = f"Sent from your Twilio trial account - {server.accepted[0]['body']}"
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]


def test_a_scheduled_message_is_no_duplicate_of_one_now():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        server.accepted[0]["status"] = "scheduled"
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_the_search_ends_after_many_messages_that_are_too_old():
    with FaultyTwilio(always(*WELL)).running() as server:
        send(server.url)
        (alike,) = server.accepted
        old = {**alike, "date_created": formatdate(time.time() - 3600, usegmt=True)}
        server.accepted += [old] * 49
        assert outcomes(send(server.url, dedupe_window=60)) == ["duplicate"]
        server.accepted.append(old)
        assert outcomes(send(server.url, dedupe_window=60)) == ["sent"]


def test_an_unreadable_list_sends_nothing():
    with FaultyServer(refusal(500, 20500)).running() as server:
        result = send(server.url, dedupe_window=60, retries=0)
    assert outcomes(result) == ["not_tried"]
    assert server.posts() == []
