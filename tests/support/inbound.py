# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in this process: arguments, and an engine that takes its events."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from typing import Any

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


def webhook(**args):
    return {"mode": "webhook", "url": URL, "auth_token": TOKEN, "allow": TO, **args}
