# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in mode poll, against the simulator: which messages give events, and when."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from email.utils import formatdate

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import TwilioError
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import normalise
from support.faults import FaultyServer, answer, refusal
from support.inbound import SOMEBODY, STRANGER, TOKEN, looked, polled, running
from support.simulator import FROM, TO


def test_messages_give_events_from_the_start_on(main, swift, caplog):
    async def run():
        swift.inbound("before", To=FROM)
        async with running(main, **polled(swift)) as engine:
            await looked(swift)
            swift.created(To=TO, From=FROM)
            swift.inbound("let me in", STRANGER, To=FROM)
            swift.inbound("to another number", To="+15559998888")
            swift.inbound("RUN {{ x }}", To=FROM)
            swift.inbound("second", To=FROM)
            events = [await engine.event(), await engine.event()]
            await looked(swift)
            assert engine.queue.empty()
            return events

    first, second = asyncio.run(run())
    listed = swift.call("GET", swift.messages, params={"To": FROM, "From": TO}).json()["messages"]
    assert first["message"] == {**normalise(listed[1]), "body": "RUN { { x }}"}
    assert second["message"] == normalise(listed[0])
    assert second["meta"]["uuid"].replace("-", "") == listed[0]["sid"][2:]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"No event for a message from {STRANGER} to {FROM}: one of them is not in allow or to"
    ]


def test_feedback_that_the_engine_does_not_give_is_told(main, swift, caplog):
    async def run():
        async with running(main, **polled(swift, feedback=True)) as engine:
            await looked(swift)
            swift.inbound("not stored", To=FROM)
            assert await engine.bodies(1) == ["not stored"]

    asyncio.run(run())
    (text,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert text.startswith("feedback: has no effect")


def test_an_outage_and_a_list_that_lags_lose_nothing(main, swift, caplog):
    async def run():
        async with running(main, **polled(swift, retries=0)) as engine:
            await looked(swift)
            swift.fault("server_error", operation="list", times=3)
            swift.inbound("during the outage", To=FROM)
            assert await engine.bodies(1) == ["during the outage"]
            swift.fault("list_lag", seconds=3600)
            swift.inbound("late", To=FROM)
            await looked(swift)
            assert engine.queue.empty()
            swift.call("DELETE", "/simulator/faults", auth=None)
            assert await engine.bodies(1) == ["late"]

    asyncio.run(run())
    logged = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert [text.split(":")[0] for text in logged] == [
        "Messages cannot be read. This is retried",
        "Messages can be read again",
    ]


def test_an_outage_at_the_start_loses_nothing_that_comes_meanwhile(main, swift):
    async def run():
        swift.fault("server_error", operation="list")
        async with running(main, **polled(swift, retries=0)) as engine:
            await looked(swift, 1, 503)
            # Twilio's clock is known to a second.
            await asyncio.sleep(2.5)
            swift.inbound("during the outage", To=FROM)
            swift.call("DELETE", "/simulator/faults", auth=None)
            assert await engine.bodies(1) == ["during the outage"]

    asyncio.run(run())


@pytest.mark.parametrize("ahead", [86400, -86400])
def test_a_clock_that_is_set_right_after_the_start_loses_and_repeats_nothing(main, swift, monkeypatch, ahead):
    right = time.time

    async def run():
        swift.inbound("before", To=FROM)
        swift.fault("server_error", operation="list", times=1000)
        with monkeypatch.context() as wrong:
            wrong.setattr(time, "time", lambda: right() + ahead)
            async with running(main, **polled(swift, retries=0)) as engine:
                await looked(swift, status=503)
                wrong.undo()
                swift.call("DELETE", "/simulator/faults", auth=None)
                await looked(swift)
                swift.inbound("after", To=FROM)
                assert await engine.bodies(1) == ["after"]

    asyncio.run(run())


def test_most_looks_read_the_latest_and_some_all_that_may_be_late(main, swift):
    async def run():
        async with running(main, **polled(swift, poll_interval=0.3)) as engine:
            await looked(swift)
            swift.fault("list_lag", seconds=7200)
            swift.inbound("very late", To=FROM)
            swift.set_clock(advance=3000)
            await looked(swift)
            swift.call("DELETE", "/simulator/faults", auth=None)
            assert await engine.bodies(1) == ["very late"]

    asyncio.run(run())
    read = [request["query"] for request in swift.ledger() if request["path"].endswith("/Messages.json")]
    since = [dict(query)["DateSent>"] for query in read if "DateSent>" in dict(query)]
    # The whole is from the start on.
    assert since[-1] == min(since) < max(since)


def test_wrong_credentials_end_it_at_the_start(main, swift):
    async def run():
        await main(asyncio.Queue(1), polled(swift, auth_token="1" * 32))

    with pytest.raises(TwilioError, match="HTTP 401, code 20003"):
        asyncio.run(run())


def test_wrong_credentials_do_not_end_it_later(main, caplog):
    listed = answer(200, '{"messages": []}')
    connection = {"account_sid": SOMEBODY, "auth_token": TOKEN, "to": FROM, "allow": TO}

    async def run(server):
        async with running(main, **connection, api_url=server.url, poll_interval=0.1):
            while len(server.requests) < 5:
                await asyncio.sleep(0.02)

    with FaultyServer(listed, refusal(401, 20003)).running() as server:
        asyncio.run(run(server))
    # Once, however often it fails.
    (text,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "HTTP 401, code 20003" in text
    assert TOKEN not in caplog.text


def test_one_response_with_a_wrong_date_loses_nothing(main):
    now, sid = time.time(), "SM" + "7a" * 16
    message = {"sid": sid, "from": TO, "to": FROM, "direction": "inbound", "date_sent": formatdate(now + 5)}
    nothing, date = '{"messages": []}', formatdate(now, usegmt=True)
    right, wrong = answer(200, nothing, Date=date), answer(200, nothing, Date=formatdate(now + 86400, usegmt=True))
    listed = answer(200, json.dumps({"messages": [message]}), Date=date)
    connection = {"account_sid": SOMEBODY, "auth_token": TOKEN, "to": FROM, "allow": TO}

    async def run(server):
        async with running(main, **connection, api_url=server.url, poll_interval=0.1) as engine:
            assert (await engine.event())["message"]["sid"] == sid

    with FaultyServer(right, right, wrong, listed).running() as server:
        asyncio.run(run(server))
