# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``run``, ``start``, ``stop`` and ``status``, each answering with one line of JSON."""

from __future__ import annotations

import argparse
import errno
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import __version__, daemon
from .world.reading import BadInput, read_file
from .world.settings import Settings, read_settings

DESCRIPTION = """\
A local simulator of Twilio's API for messages and calls. All settings can be set in one JSON mapping, with the names
of the variables of the role oncall.twilio.simulator without their prefix. Flags override it."""
DEFAULTS = Settings()
FLAGS = {
    "host": f"address to listen on ({DEFAULTS.host})",
    "port": f"port to listen on, 0 for any free one ({DEFAULTS.port})",
    "pace": f"seconds that each change of a message's status takes ({DEFAULTS.pace})",
    "speed": f"speed of the clock: with 60, a minute passes per second ({DEFAULTS.speed})",
    "people": "file that says what people do, in YAML or JSON",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit status: 0, or 1 after one line on stderr."""
    options = parser().parse_args(arguments)
    try:
        _act(options)
    except BadInput as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    whole_line = argparse.ArgumentParser(prog="twilio_simulator", description=DESCRIPTION)
    whole_line.add_argument("--version", action="version", version=__version__)
    commands = whole_line.add_subparsers(dest="command", required=True)
    place, configured = argparse.ArgumentParser(add_help=False), argparse.ArgumentParser(add_help=False)
    place.add_argument("--state-dir", type=_place, required=True, metavar="DIR", help="directory for its state and log")
    configured.add_argument("--config", metavar="FILE", help="settings, in JSON or YAML; - for stdin")
    for name, description in FLAGS.items():
        configured.add_argument(f"--{name}", metavar=name.upper(), help=description)
    run = commands.add_parser("run", parents=[configured], help="run in the foreground")
    run.add_argument(
        "--announce", choices=("json", "shell"), default="json", help="format of the announcement (%(default)s)"
    )
    start = commands.add_parser("start", parents=[place, configured], help="run in the background")
    stop = commands.add_parser("stop", parents=[place], help="stop the one in the background")
    for command in (start, stop):
        command.add_argument("--dry-run", action="store_true", help="do nothing, and print what would be done")
    commands.add_parser("status", parents=[place], help="print whether it is running")
    return whole_line


def configuration_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return the given settings, unchecked. Flags override files."""
    given: object = {}
    if options.config == "-":
        try:
            given = json.load(sys.stdin)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"the configuration is not JSON: {error}") from None
    elif options.config:
        given = read_file(_place(options.config))
    if not isinstance(given, dict):
        raise BadInput("the configuration must be a mapping of settings")
    return given | {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}


def _act(options: argparse.Namespace) -> None:
    if options.command == "stop":
        print(json.dumps(daemon.stop(options.state_dir, dry_run=options.dry_run)))
        return
    if options.command == "status":
        print(json.dumps(daemon.status(options.state_dir)))
        return
    if importlib.util.find_spec("aiohttp") is None:
        raise BadInput(f"aiohttp is missing for {sys.executable}. Install it: {sys.executable} -m pip install aiohttp")
    configuration = configuration_of(options)
    if options.command == "start":
        print(json.dumps(daemon.start(options.state_dir, configuration, dry_run=options.dry_run)))
        return
    settings = read_settings(configuration)
    from .server import run  # Imported only here: the other commands need neither aiohttp nor asyncio.

    try:
        run(settings, options.announce)
    except OSError as error:
        taken = (
            f"port {settings.port} of {settings.host} is already in use."
            " Choose another one with --port, or with simulator_port in the role; 0 takes any free one"
        )
        raise BadInput(taken if error.errno == errno.EADDRINUSE else error.strerror or str(error)) from None


def _place(text: str) -> Path:
    return Path(text).expanduser().absolute()
