# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares this collection with other ways to send, side by side on this machine: `nox -s benchmark`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmark.cases import Case, all_cases
from benchmark.measure import Sample, measure
from benchmark.peers import fetch_general
from benchmark.report import report
from benchmark.results import Results, goals
from benchmark.server import Server, running_server
from support.paths import CHECKOUT

CACHE = CHECKOUT / ".cache" / "benchmark"
COLLECTIONS = CHECKOUT / ".cache" / "collections"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, and parts of the work scaled up")
    arguments = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    environment = _environment([COLLECTIONS, fetch_general(CACHE)])
    began, load = time.monotonic(), os.getloadavg()[0]
    with running_server(CACHE / "ca.pem") as server:
        cases = all_cases(server, CACHE / "playbooks", arguments.quick)
        results = Results(cases)
        # What only the first run has to do is no part of the comparison.
        _run(cases[0], environment, server)
        for number, case in enumerate(turns := list(_in_turns(cases)), 1):
            print(f"\r\033[K{number}/{len(turns)} {case.section}: {case.name}", end="", file=sys.stderr, flush=True)
            results.add(case, _run(case, environment, server))
    print("\r\033[K", end="", file=sys.stderr)
    text = report(results, time.monotonic() - began, load)
    _write(results, text)
    print(text)


def _in_turns(cases: list[Case]) -> Iterator[Case]:
    """Yield each case as often as it wants to be repeated, with the others in between: noise comes in waves."""
    for turn in range(max(case.repetitions for case in cases)):
        yield from (case for case in cases if turn < case.repetitions)


def _run(case: Case, environment: dict[str, str], server: Server) -> Sample:
    server.counts()
    sample = measure(case.command, {**environment, **case.environment}, CACHE / "log")
    counts = server.counts()
    # A way that does not send is fast indeed.
    if counts["messages"] != case.messages:
        raise SystemExit(f"{case.section}, {case.name}: {counts} rather than {case.messages} messages")
    first = counts["first_at"] - sample.began
    return sample._replace(handshakes=counts["handshakes"], requests=counts["requests"], first=first)


def _environment(collections: list[Path]) -> dict[str, str]:
    """Return an environment without the user's settings."""
    (CACHE / "ansible.cfg").touch()
    return {
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, collections)),
        "ANSIBLE_CONFIG": str(CACHE / "ansible.cfg"),
        "ANSIBLE_HOME": str(CACHE / "home"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_REMOTE_TMP": str(CACHE / "home" / "tmp"),
        "HOME": str(CACHE / "home"),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(CHECKOUT / "tests"),
    }


def _write(results: Results, text: str) -> None:
    (CACHE / "results.md").write_text(text)
    measured = {
        "goals": [{**goal._asdict(), "reached": goal.reached} for goal in goals(results)],
        "cases": [
            {
                "section": case.section,
                "way": case.way,
                "name": case.name,
                "scale": case.scale,
                "bound": case.bound,
                "samples": [sample._asdict() for sample in results.samples[key]],
            }
            for key, case in results.cases.items()
        ],
    }
    (CACHE / "results.json").write_text(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
