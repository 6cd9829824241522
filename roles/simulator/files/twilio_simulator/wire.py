# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all requests share: checks of the host and origin, faults, and responses to errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from aiohttp import web
from aiohttp.typedefs import Handler

from .api import auth
from .api.errors import answer_in, body_of, refusal
from .api.form import Form, parse_pairs
from .api.requests import FORM, QUERY
from .control import guard
from .control.rehearsal import Rehearsal
from .world import addresses
from .world.alerts import REFUSED, Alert
from .world.codes import Refused
from .world.messages import API_VERSION, new_sid
from .world.reading import BadInput

LARGEST_REQUEST = 1024**2
FORM_TYPE = "application/x-www-form-urlencoded"
READING = frozenset({"GET", "HEAD"})

# Keys of a request for the user's name, and for the kind of the fault that affected it.
USER = "user"
FAULT = "fault"


class Wire:
    """Middleware between HTTP and the handlers of both APIs."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._world = rehearsal.world

    async def date(self, request: web.Request, response: web.StreamResponse) -> None:
        """Set a response's ``Date`` by the simulator's clock."""
        response.headers["Date"] = self._world.clock.http_date()

    @web.middleware
    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Handle a request, and respond to errors as Twilio does."""
        is_api = request.path.startswith(f"/{API_VERSION}/")
        try:
            self._welcome(request)
            response = await (self._answer_api(request, handler) if is_api else handler(request))
        except BadInput as error:
            response = web.json_response({"error": str(error)}, status=400)
        except Refused as error:
            response = refusal(error)
        except web.HTTPException as error:
            response = self._refusal(_refused(error, request), is_api)
            if isinstance(error, web.HTTPMethodNotAllowed):
                response.headers["Allow"] = error.headers["Allow"]
        except Exception:
            # The error goes to the log. The client gets a response that it understands.
            logging.getLogger(__package__).exception("%s %s", request.method, request.path)
            response = self._refusal(Refused(20500), is_api)
        if is_api:
            response.headers["Twilio-Request-Id"] = new_sid("RQ")
            self._record(request, response)
            if response.status >= 400:
                self._complain(request, response)
        return response

    def _welcome(self, request: web.Request) -> None:
        if not guard.is_host_welcome(request.host, self._world.settings.host):
            raise web.HTTPForbidden(text=f"{request.host} is not a name of this simulator")
        if request.method not in READING and not guard.is_origin_welcome(request.headers.get("Origin"), request.host):
            raise web.HTTPForbidden(text="a page of another site cannot change anything here")

    async def _answer_api(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        request[QUERY] = parse_pairs(request.rel_url.raw_query_string.encode())
        if request.content_type == FORM_TYPE:
            request[FORM] = parse_pairs(await request.read())
        login = auth.login_of(request.headers.get("Authorization"))
        request[USER] = login and login.user
        auth.admit(login, self._world.accounts, request.method, request.rel_url.raw_path)
        faults = self._rehearsal.faults
        fault = faults and faults.take(request.match_info.route.name, self._numbers(request))
        if not fault:
            return await handler(request)
        request[FAULT] = fault.kind.name
        self._rehearsal.tell_state()

        def act() -> Awaitable[web.StreamResponse]:
            return handler(request)

        return await fault.kind.befall(fault, request, act)

    def _numbers(self, request: web.Request) -> list[str]:
        """Return the recipients that a request concerns."""
        sid = request.match_info.get("sid", "")
        item = self._world.store.find(sid) or self._world.calls.find(sid)
        return [item.peer] if item else Form(request.get(FORM, []) + request.get(QUERY, [])).every("To")

    @staticmethod
    def _refusal(error: Refused, is_api: bool) -> web.Response:
        """Return Twilio's response to an error. The simulator's own routes return the reason as ``error``."""
        more = {} if is_api else {"error": error.detail or error.message}
        return web.json_response(body_of(error) | more, status=error.status)

    def _complain(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add an alert that says what was rejected, and why."""
        body = answer_in(response)
        recipients = self._numbers(request)
        self._world.alerts.add(
            Alert(
                kind=REFUSED,
                reason=str(body.get("detail") or body.get("message") or f"{response.status} {response.reason}"),
                peer=(addresses.recipient(recipients[0]) or recipients[0]) if recipients else None,
                code=body.get("code"),
                sid=request.match_info.get("sid"),
                method=request.method,
                url=request.path_qs,
                form=request.get(FORM, []),
                status=response.status,
                fault=request.get(FAULT),
            )
        )

    def _record(self, request: web.Request, response: web.StreamResponse) -> None:
        is_lost = request.transport is None or request.transport.is_closing()
        self._rehearsal.ledger.record(
            self._world.clock.now(),
            request,
            query=request.get(QUERY, []),
            form=request.get(FORM, []),
            user=request.get(USER),
            status=None if is_lost else response.status,
            fault=request.get(FAULT),
        )


def _refused(error: web.HTTPException, request: web.Request) -> Refused:
    """Return an HTTP error as Twilio's error."""
    if isinstance(error, web.HTTPForbidden):
        return Refused(20403, detail=error.text)
    if isinstance(error, web.HTTPMethodNotAllowed):
        return Refused(20004)
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return Refused(20001, detail=f"The request is larger than {LARGEST_REQUEST} bytes.")
    if isinstance(error, web.HTTPNotFound):
        return Refused(20404, path=request.path)
    return Refused(20001, detail=error.reason)
