# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to rehearsals: its playbook runs, and its tables say what the simulator knows."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import pytest
import yaml

from support.paths import CHECKOUT
from support.playbook import run_plays
from support.simulator import ENTRY, ROLE, Simulator

GUIDE = (CHECKOUT / "docs/docsite/rst/guide_rehearsal.rst").read_text()
PLAYBOOK = re.compile(r"\.\. code-block:: yaml\n\n((?:  .*\n|\n)+)")
ROW = re.compile(r"^  \* - ``(\w+)(?::[^`]*)?``$", re.MULTILINE)


def rows(title: str) -> list[str]:
    """The first word of each row of the table below this title."""
    section = GUIDE.partition(f"\n{title}\n---")[2].partition("\n---")[0]
    return ROW.findall(section)


def test_playbook(tmp_path):
    """For real, as the other blocks of guides are run in check mode only."""
    block = PLAYBOOK.search(GUIDE)
    assert block
    plays = yaml.safe_load(textwrap.dedent(block[1]))
    try:
        run = run_plays(plays, ["-e", "simulator_port=0"], {"XDG_RUNTIME_DIR": str(tmp_path)})
    finally:
        stop = [sys.executable, str(ENTRY), "stop", "--state-dir", str(tmp_path / "twilio-simulator-0")]
        subprocess.run(stop, check=True, capture_output=True)
    assert run.returncode == 0, run.output
    (answer,) = run["Wait for the answer"]["json"]["messages"]
    assert (answer["from"], answer["to"], answer["body"]) == ("+15551234567", "+15557654321", "ACK 4711")


def test_people_are_as_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROLE / "files"))
    from twilio_simulator.world.people import WORDS

    assert {*rows("People")} == {*WORDS, "undeliverable", "slow", "text", "name"}


def test_faults_are_as_described(twilio: Simulator) -> None:
    kinds = twilio.call("GET", "/simulator/faults").json()["kinds"]
    assert rows("Faults")[1:] == [kind["kind"] for kind in kinds]
    for parameter in (parameter for kind in kinds for parameter in kind["parameters"]):
        assert f"``{parameter['name']}``" in GUIDE
        if parameter["default"] is not None and not parameter.get("choices"):
            assert f"``{parameter['name']}`` ({parameter['default']:g})" in GUIDE


def test_questions_are_as_described(twilio: Simulator) -> None:
    for path in re.findall(r"^  \* - ``GET (/\S+)``$", GUIDE, re.MULTILINE):
        query = {"count": 0} if path.endswith(("wait", "assert")) else {}
        assert twilio.call("GET", path, params=query).status_code == 200
