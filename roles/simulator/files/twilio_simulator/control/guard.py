# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep web sites that a person visits from reading or controlling a simulator on that person's machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

WILDCARDS = ("0.0.0.0", "::", "")


def is_host_welcome(host_header: str, own: str) -> bool:
    """Whether to answer a request's ``Host``: not if it is a name that an attacker may have pointed to this address.

    IP addresses and ``localhost`` cannot be redirected, and the configured host is trusted. A simulator that listens on
    all addresses cannot know its names.
    """
    host = _host_of(f"//{host_header}")
    if own in WILDCARDS or host in (own.lower(), "localhost") or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_origin_welcome(origin: str | None, host_header: str) -> bool:
    """Whether a request may change something: it does not come from a web page, or comes from the simulator's own."""
    try:
        return origin is None or urlsplit(origin).netloc.lower() == host_header.lower()
    except ValueError:
        return False


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
