# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source after a restart, and its state file."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import TwilioError
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.arguments import read_arguments
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.delivery import Delivery
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.state import State, open_state
from support.faults import SID
from support.inbound import NOWHERE, SOMEBODY, STRANGER, Engine, looked, polled, running, webhook
from support.simulator import FROM, TO


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
            # Two looks must agree on the date.
            await looked(swift, times=4)
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


def test_what_the_engine_keeps_for_long_comes_again_after_a_restart(main, swift, tmp_path):
    state = {"state": str(tmp_path / "state"), "feedback": True, "overlap": 60}

    async def run():
        feedback: asyncio.Queue[Any] = asyncio.Queue(1)
        async with running(main, **polled(swift, eda_feedback_queue=feedback, **state)) as engine:
            await looked(swift)
            swift.inbound("not stored", To=FROM)
            await engine.event()
            swift.set_clock(advance=600)
            await looked(swift, times=4)
        async with running(main, **polled(swift, eda_feedback_queue=feedback, **state)) as engine:
            assert await engine.bodies(1) == ["not stored"]

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
