# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls below ``/simulator``: list them, wait for them, and act for the person who is called."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from ..api.call_json import shown_call
from ..world.calls import Call
from ..world.world import World
from .queries import CALL_FILTERS, awaited, filters_of, find, matches_call, query_of


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
        filters = filters_of(query_of(request), CALL_FILTERS)
        return web.json_response(_shown(find(self._world.calls, matches_call, filters)))

    async def _wait(self, request: web.Request) -> web.Response:
        most = self._world.settings.keep
        came, found = await awaited(self._world.calls, matches_call, CALL_FILTERS, query_of(request), most)
        return web.json_response(_shown(found), status=200 if came else 408)

    async def _act(self, request: web.Request) -> web.Response:
        call = self._world.calls.find(request.match_info["sid"])
        if call is None:
            raise web.HTTPNotFound
        phones = self._world.phones
        act = {"answer": phones.answer, "decline": phones.decline, "hang_up": phones.put_down}
        act[request.match_info["act"]](call)
        return web.json_response(shown_call(call))


def _shown(calls: list[Call]) -> dict[str, object]:
    return {"count": len(calls), "calls": [shown_call(call) for call in calls]}
