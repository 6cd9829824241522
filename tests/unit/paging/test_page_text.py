# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page says, and how its texts are found again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.oncall.twilio.plugins.module_utils._paging import page_text
from ansible_collections.oncall.twilio.plugins.module_utils._paging.answer import Words
from ansible_collections.oncall.twilio.plugins.module_utils._paging.options import DEFAULT_HINT
from ansible_collections.oncall.twilio.plugins.module_utils._paging.page_text import Page, Texts
from ansible_collections.oncall.twilio.plugins.module_utils._text.gsm7 import gsm7
from ansible_collections.oncall.twilio.plugins.module_utils._text.segments import segments
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import TRIAL_PREFIX

HINT = "Reply ACK 7F3 to take it, NO 7F3 to pass"


def texts(message="Disk full on db1", hint=DEFAULT_HINT, limit=2, turns=4, words=None):
    return Texts(message, words or Words(["ACK"], ["NO"]), hint, limit, turns)


def test_pages():
    assert texts().page("7F3", 0) == f"Disk full on db1\n{HINT}"
    # Not (2/4), which looks like the second part of a text whose first part is missing.
    assert texts().page("7F3", 1) == f"Escalation 1 of 3: Disk full on db1\n{HINT}"


def test_the_hint_survives_a_long_message():
    text = texts("Disk full on db1 and more. " * 40).page("7F3", 1)
    assert text.endswith(f"...\n{HINT}")
    assert 250 < len(text) <= 306
    assert segments(text).segments == 2


# As Prometheus gives it, or longer than a page.
@pytest.mark.parametrize("length", [150, 390])
@pytest.mark.parametrize("turn", [0, 1])
def test_a_message_that_begins_with_a_long_url(length, turn):
    url = "https://prometheus.example.com/graph?g0.expr=" + "a" * (length - 45)
    long, other = (texts(f"{url}{end} CPU at 100 % on db1") for end in ("x", "y"))
    page = long.page("7F3", turn)
    # One that fills the page says less than what follows it.
    assert page.removeprefix("Escalation 1 of 3: ").startswith(url if length == 150 else "CPU at 100 % on db1")
    assert "prometheus.example.com/graph" in texts(url).page("7F3", turn)
    assert page.endswith(HINT)
    assert segments(page).segments <= 2
    assert long.recognise(page) == Page("7F3", turn)
    kinds = {"confirmed": long.confirmation("7F3"), "taken": long.taken("7F3", "Ada"), "untaken": long.untaken("7F3")}
    for kind, text in {**kinds, "resolved": long.resolved(["7F3"])}.items():
        assert other.kind_of(text, "7F3") == kind
        assert segments(text).segments == 1


def test_a_hint_of_ones_own():
    own = texts(hint="{accept} {code}: ich mach's. {decline} {code}: nicht ich.", words=Words(["JA", "OK"], ["NEIN"]))
    assert own.page("7F3", 0) == "Disk full on db1\nJA 7F3: ich mach's. NEIN 7F3: nicht ich."


def test_what_follows():
    assert texts().confirmation("7F3") == "You have taken 7F3: Disk full on db1"
    assert texts().taken("7F3", "Grace") == "Taken by Grace: 7F3: Disk full on db1"
    assert texts().resolved(["7F3", "9XZ"]) == "Resolved 7F3, 9XZ: Disk full on db1"
    assert texts().untaken("7F3") == "Nobody has taken 7F3, and the page has ended: Disk full on db1"
    assert texts().not_understood("7F3") == f"Your reply was not understood. {HINT}"


@pytest.mark.parametrize("message", ["Disk full on db1 and more. " * 40, "Платформа не отвечает " * 40])
def test_what_follows_is_short(message):
    long = texts(message)
    for text in (long.confirmation("7F3"), long.taken("7F3", "G" * 200), long.untaken("7F3")):
        assert segments(text).segments <= 2
        assert "7F3" in text


@pytest.mark.parametrize("turn", [0, 1, 3])
@pytest.mark.parametrize(
    "message", ["Disk full on db1", "Disk full. " * 50, "Диск заполнен", "7F3 is full", "a\nACK 9XZ b"]
)
@pytest.mark.parametrize("alter", [str, gsm7, lambda text: TRIAL_PREFIX + text, lambda text: f"{text} "])
def test_a_page_is_recognised(message, turn, alter):
    assert texts(message).recognise(alter(texts(message).page("9XZ", turn))) == Page("9XZ", turn)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Disk full on db1",
        HINT,
        f"Disk full on db2\n{HINT}",
        f"Escalation 4 of 3: Disk full on db1\n{HINT}",
        f"Escalation 1 of 9: Disk full on db1\n{HINT}",
        f"Disk full on db1\n{HINT}.",
        "Disk full on db1\nReply ACK 7F3 to take it, NO 9XZ to pass",
        f"Re: Disk full on db1\n{HINT}",
        "You have taken 7F3: Disk full on db1",
    ],
)
def test_other_texts_are_no_page(body):
    assert texts().recognise(body) is None


def test_a_page_of_an_incident_with_a_key_is_recognised_by_its_tag():
    tag = page_text.tag_of("db1/disk")
    own, later = (replace(texts(message), tag=tag) for message in ("Disk full", "Disk 99% full. " * 50))
    assert own.page("7F3", 0) == f"Disk full\n{HINT} #{tag}"
    for alter in (str, gsm7, lambda text: TRIAL_PREFIX + text):
        for turn in (0, 1, 3):
            assert own.recognise(alter(later.page("7F3", turn))) == Page("7F3", turn)
            assert later.recognise(alter(own.page("7F3", turn))) == Page("7F3", turn)
    assert segments(later.page("7F3", 1)).segments == 2
    # With more tiers than there are now.
    assert own.recognise(f"Escalation 7 of 9: Disk full\n{HINT} #{tag}") == Page("7F3", 3)
    assert own.recognise(texts("Disk full").page("7F3", 0)) is None
    assert texts("Disk full").recognise(own.page("7F3", 0)) is None
    assert replace(own, tag=page_text.tag_of("db2/disk")).recognise(own.page("7F3", 0)) is None


def test_a_hint_of_several_lines():
    own = texts(hint="{accept} {code}: yes\n{decline} {code}: no\nThank you")
    assert own.recognise(own.page("7F3", 2)) == Page("7F3", 2)


def test_what_tells_who_has_taken_it():
    for name in ("Ada", "Ada: B", "Zoë"):
        assert texts().taker(texts().taken("7F3", name), "7F3") == name


def test_the_dots_of_a_message_are_dots():
    # Where a page is looked for with a pattern, it finds others as well.
    assert texts("Host 10.0.0.1 down").recognise(f"Host 10x0y0z1 down\n{HINT}") is None


@given(
    message=st.text(min_size=1, max_size=400).map(str.strip).filter(bool),
    code=st.text("0123456789ABCDEFabcdef", min_size=1, max_size=8),
    turn=st.integers(0, 5),
    limit=st.integers(2, 4),
)
def test_each_page_is_recognised(message, code, turn, limit):
    own = texts(message, limit=limit, turns=6)
    assert own.recognise(own.page(code, turn)) == Page(code, turn)


@pytest.mark.parametrize(
    ("build", "kind"),
    [
        (lambda own: own.confirmation("7F3"), page_text.CONFIRMED),
        (lambda own: own.taken("7F3", "Ada: B"), page_text.TAKEN),
        (lambda own: own.taken("7F3", "A" * 60), page_text.TAKEN),
        (lambda own: own.untaken("7F3"), page_text.UNTAKEN),
        (lambda own: own.not_understood("7F3"), page_text.HINTED),
        (lambda own: own.resolved(["7F3"]), page_text.RESOLVED),
        (lambda own: own.resolved(["9XZ", "7F3", "K2M"]), page_text.RESOLVED),
        (lambda own: own.resolved(["9XZ"]), None),
        (lambda own: "Resolved by 7F3: nothing", None),
        (lambda own: own.confirmation("9XZ"), None),
        (lambda own: own.taken("9XZ", "Ada"), None),
        (lambda own: own.untaken("9XZ"), None),
        (lambda own: own.not_understood("9XZ"), None),
        (lambda own: own.page("7F3", 0), None),
        (lambda own: f"Taken by surprise: nobody knows where the last backup is, ask ops: 7F3: {own.message}", None),
    ],
)
@pytest.mark.parametrize("alter", [str, gsm7, lambda text: TRIAL_PREFIX + text])
def test_what_follows_is_recognised(build, kind, alter):
    assert texts().kind_of(alter(build(texts())), "7F3") == kind
