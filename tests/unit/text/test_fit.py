# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How texts are shortened."""

from __future__ import annotations

import random
import re
import time

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._text.fit import fit
from ansible_collections.oncall.twilio.plugins.module_utils._text.gsm7 import gsm7, is_gsm7
from ansible_collections.oncall.twilio.plugins.module_utils._text.segments import segments

SEED = 20260214
TEXTS = 250
URL = "https://example.com/" + "a" * 20  # 40 units


@pytest.mark.parametrize(
    "text",
    ["", "a", "a" * 160, "{" * 80, "ő" * 70, "😀" * 35, " a \n", "a" * 139 + " https://e.xample/x."],
)
def test_a_text_that_fits_stays_as_it_is(text):
    assert fit(text, 1, "…") == text


@pytest.mark.parametrize(
    ("text", "limit", "keep", "expected"),
    [
        # At a word's end, with the mark's GSM-7 likeness or in UCS-2 itself.
        ("a" * 100 + " " + "b" * 60, 1, "…", "a" * 100 + "..."),
        ("a" * 100 + " " + "b" * 56 + " ccc", 1, "…", "a" * 100 + " " + "b" * 56 + "..."),
        ("ő" * 50 + " " + "b" * 20, 1, "…", "ő" * 50 + "…"),
        ("a" * 100 + " " + "b" * 60, 1, "", "a" * 100),
        ("a" * 100 + " " + "b" * 60, 1, " [cut]", "a" * 100 + " [cut]"),
        # A mark that has no likeness makes the text UCS-2.
        ("a" * 60 + " " + "b" * 60 + " " + "c" * 60, 1, "→", "a" * 60 + "→"),
        # Without the character that made it UCS-2, the text has more room; with it near the beginning, it has not.
        ("a" * 150 + " 😀 " + "b" * 20, 1, "…", "a" * 150 + "..."),
        ("😀 " + "a" * 40 + " " + "b" * 40, 1, "…", "😀 " + "a" * 40 + "…"),
        # A dash that goes with the blanks does not count either.
        ("a" * 150 + " – " + "b" * 20, 1, "…", "a" * 150 + "..."),
        # What is loose before the mark goes.
        ("a" * 100 + ", (" + "b" * 60, 1, "…", "a" * 100 + "..."),
        ("a" * 100 + ". " + "b" * 60, 1, "…", "a" * 100 + "..."),
        ("a" * 100 + "! " + "b" * 60, 1, "…", "a" * 100 + "!..."),
        # Blanks at the end are no loss that needs a mark.
        ("a" * 160 + "\n", 1, "…", "a" * 160),
        # Several segments, with the septet that an extension character wastes at their boundary.
        ("a" * 152 + "€" + "b" * 150 + " " + "c" * 20, 2, "…", "a" * 152 + "€" + "b" * 148 + "..."),
        ("ab " * 200, 2, "…", ("ab " * 101).rstrip() + "..."),
        # Words without room are cut inside, and only those.
        ("a" * 161, 1, "…", "a" * 157 + "..."),
        ("Log: " + "a" * 161, 1, "…", "Log: " + "a" * 152 + "..."),
        ("Log: " + "a" * 157, 1, "…", "Log..."),
        ("😀 " + "a" * 100, 1, "…", "😀 " + "a" * 66 + "…"),
        ("😀 " + "a" * 100, 1, "", "😀 " + "a" * 67),
        ("ő" * 100, 1, "…", "ő" * 69 + "…"),
        # Not inside what is shown as one character.
        ("😀" * 40, 1, "…", "😀" * 34 + "…"),
        ("👍🏽" * 40, 1, "…", "👍🏽" * 17 + "…"),
        ("aaa" + "🇫🇷" * 40, 1, "…", "aaa" + "🇫🇷" * 16 + "…"),
        ("e\u0301" * 40, 1, "", "e\u0301" * 35),
        ("👨\u200d👩\u200d👧" * 10, 1, "…", "👨\u200d👩\u200d👧" * 8 + "…"),
        # URLs are whole, apart from the mark, and keep their last character.
        ("a" * 115 + f" {URL} " + "b" * 20, 1, "…", "a" * 115 + f" {URL} ..."),
        ("a" * 116 + f" {URL} " + "b" * 20, 1, "…", "a" * 116 + "..."),
        ("a" * 100 + f" {URL}/-, " + "b" * 20, 1, "…", "a" * 100 + f" {URL}/- ..."),
        ("a" * 100 + f" ({URL}), " + "b" * 20, 1, "…", "a" * 100 + f" ({URL}) ..."),
        ("a" * 100 + f" {URL}. " + "b" * 20, 1, "", "a" * 100 + f" {URL}"),
        ("See " + URL * 5 + " now", 1, "…", "See..."),
        ("See:" + URL * 5, 1, "…", "See..."),
        ("See www." + "a" * 160, 1, "…", "See..."),
        (URL * 5 + " now", 1, "…", "..."),
        (URL * 5, 1, "", ""),
        # Nothing but blanks.
        (" " * 200, 1, "…", ""),
    ],
)
def test_a_text_is_cut(text, limit, keep, expected):
    assert fit(text, limit, keep) == expected
    assert segments(expected).segments <= limit


# None of these is stripped off the URLs below, which do not end in one.
LOOSE = " \n.,;:…-–—([{<«„\u201c\u2018‚¡¿"
KEEPS = ["…", "…", "...", "", " [cut]", "→", " 😀"]


def random_word(source):
    kind = source.random()
    if kind < 0.1:
        slug = "".join(source.choices("abc-._~%/?=", k=source.choice([1, 10, 30, 90, 200])))
        return source.choice(["https://e.test/", "www.e.test/", "(ssh://git@e.test/"]) + slug + "9"
    alphabet = "abcdefghij"
    if source.random() < 0.2:
        alphabet += "{}€[]"
    if source.random() < 0.06:
        alphabet = source.choice(["őű…ab", "😀🚀ab", "漢字"])
    length = source.choice([150, 161, 400]) if kind < 0.12 else source.randint(1, 12)
    return "".join(source.choices(alphabet, k=length)) + source.choice(["", "", "", ",", ".", "!", " -", " –"])


def random_text(source):
    words = [random_word(source) for _number in range(source.choice([1, 5, 40, 90]))]
    return "".join(word + source.choice([" ", " ", " ", "\n", "  "]) for word in words)


def marked(beginning, keep):
    """Put the mark behind a beginning, as documented."""
    mark = gsm7(keep) if all(map(is_gsm7, beginning)) else keep
    last = (beginning.split() or [""])[-1]
    return beginning + " " * (("://" in last or "www." in last) and not re.match(r"\s|\Z", mark)) + mark


def fits(text, limit):
    return segments(text).segments <= limit


def check(text, limit, keep):
    """Check one cut against the documentation; return whether it is inside a word."""
    result = fit(text, limit, keep)
    assert fits(result, limit)
    if fits(text, limit):
        assert result == text
        return False
    if fits(text.rstrip(), limit):
        assert result == text.rstrip()
        return False
    # The longest beginning that the result may be; a text might happen to go on with what the mark is.
    end = max(end for end in range(min(len(text), len(result) + 1)) if marked(text[:end], keep) == result)
    assert text[:end] == text[:end].rstrip(LOOSE)
    words = [match.span() for match in re.finditer(r"\S+", text)]
    # No beginning of more words fits: not that with the next one, none.
    assert not any(longer_fits(text, further, end, limit, keep) for _start, further in words)
    start, last = next((start, last) for start, last in words if last >= end)
    word = text[start:last].rstrip(LOOSE)
    if not start < end < start + len(word):
        return False
    # Inside a word, which is then one without room. It is cut before a URL in it, or as late as can be.
    context = "" if all(map(is_gsm7, text[:start])) or not all(map(is_gsm7, word)) else "ő"
    mark = gsm7(keep) if all(map(is_gsm7, context + word)) else keep
    assert not fits(context + word[len(context) :] + mark, limit)
    url = re.search(r"[a-z]+://|www\.", word)
    stop = start + (url.start() if url else len(word))
    assert end <= stop
    assert not any(longer_fits(text, further, end, limit, keep) for further in range(end + 1, stop + 1))
    return True


def longer_fits(text, further, end, limit, keep):
    """Say whether the beginning up to there would fit, and is longer than one with that end."""
    beginning = text[:further].rstrip(LOOSE)
    return end < len(beginning) <= 160 * limit and fits(marked(beginning, keep), limit)


def test_random_texts():
    print(f"seed {SEED}")
    source = random.Random(SEED)
    inside = cut = 0
    for number in range(TEXTS):
        text, limit, keep = random_text(source), source.choice([1, 1, 2, 3, 5]), source.choice(KEEPS)
        try:
            inside += check(text, limit, keep)
        except AssertionError as error:
            raise AssertionError(f"text {number} of seed {SEED}: fit({text!r}, {limit}, {keep!r})") from error
        cut += not fits(text, limit)
    # The texts show what they are to show.
    assert cut > TEXTS / 3
    assert inside > TEXTS / 100


@pytest.mark.parametrize("text", ["word ", "a", "- ", "😀", "https://a.b ", "a://", "a-", "e\u0301", "www."])
def test_time_grows_with_the_length_and_not_its_square(text):
    def seconds(length):
        long = (text * length)[:length]
        start = time.process_time()
        fit(long, 5, "…")
        return time.process_time() - start

    # Sixteen times the length; the square would be 256. The processor's time, and the least of several, since the
    # machine has other work too.
    assert min(seconds(25600) for _number in range(3)) < 80 * min(seconds(1600) for _number in range(5))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"host":"db1","url":"https://example.com/x","msg":"' + "a" * 300,
            '{"host":"db1","url":"https://example.com/x"',
        ),
        ("\n" * 200 + "text", "text"),
    ],
)
def test_what_is_around_a_url_or_a_text_is_no_part_of_it(text, expected):
    assert fit(text, 1, "...").startswith(expected)
