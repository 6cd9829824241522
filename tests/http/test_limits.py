# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that take too long or are too large, over real sockets."""

from __future__ import annotations

import gzip
import json
import math
import socket
import threading
import time
import tracemalloc
from contextlib import ExitStack, suppress

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.bodies import RequestBody
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.client import Client
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import (
    NotSent,
    ReadFailed,
    Rejected,
    RequestError,
    Unknown,
)
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import Form
from support.client import MESSAGE, connection
from support.faults import (
    SID,
    FaultyServer,
    answer,
    dripping_body,
    dripping_continues,
    dripping_headers,
    endless,
    gzip_bomb,
    refusal,
    silence,
)

FORM: Form = {"To": "+15551234567", "Body": "Hi"}
PAGE = json.dumps({"messages": [{"sid": SID}]})
# How long a server that is not read from, but not closed either, would hold on is longer, in seconds.
ENOUGH = 8
# A limit that is to be reached, in seconds. A busy machine must not reach it before the request is made and read.
BRIEF = 2


def client(server, **options):
    return Client(connection(server.url, **{"timeout": 60, **options}))


SILENT, ALIVE = "127.0.0.2", "127.0.0.1"


@pytest.mark.parametrize(
    ("hosts", "problem"),
    [
        ([SILENT, ALIVE], None),
        ([SILENT, SILENT, ALIVE], "the limit for the whole request is 2 seconds"),
        ([SILENT], "the limit for connecting is 1 seconds"),
    ],
)
def test_a_hosts_next_address_has_its_turn_but_not_when_the_time_is_up(monkeypatch, hosts, problem):
    look_up = socket.getaddrinfo

    def several(host, port, *arguments, **options):
        if host != "several.example.com":
            return look_up(host, port, *arguments, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in hosts]

    with ExitStack() as stack:
        server = stack.enter_context(FaultyServer(answer(201, MESSAGE)).running())
        address = (SILENT, int(server.url.rpartition(":")[2]))
        stack.enter_context(socket.create_server(address, backlog=0))
        # What does not fit into the queue of a server that accepts nobody gets no answer at all.
        for _each in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        monkeypatch.setattr(socket, "getaddrinfo", several)
        with Client(connection(f"http://several.example.com:{address[1]}", timeout=2)) as connected:
            if problem:
                with pytest.raises(NotSent, match=problem):
                    connected.messages.create(FORM)
            else:
                assert connected.messages.create(FORM)["sid"] == SID
        assert len(server.posts()) == (0 if problem else 1)


def test_a_form_that_was_begun_is_written_to_its_end(monkeypatch):
    begun = RequestBody({"To": "x"}, time.monotonic() + 3600)
    assert begun.read(1) == b"T"
    monkeypatch.setattr(time, "monotonic", lambda: math.inf)
    assert begun.read() == b"o=x"


DRIPS = {"body": dripping_body, "headers": dripping_headers, "100 Continue": dripping_continues}


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_an_answer_that_drips_is_lost_when_the_time_is_up(drip):
    with (
        FaultyServer(drip(201, MESSAGE)).running() as server,
        client(server, timeout=BRIEF) as twilio,
        pytest.raises(Unknown) as caught,
    ):
        twilio.messages.create(FORM)
    assert "No complete response from 127.0.0.1:" in str(caught.value)
    assert "timed out (the limit for the whole request is 2 seconds). The message may have been sent" in str(
        caught.value
    )
    assert len(server.posts()) == 1


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_a_client_goes_on_after_an_answer_that_drips(drip):
    with (
        FaultyServer(drip(201, MESSAGE), answer(200, MESSAGE)).running() as server,
        client(server, retries=1, timeout=BRIEF) as twilio,
    ):
        assert twilio.messages.fetch(SID)["sid"] == SID
    assert len(server.requests) == 2


def test_a_body_that_drips_is_heard_no_longer_than_it_is_waited_for():
    server = FaultyServer(dripping_body(201, MESSAGE, drops=10_000))
    with server.running(), client(server, timeout=BRIEF) as twilio:
        with pytest.raises(Unknown):
            twilio.messages.create(FORM)
        # The server notices that nobody is there any more.
        assert server.ended.acquire(timeout=ENOUGH)


def test_headers_that_end_late_are_the_end():
    with (
        FaultyServer(dripping_headers(201, " " * 2**22 + MESSAGE, drops=40)).running() as server,
        client(server, timeout=BRIEF) as twilio,
    ):
        with pytest.raises(Unknown):
            twilio.messages.create(FORM)
        assert server.ended.acquire(timeout=ENOUGH)


@pytest.mark.parametrize("large", [endless, gzip_bomb])
def test_the_answer_to_a_create_may_have_a_mebibyte(large):
    with FaultyServer(large(201, MESSAGE, 1)).running() as server, client(server) as twilio:
        with pytest.raises(Unknown, match=r"too large \(the limit is 1 MiB\). The message may have been sent"):
            twilio.messages.create(FORM)
        assert server.ended.acquire(timeout=ENOUGH)
    padded = MESSAGE.ljust(2**20)
    with FaultyServer(large(201, padded, 0)).running() as server, client(server) as twilio:
        assert twilio.messages.create(FORM)["sid"] == SID


@pytest.mark.parametrize("large", [endless, gzip_bomb])
def test_a_page_of_messages_may_have_32_mebibytes(large):
    with FaultyServer(large(200, PAGE, 100)).running() as server, client(server, timeout=60) as twilio:
        tracemalloc.start()
        with pytest.raises(ReadFailed, match=r"too large \(the limit is 32 MiB\)"):
            next(twilio.messages.list({}))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 60 * 2**20
    with FaultyServer(large(200, PAGE, 31)).running() as server, client(server, timeout=60) as twilio:
        assert next(twilio.messages.list({})) == {"sid": SID}


def test_what_follows_a_gzipped_answer_counts_as_well():
    more = gzip.compress(MESSAGE.encode()) + bytes(2**21)
    packed = answer(201, more, Content_Encoding="gzip")
    with (
        FaultyServer(packed).running() as server,
        client(server) as twilio,
        pytest.raises(Unknown, match="too large"),
    ):
        twilio.messages.create(FORM)


@pytest.mark.parametrize("status", [302, 407])
def test_no_answer_is_read_without_a_limit(status):
    with FaultyServer(endless(status, "", 100, Location="/")).running() as server, client(server) as twilio:
        tracemalloc.start()
        with pytest.raises(RequestError):
            twilio.messages.create(FORM)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert server.ended.acquire(timeout=ENOUGH)
    assert peak < 10 * 2**20


def test_an_encoding_that_was_not_asked_for():
    encoded = answer(201, MESSAGE, Content_Encoding="br")
    with (
        FaultyServer(encoded).running() as server,
        client(server) as twilio,
        pytest.raises(Unknown, match="unexpected encoding br"),
    ):
        twilio.messages.create(FORM)


def test_what_was_not_written_in_time_never_is(monkeypatch):
    # A name server that does not answer keeps a socket's timeout from counting.
    resolve, late = socket.getaddrinfo, threading.Event()

    def wait(*arguments, **options):
        late.wait(ENOUGH)
        return resolve(*arguments, **options)

    with FaultyServer(answer(201, MESSAGE)).running() as server, client(server, timeout=0.1) as twilio:
        monkeypatch.setattr(socket, "getaddrinfo", wait)
        with pytest.raises(NotSent, match=r"Cannot connect to 127.0.0.1:\d+: timed out"):
            twilio.messages.create(FORM)
        late.set()
        # By now it has connected after all.
        assert server.ended.acquire(timeout=ENOUGH)
        assert server.requests == []


def test_a_deadline_counts_like_a_timeout():
    with FaultyServer(silence).running() as server, client(server, timeout=3600, retries=20) as twilio:
        with pytest.raises(Unknown, match="timed out"):
            twilio.messages.create(FORM, deadline=time.monotonic() + BRIEF)
        with pytest.raises(ReadFailed, match="timed out"):
            twilio.messages.fetch(SID, deadline=time.monotonic() + BRIEF)
        with pytest.raises(ReadFailed, match="timed out"):
            next(twilio.messages.list({}, deadline=time.monotonic() + BRIEF))
        assert len(server.requests) == 3
        for late in (time.monotonic(), time.monotonic() - 3600):
            with pytest.raises(NotSent, match="The time limit was reached before the request was made"):
                twilio.messages.create(FORM, deadline=late)
        assert server.connections == 3


def test_a_pause_for_all_is_waited_for_no_longer_than_the_deadline():
    busy = refusal(429, 20429, Retry_After="50")
    with FaultyServer(busy).running() as server, client(server, retries=1) as twilio:

        def wait_until_stopped():
            with suppress(Rejected):
                twilio.messages.create(FORM)

        waiting = threading.Thread(target=wait_until_stopped)
        waiting.start()
        deadline = time.monotonic() + 60
        while not twilio._transport._open_at:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        began = time.monotonic()
        with pytest.raises(NotSent, match="The time limit was reached before the request was made"):
            twilio.messages.create(FORM, deadline=began + 5)
        assert time.monotonic() - began < 25
        assert len(server.requests) == 1
        twilio.stop()
        waiting.join(ENOUGH)


def test_a_create_may_have_retries_of_its_own():
    with FaultyServer(refusal(429, 20429, Retry_After="0")).running() as server, client(server, retries=3) as twilio:
        for retries, requests in ((0, 1), (2, 4), (None, 8)):
            with pytest.raises(Rejected):
                twilio.messages.create(FORM, retries=retries)
            assert len(server.requests) == requests
