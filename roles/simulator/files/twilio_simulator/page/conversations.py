# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages and calls as a phone shows them, by the number at the other end. All functions get them newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import islice
from typing import NamedTuple

from ..world.alerts import Alert
from ..world.calls import Call
from ..world.messages import Message

# An item of a conversation.
Item = Message | Call


class Conversation(NamedTuple):
    """The messages and calls with one number: the latest of them, and how many there are."""

    latest: Item
    size: int


class Items(NamedTuple):
    """Some of the messages and calls, and whether there are more on either side."""

    items: list[Item]
    earlier: bool
    later: bool


def together(messages: Iterable[Message], calls: Iterable[Call]) -> Iterable[Item]:
    """Return messages and calls together, newest first."""
    return merge(messages, calls, key=lambda item: -item.number)


def conversations(items: Iterable[Item]) -> list[Conversation]:
    """Return all conversations, the one with the latest message or call first."""
    found: dict[str, tuple[Item, int]] = {}
    for item in items:
        latest, count = found.get(item.peer, (item, 0))
        found[item.peer] = latest, count + 1
    return [Conversation(*each) for each in found.values()]


def thread(items: Iterable[Item], peer: str, size: int, *, before: int | None, around: int | None) -> Items:
    """Return at most ``size`` items with ``peer``: those before a number, or around it, or else the latest."""
    return timeline((item for item in items if item.peer == peer), size, before=before, around=around)


def timeline(items: Iterable[Item], size: int, *, before: int | None, around: int | None = None) -> Items:
    """Return at most ``size`` items: those before a number, or around it, or else the latest."""
    found = list(items)
    start = 0
    if before is not None:
        start = sum(item.number >= before for item in found)
    elif around is not None:
        start = max(0, sum(item.number > around for item in found) - size // 2)
    return Items(found[start : start + size], earlier=start + size < len(found), later=start > 0)


def among(page: Items, alerts: Iterable[Alert], before: int | None, peer: str | None) -> Iterator[Alert]:
    """Return the alerts between the items of a page, and after the latest ones. Alerts are newest first.

    Alerts between two pages belong to the earlier one. ``before`` is that of the page, and ``peer`` filters.
    """
    first = page.items[-1].number if page.earlier else 0
    end = before if before is not None else page.items[0].number + 1 if page.later else None
    for alert in alerts:
        if alert.after >= first and (end is None or alert.after < end) and peer in (None, alert.peer):
            yield alert


def search(items: Iterable[Item], names: Mapping[str, str], text: str, size: int) -> list[Item]:
    """Return at most ``size`` messages and calls that contain ``text``. Case does not matter.

    It may be in the SID, the numbers, the text, any form field, or the person's name.
    """
    wanted = text.casefold()
    return list(islice((item for item in items if _holds(item, names, wanted)), size))


def _holds(item: Item, names: Mapping[str, str], wanted: str) -> bool:
    ends = (
        (item.order.sender, item.order.to, item.said)
        if isinstance(item, Call)
        else (item.sender or "", item.draft.to, item.body)
    )
    values = (names.get(item.peer, ""), item.sid, *ends, *(value for _name, value in item.form))
    return any(wanted in value.casefold() for value in values)
