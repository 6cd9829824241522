# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many messages the simulator accepts, with its page open: `make load`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from load.generator import Job
from support.simulator import Simulator, simulator

KEEP = 10_000
HEADINGS = ("load", "accepted", "a second", "answered in", "99 % in", "all in", "processor", "memory", "page heard")


class Usage(NamedTuple):
    """What a process has used: seconds of processor time, and bytes of memory now."""

    processor: float
    memory: int

    @classmethod
    def of(cls, pid: int) -> Usage:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        ticks = int(fields[11]) + int(fields[12])
        return cls(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=1000, help="messages a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="for so long (%(default)s)")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, --keep={KEEP}, pace 0.3 s\n")
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    count = int(arguments.rate * arguments.seconds)
    with simulator(f"--keep={KEEP}") as server:
        # The second turn shows whether memory grows; the third one how much faster it could be.
        for name, rate in ((f"{arguments.rate:g}/s", arguments.rate), ("again", arguments.rate), ("all it can", 0.0)):
            _turn(server, name, count, rate)


def _turn(server: Simulator, name: str, count: int, rate: float) -> None:
    before = Usage.of(server.process.pid)
    with _reading(server) as heard:
        outcome = _generate(Job(server.url + server.messages, *server.auth, messages=count, rate=rate))
        lost = _lost(server, count)
    after = Usage.of(server.process.pid)
    if outcome["statuses"] != {"201": count} or lost:
        raise SystemExit(f"{name}: {outcome['statuses']} rather than {count} messages, {lost} lost")
    times = [f"{seconds * 1000:.0f} ms" for seconds in outcome["times"].values()]
    cells = [
        name,
        f"{count:,}",
        f"{count / outcome['seconds']:,.0f}",
        *times,
        f"{(after.processor - before.processor) / outcome['seconds']:.0%}",
        f"{after.memory / 1024**2:.0f} MB",
        ", ".join(f"{number:,} {event}" for event, number in heard.items()),
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


def _generate(job: Job) -> Any:
    command = [sys.executable, "-m", "load.generator"]
    result = subprocess.run(command, input=json.dumps(job._asdict()), capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def _lost(server: Simulator, count: int) -> int:
    """How many of the latest messages are not there, or did not arrive."""
    expected = min(count, KEEP)
    response = server.call("GET", "/simulator/state", auth=None, timeout=60)
    server.call("GET", f"/simulator/wait?status=delivered&count={expected}&timeout=30", auth=None, timeout=60)
    counts = server.call("GET", "/simulator/state", auth=None, timeout=60).json()["counts"]
    assert response.status_code == 200
    return expected - int(counts.get("delivered", 0))


@contextmanager
def _reading(server: Simulator) -> Iterator[dict[str, int]]:
    """Have a page open meanwhile; what it heard is there at the end."""
    heard: dict[str, int] = {}
    command = [sys.executable, "-m", "load.reader", f"{server.url}/simulator/events"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield heard
        process.terminate()
        heard |= json.loads(process.stdout.read())


if __name__ == "__main__":
    main()
