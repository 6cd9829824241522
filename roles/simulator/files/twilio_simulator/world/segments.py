# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the SMS segments of a text (3GPP TS 23.038 and 23.040).

A segment holds 1,120 bits: 160 GSM-7 septets or 70 UCS-2 units. With two or more, each loses 48 bits to a header:
153 septets or 67 units.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .smart import smart_encoded

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")


class Segments(NamedTuple):
    """``encoding`` is ``GSM-7`` or ``UCS-2``."""

    encoding: str
    total: int


def segments(text: str, *, smart: bool = False) -> Segments:
    """Count the segments of ``text``, or of the text after Smart Encoding."""
    text = smart_encoded(text) if smart else text
    if GSM_BASIC.union(GSM_EXTENSION).issuperset(text):
        return Segments("GSM-7", _pack((1 + (char in GSM_EXTENSION) for char in text), 160, 153))
    return Segments("UCS-2", _pack((1 + (ord(char) > 0xFFFF) for char in text), 70, 67))


def _pack(widths: Iterable[int], alone: int, joined: int) -> int:
    """Fill segments one character at a time. A character of two units is never split over a boundary."""
    total, count, used = 0, 1, 0
    for width in widths:
        total += width
        if used + width > joined:
            count, used = count + 1, 0
        used += width
    return 1 if total <= alone else count
