# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of the API, for tests and people. Passwords never enter it."""

from __future__ import annotations

from collections import deque
from typing import TypedDict

from aiohttp import web

from .auth import login_of
from .form import Pairs


class Entry(TypedDict):
    """One request; ``form`` and ``query`` keep the order received, ``user`` is the one of Basic auth."""

    method: str
    path: str
    query: Pairs
    form: Pairs
    headers: dict[str, str]
    user: str | None
    status: int


class Ledger:
    """The latest requests, oldest first."""

    def __init__(self, keep: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)

    def record(self, request: web.Request, query: Pairs, form: Pairs, status: int) -> None:
        login = login_of(request.headers.get("Authorization"))
        self._entries.append(
            Entry(
                method=request.method,
                path=request.path,
                query=query,
                form=form,
                headers={name: text for name, text in request.headers.items() if "authorization" not in name.lower()},
                user=login.user if login else None,
                status=status,
            )
        )

    def entries(self) -> list[Entry]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
