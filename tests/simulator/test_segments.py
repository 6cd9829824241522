# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Segment counts at their boundaries, as a message reports them."""

from __future__ import annotations

from typing import Any

import pytest

from support.simulator import Simulator

GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

COUNTS = [
    ("a", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    (GSM_BASIC + "a" * 33, 1),
    ("€" * 80, 1),
    ("€" * 80 + "a", 2),
    ("^{}[]~\\|€\f" + "a" * 140, 1),
    ("^{}[]~\\|€\f" + "a" * 141, 2),
    # 306 septets, but the pair at 152 moves on and leaves one unused.
    ("a" * 152 + "€" + "a" * 152, 3),
    ("a" * 151 + "€" + "a" * 153, 2),
    ("я" * 70, 1),
    ("я" * 71, 2),
    ("я" * 134, 2),
    ("я" * 135, 3),
    ("😀" * 35, 1),
    ("😀" * 36, 2),
    # 33 pairs to a segment: one unit of 67 stays unused.
    ("😀" * 66, 2),
    ("😀" * 67, 3),
    ("я" + "😀" * 66 + "я", 2),
]


@pytest.mark.parametrize(("body", "count"), COUNTS, ids=lambda value: f"{value!s:.8}-{len(str(value))}")
def test_counts(slow: Simulator, body: str, count: int) -> None:
    assert slow.created(Body=body)["num_segments"] == str(count)


@pytest.mark.parametrize("char", [*"`\tçÁíóú", "\u2019", "\u00a0"])
def test_not_in_gsm7(slow: Simulator, char: str) -> None:
    assert slow.created(Body=char + "a" * 70)["num_segments"] == "2"


@pytest.mark.parametrize("char", "\u201c\u201d\u2018\u2019\u2013\u2014\u2001\u2022")
def test_smart_encoding_counts_the_likeness(slow: Simulator, char: str) -> None:
    body = char + "a" * 159
    assert slow.created(Body=body)["num_segments"] == "3"
    smart = slow.created(Body=body, SmartEncoded="true")
    assert (smart["num_segments"], smart["body"]) == ("1", body)


def test_smart_encoding_lengthens_an_ellipsis(slow: Simulator) -> None:
    assert slow.created(Body="\u2026" + "a" * 157, SmartEncoded="true")["num_segments"] == "1"
    assert slow.created(Body="\u2026" + "a" * 158, SmartEncoded="true")["num_segments"] == "2"


def test_smart_encoding_replaces_one_by_one(slow: Simulator) -> None:
    """Whatever else the text holds, as Twilio's calculator does it."""
    assert slow.created(Body="…я" + "a" * 66, SmartEncoded="true")["num_segments"] == "1"
    assert slow.created(Body="…я" + "a" * 67, SmartEncoded="true")["num_segments"] == "2"


@pytest.mark.parametrize(
    "form",
    [
        {"MediaUrl": "https://x.example/a.png"},
        {"SendAsMms": "true"},
        {"To": "whatsapp:+15551234567", "From": "whatsapp:+15552223333"},
        {"To": "rcs:+15551234567", "From": "rcs:ops_team"},
        {"To": "messenger:123", "From": "messenger:456"},
    ],
    ids=str,
)
def test_other_kinds_have_one(slow: Simulator, form: dict[str, Any]) -> None:
    assert slow.created(Body="a" * 500, **form)["num_segments"] == "1"
