# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in mode webhook: what Twilio posts, and what others do."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
import requests
from twilio.request_validator import RequestValidator

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import TwilioError
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound import webhook as webhook_mode
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.state import open_state
from support.inbound import COLLECTIONS, PATH, SOMEBODY, STRANGER, TOKEN, URL, running, webhook
from support.ports import free_port
from support.simulator import FROM, TO


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
    port = free_port()

    def post(form, signature=None, method="POST", **headers):
        signature = signature or RequestValidator(TOKEN).compute_signature(URL, form)
        headers = {"X-Twilio-Signature": signature, **headers}
        return requests.request(method, f"http://127.0.0.1:{port}/any", data=form, headers=headers, timeout=10)

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
            assert reply.headers["Connection"] == "close"
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


def test_the_webhook_refuses_what_it_cannot_keep_and_takes_it_later(main, monkeypatch):
    monkeypatch.setattr(webhook_mode, "_MOST_WAITING", 2)

    async def run():
        async with serving(main) as (engine, post):
            # The engine has one event, another one waits for the engine, and two wait for their turn.
            number = 1
            while (await post(form(number))).status_code == 200:
                number += 1
                assert number <= 5
            assert (await post(form(number))).status_code == 503
            assert len(await engine.bodies(number - 1)) == number - 1 >= 2
            assert (await post(form(number))).status_code == 200
            assert await engine.bodies(1) == [f"größer {number}"]

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
                await post(form(1), method="GET"),
            ]
            assert [reply.status_code for reply in refused] == [403, 403, 403, 403, 413, 400, 400, 400, 400, 405]
            assert refused[-1].headers["Connection"] == "close"
            assert engine.queue.empty()

    asyncio.run(run())
    assert TOKEN not in caplog.text
    assert "its method is not POST" in caplog.text


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
    port = free_port()

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
