# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in Twilio's API: SIDs, numbers and channel addresses, URLs, dates. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

# Compiled here, so that the processes that Ansible forks for its tasks need not do it each time.
HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
_SID_DIGITS = re.compile(r"[0-9a-fA-F]{32}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}")
_SPACE = re.compile(r"\s")

# The SIDs of messages without and with media.
MESSAGE_PREFIXES = ("SM", "MM")

CHANNELS = ("whatsapp", "rcs", "messenger")


def is_sid(value: str, prefix: str) -> bool:
    """Say whether the value is a SID of that kind: two letters and 32 hexadecimal digits."""
    return value.startswith(prefix) and _SID_DIGITS.fullmatch(value, len(prefix)) is not None


def is_message_sid(value: str) -> bool:
    """Say whether the value is the SID of a message."""
    return any(is_sid(value, prefix) for prefix in MESSAGE_PREFIXES)


def sid_problems(option: str, value: str, *prefixes: str) -> Iterator[str]:
    """Yield what is wrong with an option that must be a SID with one of these prefixes."""
    if not any(is_sid(value, prefix) for prefix in prefixes):
        yield f"{option}: must be {' or '.join(prefixes)} and 32 hexadecimal digits, not {value!r}."


def is_e164(address: str) -> bool:
    """Say whether an address is a phone number in E.164 form (https://www.twilio.com/docs/glossary/what-e164).

    No country's numbers have fewer than seven digits with the country code: Niue's, the shortest, have four and +683.
    """
    return _E164.fullmatch(address) is not None


def is_channel_address(address: str) -> bool:
    """Say whether an address is one of a channel other than SMS, such as ``whatsapp:+15551234567``."""
    channel, _colon, name = address.partition(":")
    return channel in CHANNELS and bool(name) and not name[0].isspace()


def channel_of(address: str) -> str:
    """Return the channel of an address, such as ``whatsapp``; empty for one of SMS."""
    return address.partition(":")[0] if is_channel_address(address) else ""


def is_sender_id(sender: str) -> bool:
    """Say whether a sender is an alphanumeric sender ID: a name instead of a number.

    Source: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
    """
    return _SENDER_ID.fullmatch(sender) is not None


# Countries and territories that share +1 with the USA and Canada, except those of the USA.
# Source: https://www.nationalnanpa.com/area_codes/
_OTHERS_OF_PLUS_ONE = re.compile(
    r"\+1(242|246|264|268|284|345|441|473|649|658|664|721|758|767|784|809|829|849|868|869|876)"
)


def is_without_sender_ids(number: str) -> bool:
    """Say whether a number is in the USA or Canada, where sender IDs are not supported.

    Source: https://www.twilio.com/docs/errors/21657
    """
    return number.startswith("+1") and not _OTHERS_OF_PLUS_ONE.match(number)


def is_loopback(url: str | None) -> bool:
    """Say whether a URL points to this machine."""
    host = host_of(url or "").rstrip(".")
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def host_of(url: str) -> str:
    """Return an http(s) URL's host in lower case; empty if it is not such a URL, or its host is not a valid name."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or _SPACE.search(url):
        return ""
    if ":" in host:
        return host
    return host if all(HOST_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")) else ""


def is_url(url: str) -> bool:
    """Say whether this is an http(s) URL. The host's name may have any characters."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
        return parts.scheme in ("http", "https") and has_host and not _SPACE.search(url)
    except ValueError:
        return False


def iso_date(value: Any) -> str | None:
    """Convert one of Twilio's dates from RFC 2822 to ISO 8601; None if there is none."""
    if not value:
        return None
    try:
        date = parsedate_to_datetime(str(value))
    except (TypeError, ValueError, IndexError, OverflowError):
        # If Twilio ever changes the format, its text is better than nothing.
        return str(value)
    return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).isoformat()


def seconds_of(date: Any) -> float | None:
    """Return a date that ``iso_date`` has converted, in seconds since 1970; None if there is none, or it is invalid."""
    try:
        return datetime.fromisoformat(date).timestamp() if date else None
    except (TypeError, ValueError):
        return None
