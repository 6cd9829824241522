# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages as a phone shows them: by the number at the other end. All functions take messages newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from ..world.alerts import Alert
from ..world.messages import Message


class Conversation(NamedTuple):
    """The messages with one number: the latest of them, and how many there are."""

    latest: Message
    size: int


class Messages(NamedTuple):
    """Some of the messages, and whether there are more on either side."""

    messages: list[Message]
    earlier: bool
    later: bool


def conversations(messages: Iterable[Message]) -> list[Conversation]:
    """Every conversation, the one with the latest message first."""
    found: dict[str, tuple[Message, int]] = {}
    for message in messages:
        latest, count = found.get(message.peer, (message, 0))
        found[message.peer] = latest, count + 1
    return [Conversation(*each) for each in found.values()]


def thread(messages: Iterable[Message], peer: str, size: int, *, before: int | None, around: int | None) -> Messages:
    """At most ``size`` messages with ``peer``: those before a message's number, or around it, or else the latest."""
    return timeline((message for message in messages if message.peer == peer), size, before=before, around=around)


def timeline(messages: Iterable[Message], size: int, *, before: int | None, around: int | None = None) -> Messages:
    """At most ``size`` messages with whomever: those before a message's number, or around it, or else the latest."""
    found = list(messages)
    start = 0
    if before is not None:
        start = sum(message.number >= before for message in found)
    elif around is not None:
        start = max(0, sum(message.number > around for message in found) - size // 2)
    return Messages(found[start : start + size], earlier=start + size < len(found), later=start > 0)


def among(page: Messages, alerts: Iterable[Alert], before: int | None, peer: str | None) -> Iterator[Alert]:
    """Of these alerts, newest first, those that came between the messages of a page, after the latest ones too.

    Those between two pages belong to the earlier one. The page was asked for by ``before``, and ``peer`` chooses.
    """
    first = page.messages[-1].number if page.earlier else 0
    end = before if before is not None else page.messages[0].number + 1 if page.later else None
    for alert in alerts:
        if alert.after >= first and (end is None or alert.after < end) and peer in (None, alert.peer):
            yield alert


def search(messages: Iterable[Message], names: Mapping[str, str], text: str, size: int) -> list[Message]:
    """At most ``size`` messages that hold ``text``, in whatever case.

    It may be in their SID, numbers, body or any form field, or in the name of the person.
    """
    wanted = text.casefold()
    return list(islice((message for message in messages if _holds(message, names, wanted)), size))


def _holds(message: Message, names: Mapping[str, str], wanted: str) -> bool:
    values = (
        names.get(message.peer, ""),
        message.sid,
        message.sender or "",
        message.draft.to,
        message.body,
        *(value for _name, value in message.form),
    )
    return any(wanted in value.casefold() for value in values)
