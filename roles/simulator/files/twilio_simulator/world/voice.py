# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call says, and how long that takes: https://www.twilio.com/docs/voice/twiml"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count, repeat
from typing import NamedTuple
from xml.etree import ElementTree

from .twiml import BadTwiml, response_in

# Words per second; the seconds of a break; and the seconds assumed for a sound, since nothing is played.
WORDS_A_SECOND = 2.5
BREAK, SOUND = 1.0, 3.0
# The shortest time that speech takes, in seconds.
SHORTEST = 0.2
# What Twilio says if it cannot continue.
APOLOGY = "We are sorry, an application error has occurred. Goodbye."
# Twilio's error codes: https://www.twilio.com/docs/api/errors
NOT_VALID, PLAY_LOOP, SAY_LOOP, SAY_TEXT, SAY_LONG, PAUSE_LENGTH = 12200, 13410, 13510, 13520, 13521, 13910
# How many characters a voice accepts. Any other voice has the limit of the basic ones.
LONGEST = {"Polly": 3000, "Google": 5000}
LONGEST_BASIC = 4096
# Verbs that Twilio supports and the simulator does not.
OTHER_VERBS = frozenset({
    "AddOnResult", "Connect", "Dial", "Echo", "Enqueue", "Gather", "Leave", "Pay", "Prompt", "Record", "Redirect",
    "Refer", "Reject", "Siprec", "Sms", "Start", "Stop", "Stream", "Transcription", "VirtualAgent",
})  # fmt: skip
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")


class Part(NamedTuple):
    """A part of a call: something that is heard, or silence if ``text`` is empty."""

    text: str
    seconds: float


class NotSimulated(Exception):
    """The document uses something that Twilio supports and the simulator does not."""


def parts_in(text: str, content_type: str = "text/xml") -> Iterator[Part]:
    """Yield what is heard of a document, part by part. This may never end.

    :raises BadTwiml: if Twilio would not understand it.
    :raises NotSimulated: if Twilio would.
    """
    root = response_in(text, content_type)
    found: list[Iterator[Part]] = []
    for verb in root:
        if verb.tag == "Hangup":
            break
        found.append(_read(verb))
    return chain.from_iterable(found)


def _read(verb: ElementTree.Element) -> Iterator[Part]:
    if verb.tag == "Say":
        return _said(verb)
    if verb.tag == "Pause":
        return iter([Part("", _whole(verb, "length", 1, PAUSE_LENGTH))])
    if verb.tag == "Play":
        sound = Part(f"(the sound {(verb.text or '').strip() or verb.get('digits', '')})", SOUND)
        return _times(sound, _whole(verb, "loop", 1, PLAY_LOOP))
    if verb.tag in OTHER_VERBS:
        raise NotSimulated(f"the simulator understands Say, Pause, Play and Hangup, but not {verb.tag}")
    raise BadTwiml(NOT_VALID, f"has the element {verb.tag}, which TwiML does not have")


def _said(verb: ElementTree.Element) -> Iterator[Part]:
    text = " ".join("".join(verb.itertext()).split())
    longest = LONGEST.get(verb.get("voice", "").partition(".")[0], LONGEST_BASIC)
    if len(text) > longest:
        raise BadTwiml(SAY_LONG, f"has a Say of {len(text)} characters, and this voice accepts {longest}")
    if not text:
        raise BadTwiml(SAY_TEXT, "has a Say without words")
    return _times(Part(text, _seconds(verb, text)), _whole(verb, "loop", 1, SAY_LOOP))


def _seconds(verb: ElementTree.Element, text: str) -> float:
    """Return how many seconds a text takes to speak. A spelled text takes as long as a word for each character."""
    spelled = [part for part in verb.iter("say-as") if part.get("interpret-as") in ("spell-out", "characters")]
    more = sum(len("".join(part.itertext()).replace(" ", "")) for part in spelled)
    breaks = sum(_break(part) for part in verb.iter("break"))
    return max(SHORTEST, (len(text.split()) + more) / WORDS_A_SECOND + breaks)


def _break(part: ElementTree.Element) -> float:
    found = _DURATION.fullmatch(part.get("time", ""))
    return float(found[1]) / (1000 if found[2] == "ms" else 1) if found else BREAK


def _times(part: Part, times: int) -> Iterator[Part]:
    """Repeat this many times, or forever for 0."""
    return repeat(part, times) if times else (part for _time in count())


def _whole(verb: ElementTree.Element, name: str, default: int, code: int) -> int:
    text = verb.get(name, str(default))
    if not re.fullmatch(r"\d{1,6}", text):
        raise BadTwiml(code, f"has a {verb.tag} whose {name} is {text[:40]!r}")
    return int(text)
