# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last good answer of each server, in one file, for when a server is down.

The file is JSON: by the hash of a source, when it was read and what it said. It holds no URL.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

# Those that were read last are kept.
MOST = 20


class Copy(NamedTuple):
    """What a server said, and when."""

    content: bytes
    read: datetime


def load(path: str, source: str) -> Copy | None:
    """Return the copy of a source; None if there is none that can be read."""
    try:
        entry = _entries(path)[_key(source)]
        return Copy(entry["content"].encode(errors="surrogateescape"), datetime.fromisoformat(entry["read"]))
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def store(path: str, source: str, copy: Copy) -> None:
    """Keep a copy of a source, beside those of others. Raises ``OSError``."""
    entry = {"read": copy.read.isoformat(), "content": copy.content.decode(errors="surrogateescape")}
    entries = {**_entries(path), _key(source): entry}
    latest = sorted(entries, key=lambda key: str(entries[key].get("read")), reverse=True)[:MOST]
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    # Readable by this user alone, and never half written.
    handle, scratch = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump({key: entries[key] for key in latest}, file)
        os.replace(scratch, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(scratch)
        raise


def _entries(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="ascii") as file:
            entries = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(entries, dict):
        return {}
    return {key: entry for key, entry in entries.items() if isinstance(entry, dict)}


def _key(source: str) -> str:
    return hashlib.sha256(source.encode(errors="surrogateescape")).hexdigest()
