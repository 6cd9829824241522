# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's options of any type, read one by one. Pure.

In a real run, an invalid option becomes a problem that says what is used instead, and the page goes out. A strict
reader's problems fail the task, so nothing is used instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .._options.addresses import lost_plus, sender_problem
from .._options.page_specs import PAGE
from .._text.gsm7 import gsm7
from .._text.segments import segments
from .._twilio.numbers import EXAMPLE, phone_of, read_sender
from .._twilio.twiml import LONGEST as LONGEST_TWIML
from .._twilio.values import is_sid
from .answer import STOP_WORDS, Words, fold, squeeze
from .page_text import Speech, Texts
from .terms import PAGE as PAGES
from .terms import Terms
from .written import LONGEST_WAIT, duration, from_json, ring_time

# Used if the option is empty or invalid.
DEFAULTS = {name: option["default"] for name, option in PAGE.items() if "default" in option}
DEFAULT_HINT: str = DEFAULTS["hint"]
DEFAULT_SPEECH: str = DEFAULTS["ring_say"]
NO_TEXT = "Something needs you, and the text that says what is empty"

_TRUE, _FALSE = ("true", "yes", "on", "1", "y", "t"), ("false", "no", "off", "0", "n", "f")


class Options:
    """Reads options one by one. ``problems`` says which are invalid and what is used instead."""

    def __init__(
        self,
        options: Mapping[str, Any],
        defaults: Mapping[str, Any] = DEFAULTS,
        terms: Terms = PAGES,
        is_strict: bool = False,
    ) -> None:
        self.problems: list[str] = []
        # Empty if the sender is invalid, which is reported separately.
        self.usable_sender = ""
        self._options = options
        self._defaults = defaults
        self._terms = terms
        self._is_strict = is_strict

    def _note(self, problem: str, instead: str = "", end: str = "") -> None:
        """Note a problem, and what is used instead, if anything."""
        instead = f"; {instead}" if instead and not self._is_strict else ""
        self.problems.append(f"{problem}{instead}.{end}")

    def _is_set(self, name: str) -> bool:
        return name in self._options and not (isinstance(self._options[name], str) and not self._options[name].strip())

    def _read(self, name: str, wanted: str, read: Callable[[Any], Any]) -> Any:
        """Return what ``read`` returns for an option, or the option's default if that is None."""
        default = self._defaults.get(name)
        if not self._is_set(name):
            return default
        value = read(self._options[name])
        if value is None:
            self._note(f"{name}: must be {wanted}, not {self._options[name]!r}", f"{default} is used")
            return default
        return value

    def seconds(self, name: str, least: float, most: float) -> float:
        """Return an option that is a duration, in seconds."""

        def read(value: Any) -> float | None:
            seconds = duration(value)
            return seconds if seconds is not None and least <= seconds <= most else None

        return float(self._read(name, f"{least:g} to {most:g} seconds, as in 300 or '5m'", read))

    def integer(self, name: str, least: int, most: int, why: str = "") -> int:
        """Return an option that is a whole number; ``why`` gives the reason for the limits."""

        def read(value: Any) -> int | None:
            number = duration(value) if name == "validity_period" else _number(value)
            return int(number) if number is not None and least <= number <= most and number == int(number) else None

        return int(self._read(name, f"a whole number from {least} to {most}{why}", read))

    def switch(self, name: str) -> bool:
        """Return an option that is true or false."""

        def read(value: Any) -> bool | None:
            text = str(value).strip().lower()
            return True if text in _TRUE else False if text in _FALSE else None

        return bool(self._read(name, "true or false", read))

    def window(self) -> float | None:
        """Return how old a page may be, in seconds, for a run to continue it; None if that is not set."""
        value = self._options.get("dedupe_window")
        if value is None or value == "":
            return None
        seconds = duration(value)
        if seconds is None or not 0 <= seconds <= LONGEST_WAIT:
            wanted = f"0 to {LONGEST_WAIT:g} seconds"
            self._note(f"dedupe_window: must be {wanted}, not {value!r}", "the time of all tiers together is used")
            return None
        return seconds

    def text(self, name: str) -> str:
        """Return an option as text."""
        value = self._options.get(name)
        return "" if value is None else str(value).strip()

    def required(self, name: str) -> str:
        """Return an option as text, and note a problem if it is empty."""
        text = self.text(name)
        if not text:
            self._note(f"{name}: is required")
        return text

    def resolves(self) -> bool:
        """Say whether ``state`` is resolved."""
        state = self.text("state").lower()
        if state not in ("", "paged", "resolved"):
            self._note(f"state: must be paged or resolved, not {state!r}", "paged is used")
        return state == "resolved"

    def message(self) -> str:
        """Return what has happened."""
        value, fallback = (str(self._options.get(name) or "").strip() for name in ("body", "fallback_message"))
        if not value:
            self.problems.append(f"body: is missing, or could not be rendered. The page says {fallback or NO_TEXT!r}.")
        return value or fallback or NO_TEXT

    def sender(self) -> dict[str, str]:
        """Return the options for the sender that are usable."""
        service = str(self._options.get("messaging_service_sid") or "").strip()
        given = str(self._options.get("from") or "").strip()
        sender = read_sender(given)
        if service and not is_sid(service, "MG"):
            self._note(
                f"messaging_service_sid: must be MG and 32 hexadecimal digits, not {service!r}",
                "from alone is used" if sender else "",
            )
            service = ""
        if not sender and not service:
            end = f" Nobody can be {self._terms.done} without a sender."
            self._note("from: is required. Set from or messaging_service_sid", end=end)
        elif lost_plus(sender):
            # It is too long for a short code, so it must be a phone number without its plus sign.
            self._note(f"from: {sender} has no plus sign", f"+{sender} is used", lost_plus(sender))
            sender = f"+{sender}"
        elif sender and (problem := sender_problem(sender)):
            self.problems.append(f"from: {problem}" + ("" if self._is_strict else " It is used anyway."))
        elif re.search("[A-Za-z]", sender.partition(":")[2] or sender):
            self.problems.append(f"from: nobody can reply to {sender}. Use a phone number or a short code.")
        self.usable_sender = sender if sender and not sender_problem(sender) else ""
        named = {"from": sender, "messaging_service_sid": service}
        return {name: value for name, value in named.items() if value}

    def ring(self) -> float:
        """Return after how many seconds people are called; 0 means never."""
        seconds = ring_time(self._options.get("ring"))
        if seconds is None:
            value = self._options["ring"]
            self._note(f"ring: must be 0 or more seconds, as in 120 or '2m', not {value!r}", "nobody is called")
        return seconds or 0.0

    def ring_from(self, is_needed: bool) -> str:
        """Return the number that calls; empty if there is none, or none is needed."""
        given, sender = read_sender(self.text("ring_from")), phone_of(self.usable_sender)
        number = phone_of(f"+{given}" if lost_plus(given) else given)
        used = number or sender
        if not is_needed:
            return ""
        if given and number != given:
            instead = f"{used} is used" if used else "nobody is called"
            self._note(f"ring_from: must be a phone number such as {EXAMPLE!r}, not {given!r}", instead)
        elif not used:
            self._note("ring_from: is required with ring: only a phone number can call", "nobody is called")
        return used

    def speech(self, words: Words, code: str) -> Speech:
        """Return what a call says, and how."""
        text, language, voice = (self.text(f"ring_{name}") for name in ("say", "language", "voice"))
        speech = Speech(text or DEFAULT_SPEECH, language, voice)
        if "{code}" not in speech.text:
            problem = "must contain {code}: people need it to answer"
        elif len(Texts("", words, "", 1, 1, speech=speech).spoken(code)) > LONGEST_TWIML:
            problem = f"takes more than {LONGEST_TWIML:,} characters of TwiML: a call says it twice"
        else:
            return speech
        self._note(f"ring_say: {problem}", "the default is used")
        return speech._replace(text=DEFAULT_SPEECH)

    def code(self) -> str:
        """Return the given code; empty if there is none."""
        text = self.text("code")
        if re.fullmatch(r"[0-9A-Za-z]{0,20}", text):
            return text
        self._note(f"code: must be up to 20 letters and digits, not {text!r}", "a random code is used")
        return ""

    def words(self) -> Words:
        """Return the words that accept and decline; none of them is both."""
        decline = self._word_list("decline", set())
        accept = self._word_list("accept", {squeeze(word) for word in decline})
        return Words(accept, decline)

    def _word_list(self, name: str, taken: set[str]) -> list[str]:
        value = from_json(self._options.get(name, self._defaults[name]))
        items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        words = []
        for item in items:
            word = self._word(name, item)
            is_text = not isinstance(item, (list, dict))
            problem = self._word_problem(squeeze(word), taken) if is_text else "it is not a text."
            if problem:
                done = "cannot be used" if self._is_strict else "is left out"
                self.problems.append(f"{name}: {item!r} {done}: {problem}")
            else:
                words.append(word)
        # The last default cannot be among the words in `taken`.
        defaults = (*self._defaults[name], "YES", "".join(["YES", *sorted(taken)]))
        default = next(word for word in defaults if squeeze(word) not in taken)
        if not words:
            self._note(f"{name}: contains no usable word", f"{default} is used")
        return words or [default]

    def _word(self, name: str, item: Any) -> str:
        if not isinstance(item, bool):
            return "" if item is None else str(item).strip()
        # What YAML makes of an unquoted YES or NO.
        word = "YES" if item else "NO"
        if not self._is_strict:
            self.problems.append(f'{name}: must be quoted in YAML; {item} is read as "{word}".')
        return word

    def _word_problem(self, word: str, taken: set[str]) -> str:
        if not word:
            return "it contains no letter or digit."
        if word in STOP_WORDS:
            return "Twilio treats it as an opt-out, and sends this person nothing more."
        return "it is also in decline." if word in taken else ""

    def hint(self, words: Words, code: str, limit: int, tag: str) -> str:
        """Return the hint; empty if not even the default fits."""
        default = self._defaults["hint"]
        value = str(self._options.get("hint") or default).strip()
        for hint in (value, default):
            if "{code}" not in hint:
                problem = "must contain {code}, to distinguish replies to different pages"
            elif _takes(f"{Texts('', words, hint, limit, 1).how_to_reply(code)}{tag and f' #{tag}'}") > limit:
                problem = f"takes more than {limit} segments, including the words and the code"
            elif hint == value:
                return hint
            else:
                self._note(f"hint: {problem}", f"{default!r} is used")
                return hint
        self._note(f"segments: {limit} are too few for the hint", "up to 10 are used")
        return ""


def _takes(hint: str) -> int:
    # There must be room for some of the message.
    return segments(gsm7(f"…\n{hint}") + "x" * 20).segments


def _number(value: Any) -> float | None:
    return None if isinstance(value, str) and fold(value) != value else duration(value)
