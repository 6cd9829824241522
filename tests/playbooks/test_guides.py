# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The YAML in READMEs and guides: it runs in check mode and sends nothing, and what is marked runs for real."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from ansible_collections.oncall.twilio.plugins.module_utils._options.spec import CONNECTION
from ansible_collections.oncall.twilio.plugins.module_utils._paging.plan import read_plan
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.codes import ADVICE, advice
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.arguments import read_arguments
from support.paths import CHECKOUT
from support.playbook import run_plays
from support.rota import always
from support.simulator import credentials

PAGES = [CHECKOUT / "README.md", *CHECKOUT.glob("roles/*/README.md"), *CHECKOUT.glob("docs/docsite/rst/*.rst")]
GUIDES = CHECKOUT / "docs" / "docsite" / "rst"
REPOSITORY = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())["repository"]
# A block, and the mark in a comment before it.
MARKDOWN = re.compile(r"(?:<!-- (runnable|syntax only) -->\n\n)?```yaml\n(.*?)```", re.DOTALL)
RST = re.compile(r"(?:\.\. (runnable|rulebook|syntax only)\n\n)?\.\. code-block:: yaml\n\n((?:  .*\n|\n)+)")


class Block(NamedTuple):
    """A block of YAML on a page, and the mark before it; pages count theirs from 1."""

    page: Path
    number: int
    mark: str
    content: Any

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(CHECKOUT)} {self.number}"


def _blocks() -> Iterator[Block]:
    for page in PAGES:
        matches = (MARKDOWN if page.suffix == ".md" else RST).findall(page.read_text())
        for number, (mark, text) in enumerate(matches, 1):
            yield Block(page, number, mark, yaml.safe_load(textwrap.dedent(text)))


# Plays and tasks are lists, and what is for another program is a mapping.
BLOCKS = list(_blocks())


def pages(*marks):
    """The blocks with these marks that a playbook can hold, by page."""
    by_page: dict[Path, list[Block]] = {}
    for block in BLOCKS:
        if isinstance(block.content, list) and block.mark in marks:
            by_page.setdefault(block.page, []).append(block)
    return [pytest.param(found, id=page.stem) for page, found in by_page.items()]


def mappings(guide):
    """The blocks of a guide that are no playbooks."""
    return [block.content for block in BLOCKS if isinstance(block.content, dict) and guide in block.page.name]


def as_plays(block, **more):
    """Whole plays of the block's name, with what the text around a block has said before, and more."""
    is_playbook = {"hosts", "ansible.builtin.import_playbook"} & block.content[0].keys()
    plays = block.content if is_playbook else [{"hosts": "localhost", "gather_facts": False, "tasks": block.content}]
    defaults = credentials()
    known = {
        "twilio_account_sid": defaults["account_sid"],
        "twilio_auth_token": defaults["auth_token"],
        "twilio_subaccount_sid": defaults["subaccount_sid"],
        "twilio_api_key": defaults["api_key"],
        "twilio_api_secret": defaults["api_key_secret"],
        "sms": {"messages": [{"to": "+15551234567", "sid": "SM1", "status": "queued"}]},
        "shop_version": "2.4",
        "shop_previous_version": "2.3",
    }
    first = {**plays[0], "vars": known | more | plays[0].get("vars", {})}
    return [{**play, "name": block.name} for play in (first, *plays[1:])]


@pytest.fixture
def run(swift, tmp_path):
    """Run plays with an account's environment, whose Twilio is the simulator."""
    inventory = tmp_path / "inventory.yml"
    (groups,) = mappings("guide_large_sends")
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    shop = {"hosts": {f"web{number}": local for number in range(1, 4)}}
    inventory.write_text(yaml.safe_dump({**groups, "shop": shop}))
    rota = tmp_path / "rota.ics"
    rota.write_bytes(always())
    defaults = credentials()
    environment = {
        "TWILIO_ACCOUNT_SID": defaults["account_sid"],
        "TWILIO_AUTH_TOKEN": defaults["auth_token"],
        "TWILIO_API_URL": swift.url,
        "XDG_RUNTIME_DIR": str(tmp_path),
    }

    def run(blocks, *arguments):
        more = {"simulator_url": swift.url, "rota_url": str(rota)}
        plays = [play for block in blocks for play in as_plays(block, **more)]
        done = run_plays(plays, ["--inventory", str(inventory), *arguments], environment)
        # The last play that began is the one that failed.
        assert done.returncode == 0, f"{re.findall(r'PLAY .(.*?)]', done.output)[-1:]} failed:\n{done.output}"
        return done

    return run


def test_each_mark_is_found():
    assert {block.mark for block in BLOCKS} == {"", "runnable", "rulebook", "syntax only"}


@pytest.mark.parametrize("blocks", pages("", "runnable"))
def test_in_check_mode(blocks, run, swift):
    done = run(blocks, "--check")
    # The plays of a playbook that is imported have their own names.
    own = {block.name for block in blocks if "ansible.builtin.import_playbook" not in block.content[0]}
    assert own <= {outcome.play for outcome in done.outcomes}
    assert all(request["method"] == "GET" for request in swift.ledger())


@pytest.mark.parametrize("blocks", pages("runnable"))
def test_for_real(blocks, run, swift, subtests):
    done = run(blocks)
    for block in blocks:
        with subtests.test(block.name):
            outcomes = [outcome for outcome in done.outcomes if outcome.play == block.name]
            assert {outcome.status for outcome in outcomes} <= {"ok", "failed"}
            # It has sent something, or tried to.
            assert any(outcome.result.get("changed") or outcome.status == "failed" for outcome in outcomes)
    predicted = [block for block in blocks if any(task.get("check_mode") for task in block.content)]
    sent = [request for request in swift.ledger() if request["method"] == "POST"]
    assert len(sent) >= len(blocks) - len(predicted)


def test_syntax(run, monkeypatch, tmp_path):
    # The guide to moving shows the other collection's module too: a syntax check looks whether there is one.
    other = tmp_path / "ansible_collections" / "community" / "general" / "plugins" / "modules" / "twilio.py"
    other.parent.mkdir(parents=True)
    other.touch()
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", f"{tmp_path}:{os.environ['ANSIBLE_COLLECTIONS_PATH']}")
    run([block for block in BLOCKS if block.mark == "syntax only"], "--syntax-check")


def test_the_credential_type():
    inputs, injectors, _definition = mappings("guide_awx")
    fields = {field["id"]: field for field in inputs["fields"]}
    assert {name for name, field in fields.items() if field.get("secret")} == {"auth_token", "api_secret"}
    assert set(inputs["required"]) <= set(fields)
    read = {name: option["fallback"][1] for name, option in CONNECTION.items() if "fallback" in option}
    assert injectors["env"] == {variable: f"{{{{ {name} }}}}" for name in fields for variable in read[name]}
    # Requests to somewhere else are for tests.
    assert read.keys() - fields == {"api_url"}


def test_the_survey(run):
    text = (GUIDES / "guide_awx.rst").read_text().partition(".. code-block:: json\n\n")[2]
    survey, _end = json.JSONDecoder().raw_decode(text.lstrip())
    answers = {question["variable"]: question.get("default", "Disk full") for question in survey["spec"]}
    variables = {**answers, "page_on_call_from": "+15557654321"}
    page = [{"ansible.builtin.import_playbook": "oncall.twilio.page_on_call"}]
    done = run([Block(GUIDES / "guide_awx.rst", 1, "", page)], "--check", "-e", json.dumps(variables))
    assert "Disk full" in done.output
    assert "+15551234567" in done.output


@pytest.mark.parametrize(("guide", "manager"), [("guide_awx", "microdnf"), ("guide_events", "dnf")])
def test_execution_and_decision_environments(tmp_path, guide, manager):
    definition = mappings(guide)[-1]
    file = tmp_path / "execution-environment.yml"
    file.write_text(yaml.safe_dump(definition))
    context = tmp_path / "context"
    options = ["--output-filename", "Containerfile", "--file", str(file), "--context", str(context)]
    subprocess.run(["ansible-builder", "create", *options], check=True)
    assert f"/usr/bin/{manager}" in (context / "Containerfile").read_text()
    assert yaml.safe_load((context / "_build" / "requirements.yml").read_text()) == definition["dependencies"]["galaxy"]


@pytest.mark.parametrize("content", [block.content for block in BLOCKS if block.mark == "rulebook"])
def test_the_arguments_of_event_sources(content):
    sources = [source for item in content for source in item.get("sources", [item])]
    if "ansible.eda.alertmanager" in sources[0]:
        assert content == yaml.safe_load((CHECKOUT / "extensions/eda/rulebooks/page_for_alerts.yml").read_text())
        return
    for source in sources:
        read_arguments(
            source["oncall.twilio.inbound_sms"],
            {"TWILIO_ACCOUNT_SID": "AC" + "5e" * 16, "TWILIO_AUTH_TOKEN": "9b" * 16},
        )


def test_the_variables_of_runbooks_are_those_of_the_rulebook():
    variables = mappings("guide_events")[0]
    rulebook = (CHECKOUT / "extensions/eda/rulebooks/runbook_by_sms.yml").read_text()
    assert all(f"{{{{ {name} " in rulebook for name in variables)


def test_the_inventory_of_pages_has_the_roles_variables():
    inventory = mappings("guide_events")[1]["all"]
    defaults = yaml.safe_load((CHECKOUT / "roles/page_on_call/defaults/main.yml").read_text())
    assert set(inventory["vars"]) <= {*defaults, "page_on_call_tiers"}
    tiers, sender = inventory["vars"]["page_on_call_tiers"], inventory["vars"]["page_on_call_from"]
    assert read_plan({"body": "x", "from": sender, "tiers": tiers}, "7F3").problems == ()


def test_every_mapping_is_checked():
    # Those of guide_rota in test_on_call, that of the README in test_package, the others above.
    checked = {"README": 1, "guide_awx": 3, "guide_events": 3, "guide_large_sends": 1, "guide_rota": 1}
    assert Counter(block.page.stem for block in BLOCKS if isinstance(block.content, dict)) == checked


def test_the_table_of_errors_is_the_advice():
    rows = re.findall(r"  \* - `(\d+) <(.*)>`__\n    - .+\n    - (.+)\n", (GUIDES / "guide_errors.rst").read_text())
    assert {int(code): text for code, _link, text in rows} == ADVICE
    assert all(link == f"https://www.twilio.com/docs/errors/{code}" for code, link, _text in rows)
    ranges = re.findall(r"  \* - (\d+) to (\d+)\n    - .+\n    - (.+)\n", (GUIDES / "guide_errors.rst").read_text())
    assert len(ranges) == 2
    for first, last, text in ranges:
        assert text == advice(int(first)) == advice(int(last))
        assert text not in (advice(int(first) - 1), advice(int(last) + 1))


def test_every_guide_is_in_the_table_of_contents():
    contents = yaml.safe_load((CHECKOUT / "docs" / "docsite" / "extra-docs.yml").read_text())
    listed = [guide for section in contents["sections"] for guide in section["toctree"]]
    assert sorted(listed) == sorted(page.stem for page in GUIDES.glob("*.rst"))
    front = (CHECKOUT / "docs" / "site" / "index.rst").read_text()
    assert re.findall(r"^  .*\bdocsite/(\w+)>?$", front, re.MULTILINE) == listed


def test_every_plugin_is_in_the_sites_navigation():
    front = (CHECKOUT / "docs" / "site" / "index.rst").read_text()
    listed = re.findall(r"^  .*<(\w+)_(module|callback|lookup|filter|test|role)>$", front, re.MULTILINE)
    folders = {"modules": "module", "callback": "callback", "lookup": "lookup", "filter": "filter", "test": "test"}
    plugins = {(path.stem, kind) for name, kind in folders.items() for path in CHECKOUT.glob(f"plugins/{name}/*.py")}
    assert sorted(listed) == sorted(plugins | {(path.name, "role") for path in (CHECKOUT / "roles").iterdir()})
    # The table on the first page names the same.
    assert set(re.findall(r":ansplugin:`\w+ <oncall\.twilio\.(\w+)#(\w+)>`", front)) == set(listed)


@pytest.mark.parametrize("page", list(CHECKOUT.glob("*.md")) + list(CHECKOUT.glob("*/*/README.md")), ids=str)
def test_links_of_markdown_pages_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    ours = [link for link in links if link.startswith(REPOSITORY)]
    relative = [link for link in links if not link.startswith("https://")]
    for path in [re.sub(f"{REPOSITORY}/(blob|raw)/main/", "", link) for link in ours if "/main/" in link]:
        assert (CHECKOUT / path).exists(), path
    for path in relative:
        assert (page.parent / path).exists(), path
    # Galaxy shows these pages, without the files around them.
    assert page.name != "README.md" or "tests" in page.parts or not relative
