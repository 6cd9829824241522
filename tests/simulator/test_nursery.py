# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator that a process forks which has imported it already, beside one that is started by its command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from support.nursery import Nursery
from support.simulator import ENTRY


@pytest.fixture(scope="module")
def nursery():
    return Nursery(ENTRY)


@pytest.fixture
def start(nursery):
    def start(*arguments, stderr=2):
        process = nursery.start(arguments, stderr)
        process.stdin.close()
        return process

    return start


@pytest.mark.parametrize("arguments", [["--version"], ["run", "--port=x"], ["run", "--people=people.yml"], ["sing"]])
def test_what_ends_by_itself_is_the_same(start, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "50")
    (tmp_path / "people.yml").write_text("[nobody]")
    alone = subprocess.run([sys.executable, ENTRY, *arguments], capture_output=True, text=True, check=False)
    with (tmp_path / "errors").open("w+") as errors:
        forked = start(*arguments, stderr=errors.fileno())
        output = forked.stdout.read()
        assert forked.wait(30) == alone.returncode
        errors.seek(0)
        assert (output, errors.read()) == (alone.stdout, alone.stderr)


def test_several_run_and_each_ends_by_its_own_signal(start):
    running = [start("run", "--port=0") for _number in range(3)]
    urls = {json.loads(process.stdout.readline())["url"] for process in running}
    assert len(urls) == 3
    for process, number in zip(running, [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]):
        with pytest.raises(TimeoutError):
            process.wait(0.01)
        process.send_signal(number)
    assert [process.wait(30) for process in running] == [0, 0, -signal.SIGKILL]
