# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules' documentation says what their argument specs say, and their examples do what they say."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from importlib import import_module
from typing import Any, NamedTuple

import pytest
import yaml

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.call import KEYS as CALL_KEYS
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from support.paths import CHECKOUT
from support.playbook import Run, run_plays
from support.rota import always
from support.simulator import TO, credentials

NAMES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))
WORK = "ansible_collections.oncall.twilio.plugins.module_utils._work."
SPECS = {f"oncall.twilio.{name}": import_module(WORK + name.removeprefix("twilio_")).JOB.spec for name in NAMES}
SENDS, CALLS = "oncall.twilio.twilio_sms", "oncall.twilio.twilio_call"
# What the documentation of an option and its spec both have.
SHARED = ("type", "elements", "choices", "default", "required")


@pytest.fixture
def modules(documentation):
    """What ansible-doc says of the modules, by full name."""
    return documentation["module"]


@pytest.fixture(params=SPECS)
def name(request):
    return request.param


def test_every_module_has_an_action_plugin_and_is_in_the_group():
    runtime = yaml.safe_load((CHECKOUT / "meta" / "runtime.yml").read_text())
    assert set(runtime["action_groups"]["twilio"]) == set(NAMES)
    assert sorted(path.stem for path in (CHECKOUT / "plugins" / "action").glob("*.py")) == NAMES


def test_options_agree_with_the_argument_spec(modules, name):
    options = modules[name]["doc"]["options"]
    assert {name: {key: option[key] for key in SHARED if option.get(key)} for name, option in options.items()} == {
        name: {key: option[key] for key in SHARED if option.get(key)} for name, option in SPECS[name].items()
    }


def test_environment_variables_are_documented(modules, name):
    fallbacks = {name: option["fallback"][1] for name, option in SPECS[name].items() if "fallback" in option}
    assert {"account_sid", "auth_token", "api_key", "api_secret"} <= fallbacks.keys()
    for option, variables in fallbacks.items():
        text = " ".join(modules[name]["doc"]["options"][option]["description"])
        assert all(f"E({variable})" in text for variable in variables), option


def test_what_is_returned_is_documented_key_by_key(modules):
    assert modules[SENDS]["return"]["message"]["contains"].keys() == set(KEYS)
    assert modules[CALLS]["return"]["call"]["contains"].keys() == set(CALL_KEYS)


def test_markup_ends_where_its_parenthesis_is_closed():
    # C(f(x)) would end before its last parenthesis. V(f(x\\)) is how to write that.
    files = [*CHECKOUT.glob("plugins/*/*"), *CHECKOUT.glob("roles/*/meta/argument_specs.yml")]
    texts = [path.read_text() for path in [*files, *CHECKOUT.glob("extensions/eda/plugins/*/*.py")] if path.is_file()]
    marked = [content for text in texts for content in re.findall(r"\b[CEOV]\(((?:\\.|[^\\)])*)\)", text)]
    assert [content for content in marked if content.count("(") != content.count(")")] == []


@pytest.mark.parametrize(
    ("module", "check_mode", "diff_mode", "idempotent"),
    [
        ("twilio_ask", "full", "none", "none"),
        ("twilio_call", "full", "full", "none"),
        ("twilio_message", "full", "full", "partial"),
        ("twilio_message_info", "full", "none", "full"),
        ("twilio_page", "full", "none", "partial"),
        ("twilio_reply", "full", "none", "full"),
        ("twilio_sms", "full", "full", "none"),
    ],
)
def test_attributes(modules, module, check_mode, diff_mode, idempotent):
    attributes = modules[f"oncall.twilio.{module}"]["doc"]["attributes"]
    support = [attributes[attribute]["support"] for attribute in ("check_mode", "diff_mode", "idempotent")]
    assert support == [check_mode, diff_mode, idempotent]
    assert attributes["action_group"]["membership"] == ["oncall.twilio.twilio"]


def test_every_option_is_in_an_example(modules):
    text = "".join(modules[name]["examples"] for name in SPECS)
    options = {option for spec in SPECS.values() for option in spec}
    # These are in the guide rather than among the examples.
    assert {option for option in options if f"{option}:" not in text} == {"validate_certs", "api_url"}


class Examples(NamedTuple):
    """The run of a module's examples in check mode, what it requested, and their run for real."""

    planned: Run
    requests: list[dict[str, Any]]
    done: Run


def run_examples(modules, twilio, name, *, foreseen=True, zone="UTC", **variables):
    """Run a module's examples for real, and before that in check mode; both in one run of ansible-playbook."""
    defaults = credentials()
    account = {
        "twilio_account_sid": defaults["account_sid"],
        "twilio_auth_token": defaults["auth_token"],
        "twilio_subaccount_sid": defaults["subaccount_sid"],
        "twilio_api_key": defaults["api_key"],
        "twilio_api_secret": defaults["api_key_secret"],
    }
    environment = {
        "TWILIO_ACCOUNT_SID": defaults["account_sid"],
        "TWILIO_AUTH_TOKEN": defaults["auth_token"],
        "TWILIO_API_URL": twilio.url,
        "TZ": zone,
    }
    tasks = yaml.safe_load(modules[name]["examples"])
    for task in tasks:
        # There is no such proxy, and nobody who replies.
        task.get(name, {}).pop("proxy", None)
        if "until" in task:
            task.update(retries=1, delay=0, ignore_errors=True)
    ledger = "{{ lookup('ansible.builtin.url', ledger_url, split_lines=false) | from_json }}"
    plays = {
        "planned": {"check_mode": True, "tasks": tasks if foreseen else []},
        "requests": {"tasks": [{"name": "read the ledger", "ansible.builtin.debug": {"msg": ledger}}]},
        "done": {"tasks": tasks},
    }
    given = {**account, "ledger_url": f"{twilio.url}/simulator/requests", **variables}
    common = {"hosts": "localhost", "gather_facts": False, "vars": given}
    run = run_plays([{"name": title, **common, **play} for title, play in plays.items()], environment=environment)
    assert run.returncode == 0, run.output
    planned, _between, done = (
        replace(run, outcomes=[outcome for outcome in run.outcomes if outcome.play == title]) for title in plays
    )
    return Examples(planned, run["read the ledger"]["msg"]["requests"], done)


def created(twilio, kinds="Messages"):
    """The requests that were to create a message, or a call."""
    return [
        request
        for request in twilio.ledger()
        if request["method"] == "POST" and request["path"].endswith(f"/{kinds}.json")
    ]


def test_examples_of_sending_send_what_check_mode_says(modules, swift):
    planned, requests, done = run_examples(modules, swift, SENDS)
    # Only looking for duplicates reads.
    assert [request["method"] for request in requests] == ["GET"]
    assert [told(outcome) for outcome in done.outcomes] == [told(outcome) for outcome in planned.outcomes]
    sent = {
        message["sid"]
        for outcome in done.outcomes
        for message in outcome.result.get("messages", [])
        if outcome.result["changed"]
    }
    assert len(sent) == len(created(swift)) > 0


def test_examples_of_calling_call_whom_check_mode_says(modules, cast):
    planned, requests, done = run_examples(modules, cast, CALLS)
    assert requests == []
    assert [told(outcome) for outcome in done.outcomes] == [told(outcome) for outcome in planned.outcomes]
    called = [found for outcome in done.outcomes for found in outcome.result.get("calls", [])]
    assert len({found["sid"] for found in called}) == len(created(cast, "Calls")) > 0
    assert done["Show whether it was human, machine, fax or unknown"]["msg"] == "human"


def told(outcome):
    """Which task it was, whether it changes anything, and to whom."""
    made = outcome.result.get("messages", outcome.result.get("calls", []))
    to = [found and found["to"] for found in made]
    return outcome.task, outcome.result.get("changed", False), to


def test_examples_of_reading(modules, swift):
    for number in range(3):
        swift.created(Body=f"Number {number}")
    swift.created(To="+15557779999")
    before = len(swift.ledger())
    began = datetime.now(timezone.utc).replace(microsecond=0)
    # An example that mistook the zone would ask for hours that have not come yet, or that are long over.
    planned, _requests, done = run_examples(modules, swift, "oncall.twilio.twilio_message_info", zone="Asia/Tokyo")
    requests = swift.ledger()[before:]
    assert {request["method"] for request in requests} == {"GET"}
    for run in (planned, done):
        assert len(run["Read the texts to one number since yesterday"]["messages"]) == 3
        assert run["List what has not arrived in the last hour, with its code"]["query_result"] == [
            {"to": "+15557779999", "code": 30005}
        ]
    queries = [dict(request["query"]) for request in requests]
    ends = [datetime.fromisoformat(query["DateSent<"]) for query in queries if "DateSent<" in query]
    assert len(ends) == 2
    assert all(began <= end <= datetime.now(timezone.utc) for end in ends)


def test_examples_of_changing(modules, twilio):
    sids = {
        "scheduled_sid": twilio.scheduled()["sid"],
        "sent_sid": twilio.created()["sid"],
        "feedback_sid": twilio.created(ProvideFeedback="true")["sid"],
    }
    before = len(twilio.ledger())
    planned, requests, done = run_examples(modules, twilio, "oncall.twilio.twilio_message", **sids)
    for run in (planned, done):
        assert [outcome.result["changed"] for outcome in run.outcomes] == [True] * 4
    assert {request["method"] for request in requests[before:]} == {"GET"}
    assert {"POST", "DELETE"} <= {request["method"] for request in twilio.ledger()[len(requests) :]}


def test_examples_of_paging(modules, cast, tmp_path):
    (tmp_path / "rota.ics").write_bytes(always())
    variables = {"alert_text": "Queue stuck", "rota_url": f"{tmp_path}/rota.ics"}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(run_examples, modules, cast, "oncall.twilio.twilio_page", **variables)
        # Each page to Ada, whoever else is paged meanwhile.
        for count in (1, 2, 3, 4):
            page = cast.wait(count, to="+15551230001", body="Reply ACK")[0]["body"]
            cast.inbound(page.partition("Reply ")[2].partition(" to")[0], "+15551230001", To="+15557654321")
        cast.wait(to="+15551230001", body="JA MQ1")
        cast.inbound("ja mq1", "+15551230001", To="+15557654321")
        planned, requests, done = running.result()
    assert "POST" not in {request["method"] for request in requests}
    assert planned["Page the people on call"]["outcome"] == "planned"
    assert done["Say who has taken it"]["msg"].startswith("Ada has taken ")
    assert done["Page the people who are on call by a calendar"]["by"]["name"] == "Ada Lovelace"
    assert [person["name"] for person in done["Tell everybody who was paged that it is resolved"]["told"]] == ["Ada"]
    assert done["Page three times, with your own code, words and calls"]["by"]["number"] == "+15551230001"


def test_examples_of_asking(modules, cast):
    with ThreadPoolExecutor() as threads:
        running = threads.submit(run_examples, modules, cast, "oncall.twilio.twilio_ask")
        code = cast.wait(2)[0]["body"].split()[-1]
        cast.inbound(f"YES {code}", "+15551230001", To="+15557654321")
        # The answer, two verdicts, and the next question.
        asked = cast.wait(8)[0]
        for number in ("+15551230001", "+15551230002"):
            cast.inbound(f"NEIN {asked['body'].split()[-1]}", number, To=asked["from"])
        planned, requests, done = running.result()
    assert requests == []
    assert planned["Ask for approval, and fail without it"]["outcome"] == "planned"
    assert done["Ask for approval, and fail without it"]["verdict"] == "Yes, by Ada"
    assert done["Show what they have decided"]["msg"] == "No, by +15551230001, +15551230002"


def test_examples_of_waiting(modules, twilio):
    sids = {name: [twilio.created(To=to)["sid"]] for name, to in (("first_sids", "+15550000001"), ("second_sids", TO))}
    twilio.inbound("pass 7F3", TO)
    with ThreadPoolExecutor() as threads:
        running = threads.submit(run_examples, modules, twilio, "oncall.twilio.twilio_reply", foreseen=False, **sids)
        # A reply counts only once its sender was asked.
        twilio.wait(to="+15552345678")
        twilio.inbound("Go 7f3", "+15552345678")
        run = running.result().done
    assert run["Show who accepted"]["msg"].startswith("+15552345678 accepted at 20")
    assert run["Wait for two more people, and accept a late answer from the first ones"]["outcome"] == "passed"
