# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people write at night, and what they mean."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._paging.answer import (
    ACCEPTED,
    DECLINED,
    STOPPED,
    Words,
    codes_answered,
    read_reply,
)

WORDS = Words(["ACK"], ["NO"])
PAGE = "Disk full on db1\nReply ACK 7F3 to take it, NO 7F3 to pass"
QUOTED = "\n".join(f"> {line}" for line in PAGE.splitlines())


def said(text, words=WORDS, code="7F3"):
    reading = read_reply(text, code, words)
    return reading.meaning, reading.has_code


@pytest.mark.parametrize(
    "text",
    [
        "ACK 7F3",
        "ack7f3",
        " Ack  7 f3!",
        "A.C.K. 7-F-3",
        "ok, ack_7f3 thanks",
        "ok, ACK7F3 on my way",
        "yes, ack 7f3",
        "ACK 7F3 👍🏽",
        "ＡＣＫ ７Ｆ３",
        "ack 7️⃣f3️⃣",
        "a\u200bck\u00a07f3\u2060",
        "\nack\t7F3\n",
        "(ACK 7F3)",
        "7F3 ack",
        "Ack\n7f3",
        "Sorry!\nACK 7F3",
        "👍\nACK 7F3",
        f"ACK 7F3\n{PAGE}",
        f"ack 7f3\n\n{QUOTED}",
        f"{QUOTED}\n\nack 7f3",
        "ack 7f3\n-- \nAda Lovelace, Analytical Engines",
        "thank you, hi, ok: ack 7f3, got it, will do, on my way!",
    ],
)
def test_accepted_with_the_code(text):
    assert said(text) == (ACCEPTED, True)


@pytest.mark.parametrize(
    "text",
    [
        "NO 7F3",
        "no7f3",
        "No: 7F3.",
        "sorry, NO 7 F 3",
        "can't. NO 7F3",
        "not me, no 7f3",
        f"No 7f3\n{QUOTED}",
        "7f3 no",
        "NO 7F3\nACK 7F3",
    ],
)
def test_declined_with_the_code(text):
    assert said(text) == (DECLINED, True)


@pytest.mark.parametrize("text", ["ack", "Ack.", "ok ack thanks", f"ack\n{PAGE}", "ACK!!! 🚀"])
def test_accepted_without_the_code(text):
    assert said(text) == (ACCEPTED, False)


@pytest.mark.parametrize("text", ["no", "No.", "sorry, no", f"no\n{QUOTED}"])
def test_declined_without_the_code(text):
    assert said(text) == (DECLINED, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "ok",
        "7F3",
        "yes 7f3",
        "acked 7f3",
        "ACK 7F4",
        "NACK 7F3",
        "ACK 7F33",
        "ACK 17F3",
        "NO ACK 7F3",
        "can't ack 7f3",
        "cant, ack 7f3",
        "I can't ACK 7F3",
        "no, ack 7f3",
        "not ack 7f3",
        "don't ack 7f3",
        "did anyone ack 7f3?",
        "ACK 7F3 / NO 7F3",
        "Ack\nNO 7F3",
        "ACK 7F3\nNO 7F3",
        "Sorry!\nACK 7F3\nNO 7F3",
        "Ack\n7F3\n\nno, sorry",
        "no\n\nack 7f3",
        "ack 7f3? no!",
        "on my way, NO 7F3",
        "what is this",
        f"Liked “{PAGE}”",
        "Liked “Reply ACK 7F3 to take it, NO 7F3 to pass”",
        "👍 to “ACK 7F3”",
        f"Removed a like from “{PAGE}”",
        f"What is this?\n{QUOTED}",
        "what?\nack 7f3",
        "I can't\nACK 7F3",
        "not now\nack\n7f3",
        "on my way\nNO 7F3",
        QUOTED,
        PAGE,
        "stop it",
        "please stop",
    ],
)
def test_not_understood(text):
    assert said(text) == (None, False)


@pytest.mark.parametrize(
    "text", ["STOP", " stop\n", "Unsubscribe", "QUIT", "end", "cancel", "stopall", "revoke", "optout"]
)
def test_what_twilio_takes_as_an_order_to_stop(text):
    assert said(text, Words(["END"], ["STOP"])) == (STOPPED, False)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("7f3", True),
        ("yes 7f3", True),
        ("who has 7-F 3?", True),
        (f"Liked “{PAGE}”", True),
        (QUOTED, False),
        ("what is this", False),
        ("17f3", False),
        ("7f33", False),
        ("7f", False),
    ],
)
def test_whether_the_code_is_mentioned(text, mentions):
    assert read_reply(text, "7F3", WORDS).mentions_code == mentions


@pytest.mark.parametrize(
    ("text", "accept", "decline", "meaning"),
    [
        ("yes 7F3", ["ACK", "YES"], ["NO"], ACCEPTED),
        ("take it 7F3", ["TAKE IT"], ["NO"], ACCEPTED),
        ("pass 7F3", ["ACK"], ["NO", "PASS"], DECLINED),
        ("ok 7f3", ["OK"], ["NO"], ACCEPTED),
        ("ok\nno 7f3", ["OK"], ["NO"], DECLINED),
        ("ok, no 7f3", ["OK"], ["NO"], DECLINED),
        ("ja 7f3, danke", ["JA"], ["NEIN"], ACCEPTED),
        ("pret 7f3", ["PRÊT"], ["NON"], ACCEPTED),
        ("prêt 7f3", ["pret"], ["NON"], ACCEPTED),
        ("hayır 7f3", ["EVET"], ["HAYIR"], DECLINED),
        ("HAYIR 7F3", ["evet"], ["hayır"], DECLINED),
        ("STRASSE 7f3", ["straße"], ["NO"], ACCEPTED),
        ("да 7f3", ["ДА"], ["НЕТ"], ACCEPTED),
        ("हाँ 7f3", ["हाँ"], ["नहीं"], ACCEPTED),
        ("हो 7f3", ["हाँ"], ["नहीं"], None),
        ("はい7f3", ["はい"], ["いいえ"], ACCEPTED),
        ("نعم 7f3", ["نعم"], ["لا"], ACCEPTED),
    ],
)
def test_words_of_ones_own(text, accept, decline, meaning):
    assert said(text, Words(accept, decline)) == (meaning, meaning is not None)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Ack.", ACCEPTED),
        (" no ", DECLINED),
        ("no idea", None),
        ("I'd say ack", None),
        ("", None),
        ("ok, ack", ACCEPTED),
    ],
)
def test_where_there_is_no_code(text, meaning):
    assert said(text, code="") == (meaning, False)


def test_a_word_that_could_be_either_is_neither():
    assert said("ack 7f3", Words(["ACK"], ["ack"])) == (None, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ACK 9XZ", "9xz"),
        ("no 9-xz, sorry", "9xz"),
        ("9xz ack", "9xz"),
        ("ok\nack 9xz", "9xz"),
        ("ack 9xz on my way", "9xz"),
    ],
)
def test_the_code_of_another_page(text, code):
    assert code in codes_answered(text, WORDS)


@pytest.mark.parametrize("text", ["ack", "what is 9xz", "", "ok", "> ack 9xz"])
def test_no_code_of_another_page(text):
    assert "9xz" not in codes_answered(text, WORDS)


@pytest.mark.parametrize("text", ["ok ack", "ack thanks", "ACK ok", "sorry no", "no, thanks"])
def test_courtesies_are_no_code(text):
    assert codes_answered(text, WORDS) == frozenset()


def test_a_long_reply_is_read_in_no_time():
    # A courtesy takes part in many ways to split a line; they must not multiply.
    assert said("ok " * 20000) == (None, False)
    assert said("ok " * 200 + "ack 7f3" + " thanks" * 100) == (ACCEPTED, True)
