# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup on_call in real runs: its documentation, its examples, its errors, and a look from the command line."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.options import SPEC
from support.paths import CHECKOUT
from support.playbook import run_play
from support.rota import always

SECRET = "hunter2-4711"
GUIDE = (CHECKOUT / "docs" / "docsite" / "rst" / "guide_rota.rst").read_text()


@pytest.fixture
def page(documentation):
    """What ansible-doc says of the lookup."""
    return documentation["lookup"]["oncall.twilio.on_call"]


def test_options_agree_with_the_spec(page):
    options = dict(page["doc"]["options"])
    terms = options.pop("_terms")
    shared = ("type", "default", "required")
    assert {name: {key: option[key] for key in shared if option.get(key)} for name, option in options.items()} == {
        name: {key: option[key] for key in shared if option.get(key)} for name, option in SPEC.items()
    }
    assert (terms["type"], terms["required"]) == ("list", True)
    # This one is a last resort.
    examples = page["examples"]
    assert {name for name in options if not re.search(rf"\b{name}(=|: )", examples)} == {"validate_certs"}


def test_examples_and_errors(page, tmp_path):
    """The examples as they are, then lists, undefined values, and secrets in URLs, of which -vvv shows none."""
    (tmp_path / "rota.ics").write_bytes(always("On Call - Ada Lovelace - Primary"))
    (tmp_path / "second.ics").write_bytes(always("Grace Hopper"))
    people = {"Ada Lovelace": "+15551230001", "Grace Hopper": "+15551230002"}
    (tmp_path / "company.pem").touch()
    tasks = yaml.safe_load(page["examples"].replace("/etc/ssl", str(tmp_path)))
    call = "{{ lookup('oncall.twilio.on_call', %s) }}"
    url = f"http://ada:{SECRET}@127.0.0.1:1/{SECRET}.ics?token={SECRET}"
    more = {
        "several": call % "urls, people=people, at='2026-11-26 10:00'",
        "query": "{{ query('oncall.twilio.on_call', rota_url, people=people) }}",
        "secret": call % "secret, people=people",
        "fallback": call % "secret, people=people, fallback=people",
        "wrong": call % "rota_url, peple=people, at=3",
        "undefined": call % "rota_url, people={'Ada': nobody}",
    }
    fails = ("secret", "wrong", "undefined")
    tasks += [
        {"name": name, "ansible.builtin.set_fact": {"value": text}, "ignore_errors": name in fails}
        for name, text in more.items()
    ]
    names = ("rota_url", "pagerduty_url", "private_url", "api_url")
    rota = str(tmp_path / "rota.ics")
    variables = {
        **dict.fromkeys(names, rota),
        "second_rota_url": str(tmp_path / "second.ics"),
        "urls": [rota, ["{{ second_rota_url }}", url]],
        "secret": url,
        "people": people,
        "calendar_password": SECRET,
        "calendar_token": SECRET,
    }
    run = run_play(tasks, arguments=["-vvv"], vars=variables)
    assert run.returncode == 0, run.output
    ada, _grace = ({name: number} for name, number in people.items())
    assert run["Show who it is"]["msg"] == "Ada Lovelace is on call"
    assert run["Read two rotas, and page the manager if nobody is found in either"]["msg"] == people
    assert run["Check who is on call on Christmas Eve, in a PagerDuty schedule"]["msg"] == ada
    assert run["several"]["ansible_facts"]["value"] == people
    assert run["query"]["ansible_facts"]["value"] == [ada]
    assert run["fallback"]["ansible_facts"]["value"] == people
    assert all(run.has_failed(name) for name in fails)
    assert "http://127.0.0.1:1/…: no connection: Connection refused." in run["secret"]["msg"]
    assert "- peple: is not an option." in run["wrong"]["msg"]
    assert "- missing required arguments: people" in run["wrong"]["msg"]
    assert "'nobody' is undefined" in run["undefined"]["msg"]
    output = " ".join(run.output.split())
    assert "oncall.twilio.on_call: http://127.0.0.1:1/…: no connection: Connection refused." in output
    assert "The fallback is used: Ada Lovelace, Grace Hopper." in output
    assert SECRET not in run.output


def test_a_look_from_the_command_line(tmp_path):
    """The guide's own command, beside the guide's own numbers and a file."""
    pattern = (
        r"code-block:: yaml\n\n(?P<people>.+?)\nThen.+?\$ (?P<command>ansible .+?\n.+?)\n  (?P<output>.+?\n  \})\n"
    )
    shown = re.search(pattern, GUIDE, re.DOTALL)
    assert shown
    (tmp_path / "people.yml").write_text(shown["people"])
    (tmp_path / "rota.ics").write_bytes(always())
    process = subprocess.run(shown["command"], shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert process.stdout.split() == shown["output"].split()
