# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions: who decides, by what, and what silence, outages and dead phones mean."""

from __future__ import annotations

import itertools

import pytest
from unit.paging.asking import CODE, HINT, TEXT, TO, ask, asking, outcome, question, told, verdicts
from unit.paging.night import ADA, FROM, GRACE, LINUS, Outage, Says

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events
from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.engine import step
from ansible_collections.oncall.twilio.plugins.module_utils._paging.question_result import answered, failure, predicted
from ansible_collections.oncall.twilio.plugins.module_utils._paging.timeline import line
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import ErrorDetails

YES, NO = Says("yes {code}"), Says("NO {code}")
TWO = {"quorum": 2}


def test_the_first_yes():
    night = ask({GRACE: [Says("ok, YES {code} thanks")]})
    assert outcome(night) == ("yes", True, [None, "yes", None])
    assert night.sent()[:3] == [(number, TEXT) for number in TO.values()]
    assert verdicts(night) == [(number, "Yes, by Grace: Deploy 2.3?") for number in TO.values()]
    assert 22 < night.ended_at < 30
    assert failure(night.incident) == ""
    found = told(night)
    assert (found["changed"], found["decided"], found["code"], found["text"]) == (True, True, CODE, TEXT)
    assert found["verdict"] == "Yes, by Grace"
    first = found["questions"][0]
    assert (first["name"], first["outcome"], first["status"]) == ("Ada", "sent", "delivered")
    assert [(reply["from"], reply["answer"]) for reply in found["replies"]] == [(GRACE, "yes")]
    texts = [entry["text"] for entry in found["timeline"]]
    assert {"Ada is asked", "The question to Ada is delivered", "Grace says yes", "Yes, by Grace"} <= set(texts)
    assert not any("page" in text or "take" in text for text in texts)
    # Whoever sees the screen could forge an answer with it.
    assert not any(CODE in text for text in texts)


@pytest.mark.parametrize(
    ("people", "options", "expected"),
    [
        ({ADA: [NO]}, {}, ("no", False, ["no", None, None])),
        ({ADA: [YES], GRACE: [NO], LINUS: [Says("yes {code}", 40)]}, TWO, ("yes", True, ["yes", "no", "yes"])),
        ({ADA: [YES], GRACE: [NO]}, TWO, ("undecided", False, ["yes", "no", None])),
        ({ADA: [YES], GRACE: [NO]}, {"quorum": 2, "default": True}, ("undecided", True, ["yes", "no", None])),
        ({}, {}, ("undecided", False, [None] * 3)),
        ({}, {"default": True}, ("undecided", True, [None] * 3)),
        # The latest answer counts.
        ({ADA: [NO, Says("yes {code}", 60)], GRACE: [YES]}, TWO, ("yes", True, ["yes", "yes", None])),
        ({ADA: [YES, Says("no {code}", 60)], GRACE: [Says("no {code}", 90)]}, TWO, ("no", False, ["no", "no", None])),
        # Of two answers within a second the no does, whichever came first.
        ({ADA: [YES, Says("no {code}", 20.3)]}, {}, ("no", False, ["no", None, None])),
        ({ADA: [NO, Says("yes {code}", 20.3)]}, {}, ("no", False, ["no", None, None])),
        # More than enough may answer between two looks.
        ({ADA: [YES], GRACE: [YES]}, {}, ("yes", True, ["yes", "yes", None])),
        ({ADA: [NO], GRACE: [NO]}, {}, ("no", False, ["no", "no", None])),
        # A word that stops all texts, such as CANCEL, takes a yes back, and no no.
        (
            {ADA: [YES, Says("Cancel", 30)], GRACE: [Says("yes {code}", 90)]},
            TWO,
            ("undecided", False, [None, "yes", None]),
        ),
        ({ADA: [NO, Says("STOP", 30)], GRACE: [Says("no {code}", 90)]}, TWO, ("no", False, ["no", "no", None])),
        ({ADA: [Says("ja {code}")]}, {"accept": "JA", "decline": ["NEIN"]}, ("yes", True, ["yes", None, None])),
    ],
)  # fmt: skip
def test_who_decides(people, options, expected):
    night = ask(people, options)
    assert outcome(night) == expected
    assert told(night)["decided"] == (expected[0] != "undecided")
    assert len(verdicts(night)) == (2 if any(says.text in ("STOP", "Cancel") for says in people.get(ADA, ())) else 3)


def test_more_than_enough_end_it_at_once():
    assert ask({ADA: [YES], GRACE: [YES]}).ended_at < 60


def test_silence_lasts_as_long_as_it_is_waited_for():
    night = ask(options={"wait": "2m", "tell": False})
    assert 120 < night.ended_at < 122
    assert verdicts(night) == []
    night = ask(options={"default": True})
    assert verdicts(night)[0][1] == "No decision in time, which means yes: Deploy 2.3?"


def test_a_no_between_two_looks_beats_a_yes():
    """Ada's replies are read before Grace's no comes, whose replies are read before Ada's yes."""
    for first, second in ((ADA, GRACE), (GRACE, ADA)):
        night = ask({first: [Says("yes {code}", 20)], second: [Says("no {code}", 20.9)]}, {"poll_interval": 30})
        assert outcome(night)[0] == "no"
    # It comes after the look that finds the yes, and the last one finds it.
    slow = iter([0.2] * 3 + [3.0] * 1000)
    night = ask({ADA: [YES], GRACE: [Says("no {code}", 25.1)]}, latency=lambda: next(slow))
    assert outcome(night) == ("no", False, ["yes", "no", None])
    assert verdicts(night)[0][1] == "No, by Grace: Deploy 2.3?"


def test_a_yes_that_the_last_look_finds_taken_back_leaves_it_open():
    slow = iter([0.2] * 3 + [3.0] * 1000)
    people = {ADA: [YES], GRACE: [YES, Says("hm", 25), Says("no {code}", 25.5), Says("yes {code}", 120)]}
    night = ask(people, TWO, latency=lambda: next(slow))
    stages = [stage for _at, stage in night.stages]
    assert stages == [plain.LAST_LOOK, plain.PAGING, plain.LAST_LOOK, plain.CLOSING, plain.DONE]
    assert outcome(night)[0] == "yes"
    assert night.ended_at > 120


@pytest.mark.parametrize("text", ["yes", "Yes!", "no", "what?", "YES 9XZABC", "yes {code} no {code}"])
def test_what_has_no_code_counts_for_nothing_and_is_answered_once(text):
    night = ask({ADA: [Says(text), Says(text, 40)]})
    assert outcome(night) == ("undecided", False, [None] * 3)
    hints = [(to, body) for to, body in night.sent() if "not understood" in body]
    assert hints == [(ADA, f"Your reply was not understood. {HINT}")]


@pytest.mark.parametrize("text", ["why {code}?", "YESNO{code}", "yes or no 7-f3 k2m"])
def test_the_screen_does_not_show_the_code_of_what_is_not_understood(text):
    night = ask({ADA: [Says(text), Says("why?", 60)]})
    assert night.noted("replied") == ["Ada replies with the code, but not as asked", "Ada replies: why?"]
    # The result has it.
    assert told(night)["replies"][0]["body"] == text.replace("{code}", CODE)


def test_whoever_was_not_asked_does_not_count():
    night = asking({}, {"to": [ADA]})
    night.happens(30, lambda: night.reply(GRACE, "YES {code}"))
    assert outcome(night.run()) == ("undecided", False, [None])


@pytest.mark.parametrize(
    "happens", [{"undelivered": [GRACE]}, {"refused": {GRACE: 21211}}, {"refused": {GRACE: 21610}}]
)
def test_whoever_cannot_be_asked_costs_only_themselves(happens):
    assert outcome(ask({LINUS: [YES]}, **happens)) == ("yes", True, [None, None, "yes"])
    # Nobody is left who could decide.
    night = ask({ADA: [NO], LINUS: [YES]}, TWO, **happens)
    assert outcome(night) == ("undecided", False, ["no", None, "yes"])
    assert night.ended_at < 60
    assert sorted(to for to, _text in verdicts(night)) == [ADA, LINUS]
    error = told(night)["questions"][1]["error"]["message"]
    assert error in ("No such number", "The question is undelivered: Unknown handset")


def test_stop_is_no_answer_and_none_is_waited_for():
    night = ask({number: [Says("STOP")] for number in TO.values()}, {"default": True})
    assert outcome(night) == ("undecided", True, [None] * 3)
    assert night.ended_at < 60
    assert verdicts(night) == []


@pytest.mark.parametrize("happens", [{"undelivered": TO.values()}, {"refused": dict.fromkeys(TO.values(), 21211)}])
def test_a_question_that_reaches_nobody_fails_whatever_silence_means(happens):
    night = ask(options={"default": True}, **happens)
    assert outcome(night) == ("unasked", False, [None] * 3)
    assert failure(night.incident).startswith(f"Nobody could be asked (Deploy 2.3?). Ada ({ADA}): ")
    assert night.ended_at < 30
    assert verdicts(night) == []


@pytest.mark.parametrize("written", [False, True])
def test_an_outage_delays_a_question(written):
    night = ask({ADA: [YES]}, outages=[Outage(0, 120, written=written)])
    assert outcome(night)[0] == "yes"
    assert 140 < night.ended_at < 180
    assert night.noted("failing")[0] == "Ada is not asked yet: Service unavailable (HTTP 503). The next try is in 1 s"
    assert {question["resent"] for question in told(night)["questions"]} == {written}


def test_people_have_the_whole_time_from_when_they_have_the_question():
    # Silence is a yes only of those who could have said no.
    late = Outage(0, 250)
    night = ask({ADA: [Says("no {code}", 250)]}, {"default": True}, outages=[late])
    assert outcome(night)[0] == "no"
    night = ask({}, {"default": True}, outages=[late])
    assert outcome(night)[0] == "undecided"
    assert 300 < night.ended_at - night.pages(ADA)[0][0] < 302
    # Also if it is Twilio's list that tells when it went out.
    lost = Outage(200, 50, loses=True, reads=False)
    night = ask({}, {"default": True}, outages=[Outage(0, 200), lost], lag=20)
    assert 495 < night.ended_at < 525
    # One whom it never reaches is not waited for.
    assert ask({}, outages=[Outage(0, 1000, number=GRACE)]).ended_at < 302


def test_whoever_answers_was_asked_whatever_twilio_says_of_the_text():
    night = asking(options=TWO, undelivered=TO.values())
    night.happens(1, lambda: night.reply(ADA, "NO {code}"))
    assert outcome(night.run()) == ("undecided", False, ["no", None, None])


def test_an_outage_for_the_whole_time_fails_it():
    night = ask(options={"default": True}, outages=[Outage(0, 10000)])
    assert outcome(night)[:2] == ("unasked", False)
    assert "Service unavailable (HTTP 503). Grace" in failure(night.incident)
    # Not even whether it went out may be known.
    night = ask(outages=[Outage(0, 10000, written=True, reads=False)])
    assert "Service unavailable (HTTP 503). The text may have been sent. Grace" in failure(night.incident)


@pytest.mark.parametrize("code", [20003, 21606, 21705])
def test_what_no_further_try_can_change_ends_it_at_once(code):
    outage = Outage(0, 10000, error=ErrorDetails(400, code, "Refused"))
    night = ask(options={"default": True}, outages=[outage])
    assert outcome(night)[:2] == ("unasked", False)
    assert night.ended_at < 10
    assert f"Refused (HTTP 400, code {code}). Check" in failure(night.incident)


def test_a_lost_answer_is_found_and_another_is_sent_again():
    lost = Outage(0, 0.15, loses=True, reads=False)
    assert len(ask({ADA: [YES]}, outages=[lost]).pages(ADA)) == 1
    assert len(ask({ADA: [YES]}, outages=[lost], lag=60).pages(ADA)) == 2
    # However slow the list is, it is waited for.
    slow = itertools.chain([0.2] * 3, itertools.repeat(3.0))
    assert len(ask({ADA: [YES]}, outages=[lost], latency=slow.__next__).pages(ADA)) == 1
    # Though it is read all the time, one that it does not show is sent again.
    written = Outage(0, 5, written=True, reads=False)
    options = {"poll_interval": 0.1}
    assert outcome(ask({ADA: [YES]}, options, outages=[written], latency=lambda: 3.0))[0] == "yes"
    # Or cannot be read.
    assert outcome(ask({ADA: [YES]}, outages=[written, Outage(0, 30, creates=False)]))[0] == "yes"
    never = [written, Outage(0, 10000, creates=False)]
    assert len(ask({ADA: [YES]}, outages=never, latency=lambda: 3.0).pages(ADA)) == 1
    # Who has answered evidently has it.
    people = {ADA: [Says("yes {code}", 0.5)], GRACE: [Says("no {code}", 100)], LINUS: [Says("yes {code}", 100)]}
    outages = [lost, Outage(0.2, 60, reads=False)]
    night = ask(people, {"quorum": 2, "poll_interval": 1}, outages=outages)
    assert len(night.pages(ADA)) == 1
    assert outcome(night)[0] == "yes"


def test_answers_that_cannot_be_read_are_no_silence():
    night = ask({ADA: [YES], GRACE: [NO]}, {"default": True}, outages=[Outage(5, 10000, creates=False)])
    assert outcome(night)[:2] == ("unread", False)
    why = f"Unread: Ada ({ADA}), Grace ({GRACE}), Linus ({LINUS}). Service unavailable (HTTP 503)."
    assert failure(night.incident) == f"Not all answers could be read (Deploy 2.3?). {why}"
    assert verdicts(night)[0][1] == "No decision, which means no: Deploy 2.3?"
    assert 300 <= night.ended_at < 332
    # Nor is a yes one for all, as long as a no may be among them; a while later it can be seen.
    slow = itertools.chain([0.2] * 3, itertools.repeat(2.0))
    night = ask(
        {ADA: [YES], GRACE: [Says("no {code}", 30)]}, latency=slow.__next__, outages=[Outage(26, 60, creates=False)]
    )
    assert outcome(night) == ("no", False, ["yes", "no", None])
    assert 86 < night.ended_at < 110


@pytest.mark.parametrize("options", [{}, {"poll_interval": 100}])
def test_while_somebody_is_still_to_be_heard_others_can_change_their_minds(options):
    people = {ADA: [YES, Says("no {code}", 140)]}
    outage = Outage(20, 130, creates=False, number=GRACE)
    night = ask(people, options, outages=[outage])
    # It was not decided yet.
    assert outcome(night) == ("no", False, ["no", None, None])


def test_whose_answers_could_not_be_read():
    night = ask({ADA: [YES]}, outages=[Outage(5, 10000, creates=False, number=GRACE)])
    why = f"Unread: Grace ({GRACE}). Service unavailable (HTTP 503)."
    assert failure(night.incident) == f"Not all answers could be read (Deploy 2.3?). {why}"
    # They were asked for every five seconds.
    assert 45 < len([read for _at, read in night.actions(events.ReadReplies) if read.number == GRACE]) < 65
    assert [entry["who"] for entry in told(night)["timeline"] if entry["kind"] == "unread"] == ["Grace"]


def test_answers_that_do_not_come_are_no_silence():
    slow = itertools.chain([0.2] * 3, itertools.repeat(100.0))
    night = ask(options={"poll_interval": 1000, "wait": 60, "default": True}, latency=slow.__next__)
    people = ", ".join(f"{name} ({number})" for name, number in TO.items())
    why = f"Not all answers could be read (Deploy 2.3?). Unread: {people}. Twilio did not answer."
    assert (outcome(night)[:2], failure(night.incident)) == (("unread", False), why)
    # However late it is by then.
    slow = itertools.chain([0.2] * 3, itertools.repeat(100.0))
    night = asking(options={"poll_interval": 1000, "wait": 60}, latency=slow.__next__, kill_at=60.2).run()
    assert step(night.incident, events.Tick(99))[0].outcome == "unread"


def test_replies_are_read_again_at_the_end_however_seldom_they_are_read():
    outage = Outage(295, 10, creates=False)
    night = ask({ADA: [Says("no {code}", 290)]}, {"poll_interval": 250, "default": True}, outages=[outage])
    assert outcome(night)[0] == "no"


def test_an_interrupt_ends_it_at_once():
    night = asking({ADA: [YES]}, {"default": True}, kill_at=10).run()
    incident, actions = step(night.incident, events.Interrupted(11))
    assert (incident.outcome, actions) == (plain.INTERRUPTED, [])
    assert failure(incident) == "Interrupted. The question is not decided. Run the task again to ask again."
    assert not answered(incident, 0)["approved"]


def test_what_is_decided_stands_though_not_everybody_is_told():
    night = asking({ADA: [YES]}, outages=[Outage(20, 1000, reads=False)], kill_at=40).run()
    incident, actions = step(night.incident, events.Interrupted(41))
    assert (incident.outcome, actions) == ("yes", [])
    assert answered(incident, 0)["approved"]
    assert incident.notes[-1].text == "Interrupted before everybody was told"
    assert failure(incident) == ""


def test_an_earlier_yes_approves_no_later_question():
    first = ask({ADA: [YES]})
    second = asking({}, now=first.now + 10, messages=first.messages)
    second.plan = second.plan.__class__(**{**vars(second.plan), "code": "9XZTRW"})
    second.run()
    assert second.incident.code == "9XZTRW"
    assert outcome(second)[:2] == ("undecided", False)


def test_check_mode_says_whom_it_would_ask():
    found = predicted(question())
    assert (found["changed"], found["approved"], found["decided"], found["outcome"]) == (True, True, False, "planned")
    assert [(q["name"], q["to"], q["outcome"]) for q in found["questions"]] == [
        (n, to, "planned") for n, to in TO.items()
    ]
    assert found["text"] == TEXT
    assert found.keys() == told(ask({ADA: [YES]})).keys()


def test_with_no_log_neither_names_nor_answers_are_shown():
    night = ask({ADA: [YES], GRACE: [Says("what?", 5)]}, outages=[Outage(0, 2)], undelivered=[LINUS])
    screen = "\n".join(line(note, 0, is_quiet=True) for note in night.incident.notes)
    assert not any(word in screen for word in ("Ada", "Grace", "Linus", "Deploy", "what", CODE))
    assert "Somebody says yes" in screen


def test_a_person_with_several_fields_for_one_phone_is_one():
    entry = {"name": "Ada", "number": ADA, "phone": ADA, "to": ""}
    asked = question(to=[entry])
    assert (list(asked.people), asked.problems) == ([ADA], ())


@pytest.mark.parametrize(
    ("options", "problems"),
    [
        ({"body": " "}, ["body: is required."]),
        ({"to": []}, ["to: is required. Name the people to ask."]),
        ({"to": {"Ada": ADA, "Bo": "5551234"}}, ["to: the entry of Bo '5551234' cannot be used. "]),
        ({"to": [ADA, ADA]}, [f"to: contains {ADA} twice."]),
        # Nobody is to reach a quorum alone.
        (
            {"to": {"Ada": [ADA, GRACE]}, "quorum": 2},
            [f"to: {ADA} and {GRACE} both belong to Ada, and would count as two people. "],
        ),
        (
            {"to": {"Zoë Ada": ADA, "Zoe\u0308\u200b  ADA": GRACE}, "quorum": 2},
            [f"to: {ADA} and {GRACE} both belong to Zoe\u0308\u200b  ADA, and would count as two people. "],
        ),
        (
            {"to": [ADA, f"whatsapp:{ADA}"], "from": "", "messaging_service_sid": "MG" + "0" * 32, "quorum": 2},
            [f"to: {ADA} and whatsapp:{ADA} are the same phone, and would count as two people. "],
        ),
        # Nobody is lost in silence.
        ({"to": {"Ada": ADA, "Bo": []}}, ["to: the entry of Bo [] cannot be used. It is not a phone number such as"]),
        ({"to": {"Ada": ADA, "Bo": {"number": {}}}}, ["to: the entry of Bo {} cannot be used. "]),
        ({"to": [[]]}, ["to: the entry [] cannot be used. "]),
        ({"to": [ADA, FROM]}, [f"to: the entry '{FROM}' cannot be used. {FROM} is also the sender"]),
        ({"from": ""}, ["from: is required. Set from or messaging_service_sid. Nobody can be asked without a sender."]),
        ({"from": "Acme", "to": ["+447700900123"]}, ["from: nobody can reply to Acme. Use a phone number"]),
        ({"from": "15557654321"}, ["from: 15557654321 has no plus sign. If you did"]),
        ({"messaging_service_sid": "MG1"}, ["messaging_service_sid: must be MG and 32 hexadecimal digits, not 'MG1'."]),
        ({"quorum": 4}, ["quorum: must be a whole number from 1 to 3, the number of people, not 4."]),
        ({"quorum": "two"}, ["quorum: "]),
        ({"wait": "soon"}, ["wait: must be 0.001 to 604800 seconds, as in 300 or '5m', not 'soon'."]),
        ({"default": "perhaps"}, ["default: must be true or false, not 'perhaps'."]),
        ({"accept": [], "decline": "STOP"}, ["decline: 'STOP' cannot be used: ", "decline: contains", "accept: "]),
        ({"accept": {"a": 1}}, ["accept: {'a': 1} cannot be used: it is not a text.", "accept: cont"]),
        ({"accept": "OK", "decline": "ok"}, ["accept: 'OK' cannot be used: it is also in decline.", "accept: cont"]),
        ({"accept": "Я" * 60, "segments": 1}, ["segments: 1 are too few for the hint."]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_and_nothing_is_used_instead(options, problems):
    found = question(**options).problems
    assert len(found) == len(problems)
    assert all(text.startswith(start) for text, start in zip(found, problems))
    assert not any("is used" in text or "left out" in text or "paged" in text for text in found)


@pytest.mark.parametrize(
    ("options", "words", "to", "wait"),
    [
        ({}, (["YES"], ["NO"]), TO, 300),
        # By whichever number, one answer is enough.
        ({"to": {"Ada": [ADA, GRACE]}}, (["YES"], ["NO"]), {"Ada": GRACE}, 300),
        ({"to": f'["{ADA}", "{GRACE}"]', "wait": "5m"}, (["YES"], ["NO"]), {"": GRACE}, 300),
        ({"accept": [True], "decline": [False], "quorum": "2", "wait": "90"}, (["YES"], ["NO"]), TO, 90),
    ],
)
def test_options_as_people_write_them(options, words, to, wait):
    plan = question(**options)
    assert plan.problems == ()
    assert plan.texts.words == words
    assert {person.name: number for number, person in plan.people.items()} == to
    assert plan.time == wait


def test_a_long_question_keeps_how_to_reply():
    plan = question(body="Deploy " + "x" * 500)
    text = plan.texts.page(CODE, 0)
    assert text.endswith(f"…\n{HINT}") or text.endswith(f"...\n{HINT}")
