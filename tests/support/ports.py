# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports for those who must know theirs before they listen."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below those that Linux and macOS give to connections, and to whoever asks for any port: one of these stays free.
LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    """Return a port of the loopback on which nobody listens."""
    while True:
        port = random.randint(LOWEST, HIGHEST)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
