# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_message_info``: read messages, by SID or by filters, and query them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

from .._options.addresses import lost_plus, sender_problem
from .._options.dates import parse_past, to_iso_8601
from .._options.message_specs import MESSAGE_INFO
from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.codes import NOT_FOUND
from .._twilio.errors import ReadFailed, TwilioError
from .._twilio.message import Message, normalise
from .._twilio.numbers import read_sender
from .._twilio.values import MESSAGE_PREFIXES, sid_problems
from .job import Job, missing_package
from .parallel import fan_out
from .task import Task

try:
    import jmespath
except ImportError:
    jmespath = None  # type: ignore[assignment]

# The API's filters for dates, by option. Source: https://www.twilio.com/docs/messaging/api/message-resource
_DATES = {"date_sent": "DateSent", "date_sent_after": "DateSent>", "date_sent_before": "DateSent<"}
_OUR_FILTERS = ("direction", "status", "body_matches")
_FILTERS = ("to", "from", *_DATES, *_OUR_FILTERS)
_DEFAULT_PAGE = 50
_LARGEST_PAGE = 1000
_CONCURRENCY = 8


def message_info(params: Mapping[str, Any], _task: Task) -> dict[str, Any]:
    """Return the messages that a task asks for; ``params`` are those of ``MESSAGE_INFO``.

    It only reads, so check mode does the same. Raises ``ReadFailed``.
    """
    with Client(connect(params)) as client:
        # An empty list of SIDs returns no message, not the latest ones.
        if params["sid"] is not None:
            messages = _by_sid(client, params["sid"])
        else:
            messages = list(islice(_by_filters(client, params), params["limit"] or None))
        moment = datetime.now(timezone.utc) + timedelta(seconds=client.clock_offset)
    return {
        "changed": False,
        "messages": messages,
        "message": messages[0] if messages else None,
        "query_result": _search(params["query"], messages) if params["query"] else None,
        "date": moment.isoformat(timespec="seconds"),
    }


def info_problems(params: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield the problems with a task's options."""
    for sid in params["sid"] or ():
        yield from sid_problems("sid", sid, *MESSAGE_PREFIXES)
    if params["sid"] is not None and (filters := [name for name in _FILTERS if params[name]]):
        yield f"sid: cannot be used with {', '.join(filters)}."
    for name in ("to", "from"):
        if params[name] and (problem := sender_problem(read_sender(params[name]))):
            yield f"{name}: {problem}{lost_plus(params[name])}"
    if not 0 <= params["limit"] <= sys.maxsize:
        yield f"limit: must be 0 or more, not {params['limit']}."
    for name in _DATES:
        if params[name]:
            try:
                parse_past(params[name], now)
            except ValueError as error:
                yield f"{name}: {error}."
    if params["body_matches"]:
        try:
            re.compile(params["body_matches"])
        except (re.error, OverflowError, RecursionError) as error:
            yield f"body_matches: is not a regular expression: {error}."
    if params["query"]:
        if jmespath is None:
            yield f"query: {missing_package('jmespath>=0.10')}"
        else:
            yield from _query_problems(params["query"])


def _query_problems(query: str) -> Iterator[str]:
    try:
        jmespath.compile(query)
    except (jmespath.exceptions.JMESPathError, RecursionError, ValueError) as error:
        yield f"query: is not a JMESPath expression. {error}"


def _search(query: str, messages: list[Message]) -> Any:
    try:
        value = jmespath.search(query, messages)
        # A result that is not JSON, such as an expression as a value, cannot be returned.
        json.dumps(value, allow_nan=False)
    except (jmespath.exceptions.JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise TwilioError(f"query: cannot be applied to the messages. {str(error)[:200]}") from None
    return value


def _by_sid(client: Client, sids: list[str]) -> list[Message]:
    def fetch(sid: str) -> Message | None:
        try:
            return normalise(client.messages.fetch(sid))
        except ReadFailed as error:
            if error.details.code == NOT_FOUND:
                return None
            raise

    return [message for message in fan_out(fetch, sids, _CONCURRENCY) if message]


def _by_filters(client: Client, params: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the messages that pass all filters; those that the API does not have are applied here."""
    now = datetime.now(timezone.utc)
    filters: dict[str, str | int] = {
        name.capitalize(): read_sender(params[name]) for name in ("to", "from") if params[name]
    }
    for name, parameter in _DATES.items():
        if params[name]:
            moment = parse_past(params[name], now)
            filters[parameter] = moment.strftime("%Y-%m-%d") if name == "date_sent" else to_iso_8601(moment)
    wanted = params["limit"] or _LARGEST_PAGE
    # If messages are filtered here, pages as small as the limit would take many requests.
    least = _DEFAULT_PAGE if any(params[name] for name in _OUR_FILTERS) else 1
    filters["PageSize"] = min(max(wanted, least), _LARGEST_PAGE)
    pattern = re.compile(params["body_matches"] or "")
    for raw in client.messages.list(filters):
        message = normalise(raw)
        if (
            str(message["direction"]).startswith(params["direction"] or "")
            and (not params["status"] or message["status"] in params["status"])
            and pattern.search(str(message["body"] or ""))
        ):
            yield message


JOB = Job(MESSAGE_INFO, info_problems, message_info)
