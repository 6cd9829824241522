# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a run."""

from __future__ import annotations

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._text.segments import segments
from ansible_collections.oncall.twilio.plugins.plugin_utils.recap import (
    Failure,
    Recap,
    count_hosts,
    duration,
    recap_text,
)

NOTHING = dict.fromkeys(("ok", "failures", "unreachable", "changed", "skipped", "rescued", "ignored"), 0)


def counts(**numbers):
    return {**NOTHING, "ok": 5, **numbers}


def text_of(hosts, *failures, playbook="/srv/deploy.yml", seconds=0.0, limit=10, **more):
    return recap_text(Recap(playbook, seconds, hosts, failures, **more), limit)


@pytest.mark.parametrize(
    ("hosts", "has_failed"),
    [
        ({}, False),
        ({"a": counts()}, False),
        ({"a": counts(ignored=1, rescued=1)}, False),
        ({"a": counts(), "b": counts(failures=1)}, True),
        ({"a": counts(unreachable=1)}, True),
        (None, True),
    ],
)
def test_whether_a_run_has_failed(hosts, has_failed):
    assert Recap("x.yml", 1, hosts).has_failed is has_failed


def test_a_run_in_which_nothing_was_done():
    assert text_of({}, seconds=2) == "deploy.yml did nothing in 2s: no task ran on any host"


def test_hosts_that_are_stopped_for_others_failures_are_not_ok():
    hosts = {"a": counts(failures=1), "b": counts(), "c": counts(unreachable=1)}
    text = text_of(hosts, Failure("a", "Restart"), stopped=frozenset("abc"))
    assert text.splitlines()[-1] == "3 hosts: 0 ok, 1 failed (a), 1 unreachable (c), 1 stopped (b)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.9, "0s"), (59.9, "59s"), (60, "1m 0s"), (3599, "59m 59s"), (3600, "1h 0m"), (90061, "25h 1m")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words
    assert text_of({"a": counts()}, seconds=seconds) == f"deploy.yml succeeded in {words}\n1 host: 1 ok"


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        ({}, ""),
        ({"ok": 0, "failed": [], "lost": None}, "0 ok"),
        ({"failed": ["c", "a", "b"], "ok": 2}, "3 failed (c a b), 2 ok"),
        ({"lost": list("abcde")}, "5 lost (a b c +2)"),
    ],
)
def test_counts_of_hosts(hosts, text):
    assert count_hosts(hosts) == text


def test_each_host_is_counted_once_by_what_became_of_it():
    hosts = {
        "a": counts(changed=4),
        "b": counts(failures=2, changed=1),
        "c": counts(unreachable=1),
        # Failed in one block, and unreachable when its always section ran.
        "d": counts(failures=1, unreachable=1),
        "e": counts(ignored=3),
    }
    assert text_of(hosts).splitlines()[1] == "5 hosts: 2 ok, 2 failed (b d), 1 unreachable (c); 2 changed, 1 ignored"


def test_few_hosts_are_named():
    hosts = {f"web{number}": counts(failures=1) for number in range(1, 6)}
    assert text_of(hosts).splitlines()[1] == "5 hosts: 0 ok, 5 failed (web1 web2 web3 +2)"


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        ([Failure("a", "Rescued"), Failure("b", "Fatal"), Failure("a", "Fatal too")], "b: Fatal"),
        ([Failure("a", "Rescued"), Failure("a", "Fatal"), Failure("a", "In always")], "a: Fatal"),
        ([Failure("c", "Reset", True), Failure("b", "Fatal")], "b: Fatal"),
        ([Failure("d", "Away", True), Failure("b", "Fatal")], "d: unreachable at Away"),
    ],
)
def test_the_first_failure_that_counts(failures, expected):
    hosts = {
        "a": counts(failures=1, rescued=1),
        "b": counts(failures=1),
        # Unreachable once, and back after its errors were cleared.
        "c": counts(),
        "d": counts(unreachable=1),
    }
    assert text_of(hosts, *failures).splitlines()[1] == expected


def test_a_run_without_a_recap():
    hosts, failure = None, Failure("a", "Which a rescue may have made good")
    assert text_of(hosts, failure, task="Copy") == "deploy.yml did not finish, it ended after 0s\nLast task: Copy"
    assert text_of(None) == "deploy.yml did not finish, it ended after 0s"


def test_names():
    assert text_of({"a": counts()}, playbook="__adhoc_playbook__").startswith("ad-hoc command succeeded in 0s")
    assert text_of({"a": counts()}, check_mode=True).startswith("deploy.yml (check mode) succeeded in 0s")


def test_the_text_is_gsm7_where_it_can_be_and_fits():
    hosts = {"a": counts(failures=1)}
    failure = Failure("a", "Copy \u201cshop\u201d – " * 40)
    for limit in (1, 2):
        text = text_of(hosts, failure, limit=limit)
        assert text.startswith('deploy.yml FAILED after 0s\na: Copy "shop" - Copy')
        assert (segments(text).encoding, segments(text).segments) == ("GSM-7", limit)
        assert text.endswith("...")
