# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mode webhook: a server to which Twilio posts messages as they come in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timezone
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from ...module_utils._twilio.errors import TwilioError
from ...module_utils._twilio.message import Message
from ...module_utils._twilio.values import is_message_sid
from .arguments import Arguments
from .delivery import Delivery, log, writing
from .message import from_webhook
from .signature import is_signed
from .state import State

with suppress(ImportError):
    # ansible-rulebook requires aiohttp as well.
    from aiohttp import web

# A text of 1,600 characters takes at most 19,200 bytes. The rest is short fields and the URLs of ten pictures.
_LONGEST_BODY = 64 * 1024
_MOST_FIELDS = 200
# How long a client may take for a request's headers, and again for its body, in seconds. Each open connection takes a
# file descriptor, so slow clients could use up all of them.
_SLOWEST = 10.0
# Twilio sends this header if it has signed with a shared key instead of the auth token, which is in beta.
# Source: https://github.com/twilio/twilio-python/blob/main/twilio/request_validator.py
_SHARED_KEY = "X-Twilio-Webhooks-Signature-Settings"
# How many messages may wait in memory for the engine.
_MOST_WAITING = 1000
# How many messages to recognise when they are posted again, and how many to forget at once.
_REMEMBERED = 10_000
_FORGOTTEN = 1000
# Statuses that inbound messages never have. Twilio reports the progress of outbound messages in a similar form.
_OUTBOUND = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "read")


async def serve(arguments: Arguments, state: State, delivery: Delivery) -> None:
    """Deliver messages forever. Raises ``TwilioError`` if the address cannot be listened on."""
    webhook = _Webhook(arguments, state)
    application = web.Application(client_max_size=_LONGEST_BODY)
    # A proxy in front of this server may rewrite the path. Only the signed URL matters.
    application.router.add_route("*", "/{path:.*}", webhook.receive)
    # keepalive_timeout also limits how long the first request's headers may take. Without lingering_time, a connection
    # is closed at once if the rest of its request is not wanted.
    runner = web.AppRunner(application, access_log=None, keepalive_timeout=_SLOWEST, lingering_time=0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, arguments.host, arguments.port).start()
        except (OSError, UnicodeError) as error:
            # A name with a part of more than 63 characters is a UnicodeError.
            raise TwilioError(f"Cannot listen on {arguments.host}, port {arguments.port}: {error}") from None
        for address in runner.addresses:
            log.info("Waiting for Twilio's requests on %s, port %s", *address[:2])
        while True:
            await delivery.deliver(await webhook.waiting.get())
    finally:
        await runner.cleanup()


class _Webhook:
    """Accepts Twilio's requests, and puts their messages into ``waiting``."""

    def __init__(self, arguments: Arguments, state: State) -> None:
        self._arguments = arguments
        self._state = state
        self._seen = state.sids()
        self.waiting: asyncio.Queue[Message] = asyncio.Queue(_MOST_WAITING)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a request at once, even if the engine is busy, and close the connection.

        A proxy that kept the connection could send a request at the moment when it is closed for being idle.
        """
        response = await self._answer(request)
        response.force_close()
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method != "POST":
            # Twilio's Console offers GET as well.
            log.warning("A request was rejected: its method is not POST. Choose HTTP POST for the webhook in Twilio")
            return web.Response(status=405)
        try:
            body = await asyncio.wait_for(request.read(), _SLOWEST)
            form = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except asyncio.TimeoutError:
            return web.Response(status=408)
        except ValueError:
            return web.Response(status=400)
        signature = request.headers.get("X-Twilio-Signature", "")
        if not is_signed(signature, self._arguments.connection["auth_token"], self._arguments.url, form):
            # Anybody can cause this line. The rest of the URL may contain secrets.
            parts = urlsplit(self._arguments.url)
            advice = ". Signatures with a shared key are not supported" if _SHARED_KEY in request.headers else ""
            log.warning(
                "A request was rejected: it has no valid signature for the url at %s://%s%s",
                parts.scheme,
                parts.hostname,
                advice,
            )
            return web.Response(status=403)
        fields = dict(form)
        sid = fields.get("MessageSid", "")
        if not is_message_sid(sid) or fields.get("SmsStatus") in _OUTBOUND:
            log.warning("A request was rejected: it does not describe an inbound message")
            return web.Response(status=400)
        if sid not in self._seen:
            if self.waiting.full():
                log.error("The message %s was rejected: %d messages are waiting for the rules", sid, _MOST_WAITING)
                return web.Response(status=503)
            self._remember(sid)
            self.waiting.put_nowait(from_webhook(fields))
        # Twilio sends no reply to the person.
        return web.Response(text="<Response></Response>", content_type="text/xml")

    def _remember(self, sid: str) -> None:
        self._seen[sid] = datetime.now(timezone.utc).isoformat()
        if len(self._seen) > _REMEMBERED:
            old = list(islice(self._seen, _FORGOTTEN))
            for name in old:
                del self._seen[name]
            with writing(self._state):
                self._state.forget(old)
