# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds of each question, whatever happens: random outages, dead phones, replies, slow lists."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from unit.paging.asking import CODE, TO, asking, told
from unit.paging.night import Outage, Says

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events
from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.closing import LONGEST_CLOSING, LONGEST_LAST_LOOK
from ansible_collections.oncall.twilio.plugins.module_utils._paging.question_result import failure

WITH_CODE = {"yes": ["YES {code}", "ok yes {code} thanks"], "no": ["NO {code}", "sorry, no {code}"]}
says = st.builds(
    Says,
    text=st.sampled_from([*WITH_CODE["yes"], *WITH_CODE["no"]])
    | st.sampled_from(["yes", "no", "what?", "yes 9XZABC", "STOP", "{code}"]),
    after=st.floats(0, 200).map(lambda value: round(value, 1)),
)
outages = st.builds(
    Outage,
    start=st.just(0.0) | st.floats(0, 200),
    length=st.sampled_from([5.0, 70.0, 400.0]),
    loses=st.booleans(),
    written=st.booleans(),
    reads=st.booleans(),
    creates=st.booleans(),
)
LONGEST_LATENCY = 8.0


@st.composite
def questions(draw):
    """A question that has not been asked yet."""
    latencies = itertools.cycle(draw(st.lists(st.floats(0.05, LONGEST_LATENCY), min_size=1, max_size=7)))
    people = list(TO.values())
    return asking(
        draw(st.dictionaries(st.sampled_from(people), st.lists(says, min_size=1, max_size=3), max_size=3)),
        {"quorum": draw(st.integers(1, 3)), "wait": 200, "default": draw(st.booleans())},
        refused=draw(st.dictionaries(st.sampled_from(people), st.just(21211), max_size=2)),
        undelivered=draw(st.lists(st.sampled_from(people), max_size=2)),
        outages=draw(st.lists(outages, max_size=2)),
        skew=draw(st.sampled_from([0.0, 3600.0, -86400.0])),
        lag=draw(st.sampled_from([0.0, 0.0, 7.0])),
        latency=lambda: next(latencies),
    )


def wrote(night, number, word):
    """When somebody wrote such an answer, by both clocks."""
    texts = [text.replace("{code}", CODE) for text in WITH_CODE[word]]
    return [
        (message["_at"], message["date_created"], word)
        for message in night.messages
        if message["direction"] == "inbound" and message["from"] == number and message["body"] in texts
    ]


@given(questions())
def test_it_always_ends(night):
    night.run()
    latest = 2 * night.plan.time + LONGEST_LAST_LOOK + LONGEST_CLOSING + 3 * LONGEST_LATENCY
    assert night.ended_at <= latest
    assert told(night)["outcome"] in ("yes", "no", "undecided", "unasked", "unread")


@given(questions())
def test_only_enough_people_who_say_so_with_the_code_decide(night):
    night.run()
    found, quorum = told(night), night.plan.question.quorum
    for word in ("yes", "no"):
        saying = [answer["number"] for answer in found["answers"] if answer["answer"] == word]
        assert all(wrote(night, number, word) for number in saying)
        if found["outcome"] == word:
            assert len(saying) >= quorum
    if found["outcome"] == "yes":
        no = [answer for answer in found["answers"] if answer["answer"] == "no"]
        assert len(no) < quorum
    assert found["approved"] == (
        found["outcome"] == "yes" or (found["outcome"] == "undecided" and night.plan.question.default)
    )
    assert bool(failure(night.incident)) == (found["outcome"] in ("unasked", "unread"))


@given(questions())
def test_what_can_be_read_when_the_last_look_begins_counts(night):
    night.run()
    if told(night)["outcome"] in ("unread", "unasked"):
        return
    last_look = max(at for at, stage in night.stages if stage == plain.LAST_LOOK)
    for entry in told(night)["answers"]:
        written = wrote(night, entry["number"], "yes") + wrote(night, entry["number"], "no")
        if written and all(at + night.lag <= last_look for at, _date, _word in written):
            latest = max(date for _at, date, _word in written)
            words = {word for _at, date, word in written if date == latest}
            assert entry["answer"] == ("no" if "no" in words else "yes")


@given(questions())
def test_nobody_is_asked_or_told_twice_as_far_as_is_known(night):
    night.run()
    known, reached = set(), []
    for _now, thing in night.history:
        if isinstance(thing, events.Send):
            assert thing.number not in known
        elif isinstance(thing, events.Created):
            known.add(thing.number)
        elif isinstance(thing, events.Told) and not thing.may_pass:
            reached.append((thing.kind, thing.number))
    assert len(reached) == len(set(reached))
    assert {number for _kind, number in reached} <= set(TO.values())
