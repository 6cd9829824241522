# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many SMS segments a text takes (3GPP TS 23.038 and 23.040).

A segment holds 1,120 bits: 160 GSM-7 septets or 70 UCS-2 units. With two or more, each loses 48 bits to a header:
153 septets or 67 units.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

# By code point, since the eye cannot tell them apart.
_LIKENESSES = {
    '"': "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u2036\u301d\u301e\uff02",
    "'": "`\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201a\u201b\u2032\u2035\uff07",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d",
    "...": "\u2026",
    "*": "\u2022\u2023\u204e\u2217\u2219\uff0a",
    "<": "\u2039",
    ">": "\u203a",
    "/": "\u2044\u2215\uff0f",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "": "\u00ad\u200b\u200c\u200d\u2060\ufeff",
}
_SMART = str.maketrans({look: plain for plain, looks in _LIKENESSES.items() for look in looks})


class Segments(NamedTuple):
    """``encoding`` is ``GSM-7`` or ``UCS-2``."""

    encoding: str
    total: int


def segments(text: str, *, smart: bool = False) -> Segments:
    """Count the segments of ``text``; ``smart`` lets typographic characters count as their GSM-7 likeness.

    Smart encoding helps all or nothing: one character without a likeness leaves the whole text in UCS-2.
    """
    for candidate in (text, text.translate(_SMART)) if smart else (text,):
        if GSM_BASIC.union(GSM_EXTENSION).issuperset(candidate):
            return Segments("GSM-7", _pack((1 + (char in GSM_EXTENSION) for char in candidate), 160, 153))
    return Segments("UCS-2", _pack((1 + (ord(char) > 0xFFFF) for char in text), 70, 67))


def _pack(widths: Iterable[int], alone: int, joined: int) -> int:
    """Fill segments one character at a time: a character two units wide is never split over a boundary."""
    total, count, used = 0, 1, 0
    for width in widths:
        total += width
        if used + width > joined:
            count, used = count + 1, 0
        used += width
    return 1 if total <= alone else count
