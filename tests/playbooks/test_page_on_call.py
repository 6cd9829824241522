# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role page_on_call, with people who answer by script and a clock that runs a hundred times as fast."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from support.playbook import GROUP, run_plays
from support.simulator import FROM, simulator

ADA, GRACE, LINUS, MARGARET = (f"+1555123000{number}" for number in range(1, 5))
TIERS = [
    {"name": "primary", "numbers": {"Ada": ADA, "Grace": GRACE}, "wait": 200},
    {"name": "secondary", "numbers": [LINUS, MARGARET], "wait": 200},
]
TEXT = "Disk full on db1\nReply ACK {0} to take it, NO {0} to pass"
REFUSED = "+15005550001"
SMS = "oncall.twilio.twilio_sms"


def takes(after=20):
    return {"text": "ack {code}!", "after": after, "find": r"ACK (?P<code>\w+)"}


def passes(after=20):
    return {"text": "No  {code}", "after": after, "find": r"NO (?P<code>\w+)"}


@pytest.fixture
def people():
    """Return a simulator in which these people do this; who is not named is silent."""

    def people(script):
        return simulator(pace=1, speed=100, people=script)

    return people


def page(twilio, *arguments, hosts=("localhost",), connection=None, **variables):
    """Run the role; return the run, and the result that a later play finds in the facts of the last host."""
    name = {"name": "oncall.twilio.page_on_call"}
    role = {
        "hosts": ",".join(hosts),
        "gather_facts": False,
        "module_defaults": {GROUP: twilio.connection | (connection or {})},
        "vars": {
            "page_on_call_message": "Disk full on db1",
            "page_on_call_from": FROM,
            "page_on_call_tiers": TIERS,
            "page_on_call_poll_interval": 0.1,
            **variables,
        },
        # A rescue lets the second play see the facts of a failed one.
        "tasks": [
            {"block": [{"ansible.builtin.include_role": name}], "rescue": [{"name": "failed", "debug": {"msg": "yes"}}]}
        ],
    }
    show = {"name": "result", "debug": {"var": "page_on_call_result"}}
    plan = {"name": "plan", "debug": {"var": "page_on_call_plan"}}
    facts = {"hosts": hosts[-1], "gather_facts": False, "tasks": [show, plan]}
    run = run_plays([role, facts], ["-i", f"{','.join(hosts)},", "-c", "local", *arguments])
    result = run["result"]["page_on_call_result"]
    return run, result if isinstance(result, dict) else None


def has_failed(run):
    """Whether the role failed, and not by an error of its own."""
    failed = [outcome.task for outcome in run.outcomes if outcome.status == "failed"]
    assert failed in ([], ["oncall.twilio.page_on_call : Fail because nobody has taken it"]), run.output
    return bool(failed)


def sent(twilio):
    """Return to whom which text was sent, in order."""
    messages = twilio.call("GET", "/simulator/messages", auth=None).json()["messages"]
    return [(message["to"], message["body"]) for message in messages[::-1] if message["direction"] != "inbound"]


def moment(text):
    return datetime.fromisoformat(text).timestamp()


def test_acknowledged_in_the_first_tier(people):
    with people({GRACE: takes()}) as twilio:
        run, result = page(twilio)
        messages = sent(twilio)
    assert not has_failed(run)
    assert result["acknowledged"]
    assert result["by"] == {"name": "Grace", "number": GRACE}
    assert (result["tier"], result["round"], result["resumed"]) == ("primary", 1, False)
    assert [reply["body"] for reply in result["replies"]] == [f"ack {result['code']}!"]
    assert moment(result["at"]) - moment(result["pages"][0]["date"]) >= 20
    assert {(page["to"], page["answer"]) for page in result["pages"]} == {(ADA, None), (GRACE, "accepted")}
    text = TEXT.format(result["code"])
    assert sorted(messages[:2]) == [(ADA, text), (GRACE, text)]
    assert messages[2:] == [
        (GRACE, f"You have taken {result['code']}: Disk full on db1"),
        (ADA, f"Taken by Grace: {result['code']}: Disk full on db1"),
    ]


def test_a_silent_first_tier(people):
    with people({MARGARET: takes()}) as twilio:
        run, result = page(twilio, page_on_call_confirm=False, page_on_call_tell_others=False)
        messages = sent(twilio)
    assert not has_failed(run)
    assert result["by"] == {"name": "secondary", "number": MARGARET}
    assert result["tier"] == "secondary"
    dates = {page["to"]: moment(page["date"]) for page in result["pages"]}
    assert dates[MARGARET] - dates[ADA] >= 200
    text = TEXT.format(result["code"])
    assert sorted(messages) == sorted(
        [(ADA, text), (GRACE, text), (LINUS, "(2/2) " + text), (MARGARET, "(2/2) " + text)]
    )


LONG = [{**tier, "wait": 20000} for tier in TIERS]


@pytest.mark.parametrize(
    "script",
    [
        {ADA: passes(), GRACE: passes(40), LINUS: takes()},
        {ADA: passes(), GRACE: {"undeliverable": 30005}, LINUS: takes()},
        {ADA: "unreachable", GRACE: "unreachable", LINUS: takes()},
    ],
    ids=["both say no", "one says no, one cannot be reached", "nobody can be reached"],
)
def test_who_passes_is_not_waited_for(people, script):
    with people(script) as twilio:
        run, result = page(twilio, page_on_call_tiers=LONG)
    assert not has_failed(run)
    assert result["by"]["number"] == LINUS
    dates = {page["to"]: moment(page["date"]) for page in result["pages"]}
    assert dates[LINUS] - dates[GRACE] < 10000
    assert all(page["has_passed"] for page in result["pages"] if page["tier"] == "primary")


def test_who_is_refused_is_not_waited_for(people):
    tiers = [{"name": "gone", "numbers": [REFUSED], "wait": 20000}, *TIERS]
    with people({ADA: takes()}) as twilio:
        run, result = page(twilio, page_on_call_tiers=tiers)
    assert not has_failed(run)
    assert result["by"]["number"] == ADA
    (refused,) = [page for page in result["pages"] if page["tier"] == "gone"]
    assert (refused["outcome"], refused["error"]["code"]) == ("rejected", 21211)
    assert f"{REFUSED}: The 'To' number" in run.output


def test_nobody_answers(people):
    with people({}) as twilio:
        run, result = page(twilio, page_on_call_repeat=2)
        messages = sent(twilio)
    assert has_failed(run)
    assert f"Nobody has taken {result['code']} (Disk full on db1)." in run.output
    assert all(number in run.output for number in (ADA, GRACE, LINUS, MARGARET))
    assert (result["acknowledged"], result["by"], result["at"], result["tier"]) == (False, None, None, None)
    assert [page["round"] for page in result["pages"]] == [1, 1, 1, 1, 2, 2, 2, 2]
    marks = [text.partition("Disk")[0] for _to, text in messages]
    assert marks == ["", "", "(2/4) ", "(2/4) ", "(3/4) ", "(3/4) ", "(4/4) ", "(4/4) "]


def test_nobody_answers_and_that_is_no_failure(people):
    with people({}) as twilio:
        run, result = page(twilio, page_on_call_fail=False, page_on_call_tiers=TIERS[:1])
    assert not has_failed(run)
    assert not result["acknowledged"]


def test_a_wrong_code_does_not_count(people):
    wrong = {"text": "ACK 000", "after": 20, "find": "ACK"}
    with people({ADA: [wrong, takes(100)], GRACE: wrong}) as twilio:
        run, result = page(twilio, page_on_call_code="7F3")
    assert not has_failed(run)
    assert (result["by"]["name"], result["code"]) == ("Ada", "7F3")
    assert sorted(reply["body"] for reply in result["replies"]) == ["ACK 000", "ACK 000", "ack 7F3!"]
    assert moment(result["at"]) - moment(result["pages"][0]["date"]) >= 100


def test_a_stranger_does_not_count(people):
    with people({MARGARET: takes()}) as twilio, ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, page_on_call_code="7F3")
        twilio.wait(2)
        twilio.inbound("ACK 7F3", LINUS, To=FROM)
        run, result = running.result()
    assert not has_failed(run)
    # Linus was no stranger any more once he was paged, but his answer had come before.
    assert result["by"]["number"] == MARGARET
    assert [reply["body"] for reply in result["replies"]] == ["ack 7F3!"]


def test_a_late_reply_counts_while_others_are_asked(people):
    tiers = [TIERS[0], {**TIERS[1], "wait": 20000}]
    with people({ADA: takes(600)}) as twilio:
        run, result = page(twilio, page_on_call_tiers=tiers)
    assert not has_failed(run)
    assert (result["by"]["name"], result["tier"]) == ("Ada", "primary")
    assert {page["tier"] for page in result["pages"]} == {"primary", "secondary"}


def test_running_again_while_the_page_is_open(people):
    with people({}) as twilio:
        first_run, first = page(twilio, page_on_call_dedupe_window=20000)
        before = sent(twilio)
        second_run, second = page(twilio, page_on_call_dedupe_window=20000)
        assert sent(twilio) == before
        assert len(before) == 4
        # It is late, and it is the page that is still open.
        twilio.inbound(f"ack {first['code']}", GRACE, To=FROM)
        third_run, third = page(twilio, page_on_call_dedupe_window=20000)
        assert len(sent(twilio)) == 4 + len(["You have taken", "Taken by Grace, to Ada"])
        fourth_run, fourth = page(twilio, page_on_call_dedupe_window=20000)
        assert len(sent(twilio)) == 6
    assert [has_failed(run) for run in (first_run, second_run, third_run, fourth_run)] == [True, True, False, False]
    assert {result["code"] for result in (first, second, third, fourth)} == {first["code"]}
    assert [result["resumed"] for result in (first, second, third, fourth)] == [False, True, True, True]
    assert third["by"] == fourth["by"] == {"name": "Grace", "number": GRACE}
    assert [page["outcome"] for page in second["pages"]] == ["duplicate"] * 4


def test_a_closed_page_is_not_taken_for_a_new_one(people):
    with people({GRACE: takes()}) as twilio:
        _run, first = page(twilio, page_on_call_dedupe_window=20000)
        _run, other = page(twilio, page_on_call_dedupe_window=20000, page_on_call_message="Disk full on db2")
        twilio.set_clock(advance=30000)
        _run, later = page(twilio, page_on_call_dedupe_window=20000)
    assert len({first["code"], other["code"], later["code"]}) == 3
    assert not any(result["resumed"] for result in (first, other, later))
    assert all(result["acknowledged"] for result in (first, other, later))


def test_two_incidents_in_one_play(people):
    def call(**variables):
        return {"ansible.builtin.include_role": {"name": "oncall.twilio.page_on_call"}, "vars": variables}

    with people({GRACE: takes()}) as twilio:
        page(twilio, page_on_call_dedupe_window=20000)
        shown = [{"name": f"result {number}", "debug": {"var": "page_on_call_result"}} for number in (1, 2)]
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            # What is set for other messages has no say in pages.
            "module_defaults": {GROUP: twilio.connection, SMS: {"wait": True, "body": "Hello"}},
            "vars": {
                "page_on_call_from": FROM,
                "page_on_call_tiers": [{"name": "all", "numbers": GRACE}],
                "page_on_call_message": "Disk full on db1",
                "page_on_call_poll_interval": 0.1,
            },
            "tasks": [
                call(page_on_call_dedupe_window=20000),
                shown[0],
                call(page_on_call_message="Queue stuck", page_on_call_code="7F3"),
                shown[1],
            ],
        }
        run = run_plays([play])
        texts = [text for to, text in sent(twilio) if to == GRACE and "Reply" in text]
    assert run.returncode == 0, run.output
    first, second = (run[f"result {number}"]["page_on_call_result"] for number in (1, 2))
    assert (first["resumed"], second["resumed"], second["code"]) == (True, False, "7F3")
    assert len(first["pages"]) == len(second["pages"]) == 1
    assert [reply["body"] for reply in second["replies"]] == ["ack 7F3!"]
    assert len(texts) == 2


def test_two_incidents_at_once(people):
    def answer(word, after, incident):
        return {"text": f"{word} {{code}}", "after": after, "find": rf"{incident}[^$]*{word} (?P<code>\w+)"}

    # Both are paged to both; each takes one, and Ada passes the other.
    script = {
        ADA: [answer("ACK", 60, "Disk full"), answer("NO", 20, "Queue stuck")],
        GRACE: [answer("ACK", 90, "Queue stuck")],
    }
    with people(script) as twilio, ThreadPoolExecutor() as threads:
        runs = [
            threads.submit(page, twilio, page_on_call_message=message, page_on_call_tiers=LONG)
            for message in ("Disk full on db1", "Queue stuck on mq1")
        ]
        (disk_run, disk), (queue_run, queue) = (run.result() for run in runs)
    assert not has_failed(disk_run)
    assert not has_failed(queue_run)
    assert (disk["by"]["name"], queue["by"]["name"]) == ("Ada", "Grace")
    assert disk["code"] != queue["code"]


def test_check_mode_shows_the_plan_and_sends_nothing(people):
    with people({ADA: takes()}) as twilio:
        run, result = page(twilio, "--check", page_on_call_code="7F3", page_on_call_repeat=2)
        assert sent(twilio) == []
        assert all(request["method"] == "GET" for request in twilio.ledger())
    assert not has_failed(run)
    assert result is None
    plan = run["plan"]["page_on_call_plan"]
    assert [(entry["tier"], entry["round"], int(entry["after_seconds"])) for entry in plan] == [
        ("primary", 1, 0),
        ("secondary", 1, 200),
        ("primary", 2, 400),
        ("secondary", 2, 600),
    ]
    assert [recipient["to"] for recipient in plan[1]["recipients"]] == [LINUS, MARGARET]
    assert plan[0]["text"] == TEXT.format("7F3")
    assert [entry["segments"] for entry in plan] == [1, 1, 1, 1]


def test_check_mode_knows_an_open_page(people):
    with people({}) as twilio:
        page(twilio, page_on_call_dedupe_window=20000)
        run, _result = page(twilio, "--check", page_on_call_dedupe_window=20000)
    outcomes = [recipient["outcome"] for entry in run["plan"]["page_on_call_plan"] for recipient in entry["recipients"]]
    assert outcomes == ["duplicate"] * 4
    assert "changed=0" in run.output


def test_once_for_all_hosts(people):
    with people({GRACE: takes()}) as twilio:
        run, result = page(twilio, hosts=("web1", "web2", "web3"))
        assert len(sent(twilio)) == 4
    assert not has_failed(run)
    assert result["by"]["name"] == "Grace"


def test_the_hint_survives_a_long_message(people):
    with people({GRACE: takes()}) as twilio:
        run, result = page(twilio, page_on_call_message="Disk full on db1 and more. " * 40)
        _to, text = sent(twilio)[0]
    assert not has_failed(run)
    assert text.endswith(f"...\nReply ACK {result['code']} to take it, NO {result['code']} to pass")
    assert 250 < len(text) <= 306


def test_words_of_ones_own(people):
    words = {"text": "nein {code}", "after": 20, "find": r"NEIN (?P<code>\w+)"}
    yes = {"text": "ja {code}", "after": 20, "find": r"JA (?P<code>\w+)"}
    with people({ADA: words, GRACE: words, LINUS: yes}) as twilio:
        run, result = page(
            twilio,
            page_on_call_tiers=LONG,
            page_on_call_hint="{accept} {code}: ich mach's. {decline} {code}: nicht ich.",
            # As -e gives it.
            page_on_call_accept="JA",
            page_on_call_decline=["NEIN"],
        )
    assert not has_failed(run)
    assert result["by"]["number"] == LINUS


def test_pages_go_out_when_the_list_cannot_be_read(people):
    with people({GRACE: takes()}) as twilio:
        # Two looks for an open page, two for duplicates.
        twilio.fault("html_page", operation="list", times=4)
        run, result = page(twilio, connection={"retries": 0})
        assert len(sent(twilio)) == 4
    assert not has_failed(run)
    assert result["by"]["name"] == "Grace"


@pytest.mark.parametrize(
    ("variables", "texts"),
    [
        ({"page_on_call_from": ""}, ["page_on_call_from: is missing"]),
        ({"page_on_call_from": "Acme"}, ["nobody can reply to Acme"]),
        (
            {"page_on_call_message": " ", "page_on_call_tiers": []},
            ["_message: is empty", "_tiers: is empty"],
        ),
        ({"page_on_call_tiers": [{"name": "all", "numbers": []}]}, ["a tier has no numbers"]),
        ({"page_on_call_tiers": [*TIERS, {"name": "x", "numbers": [15551234567]}]}, ["15551234567 has no plus sign"]),
        (
            {"page_on_call_tiers": [{"numbers": [ADA]}]},
            ["missing required arguments: name found"],
        ),
        ({"page_on_call_segments": "many"}, ["page_on_call_segments"]),
        ({"page_on_call_code": "7 F3"}, ["page_on_call_code: must be letters and digits"]),
    ],
)
def test_what_cannot_work_pages_nobody(people, variables, texts):
    with people({}) as twilio:
        run, result = page(twilio, **variables)
        assert twilio.ledger() == []
    assert result is None
    output = " ".join(run.output.split())
    assert all(text in output for text in texts), run.output
