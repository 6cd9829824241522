# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps web sites that a person visits from reading or driving a simulator on that person's machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

WILDCARDS = ("0.0.0.0", "::", "")


def is_host_welcome(host_header: str, own: str) -> bool:
    """Whether a request's ``Host`` may be answered: not a name that somebody else could have led to this address.

    Addresses and ``localhost`` cannot be led elsewhere, and the configured host was chosen. A simulator that listens
    everywhere goes by names that it cannot know.
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
    """Whether a request may change something: it comes from no web page, or from the simulator's own."""
    return origin is None or urlsplit(origin).netloc.lower() == host_header.lower()


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
