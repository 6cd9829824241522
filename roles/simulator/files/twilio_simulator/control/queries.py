# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find messages, calls or requests by filters, and wait until there are enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any

from aiohttp import web

from ..api.form import parse_pairs
from ..world import addresses
from ..world.calls import Call
from ..world.messages import Message, Pairs
from ..world.reading import BadInput
from ..world.store import K, Store
from .ledger import Entry

MESSAGE_FILTERS = ("to", "from", "status", "direction", "body")
CALL_FILTERS = ("to", "from", "status", "said")
REQUEST_FILTERS = ("method", "path", "status", "fault", "to", "from", "body")
# In seconds of real time.
LONGEST_WAIT = 600

Filters = Mapping[str, str]
Matches = Callable[[K, Filters], bool]


def query_of(request: web.Request) -> Pairs:
    return parse_pairs(request.rel_url.raw_query_string.encode())


def filters_of(pairs: Pairs, known: Collection[str]) -> dict[str, str]:
    """Return the filters of a query. An unknown one is an error, since ignoring it would return too much."""
    filters = {}
    for name, value in pairs:
        if name not in known:
            raise BadInput(f"there is no {name}, only {', '.join(known)}")
        filters[name] = phone_in(value) if name in ("to", "from") else value
    return filters


def matches_message(message: Message, filters: Filters) -> bool:
    """Whether each filter is equal to its field. ``body`` may be any part of the text."""
    fields = {"to": message.draft.to, "from": message.sender, "status": message.status, "direction": message.direction}
    return all(text in message.body if name == "body" else fields[name] == text for name, text in filters.items())


def matches_call(call: Call, filters: Filters) -> bool:
    """Whether each filter is equal to its field. ``said`` may be any part of what the call said."""
    fields = {"to": call.order.to, "from": call.order.sender, "status": call.status}
    return all(text in call.said if name == "said" else fields[name] == text for name, text in filters.items())


def matches_request(entry: Entry, filters: Filters) -> bool:
    """Whether each filter is equal to its field, or to the form's or query's. ``body`` and ``path`` may be any part."""
    fields: dict[str, str | None] = {"method": entry["method"], "fault": entry["fault"], "status": str(entry["status"])}
    for name, value in reversed([*entry["query"], *entry["form"]]):
        if name in ("To", "From"):
            fields[name.lower()] = phone_in(value)
    body = "".join(value for name, value in entry["form"] if name == "Body")
    parts = {"path": entry["path"], "body": body}
    return all(text in parts[name] if name in parts else fields.get(name) == text for name, text in filters.items())


def find(store: Store[K], matches: Matches[K], filters: Filters) -> list[K]:
    """Return the matches, newest first."""
    return [item for item in store.newest_first() if matches(item, filters)]


async def awaited(
    store: Store[K], matches: Matches[K], known: Collection[str], pairs: Pairs, most: int
) -> tuple[bool, list[K]]:
    """Wait as a query says, for at most ``most`` matches. Returns whether they came, and the matches, newest first."""
    filters = filters_of(pairs, (*known, "count", "timeout"))
    count = number_in(filters.pop("count", None), "count", 1, most)
    timeout = number_in(filters.pop("timeout", None), "timeout", 10, LONGEST_WAIT)
    came = await wait_for(store, matches, filters, count, timeout)
    return came, find(store, matches, filters)


async def wait_for(store: Store[K], matches: Matches[K], filters: Filters, count: int, timeout: float) -> bool:
    """Wait until ``count`` match, at most ``timeout`` seconds of real time. Returns whether they did."""
    matching = {item.sid for item in find(store, matches, filters)}
    changed = asyncio.Event()

    def watch(item: K, is_there: bool) -> None:
        if is_there and matches(item, filters):
            matching.add(item.sid)
        else:
            matching.discard(item.sid)
        changed.set()

    store.watchers.add(watch)
    try:
        async with asyncio.timeout(timeout):
            # What has matched may have changed again before anybody could look.
            while len(matching) < count:
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        store.watchers.discard(watch)
    return True


def number_in(text: str | None, name: str, default: float, most: float) -> Any:
    """Return a number in a query."""
    try:
        number = default if text is None else float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise BadInput(f"{name} must be a number from 0 to {most:g}")
    return number


def phone_in(text: str) -> str:
    """Return a phone number in any format. An unescaped plus sign in a URL arrives as a space."""
    text = f"+{text[1:]}" if text.startswith(" ") else text
    return addresses.recipient(text) or text
