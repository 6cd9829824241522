# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mode poll: read Twilio's list of messages repeatedly."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import chain, islice
from typing import TypeVar

from ...module_utils._options.dates import to_iso_8601
from ...module_utils._twilio.account import connect
from ...module_utils._twilio.client import Client
from ...module_utils._twilio.errors import ReadFailed
from ...module_utils._twilio.message import Message, normalise
from .arguments import Arguments
from .delivery import Delivery, log, writing
from .seen import Seen
from .state import State

_Found = TypeVar("_Found")

# The largest page that Twilio returns. It is only full if many messages have come in since the last look.
_PAGE_SIZE = 1000
# HTTP statuses for which a retry is useless: wrong credentials, and an account that does not exist.
_FINAL = (401, 403, 404)
# A filter by date may exclude its own second.
_SECOND = timedelta(seconds=1)
# Most looks read only what has come in since the look before, and a little more, for messages that Twilio lists late.
# Reading the whole overlap each time would take long on a busy number.
_LATE = timedelta(seconds=60)
# How often to read the whole overlap: after this many seconds, or this many looks if they are faster.
_WHOLE_SECONDS = 60.0
_WHOLE_LOOKS = 12


async def poll(arguments: Arguments, state: State, delivery: Delivery) -> None:
    """Deliver messages forever.

    Raises ``ReadFailed`` if the first look fails and a retry is useless, and ``TwilioError`` if the state file belongs
    to another account.
    """
    with Client(connect(arguments.connection)) as client:
        try:
            await _Poller(arguments, state, delivery, client).run()
        finally:
            # A look may still be under way in its thread.
            client.stop()


class _Poller:
    def __init__(self, arguments: Arguments, state: State, delivery: Delivery, client: Client) -> None:
        self._arguments = arguments
        self._state = state
        self._delivery = delivery
        self._client = client
        self._has_read = False
        self._whole_every = min(_WHOLE_SECONDS, _WHOLE_LOOKS * arguments.poll_interval)
        # When to read the whole overlap next, on the monotonic clock, and when the latest look and the one before it
        # began, by Twilio's.
        self._whole_due = -math.inf
        self._latest = self._before = datetime.fromtimestamp(0, timezone.utc)

    async def run(self) -> None:
        seen = await self._begin()
        log.info("Waiting for messages to %s", ", ".join(self._arguments.to))
        # Messages that Twilio lists later are found when the whole overlap is read.
        overlap = timedelta(seconds=self._arguments.overlap + self._whole_every)
        while True:
            for message in await self._outlast(lambda: self._look(seen)):
                await self._delivery.deliver(message)
                seen.note(message)
            # Two looks must agree on the date, since a proxy may answer with a wrong one. What the engine has not
            # stored yet must be found again after a restart.
            if seen.advance(self._delivery.oldest(min(self._before, self._latest)), overlap):
                with writing(self._state):
                    self._state.advance(seen.since)
            await asyncio.sleep(self._arguments.poll_interval)

    async def _begin(self) -> Seen:
        """Return the handled messages. At the first start with a number, these are all its messages in the list."""
        account_sid = self._arguments.connection["account_sid"]
        stored = self._state.since(account_sid)
        began = time.monotonic()
        start, listed = await self._outlast(lambda: self._look_first(began))
        known = {number: since for number, since in stored.items() if since <= start + _LATE}
        if known != stored:
            log.error(
                "state: %s says that messages count from a moment that Twilio's clock has not reached, because this"
                " machine's clock was wrong. Messages that came in before %s give no events",
                self._state.path,
                start.isoformat(),
            )
        seen = Seen({number: known.get(number, start) for number in self._arguments.to}, self._state.sids())
        seen.skip(start, [message for message in listed if message["to"] not in known])
        self._state.begin(account_sid, seen.since, seen.sids)
        return seen

    async def _outlast(self, look: Callable[[], _Found]) -> _Found:
        """Return what a look finds. A failed look is retried after a pause, and each new failure is logged.

        An exception would end all rulesets, so it is raised only at the start, when somebody is watching.
        """
        failure = ""
        while True:
            try:
                found = await asyncio.to_thread(look)
            except ReadFailed as error:
                if not self._has_read and error.details.status in _FINAL:
                    raise
                if str(error) != failure:
                    failure = str(error)
                    log.error("Messages cannot be read. This is retried: %s", failure)
                await asyncio.sleep(self._arguments.poll_interval)
            else:
                if failure:
                    log.warning("Messages can be read again")
                self._has_read = True
                return found

    def _look_first(self, began: float) -> tuple[datetime, list[Message]]:
        """Return ``began``, which is on the monotonic clock, by Twilio's clock, and the latest messages."""
        listed = [
            normalise(raw)
            for number in self._arguments.to
            for raw in islice(self._client.messages.list({"To": number, "PageSize": _PAGE_SIZE}), _PAGE_SIZE)
        ]
        return self._by_twilio(began), listed

    def _look(self, seen: Seen) -> list[Message]:
        """Find new messages, oldest first."""
        began = time.monotonic()
        is_whole = began >= self._whole_due
        # They are not kept in a list: the whole overlap may be thousands, nearly all of them handled.
        lists = (self._list(number, first, is_whole) for number, first in seen.since.items())
        news = seen.news(chain.from_iterable(lists))
        # After a failure, the same messages are read again.
        self._before, self._latest = self._latest, self._by_twilio(began)
        if is_whole:
            self._whole_due = began + self._whole_every
        return news

    def _list(self, number: str, first: datetime, is_whole: bool) -> Iterator[Message]:
        """Iterate over the messages to a number, newest first: all since ``first``, or the latest alone."""
        since = first if is_whole else max(first, self._latest - _LATE)
        filters: dict[str, str | int] = {"DateSent>": to_iso_8601(since - _SECOND), "PageSize": _PAGE_SIZE}
        return map(normalise, self._client.messages.list({"To": number, **filters}))

    def _by_twilio(self, moment: float) -> datetime:
        """Convert a moment from the monotonic clock to Twilio's, in whole seconds.

        Call this right after a response: this machine's clock may be set at any time.
        """
        elapsed = time.monotonic() - moment
        return datetime.fromtimestamp(int(time.time() + self._client.clock_offset - elapsed), timezone.utc)
