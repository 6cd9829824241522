# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in this process, loaded as ansible-rulebook loads it, over HTTP against the simulator."""

from __future__ import annotations

import asyncio
import logging
import runpy
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import asynccontextmanager, closing
from datetime import datetime, timezone
from typing import Any

import pytest
import requests
from twilio.request_validator import RequestValidator

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import TwilioError
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS, normalise
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound import webhook as webhook_mode
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.arguments import read_arguments
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.delivery import Delivery
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.state import State, open_state
from support.faults import SID, FaultyServer, answer, refusal
from support.simulator import FROM, TO

STRANGER = "+15550009999"
PATH = "ansible_collections/oncall/twilio/extensions/eda/plugins/event_source/inbound_sms.py"
URL = "https://eda.example.com/sms?from=twilio"
TOKEN = "9b1f6c3e07d84a25b6e0f47c81d2a93e"
SOMEBODY = "AC" + "5e" * 16
# Arguments for what makes no request.
NOWHERE = {"account_sid": SOMEBODY, "auth_token": TOKEN, "api_url": "http://127.0.0.1:9", "to": FROM, "allow": TO}


# Where ansible-rulebook would find the source; the collection is a link there.
(COLLECTIONS,) = [path for path in sys.path if path.endswith("/collections")]


@pytest.fixture(scope="module")
def main():
    """The source's entry point."""
    return runpy.run_path(f"{COLLECTIONS}/{PATH}")["main"]


def test_it_needs_neither_ansible_nor_to_be_told_where_collections_are():
    # ansible-rulebook brings aiohttp alone, and the mode webhook makes no requests.
    program = f"""
import asyncio, runpy, sys
sys.modules.update(dict.fromkeys(["ansible", "requests", "urllib3"]))
main = runpy.run_path({f"{COLLECTIONS}/{PATH}"!r})["main"]
asyncio.run(asyncio.wait_for(main(None, {webhook(port=0)}), 0.5))
"""
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert process.stderr.splitlines()[-1] == "TimeoutError"


class Engine:
    """Takes events like ansible-rulebook: one at a time."""

    def __init__(self):
        self.queue: asyncio.Queue[Any] = asyncio.Queue(1)

    async def event(self):
        return await asyncio.wait_for(self.queue.get(), 20)

    async def bodies(self, count):
        return [(await self.event())["message"]["body"] for _number in range(count)]


@asynccontextmanager
async def running(main, **args):
    """Run the source until the end of the block."""
    engine = Engine()
    task = asyncio.create_task(main(engine.queue, args))
    try:
        yield engine
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def looks(twilio, status=200):
    return sum(
        request["path"].endswith("/Messages.json") and request["status"] == status for request in twilio.ledger()
    )


async def looked(twilio, times=2, status=200):
    """Wait until the list was read so many times more: the second look can have begun before whatever came last."""
    wanted = looks(twilio, status) + times
    deadline = time.monotonic() + 60
    while looks(twilio, status) < wanted:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def polled(twilio, **args):
    return {"to": FROM, "allow": TO, "poll_interval": 0.1, **twilio.connection, **args}


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


def test_a_restart_goes_on_where_it_stopped(main, swift, tmp_path):
    state = {"state": str(tmp_path / "state")}

    async def run():
        async with running(main, **polled(swift, **state)) as engine:
            await looked(swift)
            swift.inbound("taken", To=FROM)
            assert await engine.bodies(1) == ["taken"]
            # The engine is busy: one event waits in its queue, and for the next one there is no room.
            swift.inbound("waits in the queue", To=FROM)
            swift.inbound("waits for room", To=FROM)
            while not engine.queue.full():
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.1)
        swift.inbound("meanwhile", To=FROM)
        swift.inbound("let me in", STRANGER, To=FROM)
        async with running(main, **polled(swift, **state)) as engine:
            assert await engine.bodies(2) == ["waits for room", "meanwhile"]
            await looked(swift)
            assert engine.queue.empty()
        # A stranger who is allowed later does not bring up old messages.
        async with running(main, **polled(swift, allow="*", **state)) as engine:
            await looked(swift)
            assert engine.queue.empty()

    asyncio.run(run())


def test_a_number_that_is_added_gives_events_from_then_on(main, swift, tmp_path):
    path, added = str(tmp_path / "state"), "+15557654322"

    async def run():
        async with running(main, **polled(swift, state=path)) as engine:
            await looked(swift)
        swift.set_clock(advance=2)
        swift.inbound("to a number that nobody watches", To=added)
        swift.inbound("meanwhile", To=FROM)
        async with running(main, **polled(swift, state=path, to=[FROM, added])) as engine:
            assert await engine.bodies(1) == ["meanwhile"]
            await looked(swift, times=4)
            swift.set_clock(advance=2)
            swift.inbound("now it is watched", To=added)
            assert await engine.bodies(1) == ["now it is watched"]

    asyncio.run(run())


def test_what_is_long_ago_is_forgotten(main, swift, tmp_path):
    path = str(tmp_path / "state")

    async def run():
        async with running(main, **polled(swift, state=path, overlap=60)) as engine:
            await looked(swift)
            swift.inbound("early", To=FROM)
            assert await engine.bodies(1) == ["early"]
            swift.set_clock(advance=100)
            swift.inbound("middle", To=FROM)
            assert await engine.bodies(1) == ["middle"]
            swift.set_clock(advance=30)
            await looked(swift)
        with open_state(path) as state:
            assert list(state.sids()) == [swift.wait(body="middle")[0]["sid"]]

    asyncio.run(run())


def test_what_the_engine_has_not_given_back_comes_again_after_a_restart(main, swift, tmp_path):
    state = {"state": str(tmp_path / "state"), "feedback": True}

    async def run():
        feedback: asyncio.Queue[Any] = asyncio.Queue(1)
        async with running(main, **polled(swift, eda_feedback_queue=feedback, **state)) as engine:
            await looked(swift)
            swift.inbound("stored", To=FROM)
            swift.inbound("not stored", To=FROM)
            await feedback.put(await engine.event())
            await engine.event()
            await looked(swift)
            assert engine.queue.empty()
        async with running(main, **polled(swift, eda_feedback_queue=feedback, **state)) as engine:
            assert await engine.bodies(1) == ["not stored"]
            await looked(swift)
            assert engine.queue.empty()

    asyncio.run(run())


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


def test_a_state_file_that_is_ahead_of_twilio_begins_anew(main, swift, tmp_path, caplog):
    path = str(tmp_path / "state")
    with open_state(path) as state:
        state.begin(swift.auth[0], {FROM: datetime(2999, 1, 1, tzinfo=timezone.utc)}, {})

    async def run():
        swift.inbound("before", To=FROM)
        async with running(main, **polled(swift, state=path)) as engine:
            await looked(swift)
            swift.inbound("after", To=FROM)
            assert await engine.bodies(1) == ["after"]
        swift.inbound("meanwhile", To=FROM)
        async with running(main, **polled(swift, state=path)) as engine:
            assert await engine.bodies(1) == ["meanwhile"]

    asyncio.run(run())
    (text,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert text.startswith(f"state: {path} says that messages count from a moment that Twilio's clock has not reached")


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


def test_a_state_file_is_for_one_source_of_one_account(tmp_path):
    path = str(tmp_path / "state")
    with open_state(path) as state:
        state.begin("AC1", {FROM: datetime(2026, 11, 26, tzinfo=timezone.utc)}, {})
    with open_state(path), pytest.raises(TwilioError) as used, open_state(path):
        pass
    advice = "Another program is using it, such as another event source. Name a file for each source."
    assert str(used.value) == f"state: {path} cannot be used: database is locked. {advice}"
    with open_state(path) as state, pytest.raises(TwilioError) as other:
        state.since("AC2")
    assert str(other.value) == f"state: {path} belongs to the account AC1, not AC2. Name another file."


def make_text(path):
    path.write_text("This is no database, and long enough to look like one." * 20)


def make_foreign(path):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE message (id INTEGER)")


def make_damaged(path):
    with open_state(str(path)) as state:
        state.begin(SOMEBODY, {FROM: datetime(2026, 11, 26, tzinfo=timezone.utc)}, {})
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE source SET since = 'yesterday'")


@pytest.mark.parametrize(
    ("name", "make", "problem"),
    [
        ("file", make_text, "file is not a database. Name another file, or one that does not exist yet."),
        ("file", make_foreign, "it is another program's database. Name another file, or one that does not exist yet."),
        ("file", make_damaged, "the date 'yesterday' in it is damaged. Name another file, or delete this one. The"
         " source then starts as if for the first time."),
        ("missing/file", None, "unable to open database file. Name a file in a folder that exists and that this user"
         " can write to."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_state_file_ends_it_at_the_start(main, tmp_path, name, make, problem):
    path = tmp_path / name
    if make:
        make(path)
    before = path.read_bytes() if make else None
    with pytest.raises(TwilioError) as caught:
        asyncio.run(asyncio.wait_for(main(asyncio.Queue(1), {**NOWHERE, "state": str(path)}), 20))
    assert str(caught.value) == f"state: {path} cannot be used: {problem}"
    assert not make or path.read_bytes() == before


def test_a_state_file_that_cannot_be_written_ends_nothing(caplog):
    database = sqlite3.connect(":memory:")
    database.close()

    async def run():
        engine = Engine()
        arguments = read_arguments(webhook(), {})
        async with Delivery(arguments, State(database), engine.queue, None) as delivery:
            await delivery.deliver({**dict.fromkeys(KEYS), "sid": SID, "from": TO, "to": FROM})
        return await engine.event()

    assert asyncio.run(run())["message"]["sid"] == SID
    assert "state: :memory: cannot be written, so messages may produce events again" in caplog.text


def webhook(**args):
    return {"mode": "webhook", "url": URL, "auth_token": TOKEN, "allow": TO, **args}


async def listening(port):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            await asyncio.sleep(0.02)
        else:
            return


@asynccontextmanager
async def serving(main, **args):
    """Run the source in mode webhook; what is given beside the engine posts a form as Twilio does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def post(form, signature=None, **headers):
        signature = signature or RequestValidator(TOKEN).compute_signature(URL, form)
        headers = {"X-Twilio-Signature": signature, **headers}
        return requests.post(f"http://127.0.0.1:{port}/any", data=form, headers=headers, timeout=10)

    async def to_post(*args, **headers):
        return await asyncio.to_thread(post, *args, **headers)

    async with running(main, **webhook(port=port, **args)) as engine:
        await listening(port)
        yield engine, to_post


def form(number=1, **fields):
    account = {"AccountSid": SOMEBODY, "From": TO, "To": FROM, "SmsStatus": "received"}
    return {**account, "MessageSid": f"SM{number:032x}", "Body": f"größer {number}", **fields}


def test_the_webhook_takes_what_twilio_has_signed_and_each_message_once(main, tmp_path, caplog):
    state = {"state": str(tmp_path / "state"), "to": FROM}

    async def run():
        async with serving(main, **state) as (engine, post):
            reply = await post(form(1))
            assert (reply.status_code, reply.text) == (200, "<Response></Response>")
            assert reply.headers["Content-Type"].startswith("text/xml")
            # While one event waits for the engine, others are answered at once.
            replies = [await post(form(number)) for number in (2, 1, 3)]
            replies.append(await post(form(4, From=STRANGER)))
            replies.append(await post(form(5, To=STRANGER)))
            assert {reply.status_code for reply in replies} == {200}
            assert await engine.bodies(3) == ["größer 1", "größer 2", "größer 3"]
        async with serving(main, **state) as (engine, post):
            replies = [await post(form(number)) for number in (1, 2, 3, 4, 6)]
            assert {reply.status_code for reply in replies} == {200}
            assert await engine.bodies(1) == ["größer 6"]

    asyncio.run(run())
    assert caplog.text.count("No event for a message") == 2


def test_the_webhook_forgets_the_oldest_of_many_messages(main, tmp_path):
    path = str(tmp_path / "state")
    with open_state(path) as state:
        state.note({form(number)["MessageSid"]: f"{number:05d}" for number in range(10_000)})

    async def run():
        async with serving(main, state=path) as (engine, post):
            for number in (0, 10_000, 0, 999, 1000, 9999):
                assert (await post(form(number))).status_code == 200
            assert await engine.bodies(3) == ["größer 10000", "größer 0", "größer 999"]
            await post(form(1000))
            assert engine.queue.empty()
        with open_state(path) as state:
            assert len(state.sids()) == 9003

    asyncio.run(run())


def test_the_webhook_refuses_everything_else(main, caplog):
    signed = RequestValidator(TOKEN).compute_signature(URL, form(1))

    async def run():
        async with serving(main) as (engine, post):
            refused = [
                await post(form(1), "forged"),
                await post(form(2), signed),
                await post(form(1, Body="RUN restart web1"), signed),
                await post({}, signed),
                await post(form(1, Body="x" * 70_000)),
                await post(form(1, MessageSid="SM1")),
                await post(form(1, SmsStatus="delivered")),
                await post(form(1, **{str(number): "x" for number in range(201)})),
                await post(b"\xff", "x"),
            ]
            assert [reply.status_code for reply in refused] == [403, 403, 403, 403, 413, 400, 400, 400, 400]
            assert engine.queue.empty()

    asyncio.run(run())
    assert TOKEN not in caplog.text


def test_a_refusal_tells_no_secret_of_the_url(main, caplog):
    url = "https://user:secret@eda.example.com:8443/secret?key=secret"

    async def run():
        async with serving(main, url=url) as (_engine, post):
            settings = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}
            for headers in ({}, settings):
                assert (await post(form(1), "forged", **headers)).status_code == 403

    asyncio.run(run())
    refused = "A request was rejected: it has no valid signature for the url at https://eda.example.com"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        refused,
        f"{refused}. Signatures with a shared key are not supported",
    ]


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"", b""),
        (b"POST /sms HTTP/1.1\r\nHost: x\r\nContent-Le", b""),
        (b"POST /sms HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na", b"HTTP/1.1 408 Request Timeout"),
    ],
)
def test_the_webhook_does_not_wait_for_slow_clients(main, monkeypatch, sent, answered):
    monkeypatch.setattr(webhook_mode, "_SLOWEST", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def run():
        async with running(main, **webhook(port=port)):
            await listening(port)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            answer = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return answer

    assert asyncio.run(run()).partition(b"\r\n")[0] == answered


def test_an_address_in_use_ends_it_at_the_start(main):
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(TwilioError, match="Cannot listen on"):
        asyncio.run(main(asyncio.Queue(1), webhook(port=other.getsockname()[1])))


@pytest.mark.parametrize("host", ["x" * 64, "a..b"])
def test_a_host_that_is_no_name_ends_it_at_the_start(main, host):
    with pytest.raises(TwilioError, match=f"Cannot listen on {host}, port 0: "):
        asyncio.run(main(asyncio.Queue(1), webhook(host=host, port=0)))
