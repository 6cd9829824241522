# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shorten a text to a number of segments. Pure: text in, text out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from .gsm7 import gsm7, is_gsm7
from .segments import segments

_WORD = re.compile(r"\S+")
# A URL extends to the next space, without punctuation that ends a sentence. The look-behind keeps the pattern from
# trying each letter of a long word in turn.
# A URL ends before a character that RFC 3986 does not allow, as in JSON or HTML.
_URL = re.compile(r"(?<![a-z0-9+.-])(?:[a-z0-9+.-]+://|www\.)[^\s\"<>\\^`{|}]*[^\s\"<>\\^`{|}.,;:…]", re.IGNORECASE)
# Characters that look out of place before a mark: separators and opening brackets.
_LOOSE = ".,;:…-–—([{<«„\u201c\u2018‚¡¿"
_ZERO_WIDTH_JOINER = "\u200d"
# Two of these letters are a flag.
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def fit(text: str, limit: int, keep: str) -> str:
    """Shorten a text to at most ``limit`` segments, at the end of a word, with ``keep`` as the mark of the cut.

    The result is the text itself if it fits (without the spaces at its end, if that is all it takes), or else the
    longest beginning that fits together with the mark. A beginning that is GSM-7 gets the GSM-7 equivalent of ``keep``.
    A word that is too long for any message of that size is cut, a URL never. If there is no other place to cut, only
    the mark is left. ``gsm7(keep)`` must fit by itself.
    """
    for whole in (text, text.rstrip(), text.strip()):
        if segments(whole).segments <= limit:
            return whole
    # Everything before this index is GSM-7, so a shorter beginning has more room. On each side of it by itself, though,
    # a longer beginning never takes fewer segments, and the longest that fits is found by halving.
    turn = next((index for index, char in enumerate(text) if not is_gsm7(char)), len(text))
    ends = _ends(text, limit, keep, turn)
    return _longest(text, [end for end in ends if end > turn], limit, keep) or _longest(
        text, [end for end in ends if end <= turn], limit, gsm7(keep)
    )


def _longest(text: str, ends: Sequence[int], limit: int, mark: str) -> str:
    """Return the longest beginning that fits with its mark, empty if none does; ``ends`` are the possible ends."""
    longest, low, high = "", 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        beginning = _marked(text[: ends[middle]], mark)
        if segments(beginning).segments <= limit:
            longest, low = beginning, middle + 1
        else:
            high = middle
    return longest


def _marked(beginning: str, mark: str) -> str:
    # Without the space, phones treat an ellipsis after a URL as a part of it.
    apart = mark and not mark[0].isspace() and any(map(_URL.search, beginning.split()[-1:]))
    return f"{beginning} {mark}" if apart else beginning + mark


def _ends(text: str, limit: int, keep: str, turn: int) -> list[int]:
    """Return where a beginning of the text may end, in ascending order, without loose characters before the end."""
    in_url = {index for match in _URL.finditer(text) for index in range(*match.span())}
    tidy = [0]
    for index, char in enumerate(text):
        loose = (char.isspace() or char in _LOOSE) and index not in in_url
        tidy.append(tidy[-1] if loose else index + 1)
    ends = {0}
    for match in _WORD.finditer(text):
        start, end = match.start(), tidy[match.end()]
        ends.add(end)
        if _is_too_long(text[start:end], start > turn, limit, keep if end > turn else gsm7(keep)):
            ends.update(tidy[cut] for cut in _cuts(text, start, end) if not in_url.issuperset((cut - 1, cut)))
    return sorted(ends)


def _is_too_long(word: str, is_behind_turn: bool, limit: int, mark: str) -> bool:
    """Say whether a word does not fit even with only the mark after it, in the encoding that the text has there."""
    if is_behind_turn and all(map(is_gsm7, word)):
        # The text before the word is UCS-2. A first character outside GSM-7 has the same effect here.
        word = "…" + word[1:]
    return segments(word + mark).segments > limit


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where a word may be cut without splitting what is shown as one character."""
    flag_letters = 0
    for cut in range(start + 1, end):
        before, behind = text[cut - 1], text[cut]
        flag_letters = flag_letters + 1 if before in _FLAG_LETTERS else 0
        is_flag = flag_letters % 2 == 1 and behind in _FLAG_LETTERS
        is_one = is_flag or _ZERO_WIDTH_JOINER in (before, behind) or behind in _SKIN_TONES
        if not is_one and not unicodedata.category(behind).startswith("M"):
            yield cut
