# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes of ``reader``, one a source, all at the same time."""

from __future__ import annotations

import json
import os.path
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import Any

# How long a process may take beside reading from a server, in seconds: several times what it limits itself to, since
# the machine may be busy.
GRACE = 60.0

# The process finds what this one finds, and the reader beside it, whatever the environment says.
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from _rota.reader import main; main()"
_PLUGIN_UTILS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

Answer = Mapping[str, Any]


def read_all(jobs: Sequence[Mapping[str, Any]], seconds: float) -> list[Answer]:
    """Return each job's answer: ``shifts`` and ``warnings``, or ``error``, or the package that is ``missing``.

    ``seconds`` is what reading from a server may take.
    """
    deadline = time.monotonic() + seconds + GRACE
    processes: list[subprocess.Popen[str]] = []
    with ExitStack() as stack:
        try:
            for job in jobs:
                processes.append(stack.enter_context(_start(job)))
                # Whatever ends this, none of them goes on.
                stack.callback(processes[-1].kill)
        except OSError as error:
            return [{"error": f"no process can be started: {error.strerror}"} for _job in jobs]
        return [_answer(process, deadline) for process in processes]


def _start(job: Mapping[str, Any]) -> subprocess.Popen[str]:
    paths = [path for path in sys.path if isinstance(path, str) and path]
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _START, json.dumps([*paths, _PLUGIN_UTILS])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    # Not as an argument: it holds URLs and passwords, which other users could see.
    with suppress(BrokenPipeError):
        assert process.stdin
        with process.stdin as pipe:
            json.dump(job, pipe)
    # For communicate() there is nothing left to write.
    process.stdin = None
    return process


def _answer(process: subprocess.Popen[str], deadline: float) -> Answer:
    try:
        output, _nothing = process.communicate(timeout=max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return {"error": "reading it does not come to an end", "is_lost": True}
    try:
        answer: Answer = json.loads(output)
    except ValueError:
        return {"error": f"reading it has ended early (exit status {process.returncode})", "is_lost": True}
    return answer
