# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Twilio account: its messages and calls, and the offset of the server's clock.

Sources: https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

from .account import API_VERSION, Connection
from .errors import Unknown
from .resources import MAY_BE_DONE, Kind, Resources
from .responses import described, details
from .transport import Transport

_MESSAGES = Kind("Messages", "message", "The message may have been sent. Check Twilio's message log before you retry")
_CALLS = Kind("Calls", "call", "The call may have been placed. Check Twilio's call log before you retry")


class Messages(Resources):
    """An account's messages."""

    def create_feedback(self, sid: str, outcome: str) -> None:
        """Report whether a message arrived (``confirmed`` or ``unconfirmed``); raises like ``create``."""
        reply = self._change("POST", f"{self._path}/{sid}/Feedback.json", {"Outcome": outcome}, MAY_BE_DONE)
        if not isinstance(reply.payload, dict):
            raise Unknown(details(reply, f"{described(reply)} instead of the feedback. {MAY_BE_DONE}"))


class Client:
    """One account's ``messages`` and ``calls``. Use it as a context manager; threads may share it."""

    def __init__(self, connection: Connection) -> None:
        self._transport = Transport(connection)
        account = f"/{API_VERSION}/Accounts/{connection.account_sid}"
        self.messages = Messages(self._transport, account, _MESSAGES)
        self.calls = Resources(self._transport, account, _CALLS)

    def __enter__(self) -> Client:
        self._transport.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._transport.__exit__(*exception)

    @property
    def clock_offset(self) -> float:
        """How far the server's clock is ahead of ours, in seconds, according to its latest response."""
        return self._transport.clock_offset

    def stop(self) -> None:
        """Make no further requests. Those under way finish."""
        self._transport.stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._transport.stopped.is_set()

    def pause(self, seconds: float) -> None:
        """Sleep that long, or until ``stop`` is called."""
        self._transport.stopped.wait(seconds)
