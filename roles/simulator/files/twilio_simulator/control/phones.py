# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls below ``/simulator``: list them, wait for them, and act for the person who is called."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import web

from ..api.call_json import shown_call
from ..api.form import parse_pairs
from ..world.calls import Call
from ..world.world import World
from .queries import CALL_FILTERS, Filters, filters_of, find, matches_call, number_in, wait_for

# In seconds of real time.
LONGEST_WAIT = 600


class PhoneControl:
    """Responds in JSON, like the simulator's other routes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/simulator/calls", self._calls),
            web.get("/simulator/calls/wait", self._wait),
            web.post("/simulator/calls/{sid}/{act:answer|decline|hang_up}", self._act),
        ]

    async def _calls(self, request: web.Request) -> web.Response:
        pairs = parse_pairs(request.rel_url.raw_query_string.encode())
        return web.json_response(self._found(filters_of(pairs, CALL_FILTERS)))

    async def _wait(self, request: web.Request) -> web.Response:
        pairs = parse_pairs(request.rel_url.raw_query_string.encode())
        filters = filters_of(pairs, (*CALL_FILTERS, "count", "timeout"))
        count = number_in(filters.pop("count", None), "count", 1, self._world.settings.keep)
        timeout = number_in(filters.pop("timeout", None), "timeout", 10, LONGEST_WAIT)
        came = await wait_for(self._world.calls, matches_call, filters, count, timeout)
        status = HTTPStatus.OK if came else HTTPStatus.REQUEST_TIMEOUT
        return web.json_response(self._found(filters), status=status)

    async def _act(self, request: web.Request) -> web.Response:
        call = self._world.calls.find(request.match_info["sid"])
        if call is None:
            raise web.HTTPNotFound
        phones = self._world.phones
        act = {"answer": phones.answer, "decline": phones.decline, "hang_up": phones.put_down}
        act[request.match_info["act"]](call)
        return web.json_response(shown_call(call))

    def _found(self, filters: Filters) -> dict[str, object]:
        found: list[Call] = find(self._world.calls, matches_call, filters)
        return {"count": len(found), "calls": [shown_call(call) for call in found]}
