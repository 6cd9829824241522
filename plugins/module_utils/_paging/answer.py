# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person's reply says. Pure.

A reply counts if its first line with any text consists of a word, the code and courtesies, and nothing else. A yes
among other words may be a question or a refusal (``did anyone ack 7f3?``, ``NO ACK 7F3``), which must not end a page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ACCEPTED = "accepted"
DECLINED = "declined"
# The person opted out: Twilio sends them nothing more.
STOPPED = "stopped"

# Twilio treats a text as an opt-out if it is one of these words.
# Source: https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering-
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"})

# It treats these as the end of an opt-out.
START_WORDS = frozenset({"start", "yes", "unstop"})

# What people write around an answer. No other words are accepted, since they could reverse the meaning.
_WITH_ANY = """
ok / okay / k / kk / hi / hey / hello / thanks / thank you / thx / ty / tnx / cheers / please / pls / plz / sorry / sry
danke / bitte / merci / gracias / por favor / grazie / obrigado / obrigada / dank je / bedankt / tack
good night / gn / oh / ah / well / alright / all right / fine
"""
_WITH_YES = """
yes / yep / yeah / sure / got it / will do / on it / i m on it / im on it / on my way / i m on my way / im on my way
omw / looking / looking into it / taking a look / i ll take it / ill take it / mine / right away
"""
_WITH_NO = """
nope / can t / cant / cannot / can not / i can t / i cant / i cannot / not me / not now / not today
"""

# More tokens than word and code have, even with a space after each character.
_MOST_TOKENS = 40
# The maximum length of an SMS. The text of a picture message may be longer.
_MOST_CHARACTERS = 1600


def fold(text: str) -> str:
    """Return a text without differences of case, width, accents and invisible characters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(char for char in folded if not _is_ignored(char))
    # On Turkish keyboards, people may type a dotless i.
    return unicodedata.normalize("NFKC", kept.replace("ı", "i"))


def _is_ignored(char: str) -> bool:
    # Accents on letters, variation selectors of emoji, and invisible characters.
    is_mark = "\u0300" <= char <= "\u036f" or "\ufe00" <= char <= "\ufe0f" or char == "\u20e3"
    return is_mark or unicodedata.category(char) == "Cf"


def squeeze(text: str) -> str:
    """Return a word or a code without separators, case and accents: ``A.C.K. 7-F-3`` is ``ack7f3``."""
    return "".join(_tokens(text))


def _tokens(line: str) -> list[str]:
    """Split a line at everything except letters, digits, and marks that belong to a letter, as in Hindi or Thai."""
    parts = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in fold(line))
    return parts.split()


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for line in text.strip().splitlines() for phrase in line.split("/"))


_COURTESIES = {
    ACCEPTED: _phrases(_WITH_ANY) | _phrases(_WITH_YES),
    DECLINED: _phrases(_WITH_ANY) | _phrases(_WITH_NO),
}
_BACKWARDS = {meaning: frozenset(phrase[::-1] for phrase in phrases) for meaning, phrases in _COURTESIES.items()}
_LONGEST = max(len(phrase) for phrases in _COURTESIES.values() for phrase in phrases)


class Words(NamedTuple):
    """The words that answer. The hint shows the first of each."""

    accept: Sequence[str]
    decline: Sequence[str]


class Reading(NamedTuple):
    """What a reply says.

    ``meaning`` is accepted, declined, stopped, or None if the reply is not understood. ``has_code`` says whether the
    code is next to the word; without it, the word may answer another question. ``mentions_code`` says whether the code
    is anywhere in the text, so that the reply can only be meant for this page.
    """

    meaning: str | None
    has_code: bool = False
    mentions_code: bool = False


def read_reply(text: str, code: str, words: Words) -> Reading:
    """Read a reply to the page with this code."""
    if text.strip().casefold() in STOP_WORDS:
        return Reading(STOPPED)
    wanted = squeeze(code)
    lines = _lines(text)
    mentions = bool(wanted) and any(_has(line, wanted) for line in lines)
    with_code = _meanings(lines, wanted, words) if wanted else set()
    if wanted and (meaning := _meaning(lines, wanted, words)):
        # A no on another line takes a yes back.
        is_taken_back = meaning == ACCEPTED and DECLINED in with_code | _meanings(lines, "", words)
        return Reading(None, False, mentions) if is_taken_back else Reading(meaning, True, mentions)
    meaning = _meaning(lines, "", words)
    # "NO 7F3" below "Ack" contradicts it.
    return Reading(None if with_code and meaning not in with_code else meaning, False, mentions)


def is_start(text: str) -> bool:
    """Say whether Twilio treats a text as the end of an opt-out."""
    return text.strip().casefold() in START_WORDS


def codes_answered(text: str, words: Words) -> frozenset[str]:
    """Return the codes that a reply may answer, of any page, as ``squeeze`` returns them."""
    lines = _lines(text)
    if _meaning(lines, "", words):
        # Such as "ok ack": the rest is a courtesy, not a code.
        return frozenset()
    line = next((line for line in lines if not _are_courtesies(line)), [])
    return frozenset(
        code
        for meaning, answers in zip((ACCEPTED, DECLINED), words)
        for core in _cores(line, meaning)
        for word in map(squeeze, answers)
        for code in (core.removeprefix(word), core.removesuffix(word))
        if code not in ("", core)
    )


def tokens_of(text: str) -> frozenset[str]:
    """Return the words of a text, as ``fold`` returns them, to look for a code."""
    return frozenset(_tokens(text))


def _lines(text: str) -> list[list[str]]:
    """Return the tokens of each line that is not a quotation."""
    lines = [_tokens(line) for line in text[:_MOST_CHARACTERS].splitlines() if not line.lstrip().startswith((">", "|"))]
    return [line for line in lines if line]


def _meaning(lines: Sequence[list[str]], code: str, words: Words) -> str | None:
    """Return the meaning of the first line with any text; None if it has none, or two."""
    possible = {ACCEPTED, DECLINED}
    for index, line in enumerate(lines):
        # The code may be on a line of its own below the word.
        candidates = [line, line + lines[index + 1]] if code and index + 1 < len(lines) else [line]
        if found := _meanings(candidates, code, words):
            return found.pop() if len(found) == 1 and found <= possible else None
        # A line that only fits a no, such as "not now", contradicts a yes below it.
        possible = {meaning for meaning in possible if _is_courteous(line, _COURTESIES[meaning])}
    return None


def _meanings(candidates: Sequence[list[str]], code: str, words: Words) -> set[str]:
    """Return the meanings of any of these lines."""
    return {
        meaning
        for meaning, answers in zip((ACCEPTED, DECLINED), words)
        for tokens in candidates
        if any(_matches(tokens, meaning, squeeze(word), code) for word in answers)
    }


def _matches(tokens: list[str], meaning: str, word: str, code: str) -> bool:
    return bool(word) and any(core in (word + code, code + word) for core in _cores(tokens, meaning))


def _cores(tokens: list[str], meaning: str) -> Iterator[str]:
    """Remove courtesies from both ends of a line, and yield what is left, for each possible way."""
    ends = {len(tokens) - size for size in _courteous(tokens[::-1], _BACKWARDS[meaning])}
    for start in _courteous(tokens, _COURTESIES[meaning]):
        for end in range(start + 1, min(start + _MOST_TOKENS, len(tokens)) + 1):
            if end in ends:
                yield "".join(tokens[start:end])


def _are_courtesies(tokens: list[str]) -> bool:
    return any(_is_courteous(tokens, phrases) for phrases in _COURTESIES.values())


def _is_courteous(tokens: list[str], phrases: frozenset[tuple[str, ...]]) -> bool:
    return len(tokens) in _courteous(tokens, phrases)


def _courteous(tokens: list[str], phrases: frozenset[tuple[str, ...]]) -> list[int]:
    """Return all numbers of tokens at the beginning that can be courtesies; 0 is always one of them."""
    sizes = [0]
    for end in range(1, len(tokens) + 1):
        if any(tuple(tokens[start:end]) in phrases for start in sizes[-_LONGEST:]):
            sizes.append(end)
        elif end - sizes[-1] >= _LONGEST:
            break
    return sizes


def _has(tokens: list[str], wanted: str) -> bool:
    """Say whether consecutive tokens form the code."""
    for start in range(len(tokens)):
        joined = ""
        for token in tokens[start:]:
            joined += token
            if joined == wanted:
                return True
            if not wanted.startswith(joined):
                break
    return False
