# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that Twilio's API deals in: SIDs, numbers and channel addresses, URLs. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)

# Of messages without media and with it.
MESSAGE_PREFIXES = ("SM", "MM")

CHANNELS = ("whatsapp", "rcs", "messenger")


def is_sid(value: str, prefix: str) -> bool:
    """Say whether the value is a SID of that kind: two letters and 32 hexadecimal digits."""
    return re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value) is not None


def is_message_sid(value: str) -> bool:
    """Say whether the value is the SID of a message."""
    return any(is_sid(value, prefix) for prefix in MESSAGE_PREFIXES)


def sid_problems(option: str, value: str, *prefixes: str) -> Iterator[str]:
    """Yield what is wrong with an option that must be a SID with one of these prefixes."""
    if not any(is_sid(value, prefix) for prefix in prefixes):
        yield f"{option}: must be {' or '.join(prefixes)} and 32 hexadecimal digits, not {value!r}."


def is_e164(address: str) -> bool:
    """Say whether an address is a phone number in E.164 form (https://www.twilio.com/docs/glossary/what-e164)."""
    return re.fullmatch(r"\+[1-9][0-9]{1,14}", address) is not None


def is_channel_address(address: str) -> bool:
    """Say whether an address is one of a channel beside SMS, such as ``whatsapp:+15551234567``."""
    return re.match(rf"({'|'.join(CHANNELS)}):\S", address) is not None


def is_loopback(url: str | None) -> bool:
    """Say whether a URL points at this very machine."""
    host = host_of(url or "").rstrip(".")
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def host_of(url: str) -> str:
    """Return an http(s) URL's host in lower case; empty if it is no such URL or its host is no valid name."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or re.search(r"\s", url):
        return ""
    if ":" in host:
        return host
    return host if all(HOST_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")) else ""


def is_url(url: str) -> bool:
    """Say whether this is an http(s) URL, whatever characters its host's name has."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        return False
