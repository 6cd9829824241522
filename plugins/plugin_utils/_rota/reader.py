# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read one source, in a process of its own.

The process gets its job as JSON on standard input, and writes its answer to standard output.

A feed comes from outside, and an invalid one can make the calendar libraries raise an exception or loop forever. A
process can be limited in time and memory, and killed. It imports only its sibling modules, the calendar libraries and
requests.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from .cache import Copy, load, store
from .feed import Calendar, Turn, open_feed
from .limits import TimeIsUp, limit_process, processor_time
from .people import find_people
from .shifts import FEED_SECONDS, shifts_at, turns_at
from .source import NotRead, is_url, lacks_scheme
from .web import MAX_BYTES, Request, fetch

# How many events to name that are left out. A warning for each of a thousand would help nobody.
_NAMED = 5
# Of processor time. All names of a large rota are found in much less than a second.
_FIND_SECONDS = 3.0


def main() -> None:
    """Do a job, and write the answer: what ``read`` returns, or ``error``, or the ``missing`` package."""
    limit_process(round(FEED_SECONDS) + 30)
    job = json.load(sys.stdin)
    try:
        answer = read(job)
    except NotRead as error:
        answer = {"error": str(error)}
    except ImportError as error:
        answer = {"missing": error.name or str(error)}
    except (MemoryError, TimeIsUp):
        answer = {"error": "reading it takes too much time or memory"}
    except Exception as error:
        # The text of the error may contain anything, even the URL.
        answer = {"error": f"reading it failed ({type(error).__name__})"}
    json.dump(answer, sys.stdout)


def read(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``people`` on call at a moment by a source, a list of keys, and ``warnings``, as texts.

    The job has ``source``, ``moment`` (ISO 8601 in UTC), ``timezone``, ``people`` (a list of keys), ``match``,
    ``free``, ``cache``, ``max_age`` (seconds), ``request`` (the fields of ``Request`` except ``source``), and
    ``failed``: an error to use instead of a request, so that only the copy in ``cache`` is read. Raises ``NotRead``,
    and ``ImportError`` without the needed packages.
    """
    warnings: list[str] = []
    fresh = None
    if is_url(job["source"]):
        feed, fresh = _from_server(job, warnings)
    else:
        feed = _from_file(job, warnings)
    moment = datetime.fromisoformat(job["moment"])
    if isinstance(feed, Calendar):
        found = shifts_at(feed, moment, job["timezone"], job["free"])
    else:
        found = turns_at(feed, moment)
    # Only now: a feed that kills this process must not replace a copy that is good.
    if fresh and job["cache"]:
        _store(job, fresh, warnings)
    warnings += found.warnings
    warnings += [f"left out {text}" for text in found.left_out[:_NAMED]]
    if (more := len(found.left_out) - _NAMED) > 0:
        warnings.append(f"left out {more} more")
    try:
        with processor_time(_FIND_SECONDS):
            named = find_people(found.shifts, job["people"], job["match"])
    except TimeIsUp:
        cause = "; match may repeat something that repeats itself, as in ((\\w+ ?)+)" if job["match"] else ""
        raise NotRead(f"looking for names takes too long{cause}") from None
    return {"people": named.people, "warnings": warnings + named.problems}


def _from_file(job: Mapping[str, Any], warnings: list[str]) -> Calendar | list[Turn]:
    path = job["source"]
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
            changed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, timezone.utc)
    except (OSError, ValueError) as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else getattr(error, "strerror", None)
        hint = "; a URL begins with https://" if lacks_scheme(path) else ""
        raise NotRead(f"{why or 'it is not a valid path'}{hint}") from None
    if len(content) > MAX_BYTES:
        raise NotRead(f"the feed is larger than {MAX_BYTES // 1_000_000} MB")
    if is_old := _is_old(changed, job["max_age"]):
        warnings.append(f"the file was changed {_age(changed)}, {is_old}")
    return open_feed(content)


def _from_server(job: Mapping[str, Any], warnings: list[str]) -> tuple[Calendar | list[Turn], Copy | None]:
    """Return the feed, and what to store of it: nothing if it is a copy itself."""
    source, cache = job["source"], job["cache"]
    try:
        if job["failed"]:
            raise NotRead(job["failed"])
        content = fetch(Request(source=source, **job["request"]))
        return open_feed(content), Copy(content, datetime.now(timezone.utc))
    except NotRead as error:
        copy = load(cache, source) if cache else None
        if not copy:
            raise NotRead(f"{error}{'; cache has no copy of it' if cache else ''}") from None
        is_old = _is_old(copy.read, job["max_age"])
        warnings.append(f"{error}; a copy of {_age(copy.read)} is used{', ' if is_old else ''}{is_old}")
        return open_feed(copy.content), None


def _store(job: Mapping[str, Any], fresh: Copy, warnings: list[str]) -> None:
    try:
        store(job["cache"], job["source"], fresh)
    except OSError as error:
        warnings.append(f"cannot store a copy in the cache {job['cache']}: {error.strerror}")


def _is_old(since: datetime, max_age: float | None) -> str:
    # A time to come is as wrong as it is far away: it is not known how old this is.
    if max_age is None or abs(_seconds_since(since)) <= max_age:
        return ""
    return "which is longer than max_age: shifts may have changed since"


def _age(since: datetime) -> str:
    seconds = round(_seconds_since(since))
    side = "from now" if seconds < 0 else "ago"
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if abs(seconds) >= 2 * length:
            return f"{abs(seconds) // length} {unit} {side}"
    return f"{abs(seconds)} seconds {side}"


def _seconds_since(moment: datetime) -> float:
    return (datetime.now(timezone.utc) - moment).total_seconds()
