# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read values as users write them: durations, and JSON in a string. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.IGNORECASE)

# A week, which is longer than anybody intends to wait.
LONGEST_WAIT = 604800.0


def duration(value: Any) -> float | None:
    """Return a number of seconds, also from ``5m``, ``1h30m`` or ``90 s``; None if the value is not a duration."""
    if isinstance(value, bool) or value is None:
        return None
    text, seconds, end = str(value).strip(), 0.0, 0
    with suppress(ValueError):
        return float(text) if math.isfinite(float(text)) else None
    while end < len(text):
        part = _PART.match(text, end)
        if not part or part[2].lower() not in _UNITS:
            return None
        seconds += float(part[1]) * _UNITS[part[2].lower()]
        end = part.end()
    return seconds if text else None


def ring_time(value: Any) -> float | None:
    """Return after how many seconds somebody is called, 0 for never; None if the value is invalid."""
    if value in (None, False, "") or str(value).strip().lower() in ("false", "no", "off", "never"):
        return 0.0
    seconds = duration(value)
    return seconds if seconds is not None and 0 <= seconds <= LONGEST_WAIT else None


def as_text(value: list[Any] | Mapping[str, Any]) -> str:
    """Return the text that a list or a mapping stands for: its lines, a task's ``msg``, or JSON."""
    if isinstance(value, list):
        return "\n".join(item if isinstance(item, str) else _as_json(item) for item in value)
    message = value.get("msg")
    return message if isinstance(message, str) and message.strip() else _as_json(value) if value else ""


def _as_json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def from_json(value: Any) -> Any:
    """Read JSON in a string, as a survey or ``-e`` passes it. Return any other value unchanged."""
    if _looks_like_json(value):
        with suppress(ValueError):
            return json.loads(value)
    return value


def json_error(value: Any) -> str:
    """Say where a text that looks like JSON is invalid; empty if it is valid."""
    if _looks_like_json(value):
        try:
            json.loads(value)
        except ValueError as error:
            return str(error)
    return ""


def _looks_like_json(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip()[:1] in ("[", "{", '"')
