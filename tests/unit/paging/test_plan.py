# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as people write them at two in the morning, and what is made of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.oncall.twilio.plugins.module_utils._paging.options import DEFAULT_HINT, NO_TEXT
from ansible_collections.oncall.twilio.plugins.module_utils._paging.plan import read_plan
from ansible_collections.oncall.twilio.plugins.module_utils._paging.tiers import Person, Tier
from ansible_collections.oncall.twilio.plugins.module_utils._paging.written import as_text, duration

ADA, GRACE, LINUS = (f"+1555123000{number}" for number in range(1, 4))
FROM = "+15557654321"
SERVICE = "MG" + "0f" * 16
GOOD = {"body": "Disk full", "from": FROM, "tiers": [{"name": "primary", "numbers": [ADA]}]}


def plan(**options):
    return read_plan({**GOOD, **options}, "7F3")


def tiers(value, **options):
    """Return what a plan makes of tiers, and its problems."""
    read = plan(tiers=value, **options)
    return [(tier.name, {person.number: person.name for person in tier.people}, tier.wait) for tier in read.tiers], [
        *read.problems
    ]


def test_a_plan_as_it_should_be():
    read = plan(
        tiers=[
            {"name": "primary", "numbers": {"Ada": ADA}, "wait": 200},
            {"name": "secondary", "numbers": [GRACE, LINUS]},
        ],
        repeat=2,
    )
    assert read.tiers == (
        Tier("primary", (Person(ADA, "Ada"),), 200),
        Tier("secondary", (Person(GRACE), Person(LINUS)), 300),
    )
    assert (read.problems, read.has_fatal_error) == ((), False)
    assert (read.code, read.is_fresh, read.texts.words) == ("7F3", True, (["ACK"], ["NO"]))
    assert (read.round_time, read.time, read.turns) == (500, 1000, 4)
    assert [(read.round(turn), read.tier(turn).name) for turn in range(4)] == [
        (1, "primary"),
        (1, "secondary"),
        (2, "primary"),
        (2, "secondary"),
    ]
    assert read.people == {ADA: Person(ADA, "Ada"), GRACE: Person(GRACE), LINUS: Person(LINUS)}


ONE = [("primary", {ADA: ""}, 300.0)]
TWO_PEOPLE = {ADA: "Ada", GRACE: "Grace"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "primary", "numbers": [ADA]}, ONE),
        ([{"name": "primary", "numbers": ADA}], ONE),
        ([{"name": " primary ", "numbers": f" {ADA[:2]} (555) 123-00.01"}], ONE),
        (json.dumps([{"name": "primary", "numbers": [ADA]}]), ONE),
        ([{"name": "primary", "numbers": json.dumps([ADA])}], ONE),
        ([json.dumps({"name": "primary", "numbers": [ADA]})], ONE),
        ([{"name": "primary", "numbers": [[ADA], ADA]}], ONE),
        ({"primary": [ADA], "rest": {"numbers": [GRACE], "wait": 60}}, [*ONE, ("rest", {GRACE: ""}, 60.0)]),
        ([{"numbers": [ADA]}, {"numbers": [GRACE]}], [("tier 1", {ADA: ""}, 300), ("tier 2", {GRACE: ""}, 300)]),
        ([{"name": None, "numbers": [ADA]}], [("tier 1", {ADA: ""}, 300)]),
        ([ADA, [GRACE, LINUS]], [("tier 1", {ADA: ""}, 300), ("tier 2", {GRACE: "", LINUS: ""}, 300)]),
        (f"{ADA}, {GRACE}", [("tier 1", {ADA: "", GRACE: ""}, 300)]),
        ({"Ada": ADA, "Grace": GRACE}, [("tier 1", TWO_PEOPLE, 300)]),
        ([{"Ada": ADA}, {"Grace": GRACE}], [("tier 1", {ADA: "Ada"}, 300), ("tier 2", {GRACE: "Grace"}, 300)]),
        ([{"numbers": {"Ada": [ADA, LINUS]}}], [("tier 1", {ADA: "Ada", LINUS: "Ada"}, 300)]),
        (
            [{"numbers": [{"name": "Ada", "number": ADA}, {"name": "Grace", "number": GRACE}]}],
            [("tier 1", TWO_PEOPLE, 300)],
        ),
        ([{"numbers": [{"Ada": ADA}, {"Grace": GRACE}]}], [("tier 1", TWO_PEOPLE, 300)]),
        (
            [{"numbers": [{"name": "Ada", "number": ADA, "phone": ADA, "to": ""}]}],
            [("tier 1", {ADA: "Ada"}, 300)],
        ),
        (
            [{"numbers": [{"name": "Ada", "number": ADA, "phone": LINUS}]}],
            [("tier 1", {ADA: "Ada", LINUS: "Ada"}, 300)],
        ),
        ([{"numbers": [ADA, {"Ada": ADA}]}], [("tier 1", {ADA: "Ada"}, 300)]),
        ([{"numbers": [ADA], "wait": "5m"}], [("tier 1", {ADA: ""}, 300)]),
        ([{"numbers": [ADA], "wait": "90"}], [("tier 1", {ADA: ""}, 90)]),
        ([{"numbers": [ADA], "wait": 0.5}], [("tier 1", {ADA: ""}, 0.5)]),
    ],
)
def test_tiers_are_read_as_they_are_meant(value, expected):
    assert tiers(value) == (expected, [])


PRIMARY = {"name": "primary", "numbers": [ADA]}


@pytest.mark.parametrize(
    ("value", "expected", "problems"),
    [
        (
            [{"name": "x", "numbers": ["5551230002", ADA]}],
            [("x", {ADA: ""}, 300)],
            ["tier 1 (x): the entry '5551230002'"],
        ),
        ([{"name": "x", "numbers": [15551230002, ADA]}], [("x", {ADA: ""}, 300)], ["quote it in YAML"]),
        ([{"name": "x", "numbers": {"Ada": ADA, "Bo": None}}], [("x", {ADA: "Ada"}, 300)], ["of Bo None is left out"]),
        ([{"name": "x", "numbers": [ADA, True, 1.5, ""]}], [("x", {ADA: ""}, 300)], ["True", "1.5", "''"]),
        ([{"name": "x", "numbers": [ADA, FROM]}], [("x", {ADA: ""}, 300)], ["a number cannot text itself"]),
        ([{"name": "x", "numbers": []}, PRIMARY], ONE, ["tier 1 (x): has no number to page"]),
        ([{"name": "x"}, PRIMARY], ONE, ["tier 1 (x): has no number"]),
        ([None, PRIMARY], ONE, ["tier 1 (tier 1): has no number"]),
        ([7, PRIMARY], ONE, ["tier 1 (tier 1): the entry 7", "has no number"]),
        (
            [{"name": "x", "numbers": [f"whatsapp:{ADA}"]}],
            [("x", {f"whatsapp:{ADA}": ""}, 300)],
            ["is on whatsapp and the sender +15557654321 on SMS"],
        ),
        ([{**PRIMARY, "note": "x"}], ONE, ["has the unknown key 'note'"]),
        ([{"name": "primary", "people": [ADA]}], ONE, ["'people', which is read as 'numbers'"]),
        (
            [{"name": "x", "numbers": {"Ada": ADA}, "people": {"Grace": GRACE}, "phone": ADA}],
            [("x", {ADA: "Ada", GRACE: "Grace"}, 300)],
            ["'people', which is read as 'numbers'", "'phone', which is read as 'numbers'"],
        ),
        (
            [{**PRIMARY, "wait": None}],
            ONE,
            ["wait must be more than 0 seconds, as in 300 or '5m', not None; 300 is used"],
        ),
        ([{**PRIMARY, "wait": 0}], ONE, ["wait must be more than 0"]),
        ([{**PRIMARY, "wait": "soon"}], ONE, ["wait must be more than 0"]),
        ([{**PRIMARY, "wait": True}], ONE, ["wait must be more than 0"]),
        ([{**PRIMARY, "wait": float("nan")}], ONE, ["wait must be more than 0"]),
        ("[{'name': 'no JSON'}]", [], ["tiers: is not valid JSON: Expecting property name", "contains nobody to page"]),
        (f"[{ADA}]", [], ["Expecting value: line 1 column 2", "contains nobody to page"]),
        # What can be read of it is paged all the same.
        (f'["{ADA}", {GRACE}, ]', [("tier 1", {GRACE: ""}, 300)], ["not valid JSON"]),
        ([], [], ["tiers: is required"]),
        (None, [], ["tiers: is required"]),
        (["5551230002"], [], ["the entry '5551230002'", "has no number", "contains nobody to page"]),
    ],
)
def test_what_cannot_be_read_keeps_nobody_else_from_being_paged(value, expected, problems):
    found, told = tiers(value)
    assert found == expected
    assert len(told) == len(problems)
    for problem, text in zip(problems, told):
        assert problem in text
        assert text.startswith("tiers: ")


def test_nobody_and_nobody_to_send_are_fatal():
    assert plan(tiers=["x"]).has_fatal_error
    assert read_plan({**GOOD, "from": ""}, "7F3").has_fatal_error
    assert read_plan({}, "7F3").has_fatal_error


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ({"wait": "2 min"}, "round_time", 120),
        ({"repeat": "3"}, "repeat", 3),
        ({"validity_period": "10m"}, "validity_period", 600),
        ({"dedupe_window": "0"}, "dedupe_window", 0),
        ({"dedupe_window": ""}, "dedupe_window", None),
        ({"dedupe_window": "1h"}, "dedupe_window", 3600),
        ({"poll_interval": 0.1}, "poll_interval", 0.1),
        ({"confirm": "no"}, "confirm", False),
        ({"tell_others": "False"}, "tell_others", False),
        ({"confirm": ""}, "confirm", True),
        ({"code": 123}, "code", "123"),
        ({"state": "Resolved"}, "resolves", True),
        ({"state": ""}, "resolves", False),
        ({"quiet": "4h"}, "quiet", 14400),
        ({"quiet": ""}, "quiet", 0),
        ({"state": "resolved"}, "window", 86400),
        ({"state": "resolved", "dedupe_window": "1h"}, "window", 3600),
        ({"state": "resolved", "dedupe_window": 0}, "window", 86400),
        ({"dedupe_window": "1h"}, "window", 3600),
        ({}, "window", 300),
        ({"code": None}, "code", "7F3"),
        ({"from": "", "messaging_service_sid": SERVICE}, "sender", {"messaging_service_sid": SERVICE}),
        ({"from": "12345"}, "sender", {"from": "12345"}),
    ],
)
def test_options_of_any_type(options, field, value):
    read = plan(**options)
    assert getattr(read, field) == value
    assert read.problems == ()


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ({"wait": None}, "round_time", 300),
        ({"wait": 0}, "round_time", 300),
        ({"repeat": 0}, "repeat", 1),
        ({"repeat": 1.5}, "repeat", 1),
        ({"repeat": "twice"}, "repeat", 1),
        ({"validity_period": 36001}, "validity_period", 600),
        ({"dedupe_window": -1}, "dedupe_window", None),
        ({"dedupe_window": "x"}, "dedupe_window", None),
        ({"poll_interval": 0}, "poll_interval", 5),
        ({"poll_interval": "often"}, "poll_interval", 5),
        ({"confirm": "maybe"}, "confirm", True),
        ({"tell_others": None}, "tell_others", True),
        ({"code": "7 F3"}, "code", "7F3"),
        ({"state": "resolve"}, "resolves", False),
        ({"quiet": "a while"}, "quiet", 0),
        ({"quiet": -1}, "quiet", 0),
        ({"code": "Ä"}, "code", "7F3"),
        ({"from": 15557654321}, "sender", {"from": FROM}),
        ({"from": "Acme", "tiers": [["+447700900123"]]}, "sender", {"from": "Acme"}),
        ({"messaging_service_sid": "MG1"}, "sender", {"from": FROM}),
        ({"segments": "many"}, "has_fatal_error", False),
        ({"segments": 11}, "has_fatal_error", False),
        ({"tiers": [{"numbers": [ADA], "x": 1}], "repeat": []}, "has_fatal_error", False),
    ],
)
def test_what_is_wrong_gets_its_default_and_is_told(options, field, value):
    read = plan(**options)
    assert getattr(read, field) == value
    assert len(read.problems) == len(options) - ("Acme" in options.values())
    assert all(problem.startswith(tuple(f"{name}:" for name in options)) for problem in read.problems)


def test_the_key_of_an_incident_may_have_any_type():
    assert plan(incident=7).texts.tag == plan(incident=" 7 ").texts.tag != plan(incident="8").texts.tag
    assert plan().texts.tag == plan(incident="").texts.tag == plan(incident=None).texts.tag == ""
    assert plan(incident={"a": 1}).texts.tag


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["Disk full", "on db1"], "Disk full\non db1"),
        (["Disk full", 3, {"host": "db1"}], 'Disk full\n3\n{"host": "db1"}'),
        ({"msg": "Disk full", "rc": 1}, "Disk full"),
        ({"msg": " ", "rc": 1}, '{"msg": " ", "rc": 1}'),
        ({"rc": 1, "why": "voll\u00e9"}, '{"rc": 1, "why": "voll\u00e9"}'),
        ([], ""),
        ({}, ""),
    ],
)
def test_a_list_or_a_mapping_as_text(value, text):
    assert as_text(value) == text


def test_a_message_without_text_still_pages():
    read = plan(body=" ")
    assert NO_TEXT in read.texts.page("7F3", 0)
    assert not read.has_fatal_error
    assert len(read.problems) == 1


@pytest.mark.parametrize(
    ("accept", "decline", "words", "problems"),
    [
        ("JA", "NEIN", (["JA"], ["NEIN"]), 0),
        ("JA, OK", ["NEIN"], (["JA", "OK"], ["NEIN"]), 0),
        ('["JA"]', ["NEIN"], (["JA"], ["NEIN"]), 0),
        (["👍"], ["NO"], (["ACK"], ["NO"]), 2),
        ([True], [False], (["YES"], ["NO"]), 2),
        (["ACK"], ["STOP", "NO"], (["ACK"], ["NO"]), 1),
        (["OK", "no"], ["NO"], (["OK"], ["NO"]), 1),
        (["ACK"], ["a.c.k."], (["YES"], ["a.c.k."]), 2),
        ([], [], (["ACK"], ["NO"]), 2),
        (None, 7, (["ACK"], ["7"]), 2),
        (["ack"], ["ACK", "YES"], (["YESackyes"], ["ACK", "YES"]), 2),
    ],
)
def test_words(accept, decline, words, problems):
    read = plan(accept=accept, decline=decline)
    assert read.texts.words == words
    assert len(read.problems) == problems


@pytest.mark.parametrize(
    ("options", "hint", "problem"),
    [
        ({"hint": "{accept} {code}?"}, "{accept} {code}?", None),
        ({"hint": ""}, DEFAULT_HINT, None),
        ({"hint": "Call me"}, DEFAULT_HINT, "must contain {code}"),
        ({"hint": "{code}" + "x" * 400}, DEFAULT_HINT, "takes more than 2 segments"),
        ({"accept": "Я" * 60, "segments": 1}, DEFAULT_HINT, "are too few for the hint"),
    ],
)
def test_hints(options, hint, problem):
    read = plan(**options)
    assert read.texts.hint == hint
    assert len(read.problems) == bool(problem)
    assert all(problem in text for text in read.problems)
    # Whatever there is, both message and hint are in the page.
    page = read.texts.page("7F3", 0)
    assert page.startswith("Disk")
    assert page.endswith(read.texts.how_to_reply("7F3"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (300, 300),
        ("300", 300),
        ("5m", 300),
        ("5 minutes", 300),
        ("1h30m", 5400),
        ("1 h 30 min", 5400),
        ("90s", 90),
        ("1.5h", 5400),
        ("-5", -5),
        ("5 5", None),
        ("500ms", None),
        ("m", None),
        ("", None),
        ("inf", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_durations(value, seconds):
    assert duration(value) == seconds


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just(ADA),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "numbers", "wait", "people", "Ada", ""]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    options=st.dictionaries(st.sampled_from([*GOOD, "wait", "repeat", "code", "accept", "hint", "segments"]), ANYTHING)
)
def test_nothing_that_anybody_writes_keeps_a_page_from_going_out(options):
    tiers = [options.pop("tiers", None), {"name": "good", "numbers": [GRACE]}]
    read = read_plan({**GOOD, **options, "from": FROM, "tiers": tiers}, "7F3")
    assert GRACE in read.people
    assert not read.has_fatal_error
    assert read.time > 0
    page = read.texts.page(read.code, 0)
    assert page.endswith(read.texts.how_to_reply(read.code))
