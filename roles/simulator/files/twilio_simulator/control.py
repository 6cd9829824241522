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

from . import __version__
from .clock import FASTEST
from .engine import Engine
from .form import Form, parse_pairs
from .inbound import Unusable

# Ten years, in seconds.
LONGEST_LEAP = 10 * 365 * 86400


class Control:
    """Answers in JSON; what cannot be done is ``{"error": "why"}`` with status 400."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/simulator/health", self._health),
            web.get("/simulator/state", self._state),
            web.put("/simulator/clock", self._clock),
            web.get("/simulator/requests", self._requests),
            web.get("/simulator/messages", self._messages),
            web.post("/simulator/inbound", self._inbound),
            web.post("/simulator/reset", self._reset),
        ]

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"pid": os.getpid(), "instance": self._engine.instance, "version": __version__})

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._engine.state())

    async def _clock(self, request: web.Request) -> web.Response:
        wanted = await _object_of(request)
        known = {"speed", "now", "advance"}
        if not wanted or wanted.keys() - known or {"now", "advance"} <= wanted.keys():
            raise Unusable("give speed, and now or advance")
        clock = self._engine.clock
        now = _moment(wanted["now"]) if "now" in wanted else None
        try:
            clock.set(
                speed=_number(wanted, "speed", FASTEST),
                now=now,
                advance=_number(wanted, "advance", LONGEST_LEAP) or 0.0,
            )
        except ValueError as error:
            raise Unusable(str(error)) from None
        self._engine.tell_state()
        return web.json_response(self._engine.state()["clock"])

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response({"requests": self._engine.ledger.entries()})

    async def _messages(self, request: web.Request) -> web.Response:
        shown = [message.as_shown() for message in self._engine.store.newest_first()]
        return web.json_response({"messages": shown})

    async def _inbound(self, request: web.Request) -> web.Response:
        message = self._engine.inbound.submit(await _form_of(request))
        return web.json_response(message.as_shown(), status=201)

    async def _reset(self, request: web.Request) -> web.Response:
        self._engine.reset()
        return web.Response(status=204)


async def _object_of(request: web.Request) -> dict[str, Any]:
    """The JSON object that was sent."""
    try:
        found = json.loads(await request.read())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unusable("the request must be a JSON object")
    return found


async def _form_of(request: web.Request) -> Form:
    """What was sent as a form or as a JSON object of texts and lists of texts."""
    if request.content_type != "application/json":
        return Form(parse_pairs(await request.read()))
    pairs = []
    for name, value in (await _object_of(request)).items():
        for text in value if isinstance(value, list) else [value]:
            if not isinstance(text, str):
                raise Unusable(f"{name} must be a text")
            pairs.append((name, text))
    return Form(pairs)


def _number(wanted: dict[str, Any], name: str, most: float) -> float | None:
    value = wanted.get(name)
    if name in wanted and (isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most):
        raise Unusable(f"{name} must be a number from 0 to {most:.0f}")
    return value


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Unusable("now must be a moment in ISO 8601, such as 2026-03-01T02:30:00Z") from None
    if not 2000 <= moment.year < 2200:
        raise Unusable("now must be in this century or the next")
    return moment.replace(tzinfo=moment.tzinfo or UTC)
