# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Segments are what Twilio's own calculator says, https://www.npmjs.com/package/sms-segments-calculator.

The calculator takes a grapheme cluster for one piece that goes into a segment as a whole, be it a letter with its
combining marks, a flag, or a family of emoji. Here as in 3GPP TS 23.040, only a character's own two units stay
together. So the two answer the same question for texts in which each character is a cluster, and for CR LF, which the
calculator divides; the bodies are such texts, which the test makes sure of. The calculator also says that an empty text
takes a segment.
"""

from __future__ import annotations

import json
import random
import subprocess

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._text.gsm7 import GSM7_BASIC, GSM7_EXTENSION
from ansible_collections.oncall.twilio.plugins.module_utils._text.segments import segments
from support.npm import installed

PACKAGES = ("sms-segments-calculator@1.3.0", "grapheme-splitter@1.0.4")
SEED = 20260214

SCRIPT = """
const { SegmentedMessage } = require('sms-segments-calculator');
const answer = (body) => {
  const message = new SegmentedMessage(body);
  return [message.encodingName, message.segmentsCount, message.graphemes.length];
};
process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(answer)));
"""

BASIC = sorted(GSM7_BASIC)
EXTENSION = sorted(GSM7_EXTENSION)
# None of them joins with a neighbour, not even the blank of no width, which is a control character to clusters.
OTHER = list("őçÁ\u2019–…`\t\u00a0\u200bжΩא漢字한かァ①☃✂")
PAIRS = list("😀🚀🎉🀄𝒳𐍈")


@pytest.fixture(scope="module")
def calculate():
    """Return a function that asks the calculator: bodies in, a list of [encoding, segments, clusters] out."""
    directory = installed(*PACKAGES)

    def ask(bodies):
        process = subprocess.run(
            ["node", "--eval", SCRIPT],
            input=json.dumps(bodies),
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        return json.loads(process.stdout)

    return ask


def boundary_bodies():
    """Yield bodies that end near a boundary between segments, and ones with a character of two units on it."""
    for filler, single, joined, doubles in (("a", 160, 153, EXTENSION), ("ő", 70, 67, PAIRS)):
        boundaries = [single, 2 * single, *(joined * count for count in range(1, 11))]
        for boundary in boundaries:
            for length in range(boundary - 3, boundary + 4):
                yield filler * length
                yield (filler * length)[: -len("\r\n")] + "\r\n"
                yield doubles[0] * (length // 2) + filler * (length % 2)
                yield filler + doubles[-1] * (length // 2)
                for tail in (0, 1, joined - 1, joined, joined + 1):
                    yield filler * length + doubles[length % len(doubles)] + filler * tail
        for double in doubles:
            for length in (single - 2, single - 1, joined - 1, 2 * joined - 1):
                yield filler * length + double + filler * joined


def random_bodies(source, count):
    """Yield mixes of all kinds, from a few characters to 1,600; half of them GSM-7."""
    for number in range(count):
        kinds = [BASIC, list("aaaaaa eeee tttt"), EXTENSION, ["\r\n", "\n", "\r"]]
        if number % 2:
            kinds += [OTHER, PAIRS]
        weights = [source.choice((0, 1, 5, 30)) for _number in kinds]
        weights[0] += 1
        length = source.choice((source.randint(1, 200), source.randint(130, 330), source.randint(1, 1600)))
        chosen = source.choices(kinds, weights, k=length)
        yield "".join(source.choice(kind) for kind in chosen)[:1600]


def test_segments_agree(calculate):
    print(f"seed {SEED}")
    every = [*BASIC, *EXTENSION, *OTHER, *PAIRS]
    bodies = [*every, *boundary_bodies(), *random_bodies(random.Random(SEED), 1500)]
    # Nothing is to be learned from one body twice.
    bodies = list(dict.fromkeys(bodies))
    assert len(bodies) >= 2000
    differences = []
    for body, (encoding, count, clusters) in zip(bodies, calculate(bodies)):
        assert clusters == len(body), f"no body to compare: {body!r}"
        ours = segments(body)
        if (ours.encoding, ours.segments) != (encoding, count):
            differences.append((body, ours, encoding, count))
    assert not differences, f"{len(differences)} of {len(bodies)}, such as {differences[0]}"


@pytest.mark.parametrize(
    ("body", "ours", "calculators"),
    [
        ("", 0, 1),
        # The calculator leaves units unused rather than to divide a cluster ...
        ("ő" * 66 + "e\u0301" + "ő" * 66, 2, 3),
        ("a" + "🇦🇹" * 33 + "b", 2, 3),
        ("👨\u200d👩\u200d👧" * 16 + "abcdef", 2, 3),
        ("👍🏽" * 33, 2, 3),
        # ... and lets one that is longer than a segment overflow it.
        ("e" + "\u0301" * 200, 3, 2),
    ],
    ids=["empty", "combining mark", "flags", "families", "skin tones", "longer than a segment"],
)
def test_where_the_calculator_answers_another_question(calculate, body, ours, calculators):
    ((_encoding, count, _clusters),) = calculate([body])
    assert (segments(body).segments, count) == (ours, calculators)
