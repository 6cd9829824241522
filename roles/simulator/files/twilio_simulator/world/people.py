# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripted people: what happens to messages and calls to a number, and its replies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from . import addresses, handsets
from .handsets import ANSWERS, UNREACHED, Handset, read_handset
from .names import read_name
from .reading import BadInput, demand, number_of, text_of

UNREACHABLE = 30003

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Reply(NamedTuple):
    """A reply, ``after`` seconds, to each message that ``find`` matches. Its groups fill ``text``."""

    text: str
    after: float = 0.0
    find: re.Pattern[str] = re.compile("")

    def answer(self, body: str) -> str | None:
        """Return the reply to a message; None for no reply."""
        found = self.find.search(body)
        return found and _PLACEHOLDER.sub(lambda place: _group(found, place[1]) or "", self.text)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's script. ``undeliverable`` is a delivery error code, ``slow`` the seconds of each change of status.

    With ``stuck``, messages stay sent. ``handset`` says what happens to calls. Messages do not wake somebody who is
    ``asleep``.
    """

    replies: tuple[Reply, ...] = ()
    undeliverable: int | None = None
    slow: float | None = None
    stuck: bool = False
    name: str | None = None
    handset: Handset | None = None
    asleep: bool = False

    def when_called(self) -> Handset:
        """Return what happens to a call.

        A number to which no carrier can deliver cannot be called, unless the script says so.
        """
        return self.handset or UNREACHED.get(self.undeliverable or 0, ANSWERS)


People = Mapping[str, Person]

NOBODY = Person()
WORDS = {
    "silent": NOBODY,
    "stuck": Person(stuck=True),
    "unreachable": Person(undeliverable=UNREACHABLE),
    "asleep": Person(asleep=True),
}


def read_people(data: object) -> dict[str, Person]:
    """Read people by number, from a mapping of numbers to one behaviour or a list of them.

    :raises BadInput: naming the number and what is wrong.
    """
    if not isinstance(data, Mapping):
        raise BadInput("must be a mapping of phone numbers to behaviours")
    people = {}
    for number, behaviours in data.items():
        with demand(str(number)):
            if not isinstance(number, str):
                raise BadInput(f'the number must be a quoted string, such as "+{number}"')
            address = addresses.recipient(number)
            if address is None:
                raise BadInput("this is not a phone number in E.164 format, such as +15551234567")
            people[address] = _person(behaviours)
    return people


def _person(behaviours: object) -> Person:
    person = Person()
    for behaviour in behaviours if isinstance(behaviours, list) else [behaviours]:
        if isinstance(behaviour, Mapping) and "name" in behaviour:
            person = replace(person, name=read_name(behaviour["name"]))
            behaviour = {key: value for key, value in behaviour.items() if key != "name"}
        if behaviour == {}:
            continue
        if isinstance(behaviour, str) and behaviour in WORDS:
            merged = WORDS[behaviour]
            code = merged.undeliverable or person.undeliverable
            is_stuck, is_asleep = person.stuck or merged.stuck, person.asleep or merged.asleep
            person = replace(person, stuck=is_stuck, asleep=is_asleep, undeliverable=code)
        elif handset := read_handset(behaviour):
            if person.handset:
                raise BadInput(f"a phone can do only one of {person.handset.does} and {handset.does}")
            person = replace(person, handset=handset)
        elif isinstance(behaviour, Mapping) and "text" in behaviour:
            person = replace(person, replies=(*person.replies, _reply(behaviour)))
        elif isinstance(behaviour, Mapping) and behaviour.keys() == {"undeliverable"}:
            person = replace(person, undeliverable=int(number_of(behaviour, "undeliverable")))
        elif isinstance(behaviour, Mapping) and behaviour.keys() == {"slow"}:
            person = replace(person, slow=number_of(behaviour, "slow"))
        else:
            words = ", ".join([*WORDS, *handsets.WORDS, *(f"{word}: SECONDS" for word in handsets.TIMED)])
            raise BadInput(
                f"{behaviour!r} is not one of {words}, undeliverable: CODE, slow: SECONDS, text: ANSWER, name: NAME"
            )
    return person


def _reply(behaviour: Mapping[str, object]) -> Reply:
    unknown = behaviour.keys() - {"text", "after", "find"}
    if unknown:
        raise BadInput(f"a reply can have text, after and find, not {', '.join(sorted(map(str, unknown)))}")
    text, find = text_of(behaviour, "text"), text_of(behaviour, "find", "")
    try:
        pattern = re.compile(find)
    except re.error as error:
        raise BadInput(f"find is not a regular expression: {error}") from None
    for name in _PLACEHOLDER.findall(text):
        if name not in pattern.groupindex and not (name.isdecimal() and int(name) <= pattern.groups):
            raise BadInput(f"text contains {{{name}}}, but find has no such group")
    return Reply(text, number_of(behaviour, "after", 0.0), pattern)


def _group(found: re.Match[str], name: str) -> str | None:
    group: str | None = found[int(name) if name.isdecimal() else name]
    return group
