# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The GSM-7 alphabet, and Twilio's replacements for characters outside it. Pure."""

from __future__ import annotations

import unicodedata

# Without ESC, which only introduces the extension table.
GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

GSM7_EXTENSION = frozenset("^{}\\[~]|€\f")

# Twilio's Smart Encoding replaces each of these characters, from the map that Twilio publishes in its segment
# calculator (https://github.com/TwilioDevEd/message-segment-calculator). Spaces of every width are one space here; what
# that map makes of them is in _WIDE. The full-width and small forms of ASCII characters are not listed, since Unicode's
# own compatibility mapping (NFKC) says the same of them.
_EQUIVALENTS = {
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

# Spaces that the calculator counts as more than one.
_WIDE = {
    "\t": "       ",
    **dict.fromkeys(
        "\u0080\u008d\u0090\u009b\u009f\u00a0\u2000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
        "\u3000",
        "  ",
    ),
}

_COMPATIBILITY_FORMS = [
    chr(code)
    for first, last in ((0xFE50, 0xFE6B), (0xFF01, 0xFF3F), (0xFF5B, 0xFF5E))
    for code in range(first, last + 1)
    # The map has no equivalent of these: an em dash and the like are not in GSM-7 either.
    if code not in (0xFE55, 0xFE58, 0xFE5D, 0xFE5E)
]

_EQUIVALENT = {
    **{char: unicodedata.normalize("NFKC", char) for char in _COMPATIBILITY_FORMS},
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ")),
    **{char: equivalent for equivalent, chars in _EQUIVALENTS.items() for char in chars},
}


def is_gsm7(char: str) -> bool:
    """Say whether the GSM-7 alphabet, its extension table included, has the character."""
    return char in GSM7_BASIC or char in GSM7_EXTENSION


def gsm7(text: str) -> str:
    """Replace characters with their GSM-7 equivalent, as Twilio's Smart Encoding does; others stay as they are."""
    return "".join(_EQUIVALENT.get(char, char) for char in text)


def smart_encoded(text: str) -> str:
    """Return the text whose segments Twilio's calculator counts when Smart Encoding is on.

    It differs from ``gsm7`` in some wide spaces. Use it only for counting.
    """
    return "".join(_WIDE.get(char) or _EQUIVALENT.get(char, char) for char in text)
