# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ``reader`` in a process for each source, all at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import Any

# How long a process may take in addition to reading from a server, in seconds. This is several times its own limit,
# since the machine may be busy.
GRACE = 60.0

# The process has this one's sys.path, plus the reader's folder, and ignores Python's environment variables. It
# leaves no bytecode in the installed collection.
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from _rota.reader import main; main()"
_PLUGIN_UTILS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

Answer = Mapping[str, Any]


def read_all(jobs: Sequence[Mapping[str, Any]], seconds: float) -> list[Answer]:
    """Return the jobs' answers, in order: ``people`` and ``warnings``, or ``error``, or the ``missing`` package.

    ``seconds`` is how long reading from a server may take. An answer with ``is_lost`` is from a process that was killed
    or has crashed. For jobs and answers, see ``reader.read``.
    """
    deadline = time.monotonic() + seconds + GRACE
    processes: list[subprocess.Popen[str]] = []
    with ExitStack() as stack:
        try:
            for job in jobs:
                processes.append(stack.enter_context(_start(job)))
                # No process may survive this function, however it ends.
                stack.callback(processes[-1].kill)
        except OSError as error:
            return [{"error": f"cannot start a process: {error.strerror}"} for _job in jobs]
        return [_answer(process, deadline) for process in processes]


def _start(job: Mapping[str, Any]) -> subprocess.Popen[str]:
    paths = [path for path in sys.path if isinstance(path, str) and path]
    command = [sys.executable, "-I", "-B", "-c", _START, json.dumps([*paths, _PLUGIN_UTILS])]
    # The job is not passed as an argument: it contains URLs and passwords, which other users could then see.
    theirs, ours = os.pipe()
    with suppress(BrokenPipeError), os.fdopen(ours, "w", encoding="ascii") as pipe:
        with os.fdopen(theirs) as stdin:
            process = subprocess.Popen(
                command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii"
            )
        json.dump(job, pipe)
    return process


def _answer(process: subprocess.Popen[str], deadline: float) -> Answer:
    try:
        output, _nothing = process.communicate(timeout=max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return {"error": "reading it took too long", "is_lost": True}
    try:
        answer: Answer = json.loads(output)
    except ValueError:
        return {"error": f"reading it ended early (exit status {process.returncode})", "is_lost": True}
    return answer
