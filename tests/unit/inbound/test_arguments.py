# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source's arguments, as templates and YAML leave them."""

from __future__ import annotations

import ast

import pytest
import yaml
from jinja2.runtime import StrictUndefined

from ansible_collections.oncall.twilio.plugins.module_utils._options.spec import CONNECTION as SPEC
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import TwilioError
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.arguments import CONNECTION, SOURCE, read_arguments
from support.paths import CHECKOUT

ENVIRONMENT = {"TWILIO_ACCOUNT_SID": "AC" + "5e" * 16, "TWILIO_AUTH_TOKEN": "9b" * 16}
POLL = {"to": "+15557654321", "allow": "+15551234567"}
WEBHOOK = {"mode": "webhook", "url": "https://eda.example.com/sms", "allow": ["*"]}


def problems(given, environment=None):
    with pytest.raises(TwilioError) as caught:
        read_arguments(given, ENVIRONMENT if environment is None else environment)
    return caught.value.result["problems"]


def test_the_connection_is_that_of_the_modules():
    spec = {name: option for name, option in SPEC.items() if name != "run_on"}
    assert CONNECTION.keys() == spec.keys()
    for name, argument in CONNECTION.items():
        assert argument.default == spec[name].get("default"), name
        assert argument.variable == spec[name].get("fallback", (None, [None]))[1][0], name


def test_the_documentation_tells_of_every_argument():
    source = (CHECKOUT / "extensions/eda/plugins/event_source/inbound_sms.py").read_text()
    texts = {
        name.id: ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    options = yaml.safe_load(texts["DOCUMENTATION"])["options"]
    known = {**CONNECTION, **SOURCE}
    assert options.keys() == known.keys()
    for name, argument in known.items():
        assert options[name].get("default") == (None if argument.default == [] else argument.default), name
        text = " ".join(options[name]["description"])
        assert (f"E({argument.variable})" in text) if argument.variable else ("E(" not in text), name
    for example in yaml.safe_load(texts["EXAMPLES"]):
        read_arguments(example["oncall.twilio.inbound_sms"], ENVIRONMENT)


def test_defaults_and_environment():
    arguments = read_arguments(POLL, {**ENVIRONMENT, "TWILIO_API_URL": "http://127.0.0.1:8480"})
    assert (arguments.mode, arguments.to, arguments.allow) == ("poll", ["+15557654321"], ["+15551234567"])
    assert (arguments.poll_interval, arguments.overlap, arguments.state) == (5.0, 3600.0, None)
    assert arguments.feedback is False
    connection = arguments.connection
    assert (connection["auth_token"], connection["api_url"]) == ("9b" * 16, "http://127.0.0.1:8480")
    # What is set is not read from the environment, and an empty string is set.
    named = {"api_url": "", "auth_token": "1c" * 16}
    connection = read_arguments({**POLL, **named}, {**ENVIRONMENT, "TWILIO_API_URL": "x"}).connection
    assert (connection["auth_token"], connection["api_url"]) == ("1c" * 16, "")


def test_a_key_in_the_environment_does_not_replace_the_rulebooks_token():
    variables = {**ENVIRONMENT, "TWILIO_API_KEY": "SK" + "1c" * 16, "TWILIO_API_SECRET": "y" * 32}
    connection = read_arguments({**POLL, "auth_token": "1c" * 16}, variables).connection
    assert (connection["auth_token"], connection["api_key"], connection["api_secret"]) == ("1c" * 16, "", "")
    assert connection["account_sid"] == ENVIRONMENT["TWILIO_ACCOUNT_SID"]
    # A rulebook may leave secrets to the environment.
    connection = read_arguments({**POLL, "api_key": "SK" + "5e" * 16}, variables).connection
    assert (connection["api_key"], connection["api_secret"]) == ("SK" + "5e" * 16, "y" * 32)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+15557654321", ["+15557654321"]),
        (15557654321, ["+15557654321"]),
        ("+1 (555) 765-4321, 12345", ["+15557654321", "12345"]),
        (["whatsapp:+15557654321", 15557654322, 12345], ["whatsapp:+15557654321", "+15557654322", "12345"]),
    ],
)
def test_numbers(value, expected):
    assert read_arguments({**POLL, "to": value}, ENVIRONMENT).to == expected
    assert read_arguments({**POLL, "allow": value}, ENVIRONMENT).allow == expected


def test_paths_are_expanded(monkeypatch):
    monkeypatch.setenv("HOME", "/home/eda")
    monkeypatch.setenv("STATES", "/var/lib/eda")
    assert read_arguments({**POLL, "state": "~/texts.sqlite"}, ENVIRONMENT).state == "/home/eda/texts.sqlite"
    assert read_arguments({**POLL, "state": "$STATES/texts"}, ENVIRONMENT).state == "/var/lib/eda/texts"
    assert read_arguments({**WEBHOOK, "ca_path": "~/ca.pem"}, ENVIRONMENT).connection["ca_path"] == "/home/eda/ca.pem"


@pytest.mark.parametrize(("given", "expected"), [(True, True), ("false", False), ("No", False), (None, True)])
def test_flags(given, expected):
    assert read_arguments({**POLL, "validate_certs": given}, ENVIRONMENT).connection["validate_certs"] is expected


def test_numerals():
    arguments = read_arguments({**WEBHOOK, "port": "8080", "retries": 2.0, "timeout": "1.5"}, ENVIRONMENT)
    assert (arguments.port, arguments.connection["retries"], arguments.connection["timeout"]) == (8080, 2, 1.5)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ({"from": "+15551234567", "to": "+15557654321"}, True),
        ({"from": "+15551234568", "to": "+15557654321"}, False),
        ({"from": "+15551234567", "to": "+15557654322"}, False),
        ({"from": None, "to": "+15557654321"}, False),
    ],
)
def test_who_is_wanted(message, wanted):
    assert read_arguments(POLL, ENVIRONMENT).is_wanted(message) is wanted
    assert read_arguments(WEBHOOK, ENVIRONMENT).is_wanted(message)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ["to", "allow"]),
        ({**POLL, "allow": []}, ["allow"]),
        ({**POLL, "to": "*"}, ["to"]),
        ({**POLL, "state": ""}, ["state"]),
        ({**POLL, "alow": "*", "feedback": True, "eda_feedback_queue": 1}, ["alow"]),
        ({**POLL, "mode": "push"}, ["mode"]),
        ({**POLL, "to": "5557654321"}, ["to"]),
        ({**POLL, "to": 3.5, "allow": [None], "state": 7}, ["to", "allow", "state"]),
        ({**POLL, "poll_interval": "soon", "validate_certs": "maybe", "retries": 1.5},
         ["validate_certs", "retries", "poll_interval"]),
        ({**POLL, "poll_interval": 0, "overlap": 59, "api_url": "http://example.com"},
         ["api_url", "poll_interval", "overlap"]),
        ({**POLL, "poll_interval": float("nan"), "overlap": float("inf")}, ["poll_interval", "overlap"]),
        ({**WEBHOOK, "url": "eda.example.com", "port": 65536}, ["url", "port"]),
    ],
)  # fmt: skip
def test_all_problems_are_told_together(given, names):
    assert [problem.split(":")[0] for problem in problems(given)] == names


def test_where_credentials_are_missing():
    account, token = problems(POLL, {})
    assert account == "account_sid: is required. Set it in the rulebook's source or as TWILIO_ACCOUNT_SID."
    assert token.startswith("auth_token: is required. Set it, or api_key and api_secret, in the rulebook's source or")


def test_how_to_allow_everybody():
    (problem,) = problems({**POLL, "allow": []})
    assert problem.endswith('or ["*"] for everybody\'s.')


def test_the_webhook_needs_the_auth_token():
    key = {"api_key": "SK" + "5e" * 16, "api_secret": "x" * 32}
    assert problems({**WEBHOOK, **key}, {})[0].startswith("auth_token: is required with mode=webhook")
    assert read_arguments({**WEBHOOK, **key}, ENVIRONMENT).connection["auth_token"] == ENVIRONMENT["TWILIO_AUTH_TOKEN"]


def test_a_template_whose_variable_is_missing():
    given = {**POLL, "to": StrictUndefined(name="to"), "auth_token": StrictUndefined(name="token")}
    assert problems(given) == [
        "auth_token: is a template whose variable is not defined.",
        "to: is a template whose variable is not defined.",
    ]


@pytest.mark.parametrize("name", ["auth_token", "api_secret", "proxy"])
def test_a_secret_that_became_a_number_is_refused_and_not_quoted(name):
    (problem,) = problems({**POLL, name: 12345678})
    assert problem.startswith(f"{name}: is not a string")
    assert "1234" not in problem
