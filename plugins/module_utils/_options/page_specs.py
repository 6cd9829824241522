# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the modules that page and ask people."""

from __future__ import annotations

from typing import Any

from .spec import CONNECTION

# A page must go out even if an option is mistyped. So the pager reads these options itself, and their type is raw.
PAGE: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "state": {"type": "str", "default": "paged"},
    "body": {"type": "str"},
    "message_variable": {"type": "str"},
    "fallback_message": {"type": "str"},
    "tiers": {"type": "raw"},
    "from": {"type": "str"},
    "messaging_service_sid": {"type": "str"},
    "wait": {"type": "raw", "default": 300},
    "repeat": {"type": "raw", "default": 1},
    "code": {"type": "str"},
    "incident": {"type": "str"},
    "accept": {"type": "raw", "default": ["ACK"]},
    "decline": {"type": "raw", "default": ["NO"]},
    "hint": {"type": "str", "default": "Reply {accept} {code} to take it, {decline} {code} to pass"},
    "segments": {"type": "raw", "default": 2},
    "ring": {"type": "raw", "default": 0},
    "ring_from": {"type": "str"},
    "ring_say": {
        "type": "str",
        "default": (
            "You are paged: {message}. The code is {code}."
            " To take it, text {accept} {code} to the number that paged you."
        ),
    },
    "ring_language": {"type": "str"},
    "ring_voice": {"type": "str"},
    "validity_period": {"type": "raw", "default": 600},
    "dedupe_window": {"type": "raw"},
    "quiet": {"type": "raw", "default": 0},
    "poll_interval": {"type": "raw", "default": 5},
    "confirm": {"type": "raw", "default": True},
    "tell_others": {"type": "raw", "default": True},
}

# The pager reads these options too, so that it can report all problems together.
ASK: dict[str, dict[str, Any]] = {
    **CONNECTION,
    "body": {"type": "str"},
    "to": {"type": "raw"},
    "from": {"type": "str"},
    "messaging_service_sid": {"type": "str"},
    "accept": {"type": "raw", "default": ["YES"]},
    "decline": {"type": "raw", "default": ["NO"]},
    "quorum": {"type": "raw", "default": 1},
    "wait": {"type": "raw", "default": 300},
    "default": {"type": "raw", "default": False},
    "tell": {"type": "raw", "default": True},
    "segments": {"type": "raw", "default": 2},
    "poll_interval": {"type": "raw", "default": 5},
}
