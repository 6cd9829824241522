# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each role promises in its argument specs is what its defaults and its tasks hold."""

from __future__ import annotations

from unittest.mock import ANY

import pytest
import yaml

from ansible_collections.oncall.twilio.plugins.module_utils._options.page_specs import ASK, PAGE
from ansible_collections.oncall.twilio.plugins.module_utils._options.spec import CONNECTION
from support.paths import CHECKOUT

ROLES = sorted(path.parent.parent for path in CHECKOUT.glob("roles/*/meta/main.yml"))


@pytest.fixture(params=ROLES, ids=lambda path: path.name)
def role(request):
    return request.param


def loaded(path):
    return yaml.safe_load(path.read_text())


def entry_points(role):
    return loaded(role / "meta" / "argument_specs.yml")["argument_specs"]


def test_defaults_agree_with_argument_specs(role):
    defaults = loaded(role / "defaults" / "main.yml")
    specs = entry_points(role)
    assert defaults.keys() <= specs["main"]["options"].keys()
    for entry_point in specs.values():
        for name, option in entry_point["options"].items():
            assert name.startswith(f"{role.name}_")
            assert option["description"]
            assert option["type"]
            if "default" in option:
                assert option["default"] == defaults[name]
            elif name in defaults:
                # A place that is put together is described, not repeated.
                assert "{{" in defaults[name]


def test_an_option_is_the_same_at_each_entry_point(role):
    specs = entry_points(role)
    for entry_point in specs.values():
        for name, option in entry_point["options"].items():
            assert option == specs["main"]["options"][name]


def test_each_entry_point_has_tasks_and_documentation(role):
    for name, entry_point in entry_points(role).items():
        assert (role / "tasks" / f"{name}.yml").is_file()
        assert entry_point["short_description"]
        assert entry_point["description"]
        assert entry_point["version_added"]
    assert (role / "README.md").is_file()


# Options whose variable has another name, and those that get something else than a variable.
NAMES = {"accept": "ask_yes", "decline": "ask_no", "wait": "ask_timeout"}
# What is missing is reported by the module, with everything else.
QUESTION = {"body": "{{ ask_question | default('') }}", "to": "{{ ask_to | default([]) }}"}
MESSAGE = {"message_variable": "page_on_call_message", "fallback_message": ANY}
TIERS = "{{ page_on_call_tiers | default([]) }}"


@pytest.mark.parametrize(
    ("role", "module", "options", "others"),
    [
        (
            "ask",
            "twilio_ask",
            ASK.keys(),
            {**{option: f"{{{{ {name} }}}}" for option, name in NAMES.items()}, **QUESTION},
        ),
        ("page_on_call", "twilio_page", PAGE.keys() - {"body"}, {**MESSAGE, "tiers": TIERS}),
    ],
)
def test_each_variable_reaches_the_module(role, module, options, others):
    task = loaded(CHECKOUT / "roles" / role / "tasks" / "main.yml")[0]
    named = {option: f"{{{{ {role}_{option} }}}}" for option in options - CONNECTION.keys()}
    assert task[f"oncall.twilio.{module}"] == {**named, **others}
    # ANSIBLE_TASK_TIMEOUT would end it.
    assert task["timeout"] == 0
