# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds of each night, whatever happens in it: random outages, dead phones, replies, slow lists."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.paging.night import ADA, FROM, GRACE, LINUS, MARGARET, Night, Outage, Says

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events
from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.closing import LONGEST_CLOSING, LONGEST_LAST_LOOK

PEOPLE = [ADA, GRACE, LINUS, MARGARET]
YES = ["ACK {code}", "ok, ack {code}", "Ack {code}!\n> ACK {code}\n> NO {code}", "yes ack {code} omw"]
WORD = ["ack", "Ack."]
NO = ["NO {code}", "sorry, no {code}", "no"]
UNCLEAR = ["what is this", "{code}", "NO ACK {code}", "can't ack {code}", "did anyone ack {code}?", "ACK 000", "👍"]
LONGEST_LATENCY = 8.0

seconds = st.floats(0, 300).map(lambda value: round(value, 1))
says = st.builds(
    Says,
    text=st.sampled_from(YES) | st.sampled_from([*YES, *WORD, *NO, *UNCLEAR, "STOP"]),
    after=seconds,
    to_text=st.integers(0, 2),
    to=st.sampled_from([FROM, FROM, "+15550009999"]),
)
outages = st.builds(
    Outage,
    # Most often when it matters.
    start=st.just(0.0) | seconds,
    length=st.sampled_from([5.0, 70.0, 200.0]) | seconds,
    loses=st.booleans(),
    written=st.booleans(),
    reads=st.booleans(),
    creates=st.booleans(),
)
calls = st.sampled_from(["completed", "busy", "no-answer", "failed", "refused"])
tiers = st.lists(
    st.builds(
        lambda numbers, wait: {"numbers": numbers, "wait": wait},
        st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True),
        st.sampled_from([40, 100, 250]),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def nights(draw, /, **fixed):
    """A night that has not begun yet."""
    latencies = itertools.cycle(draw(st.lists(st.floats(0.05, LONGEST_LATENCY), min_size=1, max_size=7)))
    options = {
        "tiers": draw(tiers),
        "repeat": draw(st.sampled_from([1, 1, 2])),
        "tell_others": draw(st.booleans()),
        "confirm": draw(st.booleans()),
        "ring": draw(st.sampled_from([0, 0, 30, 120])),
        "poll_interval": draw(st.sampled_from([5, 20])),
    }
    happens = {
        "people": draw(st.dictionaries(st.sampled_from(PEOPLE), st.lists(says, min_size=1, max_size=3), max_size=4)),
        "refused": draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([21211, 21610]), max_size=2)),
        "undelivered": draw(st.lists(st.sampled_from(PEOPLE), max_size=2)),
        "phones": draw(st.dictionaries(st.sampled_from(PEOPLE), st.lists(calls, min_size=1, max_size=2), max_size=3)),
        "queued": draw(st.sampled_from([0.0, 0.0, 40.0])),
        "outages": draw(st.lists(outages, max_size=3)),
        "skew": draw(st.sampled_from([0.0, 3600.0, -86400.0])),
        "lag": draw(st.sampled_from([0.0, 0.0, 7.0, 90.0])),
        "latency": lambda: next(latencies),
    }
    return Night(**{**happens, "options": options, **fixed})


def answers(night, number, *kinds):
    """What somebody wrote of these kinds, when."""
    texts = [text.replace("{code}", night.incident.code) for kind in kinds for text in kind]
    return [
        message["_at"]
        for message in night.messages
        if message["direction"] == "inbound" and message["from"] == number and message["body"] in texts
    ]


@given(nights(), st.sampled_from([1, 20]))
def test_it_always_ends(night, slowness):
    quick = night.latency
    night.latency = lambda: slowness * quick()
    night.run()
    stopped_at = next(now for now, stage in night.stages if stage != plain.PAGING)
    assert stopped_at <= night.plan.time + slowness * LONGEST_LATENCY * night.plan.turns + 0.1
    # Whatever is still under way; a yes while people are told that nobody has taken it begins the closing anew.
    assert night.ended_at <= stopped_at + LONGEST_LAST_LOOK + 2 * LONGEST_CLOSING + 0.1


def is_out_of_reach(night, number):
    """Whether somebody has truly passed."""
    return number in night.refused or number in night.undelivered or bool(answers(night, number, NO, ["STOP"]))


@given(nights())
def test_while_it_has_time_and_somebody_is_left_it_goes_on(night):
    night.run()
    stopped_at = next(now for now, stage in night.stages if stage != plain.PAGING)
    if not night.incident.taken and stopped_at < night.plan.time:
        assert all(is_out_of_reach(night, number) for number in night.plan.people)
        assert night.incident.turn == night.plan.turns - 1


@given(nights())
def test_no_tier_waits_longer_than_it_must(night):
    begins = [0.0, *itertools.accumulate(night.plan.tier(turn).wait for turn in range(night.plan.turns))]

    def watch(night):
        if night.incident.stage == plain.PAGING:
            # People's time runs from when they have their page, so a tier may cost one request's time more.
            slack = LONGEST_LATENCY * (night.incident.turn + 1)
            assert night.now < begins[night.incident.turn + 1] + slack

    night.watch = watch
    night.run()


@given(nights())
def test_an_outage_only_delays_a_page(night):
    def watch(night):
        incident = night.incident
        for page in incident.pages if incident.stage == plain.PAGING else ():
            # It is being sent, or it will be soon.
            assert page.state != plain.WAITING or page.due <= night.now + 30
            is_given_up = page.state in (plain.DROPPED, plain.REFUSED, plain.FAILED)
            has_later = any(other.number == page.number and other.turn > page.turn for other in incident.pages)
            assert not is_given_up or has_later or is_out_of_reach(night, page.number)

    night.watch = watch
    night.run()


@given(nights())
def test_nobody_is_sent_a_page_twice_that_is_known_to_be_out(night):
    night.run()
    known = set()
    for _now, thing in night.history:
        if isinstance(thing, events.Send):
            assert (thing.turn, thing.number) not in known
        elif isinstance(thing, events.Created):
            known.add((thing.turn, thing.number))
        elif isinstance(thing, events.Listed):
            for message in thing.messages:
                page = night.plan.texts.recognise(message["body"])
                known |= {(page.turn, message["to"])} if page else set()


@given(nights())
def test_each_yes_ends_it_within_one_look(night):
    night.run()
    stopped_at = next(now for now, stage in night.stages if stage != plain.PAGING)
    for number in night.plan.people:
        if answers(night, number, NO, ["STOP"]):
            continue
        for at in answers(night, number, YES):
            shown = at + night.lag
            seen = shown + night.plan.poll_interval + 4 * LONGEST_LATENCY
            if not any(outage.start <= seen and outage.start + outage.length >= shown for outage in night.outages):
                assert stopped_at <= seen


@given(nights())
def test_only_a_yes_from_somebody_who_was_paged_takes_it(night):
    night.run()
    taken = night.incident.taken
    assert (night.incident.outcome == plain.ACKNOWLEDGED) == (taken is not None)
    if taken:
        assert answers(night, taken.number, YES, WORD)
        assert taken.message["_at"] >= night.pages(taken.number)[0][0]


@given(nights(people={number: [Says(text) for text in (*NO, *UNCLEAR, "STOP")] for number in PEOPLE}))
def test_no_refusal_takes_it(night):
    assert night.run().incident.outcome == plain.UNTAKEN


@given(nights())
def test_only_people_who_were_paged_are_told_anything_and_nothing_twice(night):
    night.run()
    paged = set()
    told = []
    for _now, thing in night.history:
        if isinstance(thing, events.Send):
            paged.add(thing.number)
        elif isinstance(thing, events.Inform):
            assert thing.number in paged
        elif isinstance(thing, events.Told) and not thing.may_pass:
            told.append((thing.kind, thing.number))
    assert len(told) == len(set(told))


@given(nights())
def test_nobody_is_called_twice_for_a_page_as_far_as_is_known(night):
    night.run()
    known = set()
    for _now, thing in night.history:
        if isinstance(thing, events.PlaceCall):
            assert (thing.turn, thing.number) not in known
            assert night.options["ring"]
        elif isinstance(thing, events.Placed):
            known.add((thing.turn, thing.number))


@given(nights(outages=[], lag=0.0))
def test_no_phone_rings_when_it_is_over(night):
    night.run()
    assert not [end for _at, _to, end in night.rings() if end in ("queued", "ringing")]


@given(nights(), st.floats(0, 500))
def test_killed_and_run_again_it_is_the_same_incident(night, kill_at):
    night.kill_at = kill_at
    night.run()
    second = Night(
        **{name: getattr(night, name) for name in ("options", "messages", "skew", "latency")},
        now=kill_at + 5,
        code="9XZ",
    )
    before = list(night.messages)
    second.run()
    out = [
        message for message in before if message["direction"] == "outbound-api" and message["status"] != "undelivered"
    ]
    is_over = any(message["body"].startswith(("You have taken", "Taken by", "Nobody")) for message in before)
    told = night.options["confirm"]
    if night.incident.stage == plain.PAGING and out and not is_over and told and second.began < out[0]["_at"] + 40:
        assert second.incident.is_resumed
        assert second.incident.code == night.incident.code
    # Whatever was out already is not sent again by the second run.
    pages = [(turn, to) for _at, turn, to in second.pages()] if second.incident.is_resumed else []
    first = [(turn, to) for _at, turn, to in night.pages()]
    for page in set(first):
        assert pages.count(page) <= first.count(page)


@pytest.mark.parametrize("length", [1, 45, 120, 333])
def test_a_night_is_over_in_no_time_and_always_the_same(length):
    def once():
        night = Night({ADA: [Says("ack {code}", 200)]}, outages=[Outage(3, length)]).run()
        return night.incident.notes

    assert once() == once()
