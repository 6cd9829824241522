# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio's operations on messages, and what their answers mean.

A failed create request created nothing only if its body never left, or if Twilio answered it with a 4xx
(https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from .account import API_VERSION, Connection
from .bodies import MIB
from .codes import error_page
from .errors import ErrorDetails, NotSent, ReadFailed, Rejected, Unknown
from .exchange import NoAnswer, Reply
from .message import Form
from .retry import MAX_RETRY_AFTER, retry_after
from .transport import Transport
from .values import host_of

# The highest size of a page of messages, in bytes; that of any other response is a MiB.
_PAGE_LIMIT = 32 * MIB

_MAY_BE_OUT = "The message may have been sent. Check Twilio's message log before you retry"
_MAY_BE_DONE = "The change may have been made. Run the task again: it checks first"


class Client:
    """Creates, reads and changes the messages of one account. Use it as a context manager; threads may share it."""

    def __init__(self, connection: Connection) -> None:
        self._transport = Transport(connection)
        self._messages = f"/{API_VERSION}/Accounts/{connection.account_sid}/Messages"

    def __enter__(self) -> Client:
        self._transport.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._transport.__exit__(*exception)

    @property
    def clock_offset(self) -> float:
        """How far the server's clock is ahead of ours, in seconds, as of its latest answer."""
        return self._transport.clock_offset

    def stop(self) -> None:
        """Make no further request; those under way finish."""
        self._transport.stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._transport.stopped.is_set()

    def pause(self, seconds: float) -> None:
        """Sleep that long, or until ``stop`` is called."""
        self._transport.stopped.wait(seconds)

    def create_message(self, form: Form, deadline: float = math.inf, retries: int | None = None) -> dict[str, Any]:
        """Create a message and return Twilio's description of it.

        ``deadline`` is when, on the monotonic clock, to give up; ``retries`` counts instead of the connection's. Raises
        ``NotSent`` or ``Rejected`` when no message was created, ``Unknown`` when one may have been.
        """
        reply = self._change("POST", f"{self._messages}.json", form, _MAY_BE_OUT, deadline, retries)
        if isinstance(reply.payload, dict) and isinstance(reply.payload.get("sid"), str):
            return reply.payload
        raise Unknown(_details(reply, f"{_described(reply)} instead of the message. {_MAY_BE_OUT}"))

    def update_message(self, sid: str, form: Form) -> dict[str, Any]:
        """Change a message and return Twilio's description of it; raises like ``create_message``.

        ``Status=canceled`` cancels a scheduled message, an empty ``Body`` removes the text.
        """
        reply = self._change("POST", f"{self._messages}/{sid}.json", form, _MAY_BE_DONE)
        if isinstance(reply.payload, dict) and reply.payload.get("sid") == sid:
            return reply.payload
        raise Unknown(_details(reply, f"{_described(reply)} instead of the message. {_MAY_BE_DONE}"))

    def delete_message(self, sid: str) -> None:
        """Delete a message; raises like ``create_message``."""
        reply = self._change("DELETE", f"{self._messages}/{sid}.json", None, _MAY_BE_DONE)
        if reply.status != 204:
            raise Unknown(_details(reply, f"{_described(reply)} instead of a confirmation. {_MAY_BE_DONE}"))

    def create_feedback(self, sid: str, outcome: str) -> None:
        """Report whether a message arrived (``confirmed`` or ``unconfirmed``); raises like ``create_message``."""
        reply = self._change("POST", f"{self._messages}/{sid}/Feedback.json", {"Outcome": outcome}, _MAY_BE_DONE)
        if not isinstance(reply.payload, dict):
            raise Unknown(_details(reply, f"{_described(reply)} instead of the feedback. {_MAY_BE_DONE}"))

    def _change(
        self,
        method: str,
        uri: str,
        form: Form | None,
        caution: str,
        deadline: float = math.inf,
        retries: int | None = None,
    ) -> Reply:
        """Make a request that changes something and return its 2xx response; ``caution`` is for lost responses."""
        try:
            reply = self._transport.exchange(method, uri, form, deadline=deadline, retries=retries)
        except NoAnswer as error:
            if error.written:
                raise Unknown(ErrorDetails(message=f"{error}. {caution}")) from None
            raise NotSent(ErrorDetails(message=str(error))) from None
        if 200 <= reply.status < 300:
            return reply
        if reply.status >= 500:
            raise Unknown(_details(reply, f"{_twilio_text(reply)}. {caution}"))
        raise Rejected(_details(reply, _twilio_text(reply)))

    def fetch_message(self, sid: str, deadline: float = math.inf) -> dict[str, Any]:
        """Return Twilio's description of a message; raises ``ReadFailed``.

        ``deadline`` is when, on the monotonic clock, to give up.
        """
        message = self._read(f"{self._messages}/{sid}.json", deadline)
        if message.get("sid") != sid:
            raise ReadFailed(ErrorDetails(message=f"The server did not return the message {sid}"))
        return message

    def list_messages(self, filters: Mapping[str, str | int], deadline: float = math.inf) -> Iterator[dict[str, Any]]:
        """Yield messages, newest first, reading a page only when its first message is asked for.

        ``filters`` are the API's own, such as ``To``, ``DateSent>`` and ``PageSize``; ``deadline`` is when, on the
        monotonic clock, to give up. Raises ``ReadFailed``.
        """
        uri = f"{self._messages}.json?{urlencode(filters, errors='replace')}"
        seen = set()
        while True:
            seen.add(uri)
            page = self._read(uri, deadline, _PAGE_LIMIT)
            messages = page.get("messages")
            if not isinstance(messages, list):
                raise ReadFailed(ErrorDetails(message="The server did not return a list of messages"))
            yield from (message for message in messages if isinstance(message, dict))
            uri = str(page.get("next_page_uri") or "")
            if not uri:
                return
            if uri in seen:
                raise ReadFailed(ErrorDetails(message="The server's pages of messages form a loop"))
            # The credentials go where the task's options say, and nowhere else.
            if not uri.startswith(f"{self._messages}.json?"):
                raise ReadFailed(
                    ErrorDetails(message=f"The next page of messages is at another address ({uri}), and was not read")
                )

    def _read(self, uri: str, deadline: float, limit: int = MIB) -> dict[str, Any]:
        try:
            reply = self._transport.exchange("GET", uri, limit=limit, deadline=deadline)
        except NoAnswer as error:
            raise ReadFailed(ErrorDetails(message=str(error))) from None
        if reply.status == 200 and isinstance(reply.payload, dict):
            return reply.payload
        raise ReadFailed(_details(reply, _twilio_text(reply)))


def _details(reply: Reply, text: str) -> ErrorDetails:
    return ErrorDetails(
        status=reply.status,
        code=reply.code,
        message=text,
        more_info=error_page(reply.code),
        request_id=reply.headers.get("Twilio-Request-Id"),
    )


def _twilio_text(reply: Reply) -> str:
    """Return Twilio's words for an error, in its older form (message) or the newer one (title and detail)."""
    text = _described(reply)
    if isinstance(reply.payload, dict):
        words = [str(reply.payload[key]) for key in ("message", "title", "detail") if reply.payload.get(key)]
        text = ": ".join(words).rstrip(".") or text
    elif 300 <= reply.status < 400:
        target = host_of(reply.headers.get("Location", "")) or "another address"
        text = (
            f"The server redirects to {target}. Redirects are not followed: credentials stay with the configured host"
        )
    wait = retry_after(reply.headers, datetime.now(timezone.utc))
    if wait is not None and wait > MAX_RETRY_AFTER:
        text += f". The server asks to wait {wait:.0f} seconds. A task waits at most {MAX_RETRY_AFTER:.0f}"
    return text


def _described(reply: Reply) -> str:
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", reply.text[:4096])
    excerpt = " ".join(text.split())[:120]
    if not reply.text.strip():
        return "The server answered with an empty body"
    if "html" in reply.headers.get("Content-Type", "") or reply.text.lstrip()[:1] == "<":
        return f"The server answered with an HTML page ({excerpt!r})"
    if reply.payload is None:
        return f"The server did not answer with complete JSON ({excerpt!r})"
    return f"The server answered with unexpected JSON ({excerpt!r})"
