# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings, with their defaults and limits. The role's variables have the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from . import addresses
from .accounts import DEFAULT_ACCOUNTS, Account, read_accounts
from .names import read_name
from .people import Person, read_people
from .reading import BadInput, Read, demand, flag, from_file, mapping, number, sequence, text, whole

# The maximum speed of the clock. A day per second is enough for any rehearsal.
FASTEST = 86_400.0
LARGEST_CODE = 99_999


def _recipient(value: object) -> str:
    address = addresses.recipient(text(value))
    if address is None:
        raise BadInput(f"{value!r} is not a phone number in E.164 format, such as +15551234567")
    return address


def _sender(value: object) -> str:
    address = addresses.sender(text(value))
    if address is None:
        raise BadInput(f"{value!r} is not a sender")
    return address


def _senders(value: object) -> tuple[str, ...]:
    return tuple(_sender(each) for each in sequence(value))


def _codes(value: object) -> dict[str, int]:
    return {_recipient(each): whole(0, LARGEST_CODE)(code) for each, code in mapping(value).items()}


def _names(value: object) -> dict[str, str]:
    return {_recipient(number): read_name(name) for number, name in mapping(value).items()}


def _url(value: object) -> str:
    if text(value) and addresses.host_of(text(value)) is None:
        raise BadInput(f"{value!r} is not an http or https URL")
    return text(value)


def _by(read: Read) -> Mapping[str, Read]:
    return {"read": read}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one simulator.

    ``pace`` is in seconds for each change of a message's status, ``speed`` in seconds of the simulator's clock per
    second. ``numbers`` are the senders that the accounts own; if it is empty, every valid sender is owned.
    ``undeliverable`` maps a recipient to its delivery error code. Each status callback is repeated ``callback_repeats``
    times, and those of statuses that are not final come ``callback_lag`` seconds late. ``rate`` is in message segments
    per second of each sender, 0 for no limit, and ``queue`` in seconds. ``call_rate`` is in calls per second of each
    account, 0 for no limit. ``names`` are those of people, by number. ``people`` and ``accounts`` may be given as the
    paths of files.
    """

    host: str = field(default="127.0.0.1", metadata=_by(text))
    port: int = field(default=8480, metadata=_by(whole(0, 65_535)))
    pace: float = field(default=0.3, metadata=_by(number()))
    speed: float = field(default=1.0, metadata=_by(number(FASTEST)))
    numbers: tuple[str, ...] = field(default=(), metadata=_by(_senders))
    undeliverable: Mapping[str, int] = field(default_factory=dict, metadata=_by(_codes))
    keep: int = field(default=10_000, metadata=_by(whole(1)))
    strict_callbacks: bool = field(default=False, metadata=_by(flag))
    callback_repeats: int = field(default=0, metadata=_by(whole(0, 100)))
    callback_lag: float = field(default=0.0, metadata=_by(number()))
    rate: float = field(default=0.0, metadata=_by(number()))
    queue: float = field(default=36_000.0, metadata=_by(number()))
    call_rate: float = field(default=1.0, metadata=_by(number()))
    inbound_webhook: str = field(default="", metadata=_by(_url))
    people: Mapping[str, Person] = field(default_factory=dict, metadata=_by(from_file(read_people)))
    names: Mapping[str, str] = field(default_factory=dict, metadata=_by(_names))
    accounts: tuple[Account, ...] = field(default=DEFAULT_ACCOUNTS, metadata=_by(from_file(read_accounts)))


def read_settings(data: object) -> Settings:
    """Read settings from a mapping, with defaults for those that it leaves out.

    :raises BadInput: naming the setting and what is wrong.
    """
    known: dict[str, Read] = {each.name: each.metadata["read"] for each in fields(Settings)}
    if not isinstance(data, Mapping):
        raise BadInput("the configuration must be a mapping of settings")
    if unknown := data.keys() - known.keys():
        raise BadInput(f"there is no setting {', '.join(sorted(map(str, unknown)))}, only {', '.join(known)}")
    found: dict[str, Any] = {}
    for name, value in data.items():
        with demand(name):
            found[name] = known[name](value)
    return Settings(**found)
