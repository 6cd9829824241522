# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a text becomes SMS segments. Pure: text in, numbers out.

The facts: a segment holds 1,120 bits, and each of several loses 48 of them to the header that joins them
(3GPP TS 23.038 and TS 23.040; https://www.twilio.com/docs/glossary/what-sms-character-limit).
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

# ESC is not a character of its own here: it introduces the extension table.
GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("^{}\\[~]|€\f")

# What Twilio's Smart Encoding writes instead of each character, from the map that Twilio publishes in its
# segment calculator (https://github.com/TwilioDevEd/message-segment-calculator). Spaces of every width are one
# space here, where that map doubles them. The full-width and small forms of ASCII characters are not listed,
# since Unicode's own compatibility mapping (NFKC) says the same of them.
_LIKENESSES = {
    '"': "«»\u201c\u201dʺˮ‟„❝❞〝〞",
    "'": "\u2018\u2019ʻˈʼʽʹ‛´ˊ`ˋ❛❜\u0313\u0314\ufe10\ufe11",
    "/": "÷⧸\u0337\u0338⁄∕",
    "1/4": "¼",
    "1/2": "½",
    "3/4": "¾",
    "\\": "⧹⧵\u20e5",
    "_": "\u0332‗",
    "|": "\u20d2\u20d3∣⎸⎹⏐⎜⎟",
    "-": "⎼⎽―‐⁃—–•",
    "!": "ǃ\ufe15",
    "!!": "‼",
    "?": "\ufe16",
    "...": "…",
    ",": "‚\u0326﹑､、",
    "(": "❨❪⟮⦅",
    ")": "❩❫⟯⦆",
    "*": "⁎∗⊛✢✣✤✥✱✲✳✺✻✼✽❃❉❊❋⧆",
    "+": "˖",
    ".": "。｡",
    ":": "ː˸⦂꞉\ufe13",
    ";": "⁏\ufe14",
    "=": "\u0347꞊",
    "^": "ˆ\u0302\u1dcd",
    "{": "❴",
    "}": "❵",
    "~": "˜˷\u0303\u0330\u0334∼",
    "<": "‹",
    ">": "›",
    " ": "\t\u0080\u008d\u0090\u009b\u009f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000",
    "": "\u0010\u0000\u0003\u0004\u0017\u0019\u0011\u0012\u0013\u0014\u2060\u200b\u200c\ufeff",
}
_COMPATIBILITY_FORMS = [
    chr(code)
    for first, last in ((0xFE50, 0xFE6B), (0xFF01, 0xFF3F), (0xFF5B, 0xFF5E))
    for code in range(first, last + 1)
]
_LIKENESS = {
    **{char: unicodedata.normalize("NFKC", char) for char in _COMPATIBILITY_FORMS},
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ")),
    **{char: likeness for likeness, chars in _LIKENESSES.items() for char in chars},
}


class Segments(NamedTuple):
    """How a text is cut up for the air.

    ``encoding`` is ``GSM-7`` or ``UCS-2``, ``units`` the septets or UTF-16 code units of the text itself,
    ``segments`` how many segments carry it, ``units_left`` the units still free in the last of them.
    """

    encoding: str
    units: int
    segments: int
    units_left: int


def is_gsm7(char: str) -> bool:
    """Say whether the GSM-7 alphabet, its extension table included, has the character."""
    return char in GSM7_BASIC or char in GSM7_EXTENSION


def gsm7(text: str) -> str:
    """Replace characters by their GSM-7 likeness, as Twilio's Smart Encoding does; others stay as they are."""
    return "".join(_LIKENESS.get(char, char) for char in text)


def segments(text: str) -> Segments:
    """Count the segments of a text: exactly, by packing it character by character.

    A character that takes two units (an extension character, a surrogate pair) never splits over a boundary,
    which is why the total divided by a segment's size is not the answer. An empty text takes no segment.
    """
    if all(is_gsm7(char) for char in text):
        encoding, single, joined = "GSM-7", 160, 153
        costs = [2 if char in GSM7_EXTENSION else 1 for char in text]
    else:
        encoding, single, joined = "UCS-2", 70, 67
        costs = [2 if char > "\uffff" else 1 for char in text]
    units = sum(costs)
    if units <= single:
        return Segments(encoding, units, 1 if text else 0, single - units)
    count, left = 1, joined
    for cost in costs:
        if cost > left:
            count, left = count + 1, joined
        left -= cost
    return Segments(encoding, units, count, left)
