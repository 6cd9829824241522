# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side: Twilio's Messages resource, and all routes together."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from .control import Control
from .engine import Engine
from .errors import ApiError
from .faults import Fault
from .form import Form
from .listing import page_of_media, page_of_messages
from .messages import API_VERSION, Message
from .mishaps import LAG
from .page import Page
from .rules import Policy, draft
from .wire import FORM, LARGEST_REQUEST, QUERY, Wire


def application(engine: Engine) -> web.Application:
    """All of a simulator's HTTP."""
    wire = Wire(engine)
    app = web.Application(middlewares=[wire.answer], client_max_size=LARGEST_REQUEST)
    app.add_routes([*Api(engine).routes(), *Control(engine).routes(), *Page(engine).routes()])
    app.on_response_prepare.append(wire.date)

    async def close(_app: web.Application) -> None:
        await engine.close()

    app.on_shutdown.append(close)
    return app


class Api:
    """Twilio's Messages resource. The names of its routes are the operations that faults can befall."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settings = engine.settings

    def routes(self) -> Iterable[web.RouteDef]:
        messages = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        return [
            web.post(f"{messages}.json", self._create, name="create"),
            web.get(f"{messages}.json", self._list, allow_head=False, name="list"),
            web.get(f"{messages}/{{sid}}.json", self._fetch, allow_head=False, name="fetch"),
            web.post(f"{messages}/{{sid}}.json", self._update, name="update"),
            web.delete(f"{messages}/{{sid}}.json", self._delete, name="delete"),
            web.post(f"{messages}/{{sid}}/Feedback.json", self._feedback),
            web.get(f"{messages}/{{sid}}/Media.json", self._media, allow_head=False),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        sid, pairs, now = request.match_info["account"], request.get(FORM, []), self._engine.clock.now()
        account = self._engine.accounts.get(sid)
        is_test = account is not None and account.is_test
        policy = Policy(self._settings.numbers, self._settings.strict_callbacks, test_credentials=is_test)
        accepted = draft(Form(pairs), policy, now)
        # Test credentials leave nothing behind: Twilio answers as if, and forgets.
        if is_test:
            message = Message.create(0, sid, accepted, pairs, now)
        else:
            message = self._engine.carrier.take(sid, accepted, pairs)
        return web.json_response(message.as_json(), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        mine = (message for message in self._engine.store.newest_first() if message.account_sid == account)
        if lag := request.get(LAG):
            mine = (message for message in mine if not self._is_behind(message, lag))
        return web.json_response(page_of_messages(mine, request.path, Form(request[QUERY])))

    def _is_behind(self, message: Message, lag: Fault) -> bool:
        age = self._engine.clock.now() - message.created
        return lag.number in (None, message.peer) and age.total_seconds() < lag.parameters["seconds"]

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._message(request).as_json())

    async def _update(self, request: web.Request) -> web.Response:
        message, form = self._message(request), Form(request.get(FORM, []))
        status = form.choice("Status", ("canceled",))
        if form.one("Body"):
            raise ApiError(20001, detail="A body can be emptied, not replaced.")
        if status is None and not form.given("Body"):
            raise ApiError(20001, detail="Give Body or Status.")
        if status:
            self._engine.carrier.cancel(message)
        if form.given("Body"):
            self._engine.carrier.redact(message)
        return web.json_response(message.as_json())

    async def _delete(self, request: web.Request) -> web.Response:
        self._engine.carrier.delete(self._message(request))
        return web.Response(status=204)

    async def _feedback(self, request: web.Request) -> web.Response:
        message = self._message(request)
        outcome = Form(request.get(FORM, [])).choice("Outcome", ("confirmed", "unconfirmed")) or "confirmed"
        if not message.draft.provide_feedback:
            raise ApiError(20001, detail="The message was not created with ProvideFeedback.")
        return web.json_response(message.feedback_json(outcome, self._engine.clock.now()))

    async def _media(self, request: web.Request) -> web.Response:
        return web.json_response(page_of_media(self._message(request), request.path))

    def _message(self, request: web.Request) -> Message:
        return self._engine.store.get(request.match_info["account"], request.match_info["sid"], request.path)
