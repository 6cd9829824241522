# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person's reply says. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

ACCEPTED = "accepted"
DECLINED = "declined"

# What thumbs put between the characters of a code, or leave out.
_GAP = r"[\W_]*"
_LETTER_OR_DIGIT = r"[^\W_]"


def answer_in(text: str, code: str, accept: Sequence[str], decline: Sequence[str]) -> str | None:
    """Say whether a reply is ``accepted`` or ``declined``; None if it says neither, or both.

    A word counts with the code behind it, in any case, spacing and punctuation: ``Ack 7f3!`` is ``ACK7F3``, and
    ``NACK 7F3`` is not. Without a code the word must be all that the reply says.
    """
    plain = unicodedata.normalize("NFKC", text)
    said = [
        answer
        for answer, words in ((ACCEPTED, accept), (DECLINED, decline))
        if any(_says(plain, word, code) for word in words)
    ]
    return said[0] if len(said) == 1 else None


def _says(text: str, word: str, code: str) -> bool:
    spelled = _GAP.join(re.escape(character) for character in word + code if character.isalnum())
    if not code:
        return re.fullmatch(f"{_GAP}{spelled}{_GAP}", text, re.IGNORECASE) is not None
    alone = f"(?<!{_LETTER_OR_DIGIT}){spelled}(?!{_LETTER_OR_DIGIT})"
    return re.search(alone, text, re.IGNORECASE) is not None
