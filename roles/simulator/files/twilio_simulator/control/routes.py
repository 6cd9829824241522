# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own routes below ``/simulator``, for tests, pages and people."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from .. import __version__
from ..api.call_json import shown_call
from ..api.form import Form, parse_pairs
from ..api.resources import shown
from ..world import addresses
from ..world.messages import Message
from ..world.names import read_name
from ..world.reading import BadInput
from ..world.settings import FASTEST
from .inbound import submit
from .kinds import KINDS
from .queries import (
    MESSAGE_FILTERS,
    REQUEST_FILTERS,
    awaited,
    filters_of,
    find,
    matches_message,
    matches_request,
    number_in,
    query_of,
)
from .rehearsal import Rehearsal

# Ten years, in seconds.
LONGEST_LEAP = 10 * 365 * 86400


class Control:
    """Responds in JSON. An error is ``{"error": "why"}`` with status 400."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._world = rehearsal.world

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/simulator/health", self._health),
            web.get("/simulator/state", self._state),
            web.put("/simulator/clock", self._clock),
            web.get("/simulator/faults", self._faults),
            web.post("/simulator/faults", self._add_fault),
            web.delete("/simulator/faults", self._remove_faults),
            web.delete(r"/simulator/faults/{id:[0-9]{1,18}}", self._remove_fault),
            web.get("/simulator/names", self._names),
            web.put("/simulator/names", self._name),
            web.get("/simulator/requests", self._requests),
            web.get("/simulator/messages", self._messages),
            web.delete("/simulator/messages", self._forget),
            web.get("/simulator/callbacks", self._callbacks),
            web.get("/simulator/wait", self._wait),
            web.get("/simulator/assert", self._assert),
            web.get("/simulator/export", self._export),
            web.post("/simulator/inbound", self._inbound),
            web.post("/simulator/reset", self._reset),
        ]

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"pid": os.getpid(), "instance": self._rehearsal.instance, "version": __version__})

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._rehearsal.state())

    async def _clock(self, request: web.Request) -> web.Response:
        wanted = await _object_of(request)
        known = {"speed", "now", "advance"}
        if not wanted or wanted.keys() - known or {"now", "advance"} <= wanted.keys():
            raise BadInput("speed, now or advance is required")
        clock = self._world.clock
        now = _moment(wanted["now"]) if "now" in wanted else None
        clock.set(
            speed=_number(wanted, "speed", FASTEST),
            now=now,
            advance=_number(wanted, "advance", LONGEST_LEAP) or 0.0,
        )
        self._rehearsal.tell_state()
        return web.json_response(self._rehearsal.state()["clock"])

    async def _faults(self, request: web.Request) -> web.Response:
        kinds = [kind.as_json() for kind in KINDS.values()]
        return web.json_response({"faults": self._rehearsal.faults.as_json(), "kinds": kinds})

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = self._rehearsal.faults.add(await _object_of(request))
        self._rehearsal.tell_state()
        return web.json_response(fault.as_json(), status=201)

    async def _remove_faults(self, request: web.Request) -> web.Response:
        self._rehearsal.faults.clear()
        self._rehearsal.tell_state()
        return web.Response(status=204)

    async def _remove_fault(self, request: web.Request) -> web.Response:
        if not self._rehearsal.faults.remove(int(request.match_info["id"])):
            raise web.HTTPNotFound
        self._rehearsal.tell_state()
        return web.Response(status=204)

    async def _names(self, request: web.Request) -> web.Response:
        return web.json_response(self._rehearsal.names())

    async def _name(self, request: web.Request) -> web.Response:
        names = {}
        for number, name in (await _object_of(request)).items():
            address = addresses.recipient(number)
            if address is None:
                raise BadInput(f"{number[:40]!r} is not a phone number, such as +15551234567")
            names[address] = None if name is None else read_name(name)
        self._rehearsal.name(names)
        return web.json_response(self._rehearsal.names())

    async def _requests(self, request: web.Request) -> web.Response:
        filters = filters_of(query_of(request), REQUEST_FILTERS)
        found = [entry for entry in self._rehearsal.ledger if matches_request(entry, filters)]
        return web.json_response({"requests": found})

    async def _messages(self, request: web.Request) -> web.Response:
        return web.json_response(
            _shown(find(self._world.store, matches_message, filters_of(query_of(request), MESSAGE_FILTERS)))
        )

    async def _forget(self, request: web.Request) -> web.Response:
        self._rehearsal.forget()
        return web.Response(status=204)

    async def _callbacks(self, request: web.Request) -> web.Response:
        return web.json_response({"callbacks": list(self._world.webhooks.attempts)})

    async def _wait(self, request: web.Request) -> web.Response:
        most = self._world.settings.keep
        came, found = await awaited(self._world.store, matches_message, MESSAGE_FILTERS, query_of(request), most)
        return web.json_response({"count": len(found)} | _shown(found), status=200 if came else 408)

    async def _assert(self, request: web.Request) -> web.Response:
        filters = filters_of(query_of(request), (*MESSAGE_FILTERS, "count"))
        if "count" not in filters:
            raise BadInput("count is required")
        count = number_in(filters.pop("count"), "count", 0, self._world.settings.keep)
        found = find(self._world.store, matches_message, filters)
        return web.json_response({"count": len(found)} | _shown(found), status=200 if len(found) == count else 409)

    async def _export(self, request: web.Request) -> web.Response:
        world = self._world
        everything = {
            "state": self._rehearsal.state(),
            **_shown(world.store.newest_first()),
            "calls": [shown_call(call) for call in world.calls.newest_first()],
            "requests": list(self._rehearsal.ledger),
            "callbacks": list(world.webhooks.attempts),
            "alerts": [alert.as_json() for alert in world.alerts.newest_first()],
            **self._rehearsal.names(),
            "opt_outs": [{"person": person, "sender": sender} for person, sender in world.opt_outs.pairs()],
        }
        disposition = 'attachment; filename="twilio-simulator.json"'
        return web.json_response(everything, headers={"Content-Disposition": disposition})

    async def _inbound(self, request: web.Request) -> web.Response:
        message = submit(self._world, await _form_of(request))
        return web.json_response(shown(message), status=201)

    async def _reset(self, request: web.Request) -> web.Response:
        self._rehearsal.reset()
        return web.Response(status=204)


def _shown(messages: Iterable[Message]) -> dict[str, object]:
    return {"messages": [shown(message) for message in messages]}


async def _object_of(request: web.Request) -> dict[str, Any]:
    """Return the JSON object in a request."""
    try:
        found = json.loads(await request.read())
        # JSON may have halves of a character, which no text message and no webhook can.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput("the request must be a JSON object")
    return found


async def _form_of(request: web.Request) -> Form:
    """Return a form, or a JSON object of strings and lists of strings."""
    if request.content_type != "application/json":
        return Form(parse_pairs(await request.read()))
    pairs = []
    for name, value in (await _object_of(request)).items():
        for text in value if isinstance(value, list) else [value]:
            if not isinstance(text, str):
                raise BadInput(f"{name} must be a string")
            pairs.append((name, text))
    return Form(pairs)


def _number(wanted: dict[str, Any], name: str, most: float) -> float | None:
    value = wanted.get(name)
    if name in wanted and (isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most):
        raise BadInput(f"{name} must be a number from 0 to {most:.0f}")
    return value


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadInput("now must be a moment in ISO 8601, such as 2026-03-01T02:30:00Z") from None
    if not 2000 <= moment.year < 2200:
        raise BadInput("now must be in this century or the next")
    return moment.replace(tzinfo=moment.tzinfo or UTC)
