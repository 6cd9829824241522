# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a text takes to become an event, and whether the event source's memory grows: `nox -s events`."""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.source import run
from support.simulator import FROM, TO, Simulator, simulator

# How many texts, by the interval between two looks in seconds.
LATENCIES = {1.0: 40, 5.0: 20}
MESSAGES = 10_000
# Between these rounds of so many messages, three hours pass for Twilio.
ROUNDS = 2
BATCH = 1000


class _Engine:
    """Stands for ansible-rulebook: takes one event after the other, and says when."""

    async def put(self, event: dict[str, Any]) -> None:
        print(time.time(), event["message"]["body"], flush=True)


def main() -> None:
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
    print("| poll_interval | texts | half in | slowest in |\n|---|---|---|---|")
    for interval, count in LATENCIES.items():
        with simulator(pace=0) as twilio, _source(twilio, interval) as (_process, events):
            times = [_one(twilio, events, interval) for _number in range(count)]
        print(f"| {interval:g} s | {count} | {statistics.median(times):.2f} s | {max(times):.2f} s |", flush=True)
    print("\n| events | worked off in | memory |\n|---|---|---|")
    with simulator(pace=0, keep=MESSAGES) as twilio, _source(twilio, 2.0) as (process, events):
        for last in range(BATCH, ROUNDS * MESSAGES + 1, BATCH):
            wanted = [f"text {number}" for number in range(last - BATCH, last)]
            for body in wanted:
                twilio.inbound(body, To=FROM)
            began = time.time()
            read = [events.readline().split(" ", 1) for _body in wanted]
            if [body.strip() for _moment, body in read] != wanted:
                raise SystemExit(f"Up to {last}: not each text once, in order")
            print(f"| {last:,} | {float(read[-1][0]) - began:.1f} s | {_memory(process):.1f} MB |", flush=True)
            if last % MESSAGES == 0:
                # What lies more than twice the overlap back is forgotten.
                twilio.set_clock(advance=3 * 3600)


def _one(twilio: Simulator, events: IO[str], interval: float) -> float:
    """Return how many seconds a text takes, that comes in at any moment between two looks."""
    time.sleep(random.uniform(0, interval))
    sent = time.time()
    twilio.inbound("text", To=FROM)
    return float(events.readline().split()[0]) - sent


@contextmanager
def _source(twilio: Simulator, interval: float) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Run the event source in a process of its own until the end of the block; it has looked for the first time."""
    with TemporaryDirectory() as folder:
        state = Path(folder, "state")
        arguments = {"to": FROM, "allow": [TO], "poll_interval": interval, "state": str(state), **twilio.connection}
        command = [sys.executable, "-m", "load.events", json.dumps(arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            before = twilio.ledger()
            while len(twilio.ledger()) < len(before) + 2:
                time.sleep(0.05)
            yield process, process.stdout
            process.kill()


def _memory(process: subprocess.Popen[str]) -> float:
    """Return what a process has in memory, in MB."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(run(_Engine(), json.loads(sys.argv[1]), {}))
    else:
        main()
