# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the simulator in the foreground until it is told to end."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
from collections.abc import Callable
from typing import NamedTuple

from aiohttp import web

from .accounts import Accounts
from .app import application
from .engine import Engine
from .people import People
from .settings import Settings

# Idle connections close at once; this bounds those in the middle of a request.
SHUTDOWN_SECONDS = 1.0


class Announcement(NamedTuple):
    """Where a simulator is, how to log in, and its process."""

    url: str
    account_sid: str
    auth_token: str
    pid: int


def in_json(announcement: Announcement) -> str:
    """For programs, in one line."""
    return json.dumps(announcement._asdict())


def for_shells(announcement: Announcement) -> str:
    """For people, who paste it where playbooks run."""
    return f"""\
The simulator is open at {announcement.url}/ until Ctrl+C. To send to it from a shell, paste there:

export TWILIO_ACCOUNT_SID={shlex.quote(announcement.account_sid)}
export TWILIO_AUTH_TOKEN={shlex.quote(announcement.auth_token)}
export TWILIO_API_URL={announcement.url}
"""


Announce = Callable[[Announcement], str]
ANNOUNCEMENTS: dict[str, Announce] = {"json": in_json, "shell": for_shells}


def run(settings: Settings, accounts: Accounts, people: People, announce: str) -> None:
    """Serve; ``announce`` names the kind of announcement."""
    asyncio.run(serve(settings, accounts, people, ANNOUNCEMENTS[announce]))


async def serve(settings: Settings, accounts: Accounts, people: People, announce: Announce) -> None:
    """Listen, announce it on stdout, and return after SIGTERM or SIGINT."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    engine = Engine(settings, accounts, people)
    runner = web.AppRunner(application(engine), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        url = _url(settings.host, runner.addresses[0][1])
        print(announce(Announcement(url, accounts.main.sid, accounts.main.token, os.getpid())), flush=True)
        await ended.wait()
    finally:
        await runner.cleanup()


def _url(host: str, port: int) -> str:
    """Where this machine reaches the simulator: nobody connects to a wildcard address."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
