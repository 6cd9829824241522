# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of messages: filters, pages and the links between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from ..world import addresses
from ..world.codes import Refused
from ..world.messages import Message
from .form import Form
from .resources import media_json, message_json

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")

# A token names the message next to the page: A goes on to older ones, B back to newer ones.
_TOKEN = re.compile(r"P([AB])SM([0-9a-f]{32})")


def page_of_messages(messages: Iterable[Message], path: str, query: Form) -> dict[str, object]:
    """One page of ``messages`` (newest first) as Twilio's JSON, with links relative to the host."""
    size = min(query.whole("PageSize", 1) or DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE)
    page = query.whole("Page", 0) or 0
    found = [message for message in messages if _matches(message, query)]
    shown = _cut(found, page, size, query.one("PageToken"))
    filters = [(name, value) for name, value in query.pairs if name in FILTERS]

    def uri(number: int, token: str | None = None) -> str:
        paging = [("PageSize", str(size)), ("Page", str(number))]
        return f"{path}?{urlencode([*filters, *paging, *([('PageToken', token)] if token else [])])}"

    older = bool(shown) and shown[-1] is not found[-1]
    newer = page > 0 and bool(shown)
    return {
        "end": max(0, page * size + len(shown) - 1),
        "first_page_uri": uri(0),
        "messages": [message_json(message) for message in shown],
        "next_page_uri": uri(page + 1, f"PASM{shown[-1].number:032x}") if older else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1, f"PBSM{shown[0].number:032x}") if newer else None,
        "start": page * size,
        "uri": uri(page, query.one("PageToken")),
    }


def page_of_media(message: Message, path: str) -> dict[str, object]:
    """All media of a message: its limit of 10 never fills a page."""
    media = media_json(message)
    uri = f"{path}?PageSize={DEFAULT_PAGE_SIZE}&Page=0"
    return {
        "end": max(0, len(media) - 1),
        "first_page_uri": uri,
        "media_list": media,
        "next_page_uri": None,
        "page": 0,
        "page_size": DEFAULT_PAGE_SIZE,
        "previous_page_uri": None,
        "start": 0,
        "uri": uri,
    }


def _cut(found: list[Message], page: int, size: int, token: str | None) -> list[Message]:
    if token is None:
        return list(islice(found, page * size, page * size + size))
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise Refused(20001, detail="PageToken is not one that a list gave.")
    number = int(match[2], 16)
    if match[1] == "A":
        return [message for message in found if message.number < number][:size]
    return [message for message in found if message.number > number][-size:]


def _matches(message: Message, query: Form) -> bool:
    to, sender = query.one("To"), query.one("From")
    if to and message.draft.to != (addresses.recipient(to) or to):
        return False
    if sender and message.sender != (addresses.sender(sender) or sender):
        return False
    return all(_sent_within(message.sent, name, value) for name in FILTERS[2:] for value in query.every(name))


def _sent_within(sent: datetime | None, name: str, value: str) -> bool:
    """Bounds are inclusive; a bare date is its midnight in UTC, or as ``DateSent`` that whole day."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(20001, detail=f"{value[:40]!r} is not a date for {name}.") from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    if sent is None:
        return False
    # Twilio's dates have whole seconds.
    sent = sent.replace(microsecond=0)
    if name == "DateSent<":
        return sent <= moment
    if name == "DateSent>":
        return sent >= moment
    return moment <= sent < moment + (timedelta(days=1) if len(value) == len("YYYY-MM-DD") else timedelta(seconds=1))
