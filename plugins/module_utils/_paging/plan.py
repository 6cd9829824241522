# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done for an incident: options as people write them, read into a plan and a list of problems. Pure.

By day, in check mode, each problem is an error. At night it is a warning, and the page goes on with what is left: only
where nobody can be paged, ``Plan.has_fatal_error`` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .._options.addresses import lost_plus, sender_problem
from .._options.rules import MAX_VALIDITY
from .._options.spec import PAGE
from .._text.gsm7 import gsm7
from .._text.segments import segments
from .._twilio.numbers import EXAMPLE, phone_of, read_sender
from .._twilio.twiml import LONGEST as LONGEST_TWIML
from .._twilio.values import is_sid
from .answer import STOP_WORDS, Words, fold, squeeze
from .page_text import Speech, Texts, tag_of
from .people import LONGEST_WAIT, Person, Reader, Tier, duration, from_json, ring_time

# What an option is where nothing, or nothing of use, is given.
DEFAULTS = {name: option["default"] for name, option in PAGE.items() if "default" in option}
DEFAULT_HINT: str = DEFAULTS["hint"]
DEFAULT_SPEECH: str = DEFAULTS["ring_say"]
NO_TEXT = "Something needs you, and the text that says what is empty"

# Letters and digits that cannot be taken for each other; without vowels there are no words among the codes.
ALPHABET = "2345679CDFGHJKMPRTVWX"

DAY = 86400.0
_SHORTEST_POLL = 0.1
_TRUE, _FALSE = ("true", "yes", "on", "1", "y", "t"), ("false", "no", "off", "0", "n", "f")


@dataclass(frozen=True)
class Plan:
    """What is to be done, whatever happens.

    ``code`` is the one that was given, or a fresh one; ``dedupe_window`` None stands for as long as all tiers take.
    ``sender`` holds the options ``from`` and ``messaging_service_sid`` that are set, and calls come from ``ring_from``,
    which is empty if there are to be none. ``resolves`` says that people are
    to be told that all is well again, instead of being paged.
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
        """How many seconds an incident can be found for."""
        if self.resolves:
            # It lasts as long as it takes to mend what is broken.
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

    @cached_property
    def people(self) -> dict[str, Person]:
        """Return everybody who is on the plan, by number; names are kept wherever they are given."""
        people: dict[str, Person] = {}
        for tier in self.tiers:
            for person in tier.everybody:
                if not people.get(person.number, Person("")).name:
                    people[person.number] = person
        return people


def read_plan(options: Mapping[str, Any], fresh_code: str) -> Plan:
    """Read a task's options, of which any may have any type or be missing, into a plan."""
    reader = _Options(options)
    sender = reader.sender()
    wait = reader.seconds("wait", 0.001, LONGEST_WAIT)
    ring = reader.ring()
    people = Reader("tiers", wait, reader.usable_sender, options.get("run_on") != "target", ring)
    tiers = people.tiers(options.get("tiers"))
    ring_from = reader.ring_from(any(tier.ring for tier in tiers))
    repeat = reader.integer("repeat", 1, 100)
    words, code = reader.words(), reader.code()
    limit = reader.integer("segments", 1, 10)
    code, is_fresh = (code, False) if code else (fresh_code, True)
    tag = tag_of(reader.text("incident"))
    reader.rings_in_time(tiers, repeat)
    hint = reader.hint(words, code, limit, tag)
    if not hint:
        limit, hint = 10, DEFAULT_HINT
    plan = Plan(
        texts=Texts(
            reader.message(),
            words,
            hint,
            limit,
            max(1, len(tiers) * repeat),
            tag,
            reader.speech(words, code),
        ),
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
        problems=(*people.problems, *reader.problems),
        has_fatal_error=not tiers or not sender,
    )
    return plan


class _Options:
    """Reads options one by one; ``problems`` then says what could not be read and what is used instead."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.problems: list[str] = []
        # None that is wrong itself, which is a problem of its own.
        self.usable_sender = ""
        self._options = options

    def _is_set(self, name: str) -> bool:
        return name in self._options and not (isinstance(self._options[name], str) and not self._options[name].strip())

    def _read(self, name: str, wanted: str, read: Callable[[Any], Any]) -> Any:
        """Return what ``read`` makes of an option, or its default where that is None."""
        default = DEFAULTS.get(name)
        if not self._is_set(name):
            return default
        value = read(self._options[name])
        if value is None:
            self.problems.append(f"{name}: must be {wanted}, not {self._options[name]!r}; {default} is used.")
            return default
        return value

    def seconds(self, name: str, least: float, most: float) -> float:
        """Return an option that is a time."""

        def read(value: Any) -> float | None:
            seconds = duration(value)
            return seconds if seconds is not None and least <= seconds <= most else None

        return float(self._read(name, f"{least:g} to {most:g} seconds, as in 300 or '5m'", read))

    def integer(self, name: str, least: int, most: int) -> int:
        """Return an option that is a whole number."""

        def read(value: Any) -> int | None:
            number = duration(value) if name == "validity_period" else _number(value)
            return int(number) if number is not None and least <= number <= most and number == int(number) else None

        return int(self._read(name, f"a whole number from {least} to {most}", read))

    def switch(self, name: str) -> bool:
        """Return an option that is true or false."""

        def read(value: Any) -> bool | None:
            text = str(value).strip().lower()
            return True if text in _TRUE else False if text in _FALSE else None

        return bool(self._read(name, "true or false", read))

    def window(self) -> float | None:
        """Return how old a page may be that a run goes on with."""
        value = self._options.get("dedupe_window")
        if value is None or value == "":
            return None
        seconds = duration(value)
        if seconds is None or not 0 <= seconds <= LONGEST_WAIT:
            self.problems.append(
                f"dedupe_window: must be 0 to {LONGEST_WAIT:g} seconds, not {value!r};"
                " as long as all tiers take is used."
            )
            return None
        return seconds

    def text(self, name: str) -> str:
        """Return an option that is any text, or what becomes one."""
        value = self._options.get(name)
        return "" if value is None else str(value).strip()

    def resolves(self) -> bool:
        """Say whether all is well again."""
        state = self.text("state").lower()
        if state not in ("", "paged", "resolved"):
            self.problems.append(f"state: must be paged or resolved, not {state!r}; paged is used.")
        return state == "resolved"

    def message(self) -> str:
        """Return what has happened."""
        value, fallback = (str(self._options.get(name) or "").strip() for name in ("body", "fallback_message"))
        if not value:
            self.problems.append(f"body: is missing, or could not be rendered. The page says {fallback or NO_TEXT!r}.")
        return value or fallback or NO_TEXT

    def sender(self) -> dict[str, str]:
        """Return the options that say who sends."""
        service = str(self._options.get("messaging_service_sid") or "").strip()
        given = str(self._options.get("from") or "").strip()
        sender = read_sender(given)
        if service and not is_sid(service, "MG"):
            self.problems.append(
                f"messaging_service_sid: must be MG and 32 hexadecimal digits, not {service!r}"
                + ("; from alone is used." if sender else ".")
            )
            service = ""
        if not sender and not service:
            self.problems.append("from: is required, or messaging_service_sid. Nobody can be paged without a sender.")
        elif lost_plus(sender):
            # It is too long for a short code, so it can only be this.
            self.problems.append(f"from: {sender} has no plus sign; +{sender} is used.{lost_plus(sender)}")
            sender = f"+{sender}"
        elif sender and (problem := sender_problem(sender)):
            self.problems.append(f"from: {problem} It is used all the same.")
        elif re.search("[A-Za-z]", sender.partition(":")[2] or sender):
            self.problems.append(f"from: nobody can reply to {sender}. Use a phone number or a short code.")
        self.usable_sender = sender if sender and not sender_problem(sender) else ""
        named = {"from": sender, "messaging_service_sid": service}
        return {name: value for name, value in named.items() if value}

    def ring(self) -> float:
        """Return after how many seconds people are called; 0 is never."""
        seconds = ring_time(self._options.get("ring"))
        if seconds is None:
            value = self._options["ring"]
            self.problems.append(
                f"ring: must be 0 or more seconds, as in 120 or '2m', not {value!r}; nobody is called."
            )
        return seconds or 0.0

    def ring_from(self, is_needed: bool) -> str:
        """Return the number that calls; empty if there is none, or none is needed."""
        given, sender = read_sender(self.text("ring_from")), phone_of(self.usable_sender)
        number = phone_of(f"+{given}" if lost_plus(given) else given)
        if not is_needed:
            return ""
        if given and (not number or number != given):
            used = number or sender
            end = f"{used} is used" if used else "nobody is called"
            self.problems.append(f"ring_from: must be a phone number such as {EXAMPLE!r}, not {given!r}; {end}.")
        elif not given and not sender:
            self.problems.append("ring_from: is required with ring: only a phone number can call; nobody is called.")
        return number or sender

    def speech(self, words: Words, code: str) -> Speech:
        """Return what a call says, and how."""
        text, language, voice = (self.text(f"ring_{name}") for name in ("say", "language", "voice"))
        speech = Speech(text or DEFAULT_SPEECH, language, voice)
        if "{code}" not in speech.text:
            problem = "must have {code} in it, or nobody could answer"
        elif len(Texts("", words, "", 1, 1, speech=speech).spoken(code)) > LONGEST_TWIML:
            problem = f"takes more than {LONGEST_TWIML:,} characters of TwiML, which says it twice"
        else:
            return speech
        self.problems.append(f"ring_say: {problem}; the default is used.")
        return speech._replace(text=DEFAULT_SPEECH)

    def rings_in_time(self, tiers: tuple[Tier, ...], repeat: int) -> None:
        """Say which tiers' calls would come when the page is over."""
        left = sum(tier.wait for tier in tiers) * repeat
        for tier in tiers:
            if tier.ring >= left:
                self.problems.append(
                    f"ring: {tier.ring:g} seconds are not less than {tier.name} has; it is not called."
                )
            left -= tier.wait

    def code(self) -> str:
        """Return the code that was given; empty if there is none."""
        text = self.text("code")
        if re.fullmatch(r"[0-9A-Za-z]{0,20}", text):
            return text
        self.problems.append(f"code: must be up to 20 letters and digits, not {text!r}; a code by chance is used.")
        return ""

    def words(self) -> Words:
        """Return the words that answer; none of them means two things."""
        decline = self._word_list("decline", ["NO"], set())
        accept = self._word_list("accept", ["ACK", "YES"], {squeeze(word) for word in decline})
        return Words(accept, decline)

    def _word_list(self, name: str, defaults: list[str], taken: set[str]) -> list[str]:
        value = from_json(self._options.get(name, DEFAULTS[name]))
        items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        words = []
        for item in items:
            word = self._word(name, item)
            problem = self._word_problem(squeeze(word), taken)
            if problem:
                self.problems.append(f"{name}: {item!r} is left out: {problem}")
            else:
                words.append(word)
        default = next(word for word in defaults if squeeze(word) not in taken)
        if not words:
            self.problems.append(f"{name}: names no word that can be used; {default} is used.")
        return words or [default]

    def _word(self, name: str, item: Any) -> str:
        if not isinstance(item, bool):
            return "" if item is None else str(item).strip()
        # What YAML makes of an unquoted YES or NO.
        word = "YES" if item else "NO"
        self.problems.append(f'{name}: must be quoted in YAML; {item} is read as "{word}".')
        return word

    def _word_problem(self, word: str, taken: set[str]) -> str:
        if not word:
            return "it has no letter or digit."
        if word in STOP_WORDS:
            return "Twilio takes it as an order to send this person nothing any more."
        return "it declines as well." if word in taken else ""

    def hint(self, words: Words, code: str, limit: int, tag: str) -> str:
        """Return how to reply; empty if not even the default fits."""
        value = str(self._options.get("hint") or DEFAULT_HINT).strip()
        for hint in (value, DEFAULT_HINT):
            if "{code}" not in hint:
                problem = "must have {code} in it, or replies could not be told from those to other pages"
            elif _takes(f"{Texts('', words, hint, limit, 1).how_to_reply(code)}{tag and f' #{tag}'}") > limit:
                problem = f"takes more than {limit} segments with words and code in it"
            elif hint == value:
                return hint
            else:
                self.problems.append(f"hint: {problem}; {DEFAULT_HINT!r} is used.")
                return hint
        self.problems.append(f"segments: {limit} are too few for the hint; up to 10 are used.")
        return ""


def _takes(hint: str) -> int:
    # There must be room for some of the message.
    return segments(gsm7(f"…\n{hint}") + "x" * 20).segments


def _number(value: Any) -> float | None:
    return None if isinstance(value, str) and fold(value) != value else duration(value)
