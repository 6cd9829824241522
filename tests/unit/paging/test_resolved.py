# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of an incident: it is resolved by another run, and it is quiet for a while after somebody has taken it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.paging.night import ADA, GRACE, LINUS, MARGARET, Night, Outage, Says
from unit.paging.test_engine import again, told
from unit.paging.test_nights import nights

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events, page_text
from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.engine import step
from ansible_collections.oncall.twilio.plugins.module_utils._paging.failure import failure
from ansible_collections.oncall.twilio.plugins.module_utils._paging.prediction import predicted
from ansible_collections.oncall.twilio.plugins.module_utils._paging.result import result
from ansible_collections.oncall.twilio.plugins.module_utils._paging.resume import start

RESOLVED = "Resolved 7F3: Disk full on db1"
BOTH = [(ADA, RESOLVED), (GRACE, RESOLVED)]


def resolve(night, **changes):
    """Resolve what a night has left behind."""
    options = {**night.options, "state": "resolved", **changes.pop("options", {})}
    return again(night, **{"people": {}, "options": options, **changes})


def resolved_texts(night, code="7F3"):
    kind_of = night.plan.texts.kind_of
    return [(to, text) for to, text in night.sent() if kind_of(text, code) == page_text.RESOLVED]


@pytest.mark.parametrize("options", [{}, {"incident": "db1/disk"}, {"code": "DB1"}, {"tell_others": False}])
@pytest.mark.parametrize("people", [{}, {ADA: [Says("ack {code}")]}])
def test_everybody_who_was_paged_is_told_once(options, people):
    first = Night(people, options=options, kill_at=100).run()
    second = resolve(first)
    code = options.get("code", "7F3")
    text = f"Resolved {code}: Disk full on db1"
    assert sorted(resolved_texts(second, code)) == [(ADA, text), (GRACE, text)]
    outcome = told(second)
    assert (outcome["changed"], outcome["resolved"], outcome["outcome"]) == (True, True, "resolved")
    assert (outcome["code"], outcome["acknowledged"], outcome["pages"]) == (code, False, [])
    assert sorted((entry["name"], entry["outcome"]) for entry in outcome["told"]) == [
        ("Ada", "sent"),
        ("Grace", "sent"),
    ]
    assert failure(second.incident) == ""
    third = resolve(second)
    assert (told(third)["changed"], told(third)["resolved"], told(third)["told"]) == (False, True, [])
    assert len(third.messages) == len(second.messages)
    assert third.noted("nothing") == [f"Everybody who was paged has been told that {code} is resolved"]


def test_whoever_is_being_told_at_an_interrupt_may_have_been_told():
    first = Night(kill_at=100).run()
    second = resolve(first, latency=lambda: 5.0, kill_at=first.now + 3)
    interrupted, _actions = step(second.incident, events.Interrupted(second.now + 3))
    assert [person["outcome"] for person in result(interrupted, 0)["told"]] == ["unknown", "unknown"]


def test_nobody_was_paged():
    night = resolve(Night(kill_at=0.0).run())
    outcome = told(night)
    assert (outcome["changed"], outcome["resolved"], outcome["code"], outcome["told"]) == (False, False, None, [])
    assert night.sent() == []


def test_an_incident_with_a_key_is_found_whatever_the_message_says():
    options = {"incident": "db1/disk", "body": "Disk 91% full"}
    first = Night(options=options, kill_at=100).run()
    later = again(first, options={**options, "body": "Disk 95% full"}, kill_at=300)
    assert told(later)["resumed"]
    # A text of another key, or of none, is of another incident.
    for other in ({"incident": "db2/disk"}, {"incident": ""}):
        assert not told(resolve(later, options=other))["resolved"]
        assert not told(again(first, options={**options, **other}, kill_at=300))["resumed"]
    second = resolve(later, options={"body": "Disk OK"})
    assert {text for _to, text in resolved_texts(second)} == {"Resolved 7F3: Disk OK"}
    assert len(resolved_texts(second)) == 4


def test_several_at_once_are_one_text():
    first = Night(kill_at=100).run()
    second = again(first, options={"dedupe_window": 0}, kill_at=150)
    third = resolve(second)
    assert sorted(resolved_texts(third)) == [(number, "Resolved 7F3, 9XZ: Disk full on db1") for number in (ADA, GRACE)]
    assert {code for code in ("7F3", "9XZ") if len(resolved_texts(third, code)) == 2} == {"7F3", "9XZ"}
    assert told(resolve(third))["changed"] is False


def test_a_code_that_is_used_again_is_resolved_once():
    options = {"code": "DB1"}
    second = again(Night(options=options).run(), now=1000)
    third = resolve(second, now=2000)
    everybody = [(number, "Resolved DB1: Disk full on db1") for number in (ADA, GRACE, LINUS, MARGARET)]
    assert sorted(resolved_texts(third, "DB1")) == everybody
    assert told(resolve(third))["told"] == []


def test_whoever_could_not_be_reached_is_not_told():
    first = Night(undelivered=[ADA], refused={LINUS: 21211}, kill_at=300).run()
    assert sorted(to for to, _text in resolved_texts(resolve(first))) == [GRACE, MARGARET]


def test_what_was_resolved_is_over():
    first = resolve(Night(kill_at=100).run())
    second = Night(messages=first.messages, now=first.now + 10, code="9XZ").run()
    assert (told(second)["resumed"], told(second)["code"]) == (False, "9XZ")


def test_after_a_day_it_is_not_found_any_more():
    first = Night(kill_at=100).run()
    assert told(resolve(first, now=86000))["resolved"]
    assert not told(resolve(first, now=87000))["resolved"]
    assert told(resolve(first, now=87000, options={"dedupe_window": "48h"}))["resolved"]


def test_an_outage_delays_the_telling_and_a_refusal_is_no_failure():
    first = Night(kill_at=100).run()
    second = resolve(first, outages=[Outage(0, 300, reads=False)])
    assert sorted(resolved_texts(second)) == BOTH
    assert 300 <= second.now < 340
    third = resolve(Night(kill_at=100).run(), refused={ADA: 21610})
    assert [(entry["number"], entry["outcome"]) for entry in told(third)["told"]] == [
        (ADA, "rejected"),
        (GRACE, "sent"),
    ]
    assert failure(third.incident) == ""


def test_whoever_cannot_be_told_fails_it():
    outage = Outage(0, 1000, reads=False)
    night = resolve(Night(kill_at=100).run(), outages=[outage])
    assert failure(night.incident).startswith("7F3 is resolved, but not everybody was told. Run it again. Ada (+1")
    assert {entry["outcome"] for entry in told(night)["told"]} == {"not_tried"}
    # Where nobody knows whether the text is out, it is not sent again.
    lost = resolve(Night(kill_at=100).run(), outages=[Outage(0, 1000, reads=False, loses=True)])
    assert {entry["outcome"] for entry in told(lost)["told"]} == {"unknown"}
    assert len(lost.actions(events.Inform)) == 2
    assert failure(lost.incident)


def test_check_mode_says_whom_it_would_tell():
    first = Night(kill_at=100).run()
    night = Night(messages=first.messages, options={"state": "resolved"}, now=200)
    outcome = predicted(night.plan, start(night.plan, first.messages, 200, night.date()), 200)
    assert (outcome["changed"], outcome["plan"], outcome["outcome"], outcome["code"]) == (True, [], "resolved", "7F3")
    assert [(entry["name"], entry["outcome"], entry["text"]) for entry in outcome["told"]] == [
        ("Ada", "planned", RESOLVED),
        ("Grace", "planned", RESOLVED),
    ]


def test_a_run_that_pages_elsewhere_ends():
    night = Night()
    night.resolve(250)
    night.run()
    outcome = told(night)
    assert (outcome["resolved"], outcome["outcome"], outcome["acknowledged"]) == (True, "resolved", False)
    assert failure(night.incident) == ""
    # The next tier is not paged, and the run itself tells nobody whom the other one has told.
    assert sorted(to for to, _text in resolved_texts(night)) == [ADA, GRACE, LINUS, MARGARET]
    assert night.ended_at < 280
    assert night.actions(events.Inform) == []


def test_whoever_is_paged_while_it_is_resolved_is_told_by_the_run_that_pages():
    night = Night()
    # The other run reads the list before the second tier is paged, and tells the first tier after that.
    night.resolve(199.9, lambda: 3.0)
    night.run()
    assert [number for number, _text in resolved_texts(night)] == [ADA, GRACE, LINUS, MARGARET]
    assert [action.number for _now, action in night.actions(events.Inform)] == [LINUS, MARGARET]


def test_whoever_was_paged_and_told_within_a_second_is_not_told_again():
    night = Night(latency=iter([0.2, 2.4, *[0.2] * 100]).__next__, kill_at=3)
    night.resolve(1.3)
    night.run()
    dates = [message["date_created"] for message in night.messages]
    assert dates[0] < dates[1] == dates[2] == dates[3]
    assert told(resolve(night))["told"] == []


def test_what_is_resolved_stays_so_at_an_interrupt():
    night = Night(kill_at=210)
    night.resolve(199.9, lambda: 3.0)
    night.run()
    interrupted, actions = step(night.incident, events.Interrupted(211))
    assert (interrupted.outcome, actions) == (plain.RESOLVED, [])
    assert interrupted.notes[-1].text == "Interrupted before everybody was told"


def test_it_is_resolved_at_the_last_moment():
    night = Night()
    night.resolve(398.5)
    night.run()
    assert told(night)["resolved"]


def test_a_reply_to_what_is_resolved_is_no_hint():
    night = Night({ADA: [Says("what?", 300)]})
    night.resolve(100)
    night.run()
    assert not [text for _to, text in night.sent() if "not understood" in text]


@given(nights(), st.floats(0, 500), st.lists(st.floats(0.05, 3.0), min_size=1, max_size=5))
def test_a_resolved_incident_ends_within_one_look(night, after, latencies):
    quick = itertools.cycle(latencies)
    night.latency = lambda: next(quick)
    night.resolve(after, lambda: next(quick))
    night.run()
    texts = resolved_texts(night, night.incident.code)
    outcome = told(night)
    stopped_at = next(now for now, stage in night.stages if stage != plain.PAGING)
    shown = [m["_at"] + night.lag for m in night.messages if (m["to"], m["body"]) in texts]
    seen = min(shown, default=1e9) + night.plan.poll_interval + 4 * max(latencies)
    if not any(
        outage.start <= seen and outage.start + outage.length >= min(shown, default=0) for outage in night.outages
    ):
        assert stopped_at <= seen
    if outcome["resolved"]:
        assert texts
        assert not [now for now, _action in night.actions(events.Send) if now > stopped_at]
        assert failure(night.incident) == ""
        if not night.outages and not night.lag:
            reached = {
                m["to"]
                for m in night.messages
                if night.plan.texts.recognise(m["body"]) and m["status"] not in ("undelivered", "failed")
            }
            # What the other run was about to send counts as well.
            informs = [action for _now, action in night.actions(events.Inform) if action.kind == page_text.RESOLVED]
            numbers = night.resolved + [action.number for action in informs]
            assert {to for to in reached if not night.incident.opted_out(to)} <= set(numbers)
            assert len(numbers) == len(set(numbers))


QUIET = {"quiet": "1h"}


def test_it_is_quiet_for_a_while_after_somebody_has_taken_it():
    first = Night({GRACE: [Says("ack {code}")]}, options=QUIET).run()
    second = again(first, people={})
    outcome = told(second)
    assert (outcome["acknowledged"], outcome["changed"], outcome["outcome"]) == (True, False, "quiet")
    assert (outcome["by"], outcome["code"], outcome["pages"]) == ({"name": "Grace", "number": GRACE}, "7F3", [])
    (confirmation,) = [message for message in second.messages if message["body"].startswith("You have taken")]
    assert outcome["at"] == confirmation["date_created"]
    assert len(second.messages) == len(first.messages)
    assert failure(second.incident) == ""
    assert second.noted("quiet") == [f"Grace has had 7F3 since {outcome['at']}"]
    foreseen = predicted(second.plan, second.incident, second.now)
    assert (foreseen["outcome"], foreseen["changed"], foreseen["plan"]) == ("quiet", False, [])
    # Then it pages anew.
    third = again(first, people={}, now=4000)
    assert (told(third)["outcome"], told(third)["code"]) == ("untaken", "9XZ")


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ({"confirm": False}, GRACE),
        ({"confirm": False, "tell_others": False}, GRACE),
        ({"tell_others": False}, GRACE),
        ({"incident": "db1/disk"}, GRACE),
        ({"tiers": [[ADA, GRACE]], "tell_others": True}, GRACE),
    ],
)
def test_whoever_has_it_is_known_in_each_way(options, number):
    first = Night({GRACE: [Says("ack {code}")]}, options={**QUIET, **options}).run()
    outcome = told(again(first, people={}))
    assert (outcome["outcome"], outcome["by"]["number"]) == ("quiet", number)


def test_whoever_has_no_name_and_no_confirmation_has_that_of_the_tier():
    options = {**QUIET, "tiers": [{"name": "ops", "numbers": [ADA, GRACE]}]}
    first = Night({GRACE: [Says("ack {code}")]}, options=options).run()
    left = [message for message in first.messages if not message["body"].startswith("You have taken")]
    outcome = told(again(first, people={}, messages=left))
    assert outcome["by"] == {"name": "ops", "number": None}


@pytest.mark.parametrize("happens", [{}, {"undelivered": [ADA, GRACE, LINUS, MARGARET]}])
def test_what_nobody_has_taken_is_not_quiet(happens):
    first = Night(options=QUIET, **happens).run()
    assert told(again(first))["outcome"] == "untaken"


@pytest.mark.parametrize(("now", "outcome"), [(3000, "quiet"), (4000, "untaken")])
def test_it_is_quiet_though_nobody_could_be_told_who_has_taken_it(now, outcome):
    outages = [Outage(22, 60, reads=False, written=True)]
    first = Night({ADA: [Says("ack {code}")]}, outages=outages, options=QUIET).run()
    assert first.noted("not told")
    second = told(again(first, people={}, now=now))
    assert second["outcome"] == outcome
    assert outcome == "untaken" or second["by"] == {"name": "Ada", "number": ADA}


def test_what_was_resolved_is_not_quiet():
    first = Night({GRACE: [Says("ack {code}")]}, options=QUIET).run()
    second = resolve(first)
    third = again(second, people={}, options=QUIET)
    assert (told(third)["outcome"], told(third)["code"]) == ("untaken", "9XZ")


def test_a_page_that_was_sent_before_an_answer_was_read_does_not_open_it_again():
    tiers = [{"numbers": [number], "wait": 40} for number in (ADA, GRACE)]
    options = {"tiers": tiers, "poll_interval": 20, "tell_others": False, "confirm": False}
    first = Night({ADA: [Says("ack {code}", 19.5)]}, options=options).run()
    assert first.incident.taken is not None
    assert first.incident.taken.at < first.pages(GRACE)[0][0]
    second = again(first, people={}, now=first.now + 1)
    assert not second.incident.is_resumed


@pytest.mark.parametrize("later", [20, 21])
@pytest.mark.parametrize("confirm", [True, False])
def test_what_somebody_has_passed_after_all_is_not_quiet(confirm, later):
    people = {ADA: [Says("ack {code}", 20), Says("no {code}", later)]}
    options = {**QUIET, "tell_others": False, "confirm": confirm, "tiers": [[ADA, GRACE]], "poll_interval": 20}
    first = Night(people, options=options).run()
    assert told(first)["outcome"] == "untaken"
    assert told(again(first, people={}))["outcome"] == "untaken"


def test_other_incidents_are_not_quiet():
    first = Night({GRACE: [Says("ack {code}")]}, options=QUIET).run()
    assert told(again(first, people={}, options={**QUIET, "body": "Queue stuck"}))["outcome"] == "untaken"


def test_an_interrupt():
    night = Night(messages=Night(kill_at=100).run().messages, options={"state": "resolved"}, now=110, kill_at=110)
    night.run()
    interrupted, actions = step(night.incident, events.Interrupted(111))
    assert (interrupted.outcome, actions) == (plain.INTERRUPTED, [])
    assert failure(interrupted) == "Interrupted. Run it again to tell everybody who has not been told yet."
