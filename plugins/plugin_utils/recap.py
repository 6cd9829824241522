# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the result of a playbook run as a text message. Pure: numbers and names in, text out.

It gets only the names of the playbook, its tasks and hosts, and never tasks' arguments and results.
"""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from ..module_utils._text.fit import fit
from ..module_utils._text.gsm7 import gsm7

# A host's counts under the names of Ansible's AggregateStats.summarize(): ok, failures, unreachable, changed,
# skipped, rescued, ignored.
Counts = Mapping[str, int]

# How many failed and how many unreachable hosts a text names.
_NAMED = 3
# The name of the playbook that Ansible creates for an ad-hoc command.
_AD_HOC = "__adhoc_playbook__"


class Failure(NamedTuple):
    """A task that failed on a host, or did not reach it, without being told to ignore that."""

    host: str
    task: str
    is_unreachable: bool = False


class Recap(NamedTuple):
    """A run that has ended, completely or early.

    ``hosts`` are the counts of each host; None if the run ended before Ansible's own recap. ``failures`` are in the
    order in which they happened, including rescued ones. ``task`` is the one that began last. ``stopped`` are hosts
    that Ansible took out of the run because others had failed, as with ``any_errors_fatal``.
    """

    playbook: str
    seconds: float
    hosts: Mapping[str, Counts] | None
    failures: Sequence[Failure] = ()
    task: str = ""
    check_mode: bool = False
    stopped: frozenset[str] = frozenset()

    @property
    def has_failed(self) -> bool:
        """Whether a host failed or was unreachable, or the run ended early."""
        return self.hosts is None or any(_is_lost(counts) for counts in self.hosts.values())


def recap_text(recap: Recap, limit: int) -> str:
    """Describe a run in at most ``limit`` segments: how it ended, where it failed first, and its hosts by state."""
    name = "ad-hoc command" if recap.playbook == _AD_HOC else os.path.basename(recap.playbook)
    if recap.check_mode:
        name = f"{name} (check mode)"
    after = duration(recap.seconds)
    if recap.hosts is None:
        lines = [f"{name} did not finish, it ended after {after}", f"Last task: {recap.task}" if recap.task else ""]
    elif not recap.hosts:
        lines = [f"{name} did nothing in {after}: no task ran on any host"]
    elif recap.has_failed:
        lines = [f"{name} FAILED after {after}", _first_failure(recap), _hosts(recap.hosts, recap.stopped)]
    else:
        lines = [f"{name} succeeded in {after}", _hosts(recap.hosts, recap.stopped)]
    return fit(gsm7("\n".join(filter(None, lines))), limit, "…")


def _is_lost(counts: Counts) -> bool:
    return counts["failures"] > 0 or counts["unreachable"] > 0


def _first_failure(recap: Recap) -> str:
    """Describe the first failure that took a host out of the run."""
    hosts = recap.hosts or {}
    # A host's rescued failures come before the one that took it out.
    rescued = Counter({host: counts["rescued"] for host, counts in hosts.items()})
    for failure in recap.failures:
        if failure.is_unreachable:
            if hosts[failure.host]["unreachable"]:
                return f"{failure.host}: unreachable at {failure.task}"
        elif rescued[failure.host]:
            rescued[failure.host] -= 1
        else:
            return f"{failure.host}: {failure.task}"
    return ""


def _hosts(hosts: Mapping[str, Counts], taken_out: Set[str]) -> str:
    """Count the hosts by state. Each host is in one of the counts before the semicolon."""
    failed = [host for host, counts in hosts.items() if counts["failures"]]
    unreachable = [host for host, counts in hosts.items() if counts["unreachable"] and host not in failed]
    stopped = [host for host in hosts if host in taken_out and host not in (*failed, *unreachable)]
    ok = len(hosts) - len(failed) - len(unreachable) - len(stopped)
    counted = count_hosts({"ok": ok, "failed": failed, "unreachable": unreachable, "stopped": stopped})
    words = ("changed", "rescued", "ignored")
    besides = count_hosts({word: sum(counts[word] > 0 for counts in hosts.values()) or None for word in words})
    return "; ".join(filter(None, [f"{len(hosts)} host{'' if len(hosts) == 1 else 's'}: {counted}", besides]))


def count_hosts(hosts: Mapping[str, int | Sequence[str] | None]) -> str:
    """Write how many hosts have each state, with some of their names if they are given: ``2 ok, 1 failed (a)``.

    A state with None or without names is left out; one with the number 0 is not.
    """
    parts = []
    for word, those in hosts.items():
        if isinstance(those, int):
            parts.append(f"{those} {word}")
        elif those:
            more = [f"+{len(those) - _NAMED}"] if len(those) > _NAMED else []
            parts.append(f"{len(those)} {word} ({' '.join([*those[:_NAMED], *more])})")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Write a number of seconds in its two largest units: ``25h 1m``, ``4m 10s``, ``9s``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"
