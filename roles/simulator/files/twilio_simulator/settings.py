# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set, and every default: options on the command line, credentials in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ENVIRONMENT_PREFIX = "SIMULATOR_"
# The clock's greatest speed: faster than a day in a second makes no rehearsal.
FASTEST = 86_400.0


class Credentials(NamedTuple):
    """The accounts that exist. They open this simulator and nothing else, so the defaults may be well known.

    Each is read from the environment as ``SIMULATOR_`` and its upper-case name, which keeps it out of process lists.
    """

    account_sid: str = "AC5e1d0b47a2c94f6e8b3a7d61f0c29e84"
    auth_token: str = "9b1f6c3e07d84a25b6e0f47c81d2a93e"
    subaccount_sid: str = "AC2f7a90c6d3b84e15a9c4e8076bd1f35a"
    subaccount_auth_token: str = "47d0e8a91c5b4f62937f1be2d60c8a5d"
    api_key: str = "SK8c36b1f94e2a47d0b5f9e3a07c61d28b"
    api_key_secret: str = "q7TzL2mVx9RkB4nWc8YpE1sHd6JfU3Ga"
    test_account_sid: str = "ACd84b6f2a91e04c37b5c7029ef3a16d8e"
    test_auth_token: str = "e2a5907cf1b84d3696f8c30b7ad41e5c"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Credentials:
        return cls(
            **{
                name: environ.get(f"{ENVIRONMENT_PREFIX}{name.upper()}") or default
                for name, default in cls._field_defaults.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """How one simulator behaves.

    ``pace`` is in seconds for each step of a message's life, ``speed`` in seconds of the simulator's clock for each
    second. ``numbers`` are the senders that the accounts own; with none, every well-formed sender is owned.
    ``undeliverable`` maps a recipient to its delivery error code; ``people`` and ``accounts`` are files.
    Each status callback is repeated ``callback_repeats`` times, and those of statuses that are not final come
    ``callback_lag`` seconds late. ``rate`` is in message segments per second of each sender, 0 for no limit, and
    ``queue`` in seconds.
    """

    host: str = "127.0.0.1"
    port: int = 8480
    pace: float = 0.3
    speed: float = 1.0
    numbers: tuple[str, ...] = ()
    undeliverable: Mapping[str, int] = field(default_factory=dict)
    keep: int = 10_000
    strict_callbacks: bool = False
    callback_repeats: int = 0
    callback_lag: float = 0.0
    rate: float = 0.0
    queue: float = 36_000.0
    inbound_webhook: str = ""
    people: Path | None = None
    accounts: Path | None = None

    def arguments(self) -> list[str]:
        """The command line that gives these settings again."""
        return [
            f"--host={self.host}",
            f"--port={self.port}",
            f"--pace={self.pace}",
            f"--speed={self.speed}",
            f"--keep={self.keep}",
            *(f"--number={number}" for number in self.numbers),
            *(f"--undeliverable={number}={code}" for number, code in self.undeliverable.items()),
            *(["--strict-callbacks"] if self.strict_callbacks else []),
            f"--callback-repeats={self.callback_repeats}",
            f"--callback-lag={self.callback_lag}",
            f"--rate={self.rate}",
            f"--queue={self.queue}",
            *([f"--inbound-webhook={self.inbound_webhook}"] if self.inbound_webhook else []),
            *([f"--script={self.people}"] if self.people else []),
            *([f"--accounts={self.accounts}"] if self.accounts else []),
        ]
