# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests to the API, for tests and people. They are stored without passwords."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict

from aiohttp import web

from ..world.messages import Pairs, iso8601


class Entry(TypedDict):
    """One request; ``form`` and ``query`` keep the order received. ``user`` is that of Basic auth.

    ``status`` is that of the response, None if it was lost. ``fault`` is the kind of fault that affected the request.
    """

    at: str
    method: str
    path: str
    query: Pairs
    form: Pairs
    headers: dict[str, str]
    user: str | None
    status: int | None
    fault: str | None


class Ledger:
    """The latest requests, oldest first."""

    def __init__(self, keep: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)

    def record(
        self,
        now: datetime,
        request: web.Request,
        *,
        query: Pairs,
        form: Pairs,
        user: str | None,
        status: int | None,
        fault: str | None,
    ) -> None:
        self._entries.append(
            Entry(
                at=iso8601(now),
                method=request.method,
                path=request.path,
                query=query,
                form=form,
                headers={name: text for name, text in request.headers.items() if "authorization" not in name.lower()},
                user=user,
                status=status,
                fault=fault,
            )
        )

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def clear(self) -> None:
        self._entries.clear()
