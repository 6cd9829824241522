# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a simulator announces its URL, to programs and to people."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from typing import NamedTuple

from .world.settings import Settings


class Announcement(NamedTuple):
    """A simulator's URL, its credentials, and its process."""

    url: str
    account_sid: str
    auth_token: str
    pid: int


def announcement(settings: Settings, port: int) -> Announcement:
    """Return what a simulator in this process announces once it listens on ``port``."""
    account = settings.accounts[0]
    return Announcement(_url(settings.host, port), account.sid, account.token, os.getpid())


def in_json(told: Announcement) -> str:
    """Return an announcement for programs, as one line of JSON."""
    return json.dumps(told._asdict())


def for_shells(told: Announcement) -> str:
    """Return an announcement for people, who paste it into a shell."""
    return f"""\
The simulator is open at {told.url}/ until Ctrl+C. To send to it from a shell, paste this there:

export TWILIO_ACCOUNT_SID={shlex.quote(told.account_sid)}
export TWILIO_AUTH_TOKEN={shlex.quote(told.auth_token)}
export TWILIO_API_URL={told.url}
"""


Announce = Callable[[Announcement], str]
ANNOUNCEMENTS: dict[str, Announce] = {"json": in_json, "shell": for_shells}


def _url(host: str, port: int) -> str:
    """Return the URL at which this machine reaches the simulator: nobody can connect to a wildcard address."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
