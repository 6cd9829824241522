# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters and tests in real templates, and their documentation."""

from __future__ import annotations

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


VARIABLES = {
    "text": "It\u2019s \u201cup\u201d… ",
    "phones": [
        "+15551234567",
        "15551234567",
        15551234567,
        "+0555",
        "+1555123456789012",
        "whatsapp:+15551234567",
        None,
    ],
    "sids": ["SM" + SID, "MM" + SID, "AC" + SID, "SM" + SID[1:], "SM" + SID + "\n", SID, 1, None, [], True],
}
NO_PLUS = "has no plus sign and country code. Write both, as in '+15551234567'."
RESULTS = {
    "'' | oncall.twilio.sms_segments": {
        "encoding": "GSM-7",
        "units": 0,
        "segments": 0,
        "units_left": 160,
        "not_gsm7": [],
    },
    "text | oncall.twilio.sms_segments": {
        "encoding": "UCS-2",
        "units": 11,
        "segments": 1,
        "units_left": 59,
        "not_gsm7": ["\u2019", "\u201c", "\u201d", "…"],
    },
    "('a' * 161) | oncall.twilio.fit_sms": "a" * 157 + "...",
    "('a' * 307) | oncall.twilio.fit_sms(2)": "a" * 303 + "...",
    "('a' * 161) | oncall.twilio.fit_sms(segments=1, keep='')": "a" * 160,
    "text | oncall.twilio.fit_sms": "It\u2019s \u201cup\u201d… ",
    "(text * 10) | oncall.twilio.fit_sms": "It\u2019s \u201cup\u201d… " * 5 + "It\u2019s \u201cup\u201d…",
    "text | oncall.twilio.gsm7": 'It\'s "up"... ',
    "[text, 'ok'] | map('oncall.twilio.gsm7')": ['It\'s "up"... ', "ok"],
    "[9, '250.9', -5] | map('oncall.twilio.duration')": ["9s", "4m 10s", "0s"],
    "{'ok': '2', 'failed': ['web1', text], 'lost': 'db1', 'changed': none} | oncall.twilio.recap": (
        "2 ok, 2 failed (web1 It\u2019s \u201cup\u201d… ), 1 lost (db1)"
    ),
    "'+1 (555) 123-4567; 5553456789' | oncall.twilio.sms_recipients": {
        "recipients": ["+15551234567"],
        "problems": [f"'5553456789' {NO_PLUS}"],
    },
    "5553456789 | oncall.twilio.sms_recipients": {"recipients": [], "problems": [f"'5553456789' {NO_PLUS}"]},
    "phones[:3] | oncall.twilio.sms_recipients": {
        "recipients": ["+15551234567"],
        "problems": [f"'15551234567' {NO_PLUS}"],
    },
    # Nobody can text oneself.
    "[none, '+15551234567', '+15552345678'] | oncall.twilio.sms_recipients(sender='+1 555 123 4567')": {
        "recipients": ["+15552345678"],
        "problems": [
            "+15551234567 is also the sender, and a number cannot text itself (https://www.twilio.com/docs/errors/21266)."
        ],
    },
    "phones | select('oncall.twilio.e164')": ["+15551234567"],
    "sids | select('oncall.twilio.sms_sid')": ["SM" + SID, "MM" + SID],
    "'+15551234567' is oncall.twilio.e164": True,
    "'5551234567' is not oncall.twilio.e164": True,
    # As the examples have it.
    "'Grüße, db1 is down' | oncall.twilio.sms_segments": {
        "encoding": "GSM-7",
        "units": 18,
        "segments": 1,
        "units_left": 142,
        "not_gsm7": [],
    },
    "'It\u2019s done – \u201cdb1\u201d is up…' | oncall.twilio.gsm7": 'It\'s done - "db1" is up...',
}
ERRORS = {
    "5 | oncall.twilio.sms_segments": "sms_segments: requires a text, not 5.",
    "['a'] | oncall.twilio.gsm7": "gsm7: requires a text, not ['a'].",
    "none | oncall.twilio.fit_sms": "fit_sms: requires a text, not None.",
    "'a' | oncall.twilio.fit_sms(0)": "fit_sms: segments must be an integer of 1 or more, not 0",
    "'a' | oncall.twilio.fit_sms('2')": "fit_sms: segments must be an integer of 1 or more, not '2'",
    "'a' | oncall.twilio.fit_sms(true)": "fit_sms: segments must be an integer of 1 or more, not True",
    "'a' | oncall.twilio.fit_sms(keep=3)": "fit_sms: requires keep as a text, not 3.",
    "'a' | oncall.twilio.fit_sms(keep='x' * 161)": "fit_sms: keep alone takes 2 segments. The limit is 1",
    "'four minutes' | oncall.twilio.duration": "duration: requires a number of seconds, not four minutes.",
    "['web1'] | oncall.twilio.recap": "recap: requires a mapping, not ['web1'].",
    "{'ok': 1.5} | oncall.twilio.recap": "recap: requires a number of hosts or a list of their names, not 1.5.",
    "{'to': 1} | oncall.twilio.sms_recipients": "sms_recipients: requires a text or a list, not {'to': 1}.",
    **{f"absent | oncall.twilio.{name}": "'absent' is undefined" for name in FILTERS},
    **{f"absent is oncall.twilio.{name}": "'absent' is undefined" for name in JINJA_TESTS},
}


def set_value(name, value, **keywords):
    return {"name": name, "ansible.builtin.set_fact": {"value": value}, **keywords}


def test_expressions_in_a_play(subtests):
    templates = {expression: "{{ " + expression + " }}" for expression in (*RESULTS, *ERRORS)}
    tasks = [
        set_value("Results", {expression: templates[expression] for expression in RESULTS}),
        *(set_value(expression, templates[expression], ignore_errors=True) for expression in ERRORS),
    ]
    run = run_play(tasks, vars=VARIABLES)
    assert run.returncode == 0, run.output
    assert run["Results"]["ansible_facts"]["value"] == RESULTS
    for expression, words in ERRORS.items():
        with subtests.test(expression):
            assert run.has_failed(expression)
            assert words in run[expression]["msg"]


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
def test_ansible_doc_knows_these_and_no_others(documentation, kind):
    assert sorted(documentation[kind]) == sorted(f"oncall.twilio.{name}" for plugin, name in PLUGINS if plugin == kind)


def test_examples(documentation, swift, subtests):
    account, token = swift.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": swift.url}
    # Check mode first, so that it knows nothing of what the real run has sent.
    examples = {
        (name, check): yaml.safe_load(documentation[kind][f"oncall.twilio.{name}"]["examples"])
        for check in (True, False)
        for kind, name in PLUGINS
    }
    common = {"hosts": "localhost", "gather_facts": False}
    run = run_plays(
        [
            {**common, "name": f"{name} {check}", "check_mode": check, "tasks": tasks}
            for (name, check), tasks in examples.items()
        ],
        environment=environment,
    )
    assert run.returncode == 0, run.output
    for (name, check), tasks in examples.items():
        with subtests.test(f"{name}, check mode {check}"):
            statuses = [outcome.status for outcome in run.outcomes if outcome.play == f"{name} {check}"]
            assert len(statuses) == len(tasks) >= 2
            # Check mode knows of no SID.
            assert set(statuses) == ({"ok", "skipped"} if (name, check) == ("sms_sid", True) else {"ok"})
