# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of resources: filters, pages and the links between them.

Pages: https://www.twilio.com/docs/usage/twilios-response#pagination
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from ..world import addresses
from ..world.calls import STATUSES, Call
from ..world.codes import Refused
from ..world.messages import Medium, Message
from .call_json import call_json
from .form import Form
from .resources import medium_json, message_json

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000

# A page token contains the SID of the resource next to the page. With A, the page goes on from there; with B, back.
_TOKEN = re.compile(r"P([AB])([A-Z]{2})([0-9a-f]{32})")

T = TypeVar("T")


class Kind(NamedTuple):
    """A kind of list: its key in the JSON, the prefix of its SIDs, its filters, and whether the newest come first."""

    key: str
    prefix: str
    filters: tuple[str, ...] = ()
    newest_first: bool = True


MESSAGES = Kind("messages", "SM", ("To", "From", "DateSent", "DateSent<", "DateSent>"))
CALLS = Kind(
    "calls",
    "CA",
    (
        *("To", "From", "Status", "ParentCallSid", "StartTime", "StartTime<", "StartTime>"),
        *("EndTime", "EndTime<", "EndTime>"),
    ),
)
MEDIA = Kind("media_list", "ME", ("DateCreated", "DateCreated<", "DateCreated>"), newest_first=False)


def page_of_messages(messages: Iterable[Message], path: str, query: Form) -> dict[str, object]:
    """Return one page of ``messages`` (newest first) as Twilio's JSON."""
    found = [message for message in messages if _matches(message, query)]
    return page_of(MESSAGES, found, lambda message: message.number, message_json, path, query)


def page_of_calls(calls: Iterable[Call], path: str, query: Form) -> dict[str, object]:
    """Return one page of ``calls`` (newest first) as Twilio's JSON."""
    found = [call for call in calls if _matches_call(call, query)]
    return page_of(CALLS, found, lambda call: call.number, call_json, path, query)


def page_of_media(message: Message, path: str, query: Form) -> dict[str, object]:
    """Return one page of a message's media as Twilio's JSON."""
    found = [medium for medium in message.media if within(message.created, "DateCreated", query)]

    def show(medium: Medium) -> dict[str, object]:
        return medium_json(message, medium)

    return page_of(MEDIA, found, lambda medium: medium.number, show, path, query)


def page_of(
    kind: Kind,
    found: Sequence[T],
    number_of: Callable[[T], int],
    show: Callable[[T], dict[str, object]],
    path: str,
    query: Form,
) -> dict[str, object]:
    """Return one page of what was found, ordered by number, with links relative to the host."""
    size = query.whole("PageSize", 1, LARGEST_PAGE_SIZE, code=20007) or DEFAULT_PAGE_SIZE
    page, token = query.whole("Page", 0) or 0, query.one("PageToken")
    start, end = _bounds(kind, [number_of(each) for each in found], page, size, token)
    shown = found[start:end]
    filters = [(name, value) for name, value in query.pairs if name in kind.filters]

    def uri(number: int, token: str | None = None) -> str:
        paging = [("PageSize", str(size)), ("Page", str(number))]
        return f"{path}?{urlencode([*filters, *paging, *([('PageToken', token)] if token else [])])}"

    def token_of(direction: str, item: T) -> str:
        return f"P{direction}{kind.prefix}{number_of(item):032x}"

    return {
        "end": max(0, page * size + len(shown) - 1),
        "first_page_uri": uri(0),
        kind.key: [show(each) for each in shown],
        "next_page_uri": uri(page + 1, token_of("A", shown[-1])) if shown and end < len(found) else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1, token_of("B", shown[0])) if shown and page > 0 else None,
        "start": page * size,
        "uri": uri(page, token),
    }


def within(moment: datetime | None, name: str, query: Form, *, ends_before: bool = False) -> bool:
    """Whether a moment is on the day in the query's ``name``, and within ``name<`` and ``name>``.

    ``ends_before`` says whether the last day is excluded.
    """
    return all(
        _is_within(moment, sign, value, name, ends_before)
        for sign in ("", "<", ">")
        for value in query.every(name + sign)
    )


def _bounds(kind: Kind, numbers: list[int], page: int, size: int, token: str | None) -> tuple[int, int]:
    """Return where the page begins and ends in the list."""
    if token is None:
        start = min(page * size, len(numbers))
        return start, min(start + size, len(numbers))
    match = _TOKEN.fullmatch(token)
    if match is None or match[2] != kind.prefix:
        raise Refused(20001, detail="PageToken is not from a list.")
    pivot, sign = int(match[3], 16), -1 if kind.newest_first else 1
    if match[1] == "A":
        start = sum(sign * number <= sign * pivot for number in numbers)
        return start, min(start + size, len(numbers))
    end = sum(sign * number < sign * pivot for number in numbers)
    return max(0, end - size), end


def _matches(message: Message, query: Form) -> bool:
    to, sender = query.one("To"), query.one("From")
    if to and message.draft.to != (addresses.recipient(to) or to):
        return False
    if sender and message.sender != (addresses.sender(sender) or sender):
        return False
    return within(message.sent, "DateSent", query)


def _matches_call(call: Call, query: Form) -> bool:
    to, sender = query.one("To"), query.one("From")
    status = query.choice("Status", STATUSES)
    if to and call.order.to != (addresses.recipient(to) or to):
        return False
    if sender and call.order.sender != (addresses.sender(sender) or sender):
        return False
    # No call in the simulator has a parent.
    if query.one("ParentCallSid") or (status and call.status != status):
        return False
    return all(
        within(moment, name, query, ends_before=True)
        for name, moment in (("StartTime", call.started), ("EndTime", call.ended))
    )


def _is_within(moment: datetime | None, sign: str, value: str, name: str, ends_before: bool) -> bool:
    """Bounds are inclusive, in whole seconds like Twilio's dates. A date means its whole day in UTC."""
    first = _date_in(value)
    if first is None:
        raise Refused(20001, detail=f"{value[:40]!r} is not a date for {name}{sign}.")
    if moment is None:
        return False
    is_day = len(value) == len("YYYY-MM-DD")
    last = first + (timedelta(days=1) if is_day else timedelta(seconds=1))
    if sign == "<":
        return moment < (first if is_day and ends_before else last)
    if sign == ">":
        return moment.replace(microsecond=0) >= first
    return first <= moment < last


def _date_in(text: str) -> datetime | None:
    """Read a date in ISO 8601 or RFC 2822. Twilio's API description has examples of both."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            # Other years could overflow when time zones and days are added.
            if 1 < moment.year < 9999:
                return moment.replace(tzinfo=moment.tzinfo or UTC)
        except (ValueError, OverflowError):
            continue
    return None
