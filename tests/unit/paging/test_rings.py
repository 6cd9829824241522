# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls to people who sleep through a text."""

from __future__ import annotations

import pytest
from unit.paging.night import ADA, FROM, GRACE, LINUS, MARGARET, Night, Outage, Says

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events
from ansible_collections.oncall.twilio.plugins.module_utils._paging.engine import due, step
from ansible_collections.oncall.twilio.plugins.module_utils._paging.failure import failure
from ansible_collections.oncall.twilio.plugins.module_utils._paging.plan import read_plan
from ansible_collections.oncall.twilio.plugins.module_utils._paging.prediction import predicted
from ansible_collections.oncall.twilio.plugins.module_utils._paging.result import result
from ansible_collections.oncall.twilio.plugins.module_utils._paging.resume import start
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import ErrorDetails

RING = {"ring": 60}
ONE = [{"name": "primary", "numbers": {"Ada": ADA}, "wait": 200}]


def pages(night):
    return {(page["round"], page["to"]): page for page in result(night.incident, night.began)["pages"]}


def test_whoever_sleeps_through_a_text_is_called():
    # Grace passes, Ada takes it after her call.
    night = Night({GRACE: [Says("NO {code}")], ADA: [Says("ACK {code}", 110)]}, options=RING).run()
    assert night.rings() == [(63.3, ADA, "completed")]
    assert night.noted("rung", "answered") == ["Ada is rung (primary)", "Ada answers the call"]
    (call,) = pages(night)[1, ADA]["calls"]
    assert (call["outcome"], call["status"], call["attempts"], call["to"]) == ("answered", "completed", 1, ADA)
    assert pages(night)[1, GRACE]["calls"] == []
    assert result(night.incident, night.began)["by"]["name"] == "Ada"


def test_nobody_is_called_unless_asked_to():
    assert Night().run().rings() == []


def test_what_a_call_says():
    night = Night({ADA: [Says("ACK {code}", 90)]}, options=RING).run()
    said = "You are paged: Disk full on db1. The code is 7, F, 3."
    said += " To take it, text ACK 7, F, 3 to the number that paged you."
    once = f'<Pause length="1"/><Say>{said}</Say>'
    assert night.calls[0]["_twiml"] == f"<Response>{once}{once}</Response>"


def test_a_call_in_words_of_your_own():
    options = {
        **RING,
        "body": "<R&D>\n" * 1000,
        "ring_say": "Achtung. {message}. Code {code}, {accept} oder {decline}",
        "ring_language": "de-DE",
        "ring_voice": "Polly.Vicki",
    }
    twiml = Night(options=options).run().calls[0]["_twiml"]
    assert len(twiml) <= 4000
    assert '<Say language="de-DE" voice="Polly.Vicki">Achtung. &lt;R&amp;D&gt; &lt;R&amp;D&gt; ' in twiml
    assert twiml.endswith(". Code 7, F, 3, ACK oder NO</Say></Response>")


def test_once_a_page_and_person():
    night = Night(phones={ADA: ["no-answer", "busy"]}, options={"ring": 60, "repeat": 2}).run()
    assert [(at, to) for at, to, _end in night.rings()] == [
        *((63.3, ADA), (63.3, GRACE), (263.5, LINUS), (263.5, MARGARET)),
        *((463.7, ADA), (463.7, GRACE), (663.9, LINUS), (663.9, MARGARET)),
    ]
    assert night.noted("unanswered") == [
        "Ada does not answer the call (no-answer)",
        "Ada does not answer the call (busy)",
    ]
    assert f"Called: Ada ({ADA}) no-answer, Grace ({GRACE}) completed, " in failure(night.incident)


def test_calls_that_nobody_needs_any_more_are_canceled():
    # The queue of calls is long, and Ada takes it while Grace's waits.
    night = Night({ADA: [Says("ACK {code}", 70)]}, phones={ADA: ["busy"]}, queued=300, options=RING).run()
    assert night.rings() == [(63.3, ADA, "canceled"), (63.3, GRACE, "canceled")]
    assert night.noted("hung up") == ["The call to Ada is canceled", "The call to Grace is canceled"]
    assert {call["outcome"] for page in pages(night).values() for call in page["calls"]} == {"unanswered"}


def test_the_call_to_somebody_who_passes_is_canceled_while_others_are_waited_for():
    night = Night({ADA: [Says("NO {code}", 70)], GRACE: [Says("ACK {code}", 150)]}, queued=30, options=RING).run()
    assert night.rings() == [(63.3, ADA, "canceled"), (63.3, GRACE, "completed")]


def test_a_call_that_somebody_is_listening_to_is_not_cut_off():
    night = Night({GRACE: [Says("ACK {code}", 78)]}, options={**RING, "confirm": False, "tell_others": False}).run()
    assert night.rings() == [(63.3, ADA, "in-progress"), (63.3, GRACE, "in-progress")]


def test_canceling_outlasts_an_outage():
    outage = Outage(80.3, 15, reads=False)
    night = Night({ADA: [Says("ACK {code}", 78)]}, queued=300, outages=[outage], options=RING).run()
    assert len(night.actions(events.HangUp)) > 2
    assert [end for _at, _to, end in night.rings()] == ["canceled", "canceled"]


@pytest.mark.parametrize("happens", [{"undelivered": [ADA]}, {"refused": {ADA: 21614}}])
def test_whoever_cannot_be_texted_is_called_at_once_and_waited_for(happens):
    options = {**RING, "tiers": [{"numbers": {"Ada": ADA}, "wait": 200}, {"numbers": {"Linus": LINUS}, "wait": 200}]}
    night = Night(**happens, options=options)
    night.happens(150, lambda: night.reply(ADA, "ACK {code}"))
    night.run()
    (at, to, end), *_others = night.rings()
    assert at < 10
    assert (to, end) == (ADA, "completed")
    assert night.pages(LINUS) == []
    assert result(night.incident, night.began)["by"]["name"] == "Ada"


def test_whoever_can_be_neither_texted_nor_called_is_not_waited_for():
    options = {**RING, "tiers": [{"numbers": {"Ada": ADA}, "wait": 200}, {"numbers": {"Linus": LINUS}, "wait": 200}]}
    night = Night({LINUS: [Says("ACK {code}")]}, refused={ADA: 21211}, phones={ADA: ["refused"]}, options=options).run()
    assert night.ended_at < 40
    assert night.noted("not rung") == ["Cannot ring Ada: No permission (HTTP 400, code 21215)"]
    assert pages(night)[1, ADA]["calls"][0]["outcome"] == "rejected"


@pytest.mark.parametrize("loses", [True, False])
def test_a_call_whose_outcome_is_unknown_is_looked_for_before_it_is_placed_again(loses):
    outage = Outage(59, 5, loses=loses, written=True, reads=False)
    night = Night({ADA: [Says("ACK {code}", 120)]}, outages=[outage], options=RING).run()
    assert sorted(to for _at, to, _end in night.rings()) == [ADA, GRACE]
    assert len(night.actions(events.ReadCalls)) >= 2
    if loses:
        assert [at for at, _to, _end in night.rings()] == [63.3, 63.3]
    else:
        # What the list does not show is placed at once.
        assert all(at < 68 for at, _to, _end in night.rings())


def test_an_outage_of_texts_leaves_the_whole_time_to_answer():
    outage = Outage(0, 20)
    night = Night({ADA: [Says("ACK {code}", 30)]}, outages=[outage], options={"ring": 50}).run()
    assert night.rings() == []
    # Twilio's list may be what tells that it is out.
    outages = [outage, Outage(20, 15, loses=True, reads=False)]
    assert Night({ADA: [Says("ACK {code}", 30)]}, outages=outages, options={"ring": 50}).run().rings() == []
    # In one that lasts, the call does not wait for the text.
    night = Night({ADA: [Says("ACK {code}", 30)]}, outages=[Outage(0, 90)], options={"ring": 50}).run()
    assert {to for at, to, _end in night.rings() if at < 130} == {ADA, GRACE}


def test_an_outage_delays_a_call():
    night = Night({ADA: [Says("ACK {code}", 150)]}, outages=[Outage(59, 30)], options=RING).run()
    assert sorted(to for _at, to, _end in night.rings()) == [ADA, GRACE]
    assert all(89 <= at <= 120 for at, _to, _end in night.rings())
    assert "Ada is not rung yet: Service unavailable (HTTP 503). The next try is in 1 s" in night.noted("failing")


@pytest.mark.parametrize(
    "error",
    [
        # A proxy; too many calls at once; a wrong caller, which somebody may mend meanwhile.
        ErrorDetails(404, None, "Not found"),
        ErrorDetails(400, 10004, "Call concurrency limit exceeded"),
        ErrorDetails(400, 21210, "The source phone number provided is not yet verified"),
    ],
)
def test_a_refusal_that_may_pass_delays_a_call(error):
    night = Night(outages=[Outage(62, 10, reads=False, error=error)], options={**RING, "tiers": ONE}).run()
    assert [to for _at, to, _end in night.rings()] == [ADA]


def test_whoever_has_answered_is_not_called_however_seldom_replies_are_read():
    options = {**RING, "tiers": ONE, "poll_interval": 50}
    assert Night({ADA: [Says("ACK {code}", 55)]}, options=options).run().rings() == []


def test_a_call_that_a_later_one_supersedes_is_not_placed_too():
    tiers = [{"numbers": {"Ada": ADA}, "wait": 60}]
    outage = Outage(29, 63.5, reads=False)
    rings = Night(outages=[outage], options={"ring": 30, "repeat": 3, "tiers": tiers}).run().rings()
    assert len(rings) == 2
    assert rings[1][0] - rings[0][0] > 30


def test_a_call_is_placed_though_a_later_turn_is_to_have_one():
    tiers = [{"numbers": {"Ada": ADA}, "wait": 60}]
    rings = Night(options={"ring": 100, "repeat": 3, "tiers": tiers}).run().rings()
    assert [at for at, _to, _end in rings] == [103.3, 163.5]


def test_who_has_no_phone_is_not_called():
    assert Night(options={**RING, "tiers": [{"numbers": ["messenger:4711"], "wait": 200}]}).run().calls == []


def test_without_a_number_that_calls_nobody_is_called():
    assert Night(options={**RING, "from": "Acme"}).run().calls == []


def test_a_new_trial_account_is_told_once():
    error = ErrorDetails(400, None, "Trial accounts have limited parameter access")
    night = Night(outages=[Outage(62, 5, reads=False, error=error)], options={**RING, "tiers": ONE}).run()
    assert night.calls == []
    assert len(night.noted("not rung")) == 1


def test_a_list_that_cannot_be_read_does_not_keep_anybody_from_being_called():
    outages = [Outage(60, 4, loses=True, reads=False), Outage(63, 60, creates=False)]
    night = Night(outages=outages, options={**RING, "tiers": ONE}).run()
    assert [to for _at, to, _end in night.rings()] == [ADA, ADA]


def test_what_may_have_been_placed_stays_unknown():
    outages = [Outage(62, 2, loses=True, reads=False), Outage(64, 1000, reads=False)]
    night = Night(outages=outages, lag=1000, options={**RING, "tiers": ONE}).run()
    (call,) = pages(night)[1, ADA]["calls"]
    assert (call["outcome"], call["sid"]) == ("unknown", None)
    assert call["attempts"] > 1


def test_a_call_that_cannot_be_canceled_any_more_is_left_alone():
    # Statuses are read so seldom that it has been answered meanwhile.
    options = {**RING, "tiers": ONE, "poll_interval": 40}
    night = Night({ADA: [Says("ACK {code}", 75)]}, options=options).run()
    assert night.rings() == [(63.3, ADA, "in-progress")]
    assert len(night.actions(events.HangUp)) == 1


def test_a_phone_with_two_addresses_rings_once():
    tiers = [{"numbers": {"Ada": [ADA, f"whatsapp:{ADA}"]}, "wait": 200}]
    assert [to for _at, to, _end in Night(options={**RING, "tiers": tiers}).run().rings()] == [ADA]


# With a Messaging Service, Twilio accepts the text all the same.
@pytest.mark.parametrize("happens", [{"refused": {ADA: 21610}}, {"undelivered": {ADA: 21610}}])
def test_whoever_wants_nothing_more_is_not_called(happens):
    night = Night(**happens, options=RING).run()
    assert {to for _at, to, _end in night.rings()} == {GRACE, LINUS, MARGARET}
    _killed, second = earlier(RING, 20, **happens)
    assert ADA not in [to for _at, to, _end in second.run().rings()]


def test_a_call_that_is_refused_after_one_that_may_have_been_placed_is_unknown():
    night = Night(
        outages=[Outage(60, 6, written=True)], phones={ADA: ["refused"]}, options={**RING, "tiers": ONE}
    ).run()
    (call,) = pages(night)[1, ADA]["calls"]
    assert (call["outcome"], call["attempts"] > 1, call["error"]["code"]) == ("unknown", True, 21215)
    assert result(night.incident, night.began)["changed"]


def test_a_call_that_still_rings_after_it_was_canceled_is_canceled_again_after_a_pause():
    night = Night({ADA: [Says("ACK {code}", 68)]}, queued=300, options={**RING, "tiers": ONE}, kill_at=70.5).run()
    (ring,) = night.incident.rings
    incident = night.incident._replace(rings=(ring._replace(state="hanging up"),))
    incident, actions = step(incident, events.HungUp(71, ring.turn, ADA, {**(ring.call or {}), "status": "ringing"}))
    assert not [action for action in actions if isinstance(action, events.HangUp)]
    assert due(incident) == 73


def test_a_list_that_cannot_be_read_is_read_again_before_a_call_is_placed_again():
    outages = [Outage(60, 4, loses=True, reads=False), Outage(63, 6, creates=False)]
    night = Night(outages=outages, options={**RING, "tiers": ONE}).run()
    assert [to for _at, to, _end in night.rings()] == [ADA]


def test_a_call_that_the_list_shows_late_is_canceled():
    outages = [Outage(198, 2, loses=True, reads=False)]
    night = Night(outages=outages, queued=300, lag=3, options={"ring": 196, "tiers": ONE}).run()
    assert [end for _at, _to, end in night.rings()] == ["canceled"]


def test_a_call_that_is_not_found_when_all_is_over_is_not_placed_again():
    outages = [Outage(198, 2, written=True, reads=False)]
    night = Night(outages=outages, options={"ring": 196, "tiers": ONE}).run()
    assert night.calls == []
    assert len(night.actions(events.ReadCalls)) == 3


def earlier(options, kill_at, **happens):
    """A night that was killed, and the one that goes on with it."""
    killed = Night(options=options, kill_at=kill_at, **happens).run()
    left = {"messages": killed.messages, "calls": killed.calls, "now": killed.now + 5, "code": "XXX"}
    return killed, Night(**{"options": options, **happens, **left})


def test_a_page_that_only_its_call_has_reached_is_gone_on_with():
    killed, night = earlier({**RING, "tiers": ONE}, 30, undelivered=[ADA])
    night.happens(40, lambda: night.reply(ADA, "ACK 7F3"))
    assert len(killed.calls) == len(night.run().calls) == 1
    assert result(night.incident, night.began)["by"]["name"] == "Ada"


def test_whoever_cannot_be_texted_is_not_called_again_by_the_next_run():
    _killed, night = earlier(RING, 30, refused={ADA: 21614})
    assert [to for _at, to, _end in night.run().rings()].count(ADA) == 1


def test_a_call_of_an_earlier_run_is_canceled_when_nobody_needs_it():
    _killed, night = earlier(RING, 15, undelivered=[ADA], queued=300)
    night.happens(10, lambda: night.reply(GRACE, "ACK {code}"))
    assert [end for _at, to, end in night.run().rings() if to == ADA] == ["canceled"]


def test_a_page_that_was_killed_when_it_was_taken_cancels_its_calls_when_it_is_run_again():
    outage = Outage(77, 15, reads=False)
    killed, night = earlier(RING, 85, people={ADA: [Says("ACK {code}", 75)]}, queued=300, outages=[outage])
    assert [end for _at, _to, end in killed.rings()] == ["queued", "queued"]
    assert [end for _at, _to, end in night.run().rings()] == ["canceled", "canceled"]


@pytest.mark.parametrize(
    "other",
    [
        # Nobody has heard it.
        {"status": "canceled"},
        # It is from before the page.
        {"date_created": "2027-01-15T07:00:00+00:00"},
        {"from": "+15557650000"},
        {"direction": "inbound"},
    ],
)
def test_a_call_that_is_not_ours_is_not_taken_for_ours(other):
    killed, night = earlier({**RING, "tiers": ONE}, 30)
    ours = {
        "sid": "CA" + "f" * 32,
        "from": FROM,
        "to": ADA,
        "direction": "outbound-api",
        "status": "completed",
        "date_created": killed.messages[0]["date_created"],
        "start_time": None,
        "_at": 10,
    }
    night.calls.append({**ours, **other})
    assert len(night.run().calls) == 2
    # While one that may be ours is.
    killed, night = earlier({**RING, "tiers": ONE}, 30)
    night.calls.append(ours)
    assert len(night.run().calls) == 1
    # This run calls nobody.
    assert night.noted("rung") == ["Ada has been rung (primary)"]


def test_the_call_of_an_earlier_turn_is_not_taken_for_that_of_a_later_one():
    tiers = [{"numbers": {"Ada": ADA}, "wait": 60}]
    outage = Outage(162, 3, written=True, reads=False)
    rings = Night(outages=[outage], options={"ring": 100, "repeat": 3, "tiers": tiers}).run().rings()
    assert len(rings) == 2
    assert rings[1][0] > 165


@pytest.mark.parametrize("killed_at", [30, 100])
def test_a_run_that_goes_on_calls_nobody_twice(killed_at):
    killed = Night(options=RING, kill_at=killed_at).run()
    night = Night(options=RING, messages=killed.messages, calls=killed.calls, now=killed.now + 5, code="XXX").run()
    assert sorted(to for at, to, _end in night.rings() if at < 190) == [ADA, GRACE]
    assert pages(night)[1, ADA]["calls"][0]["sid"] == night.calls[0]["sid"]
    assert result(night.incident, night.began)["resumed"]
    assert "Ada answers the call" in night.noted("answered")


def test_tiers_have_times_of_their_own():
    tiers = [
        {"name": "primary", "numbers": [ADA, f"whatsapp:{GRACE}"], "wait": 200, "ring": "1m"},
        {"name": "secondary", "numbers": [LINUS], "wait": 200, "ring": "never"},
    ]
    night = Night(options={"tiers": tiers, "ring": 10}).run()
    assert [(at, to) for at, to, _end in night.rings()] == [(63.3, ADA), (63.3, GRACE)]
    plan = predicted(night.plan, start(night.plan, [], 0, 0), 0)["plan"]
    assert [tier["ring"] for tier in plan] == [60, None]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"ring": "soon"}, "ring: must be 0 or more seconds, as in 120 or '2m', not 'soon'; nobody is called."),
        (
            {"ring": 60, "from": "Acme"},
            "ring_from: is required with ring: only a phone number can call; nobody is called.",
        ),
        (
            {"ring": 60, "ring_from": "Acme"},
            f"ring_from: must be a phone number such as '+15551234567', not 'Acme'; {FROM} is used.",
        ),
        (
            {"ring": 60, "ring_say": "Wake up"},
            "ring_say: must contain {code}: people need it to answer; the default is used.",
        ),
        (
            {"ring": 60, "ring_say": "{code}" + "x" * 2500},
            "ring_say: takes more than 4,000 characters of TwiML: a call says it twice; the default is used.",
        ),
        (
            {"ring": 300},
            "ring: must be less than the 300 seconds that the page has left when primary is paged, not 300;"
            " primary is not called.",
        ),
        (
            {"tiers": [{"name": "primary", "numbers": [ADA], "ring": -1}]},
            "tiers: tier 1 (primary): ring must be 0 or more seconds, as in 120 or '2m', not -1; nobody is called.",
        ),
    ],
)
def test_what_is_wrong_with_options_of_calls(options, problem):
    given = {"body": "Disk full", "from": FROM, "tiers": [{"name": "primary", "numbers": [ADA]}], **options}
    plan = read_plan(given, "7F3")
    assert problem in plan.problems
    assert not plan.has_fatal_error
