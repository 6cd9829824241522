# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a text can do to a playbook that gets its event as extra variables."""

from __future__ import annotations

import json

from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.message import to_event
from support.playbook import run_play

SID = "SM0123456789abcdef0123456789abcdef"
LOOKUP = "lookup('ansible.builtin.pipe', 'touch {}')"
TEMPLATES = [
    "{{{{ {} }}}}",
    "{{% if {} %}}{{% endif %}}",
    "#jinja2:variable_start_string:'[[', variable_end_string:']]'\n[[ {} ]]",
    "{{# }} #}}{{{{ {} }}}}",
]


def test_texts_are_not_evaluated_as_templates(tmp_path):
    """The files that templates would make show that they would be evaluated, and that those in an event are not."""

    def texts(name):
        return [
            template.format(LOOKUP.format(tmp_path / f"{name}{number}")) for number, template in enumerate(TEMPLATES)
        ]

    events = [to_event({"sid": SID, "body": text}) for text in texts("event")]
    (tmp_path / "variables.json").write_text(json.dumps({"events": events, "raw": texts("raw")}))
    tasks = [{"name": "Show", "ansible.builtin.debug": {"msg": "{{ events }} {{ raw }}"}}]
    run = run_play(tasks, arguments=["-e", f"@{tmp_path / 'variables.json'}"])
    assert run.returncode == 0, run.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw0", "raw1", "raw2", "raw3", "variables.json"]
