# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count the SMS segments of a text. Pure: text in, numbers out.

A segment holds 1,120 bits. In a message of several, each loses 48 of them to the header that joins them (3GPP TS 23.038
and TS 23.040; https://www.twilio.com/docs/glossary/what-sms-character-limit).
"""

from __future__ import annotations

from typing import NamedTuple

from .gsm7 import GSM7_EXTENSION, is_gsm7


class Segments(NamedTuple):
    """How a text is split into segments.

    ``encoding`` is ``GSM-7`` or ``UCS-2``, ``units`` the septets or UTF-16 code units of the text itself,
    ``segments`` how many segments carry it, ``units_left`` the units still free in the last of them.
    """

    encoding: str
    units: int
    segments: int
    units_left: int


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
