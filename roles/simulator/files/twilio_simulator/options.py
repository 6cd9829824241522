# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the command line, and the settings that they make."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from . import __version__, addresses, rules
from .settings import FASTEST, Credentials, Settings

DEFAULTS = Settings()


def settings_of(options: argparse.Namespace) -> Settings:
    return Settings(
        host=options.host,
        port=options.port,
        pace=options.pace,
        speed=options.speed,
        numbers=tuple(options.number),
        undeliverable=dict(options.undeliverable),
        keep=options.keep,
        strict_callbacks=options.strict_callbacks,
        callback_repeats=options.callback_repeats,
        callback_lag=options.callback_lag,
        rate=options.rate,
        queue=options.queue,
        inbound_webhook=options.inbound_webhook,
        people=options.script,
        accounts=options.accounts,
    )


def parser() -> argparse.ArgumentParser:
    whole_line = argparse.ArgumentParser(
        prog="simulator",
        description="A local stand-in for Twilio's Messages API. Credentials come from the environment: "
        + ", ".join(f"SIMULATOR_{name.upper()}" for name in Credentials._fields)
        + ".",
    )
    whole_line.add_argument("--version", action="version", version=__version__)
    commands = whole_line.add_subparsers(dest="command", required=True)
    behaviour, place = _behaviour(), _place()
    run = commands.add_parser("run", parents=[behaviour], help="run in the foreground")
    run.add_argument(
        "--announce", choices=("json", "shell"), default="json", help="how to tell where it is (%(default)s)"
    )
    commands.add_parser("start", parents=[place, behaviour], help="run in the background")
    commands.add_parser("stop", parents=[place], help="end the one in the background")
    commands.add_parser("status", parents=[place], help="tell whether it runs")
    return whole_line


def _place() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--state-dir", type=place, required=True)
    return parser


def _behaviour() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--host", default=DEFAULTS.host, help="address to bind (default: %(default)s)")
    parser.add_argument("--port", type=port, default=DEFAULTS.port, help="0: any free one (default: %(default)s)")
    parser.add_argument(
        "--pace", type=seconds, default=DEFAULTS.pace, help="seconds each step of a message takes (%(default)s)"
    )
    parser.add_argument(
        "--speed",
        type=speed,
        default=DEFAULTS.speed,
        help="of the clock: 60 makes a minute of a second (%(default)s)",
    )
    parser.add_argument(
        "--number", type=sender, action="append", default=[], help="a sender that is owned (repeat; none: any is)"
    )
    parser.add_argument(
        "--undeliverable",
        type=recipient_and_code,
        action="append",
        default=[],
        metavar="NUMBER=CODE",
        help="a recipient whose messages end undelivered with this error code (repeat)",
    )
    parser.add_argument(
        "--keep", type=count, default=DEFAULTS.keep, help="messages and requests kept (default: %(default)s)"
    )
    parser.add_argument(
        "--strict-callbacks", action="store_true", help="refuse local StatusCallback URLs, as Twilio does"
    )
    parser.add_argument(
        "--callback-repeats",
        type=whole,
        default=DEFAULTS.callback_repeats,
        help="how often each status callback is made once more (%(default)s)",
    )
    parser.add_argument(
        "--callback-lag",
        type=seconds,
        default=DEFAULTS.callback_lag,
        help="seconds by which status callbacks come late, those of final statuses apart (%(default)s)",
    )
    parser.add_argument(
        "--rate",
        type=seconds,
        default=DEFAULTS.rate,
        help="message segments a second that each sender may send; more wait (0, the default: any number)",
    )
    parser.add_argument(
        "--queue",
        type=seconds,
        default=DEFAULTS.queue,
        help="seconds that messages may have to wait; then the queue is full (%(default)s)",
    )
    parser.add_argument(
        "--inbound-webhook", type=url, default=DEFAULTS.inbound_webhook, metavar="URL", help="is told what people send"
    )
    parser.add_argument("--script", type=place, metavar="FILE", help="what people do, in YAML or JSON")
    parser.add_argument("--accounts", type=place, metavar="FILE", help="further accounts, in YAML or JSON")
    return parser


# Each type below is named as argparse shall call it: "invalid sender value: '+1'".
def port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def seconds(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or number < 0:
        raise ValueError
    return number


def speed(text: str) -> float:
    number = seconds(text)
    if number > FASTEST:
        raise ValueError
    return number


def count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def whole(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 100:
        raise ValueError
    return number


def sender(text: str) -> str:
    address = addresses.sender(text)
    if address is None:
        raise ValueError
    return address


def recipient_and_code(text: str) -> tuple[str, int]:
    number, _equals, code = text.rpartition("=")
    address = addresses.recipient(number)
    if address is None:
        raise ValueError
    return address, int(code)


def place(text: str) -> Path:
    return Path(text).expanduser().absolute()


def url(text: str) -> str:
    if text and rules.host_of(text) is None:
        raise ValueError
    return text
