# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights that pagers are for, each in no time."""

from __future__ import annotations

import pytest
from unit.paging.night import ADA, FROM, GRACE, LINUS, MARGARET, TIERS, Night, Outage, Says

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events, page_text
from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.engine import step
from ansible_collections.oncall.twilio.plugins.module_utils._paging.failure import failure
from ansible_collections.oncall.twilio.plugins.module_utils._paging.result import result
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import ErrorDetails

HINT = "Reply ACK 7F3 to take it, NO 7F3 to pass"
PAGE = f"Disk full on db1\n{HINT}"
SECOND = f"Escalation 1 of 1: {PAGE}"
NOBODY = "Nobody has taken 7F3, and the page has ended: Disk full on db1"


def told(night):
    return result(night.incident, night.began)


def test_acknowledged_in_the_first_tier():
    night = Night({GRACE: [Says("ack {code}!")]}).run()
    outcome = told(night)
    assert (outcome["acknowledged"], outcome["by"]) == (True, {"name": "Grace", "number": GRACE})
    assert (outcome["tier"], outcome["round"], outcome["code"], outcome["resumed"]) == ("primary", 1, "7F3", False)
    assert night.sent() == [
        (ADA, PAGE),
        (GRACE, PAGE),
        (GRACE, "You have taken 7F3: Disk full on db1"),
        (ADA, "Taken by Grace: 7F3: Disk full on db1"),
    ]
    assert [(page["to"], page["answer"]) for page in outcome["pages"]] == [(ADA, None), (GRACE, "accepted")]
    # Twenty seconds after it arrived, and within one look.
    assert 22 < night.ended_at < 30


def test_a_silent_first_tier():
    night = Night({MARGARET: [Says("ACK {code}")]}, options={"confirm": False, "tell_others": False}).run()
    assert [(at, turn) for at, turn, _to in night.pages()] == [(0.1, 0), (0.1, 0), (200.3, 1), (200.3, 1)]
    assert told(night)["tier"] == "secondary"
    assert [text for _to, text in night.sent()] == [PAGE, PAGE, SECOND, SECOND]


@pytest.mark.parametrize(
    "happens",
    [
        {"people": {ADA: [Says("NO {code}")], GRACE: [Says("no", 40)]}},
        {"people": {ADA: [Says("No {code}, sorry")]}, "undelivered": [GRACE]},
        {"people": {ADA: [Says("Stop")]}, "refused": {GRACE: 21610}},
        {"undelivered": [ADA, GRACE]},
        {"refused": {ADA: 21211, GRACE: 21614}},
    ],
)
def test_whoever_passes_is_not_waited_for(happens):
    happens = {**happens, "people": {**happens.get("people", {}), LINUS: [Says("ack {code}")]}}
    night = Night(**happens).run()
    assert told(night)["by"]["name"] == "Linus"
    assert night.ended_at < 120
    assert all(page["has_passed"] for page in told(night)["pages"] if page["tier"] == "primary")


def test_nobody_answers():
    night = Night(options={"repeat": 2}).run()
    assert [(at, turn) for at, turn, _to in night.pages()] == [
        (at, turn) for turn, at in enumerate((0.1, 200.3, 400.5, 600.7)) for _person in range(2)
    ]
    assert 800 <= night.ended_at < 802
    assert [page["round"] for page in told(night)["pages"]] == [1, 1, 1, 1, 2, 2, 2, 2]
    # Once each, although all were paged twice.
    assert sorted(to for to, text in night.sent() if text == NOBODY) == [ADA, GRACE, LINUS, MARGARET]
    assert failure(night.incident) == (
        "Nobody has taken 7F3 (Disk full on db1). "
        f"Paged: Ada ({ADA}), Grace ({GRACE}), Linus ({LINUS}), Margaret ({MARGARET})."
    )


def test_nobody_is_told_where_that_is_not_wanted():
    night = Night(options={"tell_others": False}).run()
    assert len(night.sent()) == 4


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("length", [30, 150, 330])
def test_an_outage_delays_a_page_and_never_ends_it(length, written):
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(0, length, written=written)]).run()
    first = {to: at for at, _turn, to in reversed(night.pages())}
    # The longest pause between two tries is 30 seconds.
    assert length <= first[ADA] <= length + 31
    if length == 330:
        # The second tier had its turn meanwhile, and its pages were tried as well.
        assert length <= first[LINUS] <= length + 31
    # Who has had two pages to wait for gets the later one alone.
    assert len(night.pages(ADA)) == 1
    assert told(night)["by"]["name"] == "Ada"
    assert night.noted("failing")[0].endswith("The next try is in 1 s")


def test_an_outage_for_the_whole_time():
    night = Night(outages=[Outage(0, 1000)]).run()
    assert night.sent() == []
    assert 400 <= night.ended_at <= 461
    assert told(night)["pages"][0]["outcome"] == "not_tried"
    assert told(night)["pages"][0]["attempts"] > 10
    assert "Paged: nobody. Not paged: Ada" in failure(night.incident)
    assert "Service unavailable" in failure(night.incident)


def test_wrong_credentials_are_said_at_once_and_may_be_mended():
    unauthorized = ErrorDetails(status=401, code=20003, message="Authenticate")
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(0, 60, error=unauthorized)]).run()
    at, text = next((note.at, note.text) for note in night.incident.notes if note.kind == "failing")
    assert at < 1
    assert text.startswith("Ada is not paged yet: Authenticate (HTTP 401, code 20003)")
    assert told(night)["acknowledged"]


def test_a_lost_answer_is_found_in_the_list_and_not_sent_twice():
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(0, 0.15, loses=True, reads=False)]).run()
    assert len(night.pages(ADA)) == 1
    assert told(night)["acknowledged"]


def test_a_lost_answer_that_no_list_shows_is_sent_again():
    night = Night(outages=[Outage(0, 0.15, loses=True, reads=False)], lag=100).run()
    assert [at for at, turn, _to in night.pages(ADA) if turn == 0] == [0.1, 1.3]
    assert [page["resent"] for page in told(night)["pages"]] == [True, True, False, False]


def test_a_reply_that_came_before_the_page_was_sent_again_counts():
    outages = [Outage(0, 3, loses=True, reads=False)]
    night = Night({ADA: [Says("ack {code}", 0.0)]}, outages=outages, lag=5).run()
    assert told(night)["pages"][0]["resent"]
    assert told(night)["by"]["name"] == "Ada"
    assert night.ended_at < 20


def test_a_no_that_came_before_the_page_was_sent_again_counts():
    outages = [Outage(0, 3, loses=True, reads=False)]
    people = {number: [Says("no {code}", 0.0)] for number in (ADA, GRACE)}
    night = Night(people, outages=outages, lag=5).run()
    assert [page["resent"] for page in told(night)["pages"][:2]] == [True, True]
    assert night.pages(LINUS)[0][0] < 20


def test_a_reply_to_a_page_of_unknown_outcome_counts():
    outages = [Outage(0, 0.15, loses=True, reads=False), Outage(0.2, 200, reads=False)]
    night = Night({ADA: [Says("ack {code}")]}, outages=outages, lag=10).run()
    assert told(night)["by"]["name"] == "Ada"


def test_replies_that_cannot_be_read_are_said_and_each_tier_has_its_time():
    forbidden = ErrorDetails(status=403, code=20008, message="Not with these credentials")
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(0, 10000, creates=False, error=forbidden)]).run()
    assert [at for at, turn, _to in night.pages(LINUS)] == [200.3]
    assert len(night.noted("unreadable")) == 1
    # They are tried for half a minute more.
    assert 430 <= night.ended_at < 433
    assert "Replies could not be read: Not with these credentials" in failure(night.incident)


YES = [
    "ACK {code}",
    "ack",
    "Ack.",
    "ok, ACK{code} on my way",
    "ack {code}\n> Disk full on db1\n> Reply ACK {code}, NO {code}",
]
UNCLEAR = [
    "{code}",
    "yes {code}",
    "acked {code}",
    "what is this",
    "Liked “Disk full on db1”",
    "NO ACK {code}",
    "ACK 9XZ",
    "👍",
]


@pytest.mark.parametrize("text", YES)
def test_what_takes_it(text):
    night = Night({ADA: [Says(text)]}).run()
    assert told(night)["by"]["name"] == "Ada"
    assert night.ended_at < 30


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_understood_is_answered_once(text):
    night = Night({ADA: [Says(text), Says(text, 40), Says("ack {code}", 100)]}).run()
    answers = [body for to, body in night.sent() if to == ADA and body.startswith("Your reply was not understood")]
    assert answers == [f"Your reply was not understood. {HINT}"]
    assert told(night)["acknowledged"]
    assert night.ended_at > 100


@pytest.mark.parametrize("text", ["no", "No.", "NO {code}", "No {code}, sorry"])
def test_what_passes(text):
    night = Night({ADA: [Says(text)], GRACE: [Says(text)], LINUS: [Says(text)], MARGARET: [Says(text)]}).run()
    assert not told(night)["acknowledged"]
    assert [page["answer"] for page in told(night)["pages"]] == ["declined"] * 4
    # Nobody is left.
    assert night.ended_at < 100


def test_whoever_stops_has_passed_and_is_named():
    night = Night({ADA: [Says("STOP")]}, refused={GRACE: 21610}).run()
    assert told(night)["opted_out"] == [{"name": "Ada", "number": ADA}, {"name": "Grace", "number": GRACE}]
    assert told(night)["refused"] == [{"name": "Grace", "number": GRACE}]
    assert 20 < min(at for at, turn, _to in night.pages(LINUS)) < 40
    # Twilio would refuse it.
    assert [text for to, text in night.sent() if to == ADA] == [PAGE]


@pytest.mark.parametrize(("text", "turns"), [("START", [0, 2]), ("what", [0])])
def test_whoever_stops_and_starts_again_is_paged_in_the_next_round(text, turns):
    night = Night({ADA: [Says("STOP"), Says(text, 40)]}, options={"repeat": 2}).run()
    assert [turn for _at, turn, _to in night.pages(ADA)] == turns
    assert bool(told(night)["opted_out"]) == (text != "START")


def test_a_stop_to_another_number_of_the_account_is_none_to_this_one():
    night = Night({ADA: [Says("STOP", to="+15550009999"), Says("ack {code}", 60)]}).run()
    assert told(night)["acknowledged"]
    assert told(night)["opted_out"] == []


def test_a_reply_to_another_number_counts_by_its_code_alone():
    night = Night({ADA: [Says("ack", to="+15550009999"), Says("ack {code}", 60, to="+15550009998")]}).run()
    assert told(night)["acknowledged"]
    assert 60 < night.ended_at < 70
    assert not [body for _to, body in night.sent() if "not understood" in body]


def other(night, text, after, sender=FROM):
    """Have something else send Ada a text, which asks something of its own."""
    night.happens(after, lambda: night._message(sender, ADA, text, "outbound-api", "delivered"))


def test_a_word_alone_counts_only_for_the_latest_text_of_that_sender():
    night = Night({ADA: [Says("ack", 50), Says("ack {code}", 90)]})
    other(night, "Queue stuck\nReply ACK 9XZ to take it, NO 9XZ to pass", 30)
    assert 90 < night.run().ended_at < 100
    # It is an answer, to somebody else.
    assert not [body for _to, body in night.sent() if "not understood" in body]

    night = Night({ADA: [Says("ack", 50)]})
    other(night, "Queue stuck\nReply ACK 9XZ to take it, NO 9XZ to pass", 30, "+15550009999")
    assert 50 < night.run().ended_at < 60


def test_a_word_alone_after_two_texts_in_one_second_is_answered():
    night = Night({ADA: [Says("ack"), Says("ack {code}", 90)]})
    other(night, "You have taken 9XZ: Queue stuck", 0.5)
    assert 90 < night.run().ended_at < 100
    assert (ADA, f"Your reply was not understood. {HINT}") in night.sent()


def test_the_answer_to_another_page_is_not_answered():
    night = Night({ADA: [Says("ack 9xz, thanks", 50)]})
    other(night, "Queue stuck\nReply ACK 9XZ to take it, NO 9XZ to pass", -10)
    night.run()
    assert not [body for _to, body in night.sent() if "not understood" in body]
    assert told(night)["replies"][0]["answer"] is None


def test_a_stranger_does_not_count():
    night = Night()
    night.happens(30, lambda: night.reply(MARGARET, "ACK 7F3"))
    night.run()
    # Margaret was paged later.
    assert not told(night)["acknowledged"]
    assert told(night)["replies"] == []


def test_a_late_reply_counts_while_others_are_asked():
    night = Night({ADA: [Says("ack {code}", 300)]}).run()
    assert told(night)["by"]["name"] == "Ada"
    assert told(night)["tier"] == "primary"
    assert 300 < night.ended_at < 310


def test_a_yes_at_the_last_moment_is_seen():
    night = Night({MARGARET: [Says("ack {code}", 197)]}).run()
    assert told(night)["by"]["name"] == "Margaret"


def test_a_no_taken_back_and_a_yes_taken_back():
    assert told(Night({ADA: [Says("no {code}"), Says("ack {code}", 60)]}).run())["acknowledged"]
    night = Night({ADA: [Says("ack {code}", 20), Says("no {code}", 21)]}, options={"poll_interval": 30}).run()
    assert not told(night)["acknowledged"]


@pytest.mark.parametrize(("words", "poll_interval"), [(("no", "ack"), 30), (("no", "ack"), 0.1), (("ack", "no"), 30)])
def test_of_two_answers_within_a_second_the_later_one_counts(words, poll_interval):
    # Read together, and one after the other.
    says = [Says(f"{word} {{code}}", after) for word, after in zip(words, (20.1, 20.4))]
    night = Night({ADA: says, LINUS: [Says("ack {code}", 40)]}, options={"poll_interval": poll_interval}).run()
    replies = [reply for reply in told(night)["replies"] if reply["from"] == ADA]
    assert len({reply["date"] for reply in replies}) == 1
    assert [reply["answer"] for reply in replies] == [{"no": "declined", "ack": "accepted"}[word] for word in words]
    assert told(night)["by"]["name"] == ("Ada" if words[-1] == "ack" else "Linus")


def test_the_last_phone_is_dead_and_the_first_one_still_answers():
    night = Night({ADA: [Says("ack {code}", 350)]}, undelivered=[LINUS, MARGARET]).run()
    assert told(night)["by"]["name"] == "Ada"
    assert 350 < night.ended_at < 360


def test_a_new_round_begins_when_the_one_before_has_had_its_time():
    night = Night(undelivered=[ADA, GRACE, LINUS, MARGARET], options={"repeat": 3}).run()
    assert [at // 100 for at, turn, _to in night.pages() if turn in (0, 2, 4)] == [0, 0, 4, 4, 8, 8]
    # In the last one nobody is left.
    assert night.ended_at < 820


def test_whoever_has_said_no_is_asked_again_in_the_next_round_only():
    tiers = [*TIERS, {"name": "all", "numbers": {"Ada": ADA, "Grace": GRACE}, "wait": 200}]
    night = Night({ADA: [Says("no {code}")]}, options={"tiers": tiers, "repeat": 2}).run()
    assert [turn for _at, turn, _to in night.pages(ADA)] == [0, 3, 5]
    assert [turn for _at, turn, _to in night.pages(GRACE)] == [0, 2, 3, 5]


def test_a_second_yes_is_told_who_has_it():
    people = {ADA: [Says("ack {code}", 20)], GRACE: [Says("ack {code}", 20.5)]}
    for options, count in (({}, 1), ({"tell_others": False}, 1), ({"tell_others": False, "confirm": False}, 1)):
        night = Night(people, options=options).run()
        others = [to for to, text in night.sent() if text.startswith("Taken by ")]
        assert len(others) == count
        assert others != [told(night)["by"]["number"]]


def test_a_second_yes_while_it_ends():
    slow = iter([0.2] * 3 + [4.0] * 1000)
    people = {ADA: [Says("ack {code}", 20)], GRACE: [Says("ack {code}", 25.5)]}
    night = Night(people, options={"tell_others": False}, latency=lambda: next(slow)).run()
    assert told(night)["by"]["name"] == "Ada"
    assert [to for to, text in night.sent() if text.startswith("Taken by Ada")] == [GRACE]


def test_a_request_that_fails_after_it_is_taken_does_not_hold_up_the_end():
    slow = iter([0.2, 40.0] + [0.2] * 1000)
    outage = Outage(10, 20, reads=False, number=GRACE)
    night = Night({ADA: [Says("ack {code}", 5)]}, outages=[outage], latency=lambda: next(slow)).run()
    assert told(night)["by"]["name"] == "Ada"
    assert night.pages(GRACE) == []
    assert 40 <= night.ended_at < 45


def test_each_tier_has_its_turn_however_slow_requests_are():
    tiers = [{"numbers": [number], "wait": 30} for number in (ADA, GRACE, LINUS)]
    night = Night(options={"tiers": tiers}, latency=lambda: 25.0).run()
    # Half of the request passes before there is a message.
    assert night.pages() == [(12.5, 0, ADA), (67.5, 1, GRACE), (122.5, 2, LINUS)]
    assert night.stages[0][0] == 165


def test_texts_at_the_end_are_tried_again_but_never_twice():
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(22, 20, reads=False)]).run()
    assert (ADA, "You have taken 7F3: Disk full on db1") in night.sent()
    assert 42 < night.ended_at < 60
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(22, 20, reads=False, written=True)]).run()
    assert len(night.sent()) == 2
    assert "Ada could not be told that they have taken it: Service unavailable" in night.noted("not told")[0]


def test_a_hint_that_fails_at_the_end_is_not_sent_later():
    people, outage = {ADA: [Says("what is this", 393)]}, Outage(392, 12, reads=False)
    night = Night(people, outages=[outage], options={"poll_interval": 1}, latency=lambda: 1.0).run()
    assert [at for at, action in night.actions(events.Inform) if action.kind == page_text.HINTED] > [393]
    assert not [body for _to, body in night.sent() if body.startswith("Your reply was not understood")]


def test_replies_that_cannot_be_read_at_the_end_are_read_again():
    night = Night({LINUS: [Says("ack {code}", 195)]}, outages=[Outage(392, 14, creates=False)]).run()
    assert told(night)["by"]["name"] == "Linus"


def test_whose_replies_could_not_be_read_is_said_at_the_end():
    night = Night(outages=[Outage(0, 10000, creates=False, number=ADA)]).run()
    assert "Replies could not be read: Service unavailable" in failure(night.incident)


def test_a_reply_is_shown_on_one_line_that_controls_nothing():
    night = Night({ADA: [Says("what\n\x1b[2Jfatal: [db1]: FAILED", 20)]}).run()
    assert night.noted("replied") == ["Ada replies: what [2Jfatal: [db1]: FAILED"]


def test_two_long_messages_that_differ_only_in_what_is_cut_are_two_incidents():
    start = "Disk full on one of the databases of the shop. " * 9
    first = Night({ADA: [Says("ack {code}")]}, options={"body": f"{start} db1", "quiet": "1h"}).run()
    second = again(first, people={}, options={"body": f"{start} db2", "quiet": "1h"})
    assert (told(second)["outcome"], len(second.pages(ADA))) == ("untaken", 1)
    third = again(first, people={})
    assert (told(third)["outcome"], third.noted("quiet") != []) == ("quiet", True)


def test_an_outage_that_goes_on_does_not_hold_up_the_end():
    night = Night({ADA: [Says("ack {code}")]}, outages=[Outage(27.5, 10000)]).run()
    assert told(night)["acknowledged"]
    assert night.ended_at < 100


# A run after another one


def again(night, **changes):
    """Run again on what a night has left behind."""
    left = {name: getattr(night, name) for name in ("people", "undelivered", "refused", "options", "messages")}
    later = {"now": night.now + 10, "code": "9XZ", **left, **changes}
    return Night(**later).run()


def test_killed_and_run_again_goes_on_where_it_was():
    first = Night(kill_at=100).run()
    second = again(first, people={LINUS: [Says("ack {code}")]})
    assert told(second)["resumed"]
    assert told(second)["code"] == "7F3"
    assert [(at, turn) for at, turn, _to in second.pages()] == [(0.1, 0), (0.1, 0), (200.1, 1), (200.1, 1)]
    assert [page["outcome"] for page in told(second)["pages"]] == ["duplicate"] * 2 + ["sent"] * 2


def test_killed_and_run_again_too_late_for_those_who_were_not_paged():
    first = Night(options={"dedupe_window": "1h"}, kill_at=30).run()
    second = again(first, now=500)
    assert (told(second)["resumed"], told(second)["code"]) == (False, "9XZ")
    assert len(second.pages(LINUS)) == 1


def test_killed_in_a_later_round_before_all_were_paged():
    first = Night(options={"repeat": 2}, outages=[Outage(390, 1000, number=GRACE)], kill_at=420).run()
    assert [turn for _at, turn, _to in first.pages(GRACE)] == [0]
    second = again(first)
    assert [turn for _at, turn, _to in second.pages(GRACE)] == [0, 2]


def test_killed_with_a_dead_first_tier_and_run_again():
    first = Night(undelivered=[ADA, GRACE], kill_at=5.3).run()
    second = again(first, people={LINUS: [Says("ack {code}")]})
    assert (told(second)["resumed"], told(second)["code"]) == (True, "7F3")
    assert len(second.pages(ADA)) == 1
    assert told(second)["by"]["name"] == "Linus"


def test_killed_after_two_tiers_were_paged_within_a_second():
    tiers = [{"numbers": {"Ada": ADA}, "wait": 0.5}, {"numbers": {"Linus": LINUS}}]
    first = Night(options={"tiers": tiers}, kill_at=20).run()
    assert len({message["date_created"] for message in first.messages}) == 1
    # Twilio's dates are whole seconds, and each person's messages are listed by themselves.
    second = again(first, messages=first.messages[::-1])
    assert [page["outcome"] for page in told(second)["pages"]] == ["duplicate", "duplicate"]


def test_killed_before_all_were_paged():
    first = Night(
        outages=[Outage(0.05, 500, reads=False)], latency=iter([0.02, *[0.2] * 100]).__next__, kill_at=50
    ).run()
    assert len(first.pages()) == 1
    second = again(first, outages=[])
    assert told(second)["resumed"]
    assert [turn for _at, turn, _to in second.pages(GRACE)] == [0, 1][: len(second.pages(GRACE))]
    assert len(second.pages(GRACE)) == 1


@pytest.mark.parametrize("options", [{}, {"code": "DB1"}], ids=["a new code", "a fixed code"])
def test_killed_after_a_late_page_of_the_first_tier(options):
    outage = Outage(0, 205, reads=False, number=GRACE)
    first = Night(outages=[outage], options=options, kill_at=240).run()
    assert [turn for _at, turn, _to in first.pages()] == [0, 1, 1, 0]
    first.reply(LINUS, "ack {code}")
    second = again(first, people={})
    assert told(second)["by"]["name"] == "Linus"
    assert len(second.pages()) == 4


def test_killed_after_a_page_of_the_first_tier_was_repeated_late():
    outages = [
        Outage(0, 0.5, loses=True, reads=False, number=GRACE),
        Outage(0.5, 205, reads=False, number=GRACE),
    ]
    first = Night(outages=outages, lag=1000, kill_at=240).run()
    assert [turn for _at, turn, _to in first.pages()] == [0, 0, 1, 1, 0]
    second = again(first)
    assert told(second)["resumed"]
    assert len(second.pages()) == 5


def test_whatever_came_before_the_kill_counts():
    first = Night({ADA: [Says("no {code}")], GRACE: [Says("ack {code}", 90)]}, kill_at=50).run()
    first.now = 95
    first.reply(GRACE, "ack {code}")
    second = again(first, people={})
    assert told(second)["by"]["name"] == "Grace"
    assert second.ended_at - second.began < 5
    assert [page["answer"] for page in told(second)["pages"]] == ["declined", "accepted"]


@pytest.mark.parametrize("now", [250, 395], ids=["in the first tier's time", "later"])
def test_killed_and_run_again_after_somebody_has_taken_it(now):
    first = Night(kill_at=50).run()
    first.now = 150
    first.reply(ADA, "ack {code}")
    second = again(first, now=now, people={})
    assert told(second)["by"]["name"] == "Ada"
    assert not second.pages(LINUS)


def test_killed_and_run_again_while_replies_cannot_be_read():
    first = Night(kill_at=50).run()
    second = again(first, now=250, outages=[Outage(250, 100, creates=False)])
    assert [turn for _at, turn, _to in second.pages(LINUS)] == [1]
    assert second.pages(LINUS)[0][0] < 255


def test_killed_after_a_page_that_the_list_does_not_show_yet():
    first = Night(kill_at=230).run()
    first.reply(LINUS, "ack {code}")
    for message in first.messages:
        if message["to"] == LINUS:
            message["to"] = "+15559990000"
    second = again(first, people={}, now=260)
    assert len(second.pages(LINUS)) == 1
    assert told(second)["by"] == {"name": "Linus", "number": LINUS}


def test_what_was_taken_is_over():
    first = Night({ADA: [Says("ack {code}")]}).run()
    second = again(first)
    assert (told(second)["resumed"], told(second)["code"]) == (False, "9XZ")
    assert len(second.pages(GRACE)) == 2


def test_what_was_taken_within_a_second_of_a_page_is_over():
    first = Night({ADA: [Says("ack {code}", 198)]}, options={"poll_interval": 0.1}).run()
    assert len({message["date_created"] for message in first.messages[2:]}) == 1
    assert len(first.pages(LINUS)) == 1
    second = again(first)
    assert (told(second)["resumed"], told(second)["code"]) == (False, "9XZ")


def test_what_was_taken_is_over_with_a_code_that_is_always_the_same():
    options = {"code": "DB1"}
    first = Night({ADA: [Says("ack {code}")]}, options=options).run()
    second = again(first, people={})
    assert not told(second)["resumed"]
    # The answer of before is not taken for one to this page.
    assert not told(second)["acknowledged"]


def test_what_was_taken_is_over_where_nobody_was_told():
    options = {"confirm": False, "tell_others": False}
    first = Night({ADA: [Says("ack {code}")]}, options=options).run()
    second = again(first, people={})
    assert (told(second)["resumed"], told(second)["code"]) == (False, "9XZ")


def test_after_its_time_it_is_another_incident():
    first = Night().run()
    second = again(first)
    assert (told(second)["resumed"], told(second)["code"]) == (False, "9XZ")
    third = again(first, options={"dedupe_window": 20000}, messages=first.messages[:8])
    assert (told(third)["resumed"], told(third)["code"]) == (True, "7F3")
    # It is over, and everybody knows.
    assert third.ended_at - third.began < 5
    assert len(third.sent()) == 8


def test_a_window_of_zero_pages_anew():
    first = Night(kill_at=50).run()
    second = again(first, options={"dedupe_window": 0})
    assert not told(second)["resumed"]


def test_a_page_that_reached_nobody_is_not_gone_on_with():
    first = Night(undelivered=[ADA, GRACE, LINUS, MARGARET]).run()
    second = again(first)
    assert not told(second)["resumed"]
    assert len(second.pages(ADA)) == 2


def test_other_texts_are_not_gone_on_with():
    first = Night(kill_at=50).run()
    second = again(first, options={"body": "Disk full on db2"})
    assert not told(second)["resumed"]
    third = again(first, options={"code": "ABC"})
    assert told(third)["code"] == "ABC"


@pytest.mark.parametrize(("text", "outcome"), [("STOP", "paging"), ("ACK 7F3", "closing")])
def test_who_was_paged_on_whatsapp_may_answer_by_sms_but_stops_sms_alone(text, outcome):
    ada = f"whatsapp:{ADA}"
    night = Night(options={"tiers": [{"numbers": [ada, GRACE], "wait": 200}]}, kill_at=10).run()
    # A Messaging Service has not chosen a sender yet.
    pages = tuple(page._replace(message={**(page.message or {}), "from": None}) for page in night.incident.pages)
    night.reply(ADA, text)
    event = events.Replied(10, ada, night.date(), tuple(night.messages))
    incident, _actions = step(night.incident._replace(pages=pages), event)
    assert (incident.stage, incident.opted_out(ada)) == (outcome, False)


def test_a_page_that_is_taken_stays_so_though_not_everybody_is_told():
    night = Night({ADA: [Says("ACK {code}")]}, outages=[Outage(20, 1000, reads=False)], kill_at=40).run()
    incident, actions = step(night.incident, events.Interrupted(41))
    assert (incident.outcome, actions) == (plain.ACKNOWLEDGED, [])
    assert incident.notes[-1].text == "Interrupted before everybody was told"


def test_an_interrupt_ends_it_at_once():
    night = Night(kill_at=50).run()
    interrupted, actions = step(night.incident, events.Interrupted(51))
    assert (interrupted.outcome, actions) == (plain.INTERRUPTED, [])
    assert interrupted.notes[-1].text == "Interrupted. The page 7F3 is still open. Run it again to continue it"


def test_what_is_under_way_at_an_interrupt_may_be_out():
    options = {"ring": 60, "tiers": [{"numbers": {"Ada": ADA}, "wait": 200}]}
    first = Night(options=options, latency=lambda: 20.0, kill_at=5).run()
    interrupted, _actions = step(first.incident, events.Interrupted(6))
    outcome = result(interrupted, 0)
    assert ([page["outcome"] for page in outcome["pages"]], outcome["changed"]) == (["unknown"], True)
    assert interrupted.notes[-1].text == "Interrupted. The page 7F3 is still open. Run it again to continue it"
    second = Night(options=options, latency=lambda: 20.0, kill_at=90).run()
    interrupted, _actions = step(second.incident, events.Interrupted(91))
    (page,) = result(interrupted, 0)["pages"]
    assert (page["outcome"], [call["outcome"] for call in page["calls"]]) == ("sent", ["unknown"])


def test_eight_hours():
    night = Night(
        {MARGARET: [Says("ack {code}", 14000)]},
        options={"tiers": [{**tier, "wait": "4h"} for tier in TIERS], "poll_interval": 60},
    ).run()
    assert told(night)["by"]["name"] == "Margaret"


def test_the_timeline_tells_it_all():
    people = {ADA: [Says("What?")], GRACE: [Says("no {code}", 30)], LINUS: [Says("ack {code}")]}
    night = Night(people, outages=[Outage(0, 3)], undelivered=[ADA]).run()
    timeline = told(night)["timeline"]
    assert [entry["seconds"] for entry in timeline] == sorted(entry["seconds"] for entry in timeline)
    assert [(entry["clock"], entry["kind"], entry["who"]) for entry in timeline if entry["kind"] == "paged"] == [
        ("00:03", "paged", "Ada"),
        ("00:03", "paged", "Grace"),
        ("00:39", "paged", "Linus"),
        ("00:39", "paged", "Margaret"),
    ]
    kinds = [entry["kind"] for entry in timeline]
    assert kinds.count("failing") == 4
    assert {"undelivered", "delivered", "declined", "accepted", "taken", "told"} <= set(kinds)
