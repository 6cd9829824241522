# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts that a page sends, and how they are recognised in Twilio's list of messages. Pure.

Twilio's list is the only record of an earlier run. So the text of a page contains its code and its turn, and later
texts show that somebody has taken it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .._text.fit import fit
from .._text.gsm7 import gsm7
from .._text.segments import segments
from .._twilio.message import TRIAL_PREFIX
from .._twilio.twiml import LONGEST, spoken
from .answer import Words

# The kinds of texts about an incident other than its pages.
CONFIRMED = "confirmed"
TAKEN = "taken"
UNTAKEN = "untaken"
RESOLVED = "resolved"
HINTED = "hinted"
DECIDED = "decided"

_LONGEST_NAME = 40
_SCHEMES = re.compile(r"[a-z0-9+.-]+://(?:www\.)?|\bwww\.", re.IGNORECASE)
_URLS = re.compile(rf"(?:{_SCHEMES.pattern})\S+", re.IGNORECASE)
# How much of a message a call says, in characters. Nobody listens for longer.
_LONGEST_SPEECH = 600


class Speech(NamedTuple):
    """What a call says, with the placeholders ``{message}``, ``{accept}``, ``{decline}`` and ``{code}``, and how."""

    text: str
    language: str = ""
    voice: str = ""


# For texts that no call follows.
NO_SPEECH = Speech("")


class Page(NamedTuple):
    """A page that was recognised: the code of its incident and its turn, counted from 0."""

    code: str
    turn: int


@dataclass(frozen=True)
class Texts:
    """The texts of an incident, for any code; ``segments`` is the maximum of a page.

    ``tag`` is at the end of each page of an incident that has a key, and is then the only mark of the incident: the
    message from a monitoring system may change from one alert to the next. A message that does not fit has a tag too,
    since two may differ only in what is cut.
    """

    message: str
    words: Words
    hint: str
    segments: int
    turns: int
    tag: str = ""
    speech: Speech = NO_SPEECH

    def how_to_reply(self, code: str) -> str:
        """Return the hint with words and code in it."""
        filled = self.hint.replace("{accept}", self.words.accept[0]).replace("{decline}", self.words.decline[0])
        return filled.replace("{code}", code)

    def page(self, code: str, turn: int) -> str:
        """Return the text of a page. It differs for each turn, so that it can be recognised in a list of messages."""
        mark, end = self._mark(turn), self._end(code)
        text = fit(f"{mark}{self.message}{end}", self.segments, f"…{end}")
        if len(text) > len(mark) + len(f"...{end}"):
            return text
        # Nothing of the message is left, because it begins with a URL, which is never cut. The rest says what has
        # happened. If there is none, the URL is cut after all: without https:// it is none.
        message = _URLS.sub("", self.message).strip() or _SCHEMES.sub("", self.message)
        return fit(f"{mark}{message}{end}", self.segments, f"…{end}")

    def is_cut(self, code: str) -> bool:
        """Say whether the message does not fit into each page."""
        return gsm7(self.message.strip()) not in gsm7(self.page(code, self.turns - 1))

    def _end(self, code: str) -> str:
        return f"\n{self.how_to_reply(code)}{self.tag and f' #{self.tag}'}"

    def _mark(self, turn: int) -> str:
        return f"Escalation {turn} of {self.turns - 1}: " if turn else ""

    def spoken(self, code: str) -> str:
        """Return what a call says, as TwiML: the code letter by letter, and as much of the message as fits.

        The call says it twice.
        """
        words = self.words
        said = {"{accept}": words.accept[0], "{decline}": words.decline[0], "{code}": ", ".join(code)}
        message = " ".join(self.message.split())[:_LONGEST_SPEECH]
        while True:
            text = self.speech.text
            for place, value in {**said, "{message}": message}.items():
                text = text.replace(place, value)
            twiml = spoken(text, 2, self.speech.language, self.speech.voice)
            if len(twiml) <= LONGEST or not message:
                return twiml
            message = message[: len(message) // 2]

    def confirmation(self, code: str) -> str:
        """Return what the person who has taken it is told."""
        return self._short(f"You have taken {code}: ")

    def taken(self, code: str, name: str) -> str:
        """Return what is told to everybody else who was paged, and to people who accept after somebody has taken it."""
        return self._short(f"Taken by {_cut(name)}: {code}: ")

    def untaken(self, code: str) -> str:
        """Return what everybody who was paged is told when the page has ended."""
        return self._short(f"Nobody has taken {code}, and the page has ended: ")

    def resolved(self, codes: Iterable[str]) -> str:
        """Return what everybody who was paged is told when it is resolved."""
        return self._short(f"Resolved {', '.join(codes)}: ")

    def decided(self, verdict: str) -> str:
        """Return what everybody who was asked is told when a question is decided."""
        return fit(f"{verdict}: {self.message}", self.segments, "…")

    def not_understood(self, code: str) -> str:
        """Return what a person is told if their reply was not understood."""
        return f"Your reply was not understood. {self.how_to_reply(code)}"

    def _short(self, beginning: str) -> str:
        text = fit(f"{beginning}{self.message}", max(1, segments(beginning + "…").segments), "…")
        # A message that begins with a long URL is cut before it, and the spaces there are cut off as well.
        return text if gsm7(text).startswith(gsm7(beginning)) else f"{beginning}…"

    def recognise(self, body: str) -> Page | None:
        """Say which page of this incident, or of an earlier one of the same message, a text is; None if it is none."""
        text = _plain(body)
        for code in self._candidates(text):
            if self.tag:
                return Page(code, self._turn_of(text))
            for turn in range(self.turns):
                if text.startswith(gsm7(self._mark(turn))) and text == _plain(self.page(code, turn)):
                    return Page(code, turn)
        return None

    def _candidates(self, text: str) -> Iterator[str]:
        """Yield possible codes: those with which the hint is equal to the end of this text."""
        end = "\n".join(text.split("\n")[-1 - self.hint.count("\n") :])
        for code in sorted(set(re.findall(r"[0-9A-Za-z]+", end))):
            if text.endswith(_plain(self._end(code))):
                yield code

    def _turn_of(self, text: str) -> int:
        """Return the turn of a page whose message may differ."""
        mark = re.match("Escalation ([0-9]{1,4}) of ", text)
        return min(int(mark[1]), self.turns - 1) if mark else 0

    def taker(self, body: str, code: str) -> str:
        """Return the name of the person who has taken it, from a text of the kind ``TAKEN``."""
        return _plain(body).removeprefix("Taken by ").partition(f": {code}: ")[0]

    def tells_resolved(self, body: str, code: str) -> bool:
        """Say whether a text says that the incident with this code is resolved."""
        codes = re.match("Resolved ((?:[0-9A-Za-z]+, )*[0-9A-Za-z]+): ", body.removeprefix(TRIAL_PREFIX))
        return codes is not None and code in codes[1].split(", ")

    def kind_of(self, body: str, code: str) -> str | None:
        """Return the kind of a text about this code, with any message; None for any other text."""
        text = _plain(body)
        if text.startswith(_plain(f"You have taken {code}: ")):
            return CONFIRMED
        if text.startswith("Taken by ") and f": {code}: " in text[: len("Taken by ") + _LONGEST_NAME + len(code) + 5]:
            return TAKEN
        if text.startswith(f"Nobody has taken {code}, "):
            return UNTAKEN
        if self.tells_resolved(body, code):
            return RESOLVED
        return HINTED if text == _plain(self.not_understood(code)) else None


def tag_of(key: str) -> str:
    """Return the tag of an incident's key in its pages: a hash of 35 bits, so that no two keys share a tag."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:7].decode().lower() if key else ""


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."


def _plain(text: str) -> str:
    # Smart Encoding may have replaced characters.
    return gsm7(text.removeprefix(TRIAL_PREFIX)).strip()
