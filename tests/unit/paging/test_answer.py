# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people write at night, and what they mean."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work.answer import ACCEPTED, DECLINED, answer_in

ACCEPTING = [
    "ACK 7F3",
    "ack7f3",
    " Ack  7 f3!",
    "A.C.K. 7-F-3",
    "ok, ack_7f3 thanks",
    "ＡＣＫ ７Ｆ３",
    "\nack\t7F3\n",
    "(ACK 7F3)",
]
DECLINING = ["NO 7F3", "no7f3", "No: 7F3.", "sorry, NO 7 F 3"]
NEITHER = ["", "ACK", "7F3", "ACK 7F4", "NACK 7F3", "ACK 7F33", "ACK 17F3", "7F3 ACK", "no", "ACK 7F3 / NO 7F3", "STOP"]


@pytest.mark.parametrize("text", ACCEPTING)
def test_accepted(text):
    assert answer_in(text, "7F3", ["ACK"], ["NO"]) == ACCEPTED


@pytest.mark.parametrize("text", DECLINING)
def test_declined(text):
    assert answer_in(text, "7f3", ["ack"], ["no"]) == DECLINED


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text):
    assert answer_in(text, "7F3", ["ACK"], ["NO"]) is None


def test_several_words():
    assert answer_in("yes 7F3", "7F3", ["ACK", "YES"], ["NO", "PASS"]) == ACCEPTED
    assert answer_in("pass 7F3", "7F3", ["ACK", "YES"], ["NO", "PASS"]) == DECLINED
    assert answer_in("take it 7F3", "7F3", ["TAKE IT"], []) == ACCEPTED


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Ack.", ACCEPTED), (" no ", DECLINED), ("no idea", None), ("I'd say ack", None), ("", None)],
)
def test_without_a_code_the_word_stands_alone(text, answer):
    assert answer_in(text, "", ["ACK"], ["NO"]) == answer
