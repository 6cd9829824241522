# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's documentation says what the argument spec says, and its examples do what they say."""

from __future__ import annotations

import json
import subprocess

import pytest
import yaml

from ansible_collections.oncall.twilio.plugins.module_utils._message import KEYS
from ansible_collections.oncall.twilio.plugins.module_utils._options import SMS
from ansible_collections.oncall.twilio.plugins.module_utils._version import VERSION
from support.paths import CHECKOUT
from support.playbook import run_play
from support.simulator import role_defaults

NAME = "oncall.twilio.twilio_sms"
# What the documentation of an option and its spec both have.
SHARED = ("type", "elements", "choices", "default", "required")


@pytest.fixture(scope="module")
def documented():
    command = ["ansible-doc", "--json", "--type", "module", NAME]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(process.stdout)[NAME]


def test_options_agree_with_the_argument_spec(documented):
    options = documented["doc"]["options"]
    assert {name: {key: option[key] for key in SHARED if option.get(key)} for name, option in options.items()} == {
        name: {key: option[key] for key in SHARED if option.get(key)} for name, option in SMS.items()
    }


def test_environment_variables_are_documented(documented):
    fallbacks = {name: option["fallback"][1] for name, option in SMS.items() if "fallback" in option}
    assert len(fallbacks) == 7
    for name, variables in fallbacks.items():
        text = " ".join(documented["doc"]["options"][name]["description"])
        assert all(f"E({variable})" in text for variable in variables), name


def test_returned_message_is_documented_key_by_key(documented):
    assert documented["return"]["message"]["contains"].keys() == set(KEYS)


def test_attributes(documented):
    attributes = documented["doc"]["attributes"]
    support = {name: attribute["support"] for name, attribute in attributes.items()}
    assert (support["check_mode"], support["diff_mode"], support["idempotent"]) == ("full", "full", "none")
    assert attributes["action_group"]["membership"] == ["oncall.twilio.twilio"]
    assert "idempotency key" in " ".join(attributes["idempotent"]["details"])


def test_every_option_is_in_an_example(documented):
    # "to" and these are in the guide rather than among the examples.
    unshown = {"validate_certs", "api_url"}
    text = documented["examples"]
    assert {name for name in SMS if f"{name}:" not in text} == unshown


def example_run(documented, twilio, check):
    defaults = role_defaults()
    variables = {
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
    }
    tasks = yaml.safe_load(documented["examples"])
    for task in tasks:
        # There is no such proxy.
        task.get(NAME, {}).pop("proxy", None)
    run = run_play(tasks, arguments=["--check"] if check else [], environment=environment, vars=variables)
    assert run.returncode == 0, run.output
    assert len(tasks) > 25
    return run


def test_examples_in_check_mode_send_nothing(documented, twilio):
    run = example_run(documented, twilio, check=True)
    assert [request for request in twilio.ledger() if request["method"] != "GET"] == []
    # Only looking for duplicates reads.
    assert len(twilio.ledger()) == 1
    assert sum(outcome.result.get("changed", False) for outcome in run.outcomes) > 25


def test_examples_send_what_they_say(documented, twilio):
    run = example_run(documented, twilio, check=False)
    sent = {
        message["sid"]
        for outcome in run.outcomes
        for message in outcome.result.get("messages", [])
        if outcome.result["changed"]
    }
    assert len(sent) == sum(request["method"] == "POST" for request in twilio.ledger()) > 125


def test_one_version():
    assert yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())["version"] == VERSION
