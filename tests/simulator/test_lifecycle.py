# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a message."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from support.simulator import Simulator

SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"


def schedule() -> dict[str, str]:
    send_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return {"MessagingServiceSid": SERVICE, "ScheduleType": "fixed", "SendAt": send_at}


def test_price_is_by_segment(swift: Simulator) -> None:
    message = swift.created(Body="x" * 161)
    assert swift.eventually(message["uri"], "delivered")["price"] == "-0.01580"


def test_undeliverable(swift: Simulator) -> None:
    message = swift.eventually(swift.created(To="+15557779999")["uri"], "undelivered")
    assert (message["error_code"], message["error_message"]) == (30005, "Unknown destination handset")
    assert message["price"] is not None


def test_service_finds_the_sender(swift: Simulator) -> None:
    message = swift.created(From=None, MessagingServiceSid=SERVICE)
    assert (message["status"], message["from"], message["num_segments"]) == ("accepted", None, "0")
    assert message["messaging_service_sid"] == SERVICE
    message = swift.eventually(message["uri"], "delivered")
    assert (message["from"], message["num_segments"]) == ("+15005550006", "1")
    kept = swift.created(MessagingServiceSid=SERVICE)
    assert (kept["status"], kept["from"], kept["num_segments"]) == ("accepted", "+15552223333", "0")
    assert swift.eventually(kept["uri"], "delivered")["from"] == "+15552223333"


def test_scheduled_waits_and_can_be_canceled(swift: Simulator) -> None:
    message = swift.created(From=None, **schedule())
    assert (message["status"], message["from"], message["num_segments"]) == ("scheduled", None, "0")
    time.sleep(0.05)
    assert swift.call("GET", message["uri"]).json()["status"] == "scheduled"
    assert swift.call("POST", message["uri"], data={"Status": "canceled"}).json()["status"] == "canceled"
    assert swift.call("DELETE", message["uri"]).status_code == 204


def test_scheduled_goes_when_its_time_comes(swift: Simulator) -> None:
    message = swift.created(From=None, **schedule())
    swift.set_clock(speed=0)
    for advance, status in ((3500, "scheduled"), (200, "delivered")):
        swift.set_clock(advance=advance)
        assert swift.call("GET", message["uri"]).json()["status"] == status


def test_schedule_without_service_is_dropped(swift: Simulator) -> None:
    message = swift.created(**schedule() | {"MessagingServiceSid": None})
    assert message["status"] == "queued"
    swift.eventually(message["uri"], "delivered")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"Body": ""}, 20009),
        ({"Status": "canceled"}, 30409),
        ({"Body": "new"}, 20001),
        ({"Status": "sent"}, 20001),
        ({}, 20001),
    ],
    ids=str,
)
def test_updates_refused_before_the_end(slow: Simulator, form: dict[str, Any], code: int) -> None:
    message = slow.created()
    response = slow.call("POST", message["uri"], data=form)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert slow.call("GET", message["uri"]).json() == message


def test_delete_refused_before_the_end(slow: Simulator) -> None:
    message = slow.created()
    response = slow.call("DELETE", message["uri"])
    assert (response.status_code, response.json()["code"]) == (400, 20009)
    assert slow.call("GET", message["uri"]).status_code == 200


def test_feedback_wants_to_be_announced(slow: Simulator) -> None:
    announced, silent = slow.created(ProvideFeedback="true"), slow.created()

    def answer(message: dict[str, Any], outcome: str) -> tuple[int, Any]:
        uri = message["subresource_uris"]["feedback"]
        response = slow.call("POST", uri, data={"Outcome": outcome})
        return response.status_code, response.json()

    status, feedback = answer(announced, "confirmed")
    assert (status, feedback["outcome"], feedback["message_sid"]) == (200, "confirmed", announced["sid"])
    assert answer(silent, "confirmed")[0] == 400
    assert answer(announced, "perhaps")[1]["code"] == 20001


def test_oldest_are_dropped(slow: Simulator) -> None:
    messages = [slow.created(Body=str(number)) for number in range(21)]
    assert slow.call("GET", messages[0]["uri"]).status_code == 404
    assert slow.call("GET", messages[1]["uri"]).status_code == 200
    assert len(slow.ledger()) == 20


def test_dates_are_now_and_in_gmt(slow: Simulator) -> None:
    created = slow.created()["date_created"]
    assert created.endswith(" +0000")
    assert abs(parsedate_to_datetime(created) - datetime.now(UTC)) < timedelta(seconds=5)
