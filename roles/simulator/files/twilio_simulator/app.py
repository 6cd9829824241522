# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side: Twilio's routes, the simulator's own, and errors in Twilio's JSON."""

from __future__ import annotations

import os
import uuid

from aiohttp import web
from aiohttp.typedefs import Handler

from . import __version__, auth
from .errors import ApiError
from .form import Form, parse_pairs
from .ledger import Ledger
from .listing import page_of_media, page_of_messages
from .messages import API_VERSION, Message, new_sid
from .page import index_page
from .rules import Policy, draft
from .settings import Credentials, Settings
from .store import Store, utc_now

LARGEST_REQUEST = 1024**2
FORM_TYPE = "application/x-www-form-urlencoded"

# Where the middleware leaves what it decoded, both as Pairs.
QUERY = "query"
FORM = "form"


class Api:
    """Twilio's Messages resource over a store."""

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self._settings = settings
        self._credentials = credentials
        self._store = Store(settings)
        self._ledger = Ledger(settings.keep)
        self._instance = uuid.uuid4().hex

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._answer_as_twilio], client_max_size=LARGEST_REQUEST)
        messages = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        app.add_routes(
            [
                web.post(f"{messages}.json", self._create),
                web.get(f"{messages}.json", self._list, allow_head=False),
                web.get(f"{messages}/{{sid}}.json", self._fetch, allow_head=False),
                web.post(f"{messages}/{{sid}}.json", self._update),
                web.delete(f"{messages}/{{sid}}.json", self._delete),
                web.post(f"{messages}/{{sid}}/Feedback.json", self._feedback),
                web.get(f"{messages}/{{sid}}/Media.json", self._media, allow_head=False),
                web.get("/", self._index),
                web.get("/simulator/health", self._health),
                web.get("/simulator/requests", self._requests),
                web.get("/simulator/messages", self._messages),
                web.post("/simulator/reset", self._reset),
            ]
        )
        return app

    @web.middleware
    async def _answer_as_twilio(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        is_api = request.path.startswith(f"/{API_VERSION}/")
        request[QUERY], request[FORM] = [], []
        response: web.StreamResponse
        try:
            if is_api:
                await self._admit(request)
            response = await handler(request)
        except ApiError as error:
            response = _refused(error)
        except web.HTTPNotFound:
            response = _refused(ApiError(20404, path=request.path))
        except web.HTTPMethodNotAllowed:
            response = _refused(ApiError(20004))
        except web.HTTPRequestEntityTooLarge:
            response = _refused(ApiError(20001, detail=f"The request is larger than {LARGEST_REQUEST} bytes."))
        if is_api:
            response.headers["Twilio-Request-Id"] = new_sid("RQ")
            self._ledger.record(request, request[QUERY], request[FORM], response.status)
        return response

    async def _admit(self, request: web.Request) -> None:
        request[QUERY] = parse_pairs(request.rel_url.raw_query_string.encode())
        if request.content_type == FORM_TYPE:
            request[FORM] = parse_pairs(await request.read())
        login = auth.login_of(request.headers.get("Authorization"))
        auth.admit(login, self._credentials, request.method, request.path)

    async def _create(self, request: web.Request) -> web.Response:
        account, pairs, now = request.match_info["account"], request[FORM], utc_now()
        is_test = account == self._credentials.test_account_sid
        policy = Policy(self._settings.numbers, self._settings.strict_callbacks, test_credentials=is_test)
        accepted = draft(Form(pairs), policy, now)
        # Test credentials leave nothing behind: Twilio answers as if, and forgets.
        message = (
            Message.create(0, account, accepted, pairs, now) if is_test else self._store.add(account, accepted, pairs)
        )
        return web.json_response(message.as_json(), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        mine = (message for message in self._store.newest_first() if message.account_sid == account)
        return web.json_response(page_of_messages(mine, request.path, Form(request[QUERY])))

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._message(request).as_json())

    async def _update(self, request: web.Request) -> web.Response:
        message, form = self._message(request), Form(request[FORM])
        status = form.choice("Status", ("canceled",))
        if form.one("Body"):
            raise ApiError(20001, detail="A body can be emptied, not replaced.")
        if status is None and not form.given("Body"):
            raise ApiError(20001, detail="Give Body or Status.")
        if status:
            self._store.cancel(message)
        if form.given("Body"):
            self._store.redact(message)
        return web.json_response(message.as_json())

    async def _delete(self, request: web.Request) -> web.Response:
        self._store.delete(self._message(request))
        return web.Response(status=204)

    async def _feedback(self, request: web.Request) -> web.Response:
        message = self._message(request)
        outcome = Form(request[FORM]).choice("Outcome", ("confirmed", "unconfirmed")) or "confirmed"
        if not message.draft.provide_feedback:
            raise ApiError(20001, detail="The message was not created with ProvideFeedback.")
        return web.json_response(message.feedback_json(outcome, utc_now()), status=201)

    async def _media(self, request: web.Request) -> web.Response:
        return web.json_response(page_of_media(self._message(request), request.path))

    def _message(self, request: web.Request) -> Message:
        return self._store.get(request.match_info["account"], request.match_info["sid"], request.path)

    async def _index(self, request: web.Request) -> web.Response:
        html = index_page(list(self._store.newest_first()), str(request.url.origin()), self._credentials)
        return web.Response(text=html, content_type="text/html")

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"pid": os.getpid(), "instance": self._instance, "version": __version__})

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response({"requests": self._ledger.entries()})

    async def _messages(self, request: web.Request) -> web.Response:
        shown = [message.as_json() | {"form": message.form} for message in self._store.newest_first()]
        return web.json_response({"messages": shown})

    async def _reset(self, request: web.Request) -> web.Response:
        self._store.reset()
        self._ledger.clear()
        return web.Response(status=204)


def _refused(error: ApiError) -> web.Response:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
    return web.json_response(error.body(), status=error.status, headers=headers)
