# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command and measures it."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """What one run took. ``cpu`` is of all its processes, ``memory`` that of the largest of them, in bytes.

    ``began`` is on the monotonic clock, ``first`` how long it took until the first message was asked for.
    """

    seconds: float
    cpu: float
    memory: int
    handshakes: int = 0
    requests: int = 0
    began: float = 0.0
    first: float = 0.0


def measure(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Sample:
    """Run the command to its end; its output goes to the log."""
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        watchdog = threading.Timer(300, process.kill)
        watchdog.start()
        # Unlike Popen.wait(), it tells what this very child and its own children used. A child is never smaller than
        # this process was when it started it, so this process has to be the smaller one.
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()[-4000:]}")
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, began=began)
