# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep the last good response of each server in one file, for times when a server is down.

The file is a JSON object: the SHA-256 of a source's URL, with ``read`` (ISO 8601) and ``content``. It contains no URL.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import IO, Any, NamedTuple

# How many copies to keep. The most recently read ones are kept.
MOST = 20

# How long to wait for other processes, in seconds.
_LONGEST_WAIT = 2.0


class Copy(NamedTuple):
    """A server's response, and when it was read."""

    content: bytes
    read: datetime


def load(path: str, source: str) -> Copy | None:
    """Return the copy of a source from the cache file at ``path``; None if there is none, or it cannot be read."""
    try:
        entry = _entries(path)[_key(source)]
        copy = Copy(entry["content"].encode(errors="surrogateescape"), datetime.fromisoformat(entry["read"]))
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
    return copy if copy.read.tzinfo else None


def store(path: str, source: str, copy: Copy) -> None:
    """Store a copy of a source in the cache file at ``path``, next to those of other sources. Raises ``OSError``."""
    entry = {"read": copy.read.isoformat(), "content": copy.content.decode(errors="surrogateescape")}
    folder, name = os.path.split(os.path.abspath(path))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with _locked(os.path.join(folder, f".{name}.lock")):
        entries = {**_entries(path), _key(source): entry}
        latest = sorted(entries, key=lambda key: str(entries[key].get("read")), reverse=True)[:MOST]
        _replace(folder, name, {key: entries[key] for key in latest})


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Keep other processes from the cache meanwhile, if the file system can: several calendars are read at once.

    Without the lock, the copy of another one may be lost, so nobody waits for it longer than ``_LONGEST_WAIT``.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            file = stack.enter_context(open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w"))
            until = time.monotonic() + _LONGEST_WAIT
            while not _is_locked(file) and time.monotonic() < until:
                time.sleep(0.02)
        yield


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replace(folder: str, name: str, entries: dict[str, Any]) -> None:
    # Only this user can read the file, and it is replaced as a whole.
    handle, scratch = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(entries, file)
        os.replace(scratch, os.path.join(folder, name))
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
