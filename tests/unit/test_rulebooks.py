# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks name what there is. That they run is tested under ansible-rulebook, in tests/eda."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EDA = ROOT / "extensions" / "eda"


def ours(names):
    return [name.removeprefix("oncall.twilio.") for name in names if name.startswith("oncall.twilio.")]


@pytest.mark.parametrize("path", sorted((EDA / "rulebooks").glob("*.yml")), ids=lambda path: path.stem)
def test_a_rulebook_names_what_there_is(path):
    for ruleset in yaml.safe_load(path.read_text()):
        sources, filters = [], []
        for source in ruleset["sources"]:
            sources += [name for name in source if name not in ("name", "filters")]
            filters += [name for item in source.get("filters", []) for name in item]
        assert all((EDA / "plugins" / "event_source" / f"{name}.py").exists() for name in ours(sources))
        assert all((EDA / "plugins" / "event_filter" / f"{name}.py").exists() for name in ours(filters))
        for rule in ruleset["rules"]:
            (playbook,) = ours([rule["action"]["run_playbook"]["name"]])
            assert (ROOT / "playbooks" / f"{playbook}.yml").exists()


def test_the_filter_leaves_no_template():
    # By the path of a collection, from which it finds its neighbours.
    collection = Path(os.environ["ANSIBLE_COLLECTIONS_PATH"], "ansible_collections", "oncall", "twilio")
    path = collection / "extensions" / "eda" / "plugins" / "event_filter" / "no_templates.py"
    main = runpy.run_path(str(path))["main"]
    event = {"alert": {"annotations": {"summary": "{{ x }} {% y %} {# z #}"}}, "list": ["{{ x }}", 1, None]}
    assert main(event) == {
        "alert": {"annotations": {"summary": "{ { x }} { % y %} { # z #}"}},
        "list": ["{ { x }}", 1, None],
    }
