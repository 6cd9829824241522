# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules and simulator count segments as Twilio's own calculator does.

Its answers are in tests/golden/segments.json; tests/golden/make.py says how the bodies were chosen.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._text.gsm7 import gsm7, is_gsm7, smart_encoded
from ansible_collections.oncall.twilio.plugins.module_utils._text.segments import segments
from support.paths import CHECKOUT

GOLDEN = json.loads((CHECKOUT / "tests" / "golden" / "segments.json").read_text())
Count = Callable[[str], "tuple[str, int]"]


def body_of(runs: list[tuple[str, int]]) -> str:
    return "".join(text * times for text, times in runs)


def modules_count(body: str) -> tuple[str, int]:
    counted = segments(body)
    return counted.encoding, counted.segments


@pytest.fixture(params=["modules", "simulator"])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Count:
    if request.param == "modules":
        return modules_count
    monkeypatch.syspath_prepend(str(CHECKOUT / "roles" / "simulator" / "files"))
    from twilio_simulator.world.segments import segments as simulated

    def simulators_count(body: str) -> tuple[str, int]:
        counted = simulated(body)
        return counted.encoding, counted.total

    return simulators_count


def test_answers(count: Count) -> None:
    answers = [(body_of(runs), (encoding, number)) for encoding, number, runs in GOLDEN["answers"]]
    different = [(body, count(body), theirs) for body, theirs in answers if count(body) != theirs]
    assert not different, f"{len(different)} of {len(answers)}, such as {different[0]}"


def test_alphabet(count: Count) -> None:
    everyone = (chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000)
    assert "".join(char for char in everyone if count(char)[0] == "GSM-7") == GOLDEN["gsm7"]


@pytest.mark.parametrize(
    ("name", "ours", "calculators"),
    [
        ("empty", 0, 1),
        # The calculator leaves units unused rather than divide a cluster ...
        ("combining mark", 2, 3),
        ("flags", 2, 3),
        ("families", 2, 3),
        ("skin tones", 2, 3),
        # ... and lets one that is longer than a segment overflow it.
        ("longer than a segment", 3, 2),
    ],
)
def test_where_the_calculator_answers_another_question(name: str, ours: int, calculators: int) -> None:
    encoding, number, runs = GOLDEN["clusters"][name]
    assert (modules_count(body_of(runs)), number) == ((encoding, ours), calculators)


SMART = json.loads((CHECKOUT / "tests" / "golden" / "smart_encoding.json").read_text())["changed"]
EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


@pytest.mark.usefixtures("role_package")
def test_smart_encoding_of_every_character() -> None:
    """Neither check mode nor the simulator knows the other's table; both are the calculator's."""
    from twilio_simulator.world.smart import smart_encoded as simulated

    theirs = "".join(SMART.get(char, char) for char in EVERY)
    assert smart_encoded("".join(EVERY)) == theirs
    assert simulated("".join(EVERY)) == theirs


def test_gsm7_of_every_character() -> None:
    """It is what the calculator writes, but for spaces that are one space to a reader."""
    theirs = {char: " " if text and not text.strip(" ") else text for char, text in SMART.items()}
    assert gsm7("".join(EVERY)) == "".join(theirs.get(char, char) for char in EVERY)
    assert all(map(is_gsm7, "".join(theirs.values())))


@pytest.mark.usefixtures("role_package")
@pytest.mark.parametrize(
    ("body", "encoding", "number"),
    [
        ("÷" * 100, "GSM-7", 1),
        ("ő" * 60 + "…" * 10, "UCS-2", 2),
        ("\u2019я" + "a" * 69, "UCS-2", 2),
        ("\u00a0" * 81, "GSM-7", 2),
        ("\t" * 23, "GSM-7", 2),
        ("\u200b" * 500, "GSM-7", 0),
        ("¼" * 54, "GSM-7", 2),
    ],
)
def test_bodies_with_smart_encoding(body: str, encoding: str, number: int) -> None:
    """Check mode and the simulator count alike; a simulated message has one segment at least."""
    from twilio_simulator.world.segments import segments as simulated

    counted = segments(smart_encoded(body))
    assert (counted.encoding, counted.segments) == (encoding, number)
    assert simulated(body, smart=True) == (encoding, max(1, number))
