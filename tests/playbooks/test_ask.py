# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role ask: who decides, by what, and what silence means."""

from __future__ import annotations

import pytest

from support.playbook import GROUP, run_plays
from support.simulator import FROM, simulator

# How each of them answers.
PEOPLE = {
    "+15550000001": {"find": r"Reply YES (\w+) or", "text": "yes {1}"},
    "+15550000002": {"find": r"or NO (\w+)", "text": "No, {1}"},
    "+15550000003": {"find": r"Reply YES (\w+) or", "text": "YES {1} thanks", "after": 0.5},
    "+15550000004": "silent",
    # A forger does not get the question.
    "+15550000005": {"find": "Reply", "text": "YES"},
    "+15550000006": "unreachable",
}
YES, NO, SLOW_YES, SILENT, FORGER, UNREACHABLE = PEOPLE


def ask(name, to, hosts="one", **variables):
    """A play that asks."""
    common = {"ask_question": f"{name}?", "ask_to": to, "ask_from": FROM, "ask_timeout": 300, "ask_poll_interval": 0.1}
    role = {"name": "oncall.twilio.ask"}
    tasks = [
        {
            "name": f"{name}: ask",
            "ansible.builtin.include_role": role,
            "vars": {"ask_fail": False, **common, **variables},
        },
        {"name": name, "ansible.builtin.debug": {"var": "ask_result"}},
    ]
    return {"hosts": hosts, "gather_facts": False, "tasks": tasks}


def rescued(play):
    why = {"name": "Say why it failed", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}
    result = {"name": "Show the result of the failure", "ansible.builtin.debug": {"var": "ask_result"}}
    return {**play, "tasks": [{"block": play["tasks"], "rescue": [why, result]}]}


@pytest.fixture(scope="module")
def played():
    plays = [
        # However many hosts there are, it is asked once.
        ask("The first yes", {"Ada": YES, "Linus": SILENT}, "all"),
        ask("The first no", [NO, SILENT]),
        ask("Two must agree", [YES, NO, SLOW_YES], ask_quorum=2),
        ask("They cannot agree any more", [YES, NO, UNREACHABLE], ask_quorum=2),
        ask("Silence that means yes", [SILENT, FORGER], ask_default=True, ask_tell=False, ask_timeout=2),
        rescued(ask("A no that fails", {"Ada": NO}, ask_fail=True)),
        # The host has the approval of another question.
        ask("Before it", [YES]),
        rescued(
            ask(
                "Nonsense",
                {"Ada": YES, "Grace": "5551234"},
                ask_question=" ",
                ask_from="",
                ask_quorum="three",
                ask_timeout="half an hour",
            )
        ),
    ]
    with simulator(pace=0, people=PEOPLE) as twilio:
        plays = [{**play, "module_defaults": {GROUP: twilio.connection}} for play in plays]
        run = run_plays(plays, ["-i", "one,two,"])
        sent = twilio.call("GET", "/simulator/messages?direction=outbound-api", auth=None).json()["messages"][::-1]
    return run, sent


@pytest.mark.parametrize(
    ("name", "approved", "decided", "answers"),
    [
        ("The first yes", True, True, [("Ada", YES, "yes"), ("Linus", SILENT, None)]),
        ("The first no", False, True, [("", NO, "no"), ("", SILENT, None)]),
        ("Two must agree", True, True, [("", YES, "yes"), ("", NO, "no"), ("", SLOW_YES, "yes")]),
        ("They cannot agree any more", False, False, [("", YES, "yes"), ("", NO, "no"), ("", UNREACHABLE, None)]),
        ("Silence that means yes", True, False, [("", SILENT, None), ("", FORGER, None)]),
    ],
)
def test_results(played, name, approved, decided, answers):
    run, sent = played
    results = [outcome.result["ask_result"] for outcome in run.outcomes if outcome.task == name]
    one = results[0]
    assert results == [one] * (2 if name == "The first yes" else 1)
    assert (one["approved"], one["decided"]) == (approved, decided)
    assert [tuple(answer[key] for key in ("name", "number", "answer")) for answer in one["answers"]] == answers
    asked = [item["body"] for item in sent if item["body"].startswith(f"{name}?")]
    assert asked == [f"{name}?\nReply YES {one['code']} or NO {one['code']}"] * len(answers)


def test_everybody_who_was_asked_is_told(played):
    _run, sent = played
    told = {item["body"] for item in sent if item["to"] == NO and "Reply" not in item["body"]}
    assert told == {
        f"No, by {NO}: The first no?",
        f"Yes, by {YES}, {SLOW_YES}: Two must agree?",
        "No decision, which means no: They cannot agree any more?",
        "No, by Ada: A no that fails?",
    }


def test_failures(played):
    run, _sent = played
    assert run.returncode == 0, run.output
    no, nonsense = [outcome.result["msg"] for outcome in run.outcomes if outcome.task == "Say why it failed"]
    assert no == "No, by Ada: A no that fails?"
    assert nonsense.startswith("Nothing was done: 5 problems")
    assert all(f"- {name}: " in nonsense for name in ("ask_question", "ask_quorum", "ask_from", "ask_timeout"))
    assert "- ask_to: the entry of Grace '5551234' " in nonsense
    shown = [outcome.result for outcome in run.outcomes if outcome.task == "Show the result of the failure"]
    assert [result["ask_result"]["approved"] for result in shown] == [False, False]


def test_check_mode_says_whom_it_would_ask_and_goes_on(swift):
    play = {**ask("Deploy", {"Ada": YES}, ask_fail=True), "module_defaults": {GROUP: swift.connection}}
    run = run_plays([play], ["-i", "one,", "--check"])
    assert run.returncode == 0, run.output
    assert run["oncall.twilio.ask : Show whom it would ask"]["msg"]["to"] == [YES]
    assert run["Deploy"]["ask_result"]["approved"]
    assert swift.ledger() == []
