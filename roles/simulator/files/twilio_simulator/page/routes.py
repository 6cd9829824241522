# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inbox page in a browser: its files, and its requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from aiohttp import web

from ..api.call_json import shown_call
from ..api.resources import shown
from ..control.queries import phone_in
from ..control.rehearsal import Rehearsal
from ..world.calls import Call
from ..world.reading import BadInput
from .conversations import Item, Items, among, conversations, search, thread, timeline, together

FILES = Path(__file__).with_name("inbox")
# The machine's own table of types may have plain text for scripts, and browsers do not run those.
CONTENT_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Only the page's own files are loaded or run, whatever a message contains.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGE_SIZE = 50


class Page:
    """The page's routes over a simulator."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._world = rehearsal.world
        self._files = {path.name: path for path in FILES.iterdir()}

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/inbox/{name}", self._file),
            web.get("/simulator/events", self._rehearsal.feed.stream, allow_head=False),
            web.get("/simulator/connection", self._connection),
            web.get("/simulator/conversations", self._conversations),
            web.delete("/simulator/conversations", self._forget),
            web.get("/simulator/thread", self._thread),
            web.get("/simulator/timeline", self._timeline),
            web.get("/simulator/search", self._search),
            web.get("/simulator/alerts", self._alerts),
        ]

    def _items(self) -> Iterable[Item]:
        """Return all messages and calls, newest first."""
        return together(self._world.store.newest_first(), self._world.calls.newest_first())

    async def _index(self, request: web.Request) -> web.Response:
        return _served(self._files["index.html"])

    async def _file(self, request: web.Request) -> web.Response:
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return _served(path)

    async def _connection(self, request: web.Request) -> web.Response:
        account = self._world.accounts.main
        return web.json_response({"account_sid": account.sid, "auth_token": account.token})

    async def _conversations(self, request: web.Request) -> web.Response:
        before = _number_of(request, "before")
        found = conversations(self._items())
        if before is not None:
            found = [each for each in found if each.latest.number < before]
        listed = [{"with": latest.peer, "count": size, "latest": _shown(latest)} for latest, size in found[:PAGE_SIZE]]
        return web.json_response({"conversations": listed, "more": len(found) > PAGE_SIZE})

    async def _forget(self, request: web.Request) -> web.Response:
        peer = _peer_of(request)
        if peer is None:
            raise BadInput("with must be the number whose messages and calls to delete")
        self._rehearsal.forget_conversation(peer)
        return web.Response(status=204)

    async def _thread(self, request: web.Request) -> web.Response:
        peer, before, around = (
            _peer_of(request) or "",
            _number_of(request, "before"),
            _number_of(request, "around"),
        )
        page = thread(self._items(), peer, PAGE_SIZE, before=before, around=around)
        return web.json_response(
            {
                **self._shown(page, before, peer),
                "opted_out": [sender for person, sender in self._world.opt_outs.pairs() if person == peer],
            }
        )

    async def _timeline(self, request: web.Request) -> web.Response:
        before = _number_of(request, "before")
        page = timeline(self._items(), PAGE_SIZE, before=before)
        return web.json_response(self._shown(page, before))

    def _shown(self, page: Items, before: int | None, peer: str | None = None) -> dict[str, object]:
        """Return a page of messages and calls, with the latest alerts between them."""
        alerts = islice(among(page, self._world.alerts.newest_first(), before, peer), PAGE_SIZE)
        return {
            "messages": [_shown(item) for item in page.items],
            "alerts": [alert.as_json() for alert in alerts],
            "earlier": page.earlier,
            "later": page.later,
        }

    async def _search(self, request: web.Request) -> web.Response:
        names, text = self._world.names.as_json(), request.query.get("text", "")
        found = search(self._items(), names, text, PAGE_SIZE + 1)
        listed = [_shown(item) for item in found[:PAGE_SIZE]]
        return web.json_response({"messages": listed, "more": len(found) > PAGE_SIZE})

    async def _alerts(self, request: web.Request) -> web.Response:
        before, peer = _number_of(request, "before"), _peer_of(request)
        found = (
            alert
            for alert in self._world.alerts.newest_first()
            if (before is None or alert.number < before) and peer in (None, alert.peer)
        )
        listed = [alert.as_json() for alert in islice(found, PAGE_SIZE + 1)]
        return web.json_response({"alerts": listed[:PAGE_SIZE], "more": len(listed) > PAGE_SIZE})


def _shown(item: Item) -> dict[str, object]:
    return shown_call(item) if isinstance(item, Call) else shown(item)


def _peer_of(request: web.Request) -> str | None:
    peer = request.query.get("with")
    return peer and phone_in(peer)


def _number_of(request: web.Request, name: str) -> int | None:
    """Return the number of a message or call in the query."""
    text = request.query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise BadInput(f"{name} must be the number of a message or call")
    return int(text)


def _served(path: Path) -> web.Response:
    return web.Response(
        body=path.read_bytes(), content_type=CONTENT_TYPES[path.suffix], charset="utf-8", headers=HEADERS
    )
