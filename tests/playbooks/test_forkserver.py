# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that the fork server makes comes to what it comes to in a process of its own."""

from __future__ import annotations

import os

import pytest

from support.forkserver import ForkServer
from support.playbook import PROGRAM, start_process

PROBE = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: >-
          {{ lookup('ansible.builtin.env', 'PROBE') }} {{ ((now() - now(utc=true)).total_seconds() / 3600) | round }}
          {{ lookup('ansible.builtin.pipe', 'pwd; ulimit -n; umask; trap') }}
    - ansible.builtin.fail:
        msg: as it must
      when: fails | default(false)
"""


@pytest.fixture(scope="module")
def server():
    return ForkServer(PROGRAM, os.environ)


@pytest.fixture
def run(server, tmp_path, monkeypatch):
    """Run the probe in the server and in a process of its own; return both exit statuses and outputs."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        (tmp_path / "probe.yml").write_text(PROBE)
        environment = {**os.environ, "PROBE": "seen", "TZ": "Asia/Tokyo"}
        return [start(["probe.yml", *arguments], environment) for start in (server.run, start_process)]

    return run


@pytest.mark.parametrize(
    ("arguments", "status"),
    [([], 0), (["-v", "-e", "fails=true"], 2), (["--no-such-option"], 2), (["no-such-playbook.yml"], 1)],
)
def test_a_run_is_the_same(run, tmp_path, arguments, status):
    (forked_status, forked), (alone_status, alone) = run(*arguments)
    assert forked_status == alone_status == status
    assert forked == alone
    if status == 0:
        assert "seen 9.0" in forked
        assert str(tmp_path) in forked
