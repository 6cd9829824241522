# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters and tests in real templates, and their documentation."""

from __future__ import annotations

import json
import subprocess
from importlib import import_module
from typing import Any

import pytest
import yaml

from support.paths import CHECKOUT
from support.playbook import run_play, run_plays


def loaded(kind):
    """What the files in plugins/filter or plugins/test give to Jinja, by name."""
    found: dict[str, Any] = {}
    for path in sorted((CHECKOUT / "plugins" / kind).glob("*.py")):
        module = import_module(f"ansible_collections.oncall.twilio.plugins.{kind}.{path.stem}")
        found |= module.FilterModule().filters() if kind == "filter" else module.TestModule().tests()
    return found


FILTERS, JINJA_TESTS = loaded("filter"), loaded("test")
PLUGINS = [("filter", name) for name in FILTERS] + [("test", name) for name in JINJA_TESTS]
SID = "0123456789abcdef0123456789ABCDEF"


def play(expressions, variables, **keywords):
    """Run a play with a task for each expression."""
    return run_play(
        [
            {"name": str(number), "ansible.builtin.set_fact": {"value": "{{ " + expression + " }}"}, **keywords}
            for number, expression in enumerate(expressions)
        ],
        vars=variables,
    )


def evaluate(expressions, **variables):
    """Return what expressions come to in a play."""
    run = play(expressions, variables)
    assert run.returncode == 0, run.output
    return [run[str(number)]["ansible_facts"]["value"] for number in range(len(expressions))]


def errors(expressions, **variables):
    """Return how expressions fail in a play."""
    run = play(expressions, variables, ignore_errors=True)
    assert all(run.has_failed(str(number)) for number in range(len(expressions))), run.output
    return [run[str(number)]["msg"] for number in range(len(expressions))]


def test_filters():
    assert evaluate(
        [
            "'' | oncall.twilio.sms_segments",
            "text | oncall.twilio.sms_segments",
            "('a' * 161) | oncall.twilio.fit_sms",
            "('a' * 307) | oncall.twilio.fit_sms(2)",
            "('a' * 161) | oncall.twilio.fit_sms(segments=1, keep='')",
            "text | oncall.twilio.fit_sms",
            "(text * 10) | oncall.twilio.fit_sms",
            "text | oncall.twilio.gsm7",
            "[text, 'ok'] | map('oncall.twilio.gsm7')",
            "[9, '250.9', -5] | map('oncall.twilio.duration')",
            "{'ok': '2', 'failed': ['web1', text], 'lost': 'db1', 'changed': none} | oncall.twilio.recap",
        ],
        text="It\u2019s \u201cup\u201d… ",
    ) == [
        {"encoding": "GSM-7", "units": 0, "segments": 0, "units_left": 160, "not_gsm7": []},
        {
            "encoding": "UCS-2",
            "units": 11,
            "segments": 1,
            "units_left": 59,
            "not_gsm7": ["\u2019", "\u201c", "\u201d", "…"],
        },
        "a" * 157 + "...",
        "a" * 303 + "...",
        "a" * 160,
        "It\u2019s \u201cup\u201d… ",
        "It\u2019s \u201cup\u201d… " * 5 + "It\u2019s \u201cup\u201d…",
        'It\'s "up"... ',
        ['It\'s "up"... ', "ok"],
        ["9s", "4m 10s", "0s"],
        "2 ok, 2 failed (web1 It\u2019s \u201cup\u201d… ), 1 lost (db1)",
    ]


def test_jinja_tests():
    assert evaluate(
        [
            "phones | select('oncall.twilio.e164')",
            "sids | select('oncall.twilio.sms_sid')",
            "'+15551234567' is oncall.twilio.e164",
            "'5551234567' is not oncall.twilio.e164",
        ],
        phones=[
            "+15551234567",
            "15551234567",
            15551234567,
            "+0555",
            "+1555123456789012",
            "whatsapp:+15551234567",
            None,
        ],
        sids=["SM" + SID, "MM" + SID, "AC" + SID, "SM" + SID[1:], "SM" + SID + "\n", SID, 1, None, [], True],
    ) == [["+15551234567"], ["SM" + SID, "MM" + SID], True, True]


def test_wrong_input_fails_with_what_is_wrong():
    found = errors(
        [
            "5 | oncall.twilio.sms_segments",
            "['a'] | oncall.twilio.gsm7",
            "none | oncall.twilio.fit_sms",
            "'a' | oncall.twilio.fit_sms(0)",
            "'a' | oncall.twilio.fit_sms('2')",
            "'a' | oncall.twilio.fit_sms(true)",
            "'a' | oncall.twilio.fit_sms(keep=3)",
            "'a' | oncall.twilio.fit_sms(keep='x' * 161)",
            "'four minutes' | oncall.twilio.duration",
            "['web1'] | oncall.twilio.recap",
            "{'ok': 1.5} | oncall.twilio.recap",
        ]
    )
    for message, wanted in zip(
        found,
        [
            "sms_segments: requires a text, not 5.",
            "gsm7: requires a text, not ['a'].",
            "fit_sms: requires a text, not None.",
            "fit_sms: segments must be an integer of 1 or more, not 0",
            "fit_sms: segments must be an integer of 1 or more, not '2'",
            "fit_sms: segments must be an integer of 1 or more, not True",
            "fit_sms: requires keep as a text, not 3.",
            "fit_sms: keep alone takes 2 segments. The limit is 1",
            "duration: requires a number of seconds, not four minutes.",
            "recap: requires a mapping, not ['web1'].",
            "recap: requires a number of hosts or a list of their names, not 1.5.",
        ],
    ):
        assert wanted in message


def test_what_is_undefined_is_said_to_be():
    expressions = [f"absent | oncall.twilio.{name}" for name in FILTERS]
    expressions += [f"absent is oncall.twilio.{name}" for name in JINJA_TESTS]
    assert all("'absent' is undefined" in message for message in errors(expressions))


def test_results_are_plain_strings():
    class Tagged(str):
        """As Ansible's tagged strings and unsafe texts are."""

        __slots__ = ()

        def __str__(self):  # pylint: disable=invalid-str-returned
            return self

        def __iter__(self):
            return (Tagged(char) for char in super().__iter__())

    for text in (Tagged("ő"), Tagged("a" * 200)):
        assert not isinstance(FILTERS["fit_sms"](text), Tagged)
        assert not isinstance(FILTERS["gsm7"](text), Tagged)
        assert not any(isinstance(char, Tagged) for char in FILTERS["sms_segments"](text)["not_gsm7"])
    assert not isinstance(FILTERS["fit_sms"]("a" * 200, 1, Tagged("…")), Tagged)


@pytest.mark.parametrize(("kind", "name"), PLUGINS)
def test_documentation(documentation, kind, name):
    page = documentation[kind][f"oncall.twilio.{name}"]
    assert page["doc"]["short_description"]
    assert page["doc"]["version_added"]
    assert "_value" in page["return"]


def test_every_plugin_has_a_file_and_a_page_of_its_name():
    for suffix in ("py", "yml"):
        files = [
            (kind, path.stem) for kind in ("filter", "test") for path in CHECKOUT.glob(f"plugins/{kind}/*.{suffix}")
        ]
        assert sorted(files) == sorted(PLUGINS)


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_nothing_is_listed_without_documentation(kind):
    command = ["ansible-doc", "--json", "--list", "--type", kind, "oncall.twilio"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert sorted(listed) == sorted(f"oncall.twilio.{name}" for plugin, name in PLUGINS if plugin == kind)
    assert all(listed.values())


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_examples(documentation, swift, check, subtests):
    account, token = swift.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": swift.url}
    examples = {
        name: yaml.safe_load(documentation[kind][f"oncall.twilio.{name}"]["examples"]) for kind, name in PLUGINS
    }
    plays = [
        {"name": name, "hosts": "localhost", "gather_facts": False, "tasks": tasks} for name, tasks in examples.items()
    ]
    run = run_plays(plays, ["--check"] if check else [], environment)
    assert run.returncode == 0, run.output
    for name, tasks in examples.items():
        with subtests.test(name):
            statuses = [outcome.status for outcome in run.outcomes if outcome.play == name]
            assert len(statuses) == len(tasks) >= 2
            # Only check mode knows of no SID.
            assert set(statuses) <= ({"ok", "skipped"} if check else {"ok"})


def test_examples_come_to_what_is_written_beside_them():
    assert evaluate(
        [
            "'Grüße, db1 is down' | oncall.twilio.sms_segments",
            "'It\u2019s done – \u201cdb1\u201d is up…' | oncall.twilio.gsm7",
        ]
    ) == [
        {"encoding": "GSM-7", "units": 18, "segments": 1, "units_left": 142, "not_gsm7": []},
        'It\'s done - "db1" is up...',
    ]
