# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of people in the shifts of a rota."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.limits import processor_time
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.people import find_people
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.shifts import Shift

PEOPLE = ["Ada", "Ada Lovelace", "grace@example.com", "Grace Hopper", "Zoë O'Neil", "neil"]


def found(*shifts, match=None):
    return find_people(shifts, PEOPLE, match)


@pytest.mark.parametrize(
    ("summary", "names"),
    [
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("on-call: ada  LOVELACE (primary)", ["Ada Lovelace"]),
        ("Ada Lovelace, then Ada", ["Ada", "Ada Lovelace"]),
        ("Ada's shift", ["Ada"]),
        ("Ada.", ["Ada"]),
        ("Primary/Ada", ["Ada"]),
        ("Adam", []),
        ("Canada", []),
        ("Ada-Marie", []),
        ("ada.king", []),
        ("ada@example.com", []),
        ("grace@example.com is on call", ["grace@example.com"]),
        ("O'Neil", []),
        ("Neil", ["neil"]),
        ("Zoe\u0308 O&#39;Neil", ["Zoë O'Neil"]),
        ("Zoë O\u2019Neil", ["Zoë O'Neil"]),
        ("O\u2019Neil", []),
        ("Ada\u2010Marie", []),
        ("Ada\u2011Marie", []),
        ("Ada\u200b Lovelace", ["Ada Lovelace"]),
        ("Ada\u00adm", []),
    ],
)
def test_names_in_a_summary(summary, names):
    result = found(Shift(summary))
    assert result.people == names
    assert result.problems == ([] if names else [f"nobody in people is named in {summary!r}"])


def test_attendees_count_where_the_summary_names_nobody():
    attendees = ("MAILTO:Grace@Example.com", "Ada Lovelace", "somebody@example.com")
    assert found(Shift("Night shift", attendees)).people == ["Ada Lovelace", "grace@example.com"]
    assert found(Shift("Ada's night shift", attendees)).people == ["Ada"]


def test_everybody_is_there_in_the_order_of_people():
    shifts = [Shift("Grace Hopper", ("grace@example.com",)), Shift("Night", ("grace@example.com",)), Shift("Ada")]
    assert found(*shifts).people == ["Ada", "grace@example.com", "Grace Hopper"]


def test_many_people_are_found_quickly():
    people = [f"Person Number{number}" for number in range(600)]
    shifts = [Shift(f"event {number} {'x y ' * 70}") for number in range(20)] + [Shift(people[-1])]
    with processor_time(1):
        assert find_people(shifts, people, None).people == people[-1:]


def test_match():
    match = r"^On Call - (.+) - (?:Primary|Night)$"
    assert found(Shift("On Call - ada lovelace - Primary"), match=match).people == ["Ada Lovelace"]
    # The name is all of the group, and what does not match is no shift.
    result = found(Shift("On Call - Ada King - Night"), Shift("Ada's birthday"), match=match)
    assert result.people == []
    assert result.problems == ["'Ada King' is on call, but people has no number for that name"]
    named = found(Shift("On Call - G. H. - Night", ("grace@example.com",)), match=match)
    assert (named.people, named.problems) == (["grace@example.com"], [])


def test_a_match_that_fits_nothing():
    assert found(Shift("Ada"), match="^On Call - (.+)").problems == [
        "match does not match any event at that time, such as 'Ada'"
    ]
    assert found(match="^On Call - (.+)").problems == []
    # A group that takes part in no match names nobody.
    assert found(Shift("On Call"), match="^On Call( - .+)?").people == []


def test_a_few_problems_are_named_and_the_rest_counted():
    result = found(*[Shift(f"Party {number}") for number in range(8)], Shift("Party 1"), Shift("Ada"))
    assert result.people == ["Ada"]
    assert result.problems[4:] == ["nobody in people is named in 'Party 4'", "3 more events name nobody in people"]
