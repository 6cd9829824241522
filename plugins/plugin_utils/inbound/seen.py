# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find out which messages are new. Pure.

Twilio's list can show a message minutes or hours late, and its dates are whole seconds. So each look reads the list
from a date well before the latest message, and SIDs say which messages have been handled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from datetime import datetime, timedelta

from ...module_utils._twilio.message import Message
from ...module_utils._twilio.values import is_message_sid


class Seen:
    """The messages that have been handled.

    ``since`` maps each number to the earliest date that counts, in UTC and whole seconds. ``sids`` maps the SIDs that
    have been handled to their dates, as far back as ``since``.
    """

    def __init__(self, since: Mapping[str, datetime], sids: MutableMapping[str, str]) -> None:
        self.since = since
        self.sids = sids

    def skip(self, start: datetime, messages: Iterable[Message]) -> None:
        """Count messages as handled that came in before ``start``.

        ``start`` is by Twilio's clock, which is known to within a second. So messages dated up to a second later count
        too.
        """
        latest = (start + timedelta(seconds=1)).isoformat()
        for message in self.news(messages):
            if date_of(message) <= latest:
                self.note(message)

    def news(self, messages: Iterable[Message]) -> list[Message]:
        """Return the inbound messages that have not been handled, oldest first.

        ``messages`` are in the order of Twilio's list, newest first. They may be from several lists.
        """
        new = {message["sid"]: message for message in messages if self._is_new(message)}
        oldest_first = list(new.values())[::-1]
        return sorted(oldest_first, key=date_of)

    def _is_new(self, message: Message) -> bool:
        return (
            message["direction"] == "inbound"
            # A message that is still being received is incomplete.
            and message["status"] != "receiving"
            and message["sid"] not in self.sids
            and is_message_sid(str(message["sid"]))
            and date_of(message) >= self.since.get(message["to"], self._earliest).isoformat()
        )

    @property
    def _earliest(self) -> datetime:
        return min(self.since.values())

    def note(self, message: Message) -> None:
        """Remember that a message has been handled."""
        self.sids[message["sid"]] = date_of(message)

    def advance(self, now: datetime, overlap: timedelta) -> bool:
        """Forget messages that are older than twice the overlap. Return whether ``since`` has changed.

        ``since`` changes in steps of the overlap, so that it is seldom written to the state file.
        """
        if now - self._earliest <= 2 * overlap:
            return False
        earliest = (now - overlap).replace(microsecond=0)
        self.since = {number: max(since, earliest) for number, since in self.since.items()}
        for sid in [sid for sid, date in self.sids.items() if date < earliest.isoformat()]:
            del self.sids[sid]
        return True


def date_of(message: Message) -> str:
    """Return when a message came in, as ISO 8601 in UTC."""
    return str(message["date_sent"] or message["date_created"] or "")
