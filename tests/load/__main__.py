# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many messages the simulator accepts, with its page open: `nox -s load`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from load.generator import Job
from support.simulator import Simulator, simulator

KEEP = 10_000
HEADINGS = ("load", "accepted", "a second", "answered in", "99 % in", "all in", "processor", "memory", "page heard")


# Has the page open, and tells at the end what it has heard.
PageOpen = Callable[[Simulator], AbstractContextManager[dict[str, int]]]


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
    parser.add_argument("--browser", action="store_true", help="open the page in Chromium, rather than ask as it does")
    arguments = parser.parse_args()
    page = _browser if arguments.browser else _reader
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, --keep={KEEP}, pace 0.3 s\n")
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    count = int(arguments.rate * arguments.seconds)
    with simulator(keep=KEEP) as server:
        # The second turn shows whether memory grows; the third one how much faster it could be.
        for name, rate in ((f"{arguments.rate:g}/s", arguments.rate), ("again", arguments.rate), ("all it can", 0.0)):
            _turn(server, page, name, count, rate)


def _turn(server: Simulator, page: PageOpen, name: str, count: int, rate: float) -> None:
    label = f"Rehearsal {name}"
    before = Usage.of(server.process.pid)
    with page(server) as heard:
        outcome = _generate(Job(server.url + server.messages, *server.auth, messages=count, rate=rate, label=label))
        lost = _lost(server, label, count)
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
        ", ".join(f"{number:,} {event}" for event, number in heard.items()) or "in Chromium",
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


def _generate(job: Job) -> Any:
    command = [sys.executable, "-m", "load.generator"]
    result = subprocess.run(command, input=json.dumps(job._asdict()), capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def _lost(server: Simulator, label: str, count: int) -> int:
    """How many of the latest messages of this turn are not there, or did not arrive."""
    expected = min(count, KEEP)
    query: dict[str, str | int] = {"status": "delivered", "body": label, "count": expected, "timeout": 30}
    response = server.call("GET", "/simulator/wait", params=query, auth=None, timeout=60)
    return expected - int(response.json()["count"])


@contextmanager
def _reader(server: Simulator) -> Iterator[dict[str, int]]:
    """Have a page open meanwhile; what it heard is there at the end."""
    heard: dict[str, int] = {}
    command = [sys.executable, "-m", "load.reader", server.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield heard
        process.terminate()
        heard |= json.loads(process.stdout.read())


@contextmanager
def _browser(server: Simulator) -> Iterator[dict[str, int]]:
    """Have the page open in a real browser meanwhile."""
    from support.browser import chromium, opened

    with ExitStack() as stack:
        page = stack.enter_context(opened(stack.enter_context(chromium()), server.url))
        yield {}
        page.get_by_role("option").first.click()
        page.locator(".message").first.wait_for()


if __name__ == "__main__":
    main()
