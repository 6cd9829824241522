# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do for an incident: read a task's options into a plan and a list of problems. Pure.

In check mode, each problem is an error. In a real run it is a warning, and the page goes out with the valid rest. If
nobody can be paged, ``Plan.has_fatal_error`` is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from .._options.page_specs import ASK
from .._options.sms_rules import MAX_VALIDITY
from .._twilio.numbers import phone_of
from .answer import fold
from .options import DEFAULT_HINT, Options
from .page_text import Texts, tag_of
from .people import TierReader
from .terms import PAGE, QUESTION, Terms
from .tiers import Person, Tier
from .written import LONGEST_WAIT

# Letters and digits that are not confused with each other. Without vowels, no code is a word.
ALPHABET = "2345679CDFGHJKMPRTVWX"

DAY = 86400.0
_SHORTEST_POLL = 0.1
# With a shorter validity period, Twilio may drop a text before it is sent; in seconds.
_SHORTEST_VALIDITY = 60

QUESTION_HINT = "Reply {accept} {code} or {decline} {code}"
_ASK_DEFAULTS = {name: option["default"] for name, option in ASK.items() if "default" in option}


class Question(NamedTuple):
    """How many people must give the same answer, and the answer without a decision: true is a yes."""

    quorum: int
    default: bool


@dataclass(frozen=True)
class Plan:
    """What to do for an incident. It does not change.

    ``code`` is the given one or a new one. ``dedupe_window`` None means the time that all tiers take. ``sender`` has
    the options ``from`` and ``messaging_service_sid`` that are set. Calls come from ``ring_from``, which is empty if
    there are none. ``resolves`` means that people are told that the incident is resolved, instead of being paged. With
    a ``question``, people are asked it, once.
    """

    texts: Texts
    tiers: tuple[Tier, ...]
    repeat: int
    code: str
    is_fresh: bool
    sender: Mapping[str, str]
    ring_from: str
    validity_period: int
    dedupe_window: float | None
    quiet: float
    resolves: bool
    poll_interval: float
    confirm: bool
    tell_others: bool
    problems: tuple[str, ...]
    has_fatal_error: bool
    question: Question | None = None

    @property
    def terms(self) -> Terms:
        """The words for its texts."""
        return QUESTION if self.question else PAGE

    @cached_property
    def round_time(self) -> float:
        """How many seconds a round has."""
        return sum(tier.wait for tier in self.tiers)

    @property
    def time(self) -> float:
        """How many seconds the whole page has."""
        return self.round_time * self.repeat

    @property
    def window(self) -> float:
        """For how many seconds an incident can be found."""
        if self.resolves:
            # An incident lasts until the problem is fixed, which takes longer than a page.
            return self.dedupe_window or max(self.time, DAY)
        return self.time if self.dedupe_window is None else self.dedupe_window

    @property
    def turns(self) -> int:
        """How many turns there are: each tier has one in each round."""
        return len(self.tiers) * self.repeat

    def tier(self, turn: int) -> Tier:
        """Return the tier whose turn it is; turns are counted from 0."""
        return self.tiers[turn % len(self.tiers)]

    def round(self, turn: int) -> int:
        """Return the number of a turn's round, from 1."""
        return turn // len(self.tiers) + 1

    def first_turn(self, turn: int) -> int:
        """Return the first turn of a turn's round."""
        return turn - turn % len(self.tiers)

    def name_of(self, number: str) -> str:
        """Return somebody's name; empty if none was given."""
        return self.people[number].name if number in self.people else ""

    @cached_property
    def people(self) -> dict[str, Person]:
        """Return everybody in the plan, by number. A name that is given anywhere is kept."""
        people: dict[str, Person] = {}
        for tier in self.tiers:
            for person in tier.everybody:
                if not people.get(person.number, Person("")).name:
                    people[person.number] = person
        return people


def read_plan(options: Mapping[str, Any], fresh_code: str) -> Plan:
    """Read a task's options into a plan. Any option may have any type, or be missing."""
    reader = Options(options)
    sender = reader.sender()
    wait = reader.seconds("wait", 0.001, LONGEST_WAIT)
    ring = reader.ring()
    people = TierReader("tiers", wait, reader.usable_sender, options.get("run_on") != "target", ring)
    tiers = people.tiers(options.get("tiers"))
    ring_from = reader.ring_from(any(tier.ring for tier in tiers))
    repeat = reader.integer("repeat", 1, 100)
    words, code = reader.words(), reader.code()
    limit = reader.integer("segments", 1, 10)
    code, is_fresh = (code, False) if code else (fresh_code, True)
    tag = tag_of(reader.text("incident"))
    hint = reader.hint(words, code, limit, tag)
    if not hint:
        limit, hint = 10, DEFAULT_HINT
    message, turns = reader.message(), max(1, len(tiers) * repeat)
    texts = Texts(message, words, hint, limit, turns, tag, reader.speech(words, code))
    if not tag and texts.is_cut(code):
        texts = replace(texts, tag=tag_of(message))
    return Plan(
        texts=texts,
        tiers=tiers,
        repeat=repeat,
        code=code,
        is_fresh=is_fresh,
        sender=sender,
        ring_from=ring_from,
        validity_period=reader.integer("validity_period", 1, MAX_VALIDITY),
        dedupe_window=reader.window(),
        quiet=reader.seconds("quiet", 0, LONGEST_WAIT),
        resolves=reader.resolves(),
        poll_interval=reader.seconds("poll_interval", _SHORTEST_POLL, 3600),
        confirm=reader.switch("confirm"),
        tell_others=reader.switch("tell_others"),
        problems=(*people.problems, *reader.problems, *_late_calls(tiers, repeat)),
        has_fatal_error=not tiers or not sender,
    )


def _late_calls(tiers: tuple[Tier, ...], repeat: int) -> Iterator[str]:
    """Yield a problem for each tier that would be called only after the page is over."""
    left = sum(tier.wait for tier in tiers) * repeat
    for tier in tiers:
        if tier.ring >= left:
            yield (
                f"ring: must be less than the {left:g} seconds that the page has left when {tier.name} is paged,"
                f" not {tier.ring:g}; {tier.name} is not called."
            )
        left -= tier.wait


def read_question(options: Mapping[str, Any], code: str) -> Plan:
    """Read the options of a task that asks a question into a plan. Any problem must fail the task."""
    reader = Options(options, {**_ASK_DEFAULTS, "hint": QUESTION_HINT}, QUESTION, is_strict=True)
    body, sender = reader.required("body"), reader.sender()
    wait = reader.seconds("wait", 0.001, LONGEST_WAIT)
    people_reader = TierReader("to", wait, reader.usable_sender, is_strict=True)
    people = people_reader.people(options.get("to"))
    words = reader.words()
    limit = reader.integer("segments", 1, 10)
    hint = reader.hint(words, code, limit, "")
    # Invalid entries count as people here, since they are already reported.
    most = len(people) + len(people_reader.problems)
    question = Question(reader.integer("quorum", 1, most, ", the number of people"), reader.switch("default"))
    poll_interval, tells = reader.seconds("poll_interval", _SHORTEST_POLL, 3600), reader.switch("tell")
    # Otherwise one answer is enough, from any of a person's numbers.
    doubles = [f"to: {problem}" for problem in _counted_twice(people)] if question.quorum > 1 else []
    problems = (*people_reader.problems, *doubles, *reader.problems)
    return Plan(
        texts=Texts(body, words, hint or QUESTION_HINT, limit if hint else 10, 1),
        tiers=(Tier("", people, wait),),
        repeat=1,
        code=code,
        is_fresh=True,
        sender=sender,
        ring_from="",
        validity_period=int(min(max(wait, _SHORTEST_VALIDITY), MAX_VALIDITY)),
        # An answer to an earlier question does not count for this one.
        dedupe_window=0.0,
        quiet=0.0,
        resolves=False,
        poll_interval=poll_interval,
        confirm=False,
        tell_others=tells,
        problems=problems,
        has_fatal_error=bool(problems),
        question=question,
    )


def _counted_twice(people: Iterable[Person]) -> Iterator[str]:
    """Yield a problem for each person who would count as two people, and so could reach a quorum alone."""
    phones: dict[str, str] = {}
    names: dict[str, str] = {}
    for person in people:
        number, name = person.number, " ".join(fold(person.name).split())
        phone = phone_of(number)
        if phone and phone in phones:
            yield f"{phones[phone]} and {number} are the same phone, and would count as two people. Remove one of them."
        elif name and name in names:
            yield (
                f"{names[name]} and {number} both belong to {person.name}, and would count as two people."
                " Remove one of them, or give them different names if they are two people."
            )
        phones.setdefault(phone, number)
        names.setdefault(name, number)
