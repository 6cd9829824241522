# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that ansible-runner hands to another machine, as AWX and Ansible Automation Platform do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from support.cast import TAKES
from support.simulator import FROM, TO

PLAY = {
    "hosts": "localhost",
    "gather_facts": False,
    "tasks": [
        {"name": "send", "oncall.twilio.twilio_sms": {"to": TO, "from": FROM, "body": "Deployed"}},
        {
            "name": "page",
            "oncall.twilio.twilio_page": {"body": "Disk full", "from": FROM, "tiers": [{"numbers": [TAKES]}]},
            "register": "page",
        },
        {"ansible.builtin.assert": {"that": "page.outcome == 'acknowledged'"}},
    ],
}


def write(folder, name, content):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML.
    (folder / name).write_text(json.dumps(content))


def test_transmit_worker_process(cast, tmp_path):
    job, results = tmp_path / "job", tmp_path / "results"
    secret = cast.connection["auth_token"]
    variables = {f"TWILIO_{name.upper()}": value for name, value in cast.connection.items()}
    write(job, "project/job.yml", [PLAY])
    # As AWX hands over what a credential injects.
    write(job, "env/envvars", variables)
    runner = str(Path(sys.executable).with_name("ansible-runner"))
    transmitted, worked = tmp_path / "transmitted", tmp_path / "worked"
    for arguments, source, target in (
        (["transmit", str(job), "--playbook", "job.yml", "-vvv"], os.devnull, transmitted),
        (["worker", "--private-data-dir", str(tmp_path / "worker")], transmitted, worked),
        (["process", str(results)], worked, tmp_path / "shown"),
    ):
        with open(source, "rb") as stdin, target.open("wb") as stdout:
            subprocess.run([runner, *arguments], stdin=stdin, stdout=stdout, check=True)
    artifacts = results / "artifacts"
    assert (artifacts / "status").read_text() == "successful", (artifacts / "stdout").read_text()
    texts = [request["form"] for request in cast.ledger() if request["method"] == "POST"]
    # The page, and the confirmation.
    assert [dict(form)["To"] for form in texts] == [TO, TAKES, TAKES]
    # In this one file ansible-runner records the environment that it was given.
    assert secret in (artifacts / "command").read_text()
    (artifacts / "command").unlink()
    kept = [path for path in (tmp_path / "shown", *results.rglob("*")) if path.is_file()]
    assert len(kept) > 3
    assert [path for path in kept if secret in path.read_text()] == []
