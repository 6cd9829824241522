# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``run``, ``start``, ``stop`` and ``status``, each answering with one line of JSON."""

from __future__ import annotations

import argparse
import errno
import importlib.util
import json
import os
import sys
from collections.abc import Sequence

from . import accounts, daemon, reading
from .options import parser, settings_of
from .people import read_people
from .settings import ENVIRONMENT_PREFIX, Credentials

# Where a playbook's variables are, which are no files.
PEOPLE, ACCOUNTS = f"{ENVIRONMENT_PREFIX}PEOPLE", f"{ENVIRONMENT_PREFIX}ACCOUNTS"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit status: 0, or 1 after one line on stderr."""
    options = parser().parse_args(arguments)
    try:
        _act(options)
    except (daemon.DaemonError, reading.Misread) as error:
        return _fail(str(error))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _fail(f"port {options.port} of {options.host} is already in use")
        return _fail(error.strerror or str(error))
    return 0


def _act(options: argparse.Namespace) -> None:
    if options.command == "stop":
        print(json.dumps(daemon.stop(options.state_dir)))
        return
    if options.command == "status":
        print(json.dumps(daemon.status(options.state_dir)))
        return
    if importlib.util.find_spec("aiohttp") is None:
        raise daemon.DaemonError(f"aiohttp is missing for {sys.executable}: pip install aiohttp")
    settings = settings_of(options)
    people = read_people(reading.read_either(settings.people, os.environ.get(PEOPLE), PEOPLE, {}))
    known = accounts.default_accounts(Credentials.from_environment(os.environ))
    known = accounts.read_accounts(
        reading.read_either(settings.accounts, os.environ.get(ACCOUNTS), ACCOUNTS, []), known
    )
    if options.command == "start":
        print(json.dumps(daemon.start(options.state_dir, settings)))
        return
    from .server import run  # Only here: the other commands do without aiohttp, and without asyncio.

    run(settings, accounts.Accounts(known), people, options.announce)


def _fail(reason: str) -> int:
    print(f"simulator: {reason}", file=sys.stderr)
    return 1
