# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the simulator in the foreground until it is stopped."""

from __future__ import annotations

import asyncio
import signal

from aiohttp import web

from .announcement import ANNOUNCEMENTS, Announce, announcement
from .app import application
from .world.settings import Settings

# Idle connections close at once. This limits how long the others may take, in seconds.
SHUTDOWN_SECONDS = 1.0


def run(settings: Settings, announce: str) -> None:
    """Run the server. ``announce`` is the kind of announcement."""
    asyncio.run(serve(settings, ANNOUNCEMENTS[announce]))


async def serve(settings: Settings, announce: Announce) -> None:
    """Listen, announce it on stdout, and return after SIGTERM or SIGINT."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    runner = web.AppRunner(application(settings), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        print(announce(announcement(settings, runner.addresses[0][1])), flush=True)
        await ended.wait()
    finally:
        await runner.cleanup()
