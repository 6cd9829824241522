# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How texts are cut into segments."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._text.gsm7 import gsm7
from ansible_collections.oncall.twilio.plugins.module_utils._text.segments import segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("GSM-7", 0, 0, 160)),
        ("a", ("GSM-7", 1, 1, 159)),
        ("a" * 160, ("GSM-7", 160, 1, 0)),
        ("a" * 161, ("GSM-7", 161, 2, 145)),
        ("a" * 306, ("GSM-7", 306, 2, 0)),
        ("a" * 307, ("GSM-7", 307, 3, 152)),
        ("{" * 80, ("GSM-7", 160, 1, 0)),
        ("{" * 81, ("GSM-7", 162, 2, 143)),
        # The pair of an extension character does not split, so the first segment ends with a septet unused.
        ("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3, 152)),
        ("a" * 151 + "€" + "a" * 153, ("GSM-7", 306, 2, 0)),
        ("ő", ("UCS-2", 1, 1, 69)),
        ("ő" * 70, ("UCS-2", 70, 1, 0)),
        ("ő" * 71, ("UCS-2", 71, 2, 63)),
        ("😀" * 35, ("UCS-2", 70, 1, 0)),
        # Nor does a surrogate pair: 67 units hold 33 of them.
        ("😀" * 67, ("UCS-2", 134, 3, 65)),
        ("\uffff", ("UCS-2", 1, 1, 69)),
        ("\U00010000", ("UCS-2", 2, 1, 68)),
        ("a" * 69 + "`", ("UCS-2", 70, 1, 0)),
        ("a" * 70 + "`", ("UCS-2", 71, 2, 63)),
    ],
)
def test_segments(text, expected):
    assert segments(text) == expected


@pytest.mark.parametrize("char", "`\tçÁíóúő\u2019–…")
def test_characters_that_force_ucs2(char):
    assert segments(char).encoding == "UCS-2"


@pytest.mark.parametrize("char", "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r")
def test_basic_characters_cost_one(char):
    assert segments(char)[:2] == ("GSM-7", 1)


@pytest.mark.parametrize("char", "^{}\\[~]|€\f")
def test_extension_characters_cost_two(char):
    assert segments(char)[:2] == ("GSM-7", 2)


def test_gsm7_replaces_likenesses_and_nothing_else():
    assert gsm7("\u201cHi\u201d – it\u2019s ½ done…\u00a0ＯＫ！") == '"Hi" - it\'s 1/2 done... OK!'
    assert gsm7("Grüße, €5 {x} 😀 ő\n") == "Grüße, €5 {x} 😀 ő\n"
    assert gsm7("a\u200bb\ufeff") == "ab"


@pytest.mark.parametrize(
    ("text", "expected"),
    # The first and the last of each range of compatibility forms, and what is beside them.
    [
        ("\ufe4f\ufe50", "\ufe4f,"),
        ("\ufe6b", "@"),
        ("\uff01", "!"),
        ("\uff3f\uff40", "_\uff40"),
        ("\uff5a\uff5b", "\uff5a{"),
        ("\uff5e\uff5f", "~\uff5f"),
    ],
)
def test_gsm7_of_compatibility_forms(text, expected):
    assert gsm7(text) == expected
