# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes, as open pages are told."""

from __future__ import annotations

import asyncio
import socket

import pytest

from support.events import listening, read, until
from support.simulator import TO, Simulator, simulator


def test_hello_tells_one_simulator_from_another(slow: Simulator) -> None:
    with slow.call("GET", "/simulator/events", stream=True, timeout=20) as response:
        hello = next(read(response.iter_lines(decode_unicode=True)))
    assert hello == ("hello", {"instance": slow.call("GET", "/simulator/health").json()["instance"]})


def test_a_message_comes_as_the_list_shows_it(slow: Simulator) -> None:
    with listening(slow) as events:
        slow.created()
        assert until(events, "message") == slow.call("GET", "/simulator/messages").json()["messages"][0]
        assert until(events, "counts") == {"queued": 1, "scheduled": 0, "failed": 0}


def test_each_change_is_told() -> None:
    with simulator(pace=1, speed=0) as still, listening(still) as events:
        message = still.created()
        for status in ("queued", "sending", "sent", "delivered"):
            assert until(events, "message")["status"] == status
            still.call("PUT", "/simulator/clock", json={"advance": 1})
        still.call("DELETE", message["uri"])
        assert until(events, "deleted") == {"sid": message["sid"], "with": TO}
        still.reset()
        assert until(events, "reset") == {}


def test_the_state_is_told() -> None:
    with simulator() as changing, listening(changing) as events:
        changing.call("PUT", "/simulator/clock", json={"speed": 60})
        assert until(events, "state")["clock"]["speed"] == 60


def test_of_many_changes_only_the_last_is_told(swift: Simulator) -> None:
    with listening(swift) as events:
        swift.created()
        told = until(events, "message")
        # At this pace all of its steps fall into one pause.
        assert told["status"] == "delivered"
        assert [step["status"] for step in told["history"]] == ["queued", "sending", "sent", "delivered"]


def test_a_burst_is_told_as_one(slow: Simulator) -> None:
    """Forgetting 300 messages at once is more than a page wants to hear of one by one."""
    with simulator(pace=3600) as many:
        for _each in range(300):
            many.created()
        with listening(many) as events:
            many.reset()
            assert next(events) == ("reload", {})


def test_readers_are_let_go_when_it_ends() -> None:
    with simulator() as short:
        address = short.url.removeprefix("http://").split(":")
        reader = socket.create_connection((address[0], int(address[1])), timeout=20)
        reader.sendall(b"GET /simulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        # In as many pieces as the operating system likes.
        told = b""
        while b"hello" not in told:
            told += reader.recv(4096)
            assert told
    # The simulator has ended in time, or its context would have failed.
    with reader:
        while reader.recv(4096):
            pass


@pytest.mark.usefixtures("role_package")
def test_a_slow_reader_is_told_to_read_again() -> None:
    from twilio_simulator.control import feed

    async def overfill() -> list[bytes | None]:
        news = feed.Feed({})
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(feed.BACKLOG)
        news._readers.add(queue)
        for number in range(feed.BACKLOG + 1):
            news.publish("message", {"number": number}, about="it")
            news._flush()
        return [queue.get_nowait() for _each in range(queue.qsize())]

    assert asyncio.run(overfill()) == [b"event: reload\ndata: {}\n\n"]


@pytest.mark.usefixtures("role_package")
def test_nothing_is_kept_for_nobody() -> None:
    from twilio_simulator.control.feed import Feed

    def fail() -> dict[str, object]:
        raise AssertionError

    news = Feed({})
    # Without a reader there is no need for an event loop either.
    news.publish("message", fail, about="it")
    assert news._pending == {}
