# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opt-outs: which people have opted out from which senders.

Twilio honours the keywords of https://help.twilio.com/articles/223134027 for each pair of recipient and sender.
"""

from __future__ import annotations

from . import addresses

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
START = frozenset({"START", "YES", "UNSTOP"})

Pair = tuple[str, str]


class OptOuts:
    """The latest ``keep`` pairs of a person and a sender from whom the person has opted out."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._pairs: dict[Pair, None] = {}

    def heed(self, person: str, sender: str, text: str) -> None:
        """Act on a keyword. It counts only if an SMS contains nothing else. Case does not matter."""
        if addresses.is_channel(person):
            return
        word = text.strip().upper()
        if word in STOP:
            self._pairs[person, sender] = None
            while len(self._pairs) > self._keep:
                del self._pairs[next(iter(self._pairs))]
        elif word in START:
            self._pairs.pop((person, sender), None)

    def refuses(self, person: str, sender: str | None) -> bool:
        return (person, sender) in self._pairs

    def pairs(self) -> list[Pair]:
        return list(self._pairs)

    def reset(self) -> None:
        self._pairs.clear()
