# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmark.account import ACCOUNT_SID, AUTH_TOKEN, LATENCY_MS
from benchmark.server import Server
from benchmark.ways import general_twilio, many, page, playbook_command, sms, through_proxy, ways_to_send_one

# The others take a module's round trip for each task, so they are run less often.
_CHEAP = ("debug", "ours", "ours-tls")


class Case(NamedTuple):
    """A command to run.

    What it does beyond one message stands for ``scale`` times as much: the slow ones do only part of the work.
    ``bound`` is how long the whole work must take, in seconds.
    """

    section: str
    way: str
    name: str
    command: list[str]
    environment: Mapping[str, str]
    messages: int
    repetitions: int
    scale: float = 1
    bound: float | None = None


def all_cases(server: Server, playbooks: Path, quick: bool) -> list[Case]:
    """Return all that is run; the order matters little, since it is interleaved."""
    playbooks.mkdir(parents=True, exist_ok=True)
    return [
        *_few(server, playbooks, quick),
        *_many(server, playbooks, quick),
        _secure(server, playbooks),
        _page(server, playbooks, quick),
    ]


def _few(server: Server, playbooks: Path, quick: bool) -> Iterator[Case]:
    for key, way in ways_to_send_one(server).items():
        cheap = key in _CHEAP
        command = playbook_command([way.task], playbooks / f"one-{key}.yml")
        yield Case("one", key, way.name, command, way.environment, int(way.sends), 3 if quick else 7)
        times = 10 if quick and not cheap else 50
        repetitions = 1 if not cheap else 2 if quick else 5
        scale = 50 / times
        command = playbook_command(
            [{**way.task, "loop": f"{{{{ range({times}) | list }}}}"}], playbooks / f"loop-{key}.yml"
        )
        yield Case("loop", key, way.name, command, way.environment, times * way.sends, repetitions, scale)
        if cheap:
            command = playbook_command([way.task] * 50, playbooks / f"tasks-{key}.yml")
            yield Case("tasks", key, way.name, command, way.environment, 50 * way.sends, repetitions)


def _many(server: Server, playbooks: Path, quick: bool) -> Iterator[Case]:
    slow = server.url(f"http-{LATENCY_MS}")
    repetitions = 1 if quick else 2
    part = 30 if quick else 100
    for concurrency, recipients in ((1, part), (8, 200 if quick else 1000), (32, 1000)):
        task = sms(many(recipients), concurrency=concurrency, api_url=slow)
        command = playbook_command([task], playbooks / f"many-ours-{concurrency}.yml")
        name = f"twilio_sms, concurrency: {concurrency}"
        scale = 1000 / recipients
        yield Case(
            "many", f"ours-{concurrency}", name, command, {}, recipients, repetitions, scale, _bound(concurrency)
        )
    pools = [("sdk", 32, "twilio SDK"), ("bare", 32, "http.client alone")]
    if not quick:
        pools.insert(0, ("sdk", 8, "twilio SDK"))
    for key, threads, client in pools:
        command = [sys.executable, "-m", f"benchmark.{key}_pool", slow, "1000", str(threads)]
        name = f"{client}, {threads} threads"
        yield Case("many", f"{key}-{threads}", name, command, {}, 1000, repetitions, bound=_bound(threads))
    command = playbook_command([general_twilio(many(part))], playbooks / "many-general.yml")
    name, environment = "community.general.twilio, over TLS through a proxy", through_proxy(server, LATENCY_MS)
    yield Case("many", "general", name, command, environment, part, repetitions, 1000 / part, _bound(1))


def _bound(concurrency: int) -> float:
    return 1000 / concurrency * LATENCY_MS / 1000


def _secure(server: Server, playbooks: Path) -> Case:
    options = {"api_url": server.url(f"https-{LATENCY_MS}"), "ca_path": str(server.ca_file), "concurrency": 8}
    command = playbook_command([sms(many(200), **options)], playbooks / "secure.yml")
    return Case("secure", "ours", "twilio_sms, concurrency: 8", command, {}, 200, 1)


def _page(server: Server, playbooks: Path, quick: bool) -> Case:
    command = playbook_command([page()], playbooks / "page.yml")
    environment = {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_URL": server.url("http-0"),
    }
    return Case("page", "ours", "page_on_call", command, environment, 1, 3 if quick else 7)
