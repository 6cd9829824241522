# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results in words and tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from benchmark.account import LATENCY_MS
from benchmark.results import Results, goals

_NOTES = f"""\
A ratio compares medians of the same run, whose cases take turns. "Spread" is the way from the fastest repetition to
the slowest, in relation to the median: a ratio is no better than that.

- A time is that of a whole process, the start of Python and Ansible included, with Ansible's default settings.
- The server is a stub on this machine, with no latency, or with {LATENCY_MS} ms for 1,000 recipients.
- community.general.twilio insists on https://api.twilio.com, so it gets to the stub over TLS and through an HTTP proxy
  of the stub's process. twilio_sms is also measured that way. All others speak plain HTTP.
- It asks without credentials first, as the stub's counts show: two requests and two handshakes per message.
- "Scaled" tells which part of the work was done; what it took beyond one message was multiplied.
- "CPU" is processor time of all processes but the stub; "memory" is the largest process at its largest.
"""

_TITLES = {
    "one": "One message",
    "loop": "50 messages, in a loop",
    "tasks": "50 messages, in 50 tasks",
    "many": f"1,000 recipients in one task, {LATENCY_MS} ms each",
    "secure": "200 recipients over HTTPS",
}


def report(results: Results, seconds: float, load_before: float) -> str:
    """Return the whole report in Markdown."""
    parts = [
        "# Benchmark\n",
        f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()},"
        f" ansible-core {version('ansible-core')}. It took {seconds:.0f} s; the machine's load was {load_before:.1f}"
        f" before and {os.getloadavg()[0]:.1f} at the end.\n",
        _NOTES,
        _goals(results),
        *(_few(results, section) for section in ("one", "loop", "tasks")),
        _many(results),
        _secure(results),
    ]
    return "\n".join(parts)


def _goals(results: Results) -> str:
    rows = (
        (
            goal.text,
            f"{goal.ratio:.2f}",
            f"{'≥' if goal.at_least else '≤'} {goal.limit:g}",
            "reached" if goal.reached else "MISSED",
        )
        for goal in goals(results)
    )
    return "## Goals\n\n" + _table(("goal", "ratio", "wanted", ""), rows)


def _few(results: Results, section: str) -> str:
    floors = {way: results.seconds(section, way) for way in ("debug", "ping") if (section, way) in results.cases}
    ours = results.seconds(section, "ours")

    def rows() -> Iterator[tuple[str, ...]]:
        for case in results.section(section):
            seconds = results.seconds(section, case.way)
            ratios = (seconds / floor for floor in (*floors.values(), ours))
            cpu = results.cpu(section, case.way) / results.cpu(section, "debug")
            yield (
                case.name + _scaled(case.scale),
                *(f"{ratio:.2f}" for ratio in ratios),
                f"{cpu:.2f}",
                f"{seconds:.2f} s",
                f"{results.spread(section, case.way):.0%} of {len(results.samples[section, case.way])}",
            )

    head = ("", *(f"to {floor}" for floor in floors), "to twilio_sms", "CPU to debug", "median", "spread")
    return f"## {_TITLES[section]}\n\n" + _table(head, rows())


def _many(results: Results) -> str:
    floor = results.seconds("one", "debug")
    memory = results.memory("one", "debug")

    def rows() -> Iterator[tuple[str, ...]]:
        for case in results.section("many"):
            assert case.bound
            seconds = results.seconds("many", case.way)
            is_ansible = case.way.startswith(("ours", "general"))
            yield (
                case.name + _scaled(case.scale),
                f"{seconds / case.bound:.2f}",
                f"{(seconds - floor) / case.bound:.2f}" if is_ansible else "",
                f"{case.bound:.1f} s",
                f"{seconds:.1f} s",
                f"{results.memory('many', case.way) / memory:.2f}",
                f"{results.cpu('many', case.way):.1f} s",
            )

    head = ("", "to its bound", "less a debug", "bound", "median", "memory to debug's", "CPU")
    text = (
        "The bound is recipients ÷ concurrency x latency. A client that does nothing but send shows how near to it the"
        " stub\nand this machine let anyone come.\n\n"
    )
    return f"## {_TITLES['many']}\n\n{text}" + _table(head, rows())


def _secure(results: Results) -> str:
    handshakes = results.handshakes("secure", "ours")
    peer = results.samples["many", "general"][0]
    recipients = results.cases["many", "general"].messages
    rows = [
        ("twilio_sms, concurrency: 8", "200", str(handshakes), "200"),
        ("community.general.twilio", str(recipients), str(peer.handshakes), str(peer.requests)),
    ]
    return f"## {_TITLES['secure']}\n\n" + _table(("", "recipients", "TLS handshakes", "requests"), rows)


def _scaled(scale: float) -> str:
    return "" if scale == 1 else f" (1/{scale:.3g} done, scaled)"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [head, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in cells]
    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|"
    return "\n".join([lines[0], rule, *lines[1:], ""])
