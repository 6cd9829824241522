# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side: Twilio's routes, and errors in Twilio's JSON."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

from . import auth, guard
from .control import Control
from .engine import Engine
from .errors import ApiError
from .form import Form, parse_pairs
from .inbound import Unusable
from .listing import page_of_media, page_of_messages
from .messages import API_VERSION, Message, new_sid
from .page import Page
from .rules import Policy, draft

LARGEST_REQUEST = 1024**2
FORM_TYPE = "application/x-www-form-urlencoded"
READING = frozenset({"GET", "HEAD"})

# Where the middleware leaves what it decoded, both as Pairs.
QUERY = "query"
FORM = "form"


def application(engine: Engine) -> web.Application:
    """All of a simulator's HTTP."""
    api = Api(engine)
    app = web.Application(middlewares=[api.answer], client_max_size=LARGEST_REQUEST)
    app.add_routes([*api.routes(), *Control(engine).routes(), *Page(engine).routes()])
    app.on_response_prepare.append(api.date)

    async def close(_app: web.Application) -> None:
        await engine.close()

    app.on_shutdown.append(close)
    return app


class Api:
    """Twilio's Messages resource, and what all answers have in common."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settings = engine.settings

    def routes(self) -> Iterable[web.RouteDef]:
        messages = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        return [
            web.post(f"{messages}.json", self._create),
            web.get(f"{messages}.json", self._list, allow_head=False),
            web.get(f"{messages}/{{sid}}.json", self._fetch, allow_head=False),
            web.post(f"{messages}/{{sid}}.json", self._update),
            web.delete(f"{messages}/{{sid}}.json", self._delete),
            web.post(f"{messages}/{{sid}}/Feedback.json", self._feedback),
            web.get(f"{messages}/{{sid}}/Media.json", self._media, allow_head=False),
        ]

    async def date(self, request: web.Request, response: web.StreamResponse) -> None:
        """Give an answer the time of the simulator's clock."""
        response.headers["Date"] = self._engine.clock.http_date()

    @web.middleware
    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Have the request handled, and errors answered as Twilio does."""
        is_api = request.path.startswith(f"/{API_VERSION}/")
        request[QUERY], request[FORM] = [], []
        response: web.StreamResponse
        try:
            self._welcome(request)
            if is_api:
                await self._admit(request)
            response = await handler(request)
        except Unusable as error:
            response = web.json_response({"error": str(error)}, status=400)
        except ApiError as error:
            response = _refused(error)
        except web.HTTPForbidden as error:
            response = web.json_response({"error": error.text}, status=403)
        except web.HTTPNotFound:
            response = _refused(ApiError(20404, path=request.path))
        except web.HTTPMethodNotAllowed:
            response = _refused(ApiError(20004))
        except web.HTTPRequestEntityTooLarge:
            response = _refused(ApiError(20001, detail=f"The request is larger than {LARGEST_REQUEST} bytes."))
        if is_api:
            response.headers["Twilio-Request-Id"] = new_sid("RQ")
            self._engine.ledger.record(request, request[QUERY], request[FORM], response.status)
        return response

    def _welcome(self, request: web.Request) -> None:
        if not guard.is_host_welcome(request.host, self._settings.host):
            raise web.HTTPForbidden(text=f"{request.host} is not a name of this simulator")
        if request.method not in READING and not guard.is_origin_welcome(request.headers.get("Origin"), request.host):
            raise web.HTTPForbidden(text="a page of another site cannot change anything here")

    async def _admit(self, request: web.Request) -> None:
        request[QUERY] = parse_pairs(request.rel_url.raw_query_string.encode())
        if request.content_type == FORM_TYPE:
            request[FORM] = parse_pairs(await request.read())
        login = auth.login_of(request.headers.get("Authorization"))
        auth.admit(login, self._engine.accounts, request.method, request.path)

    async def _create(self, request: web.Request) -> web.Response:
        sid, pairs, now = request.match_info["account"], request[FORM], self._engine.clock.now()
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
            self._engine.carrier.cancel(message)
        if form.given("Body"):
            self._engine.carrier.redact(message)
        return web.json_response(message.as_json())

    async def _delete(self, request: web.Request) -> web.Response:
        self._engine.carrier.delete(self._message(request))
        return web.Response(status=204)

    async def _feedback(self, request: web.Request) -> web.Response:
        message = self._message(request)
        outcome = Form(request[FORM]).choice("Outcome", ("confirmed", "unconfirmed")) or "confirmed"
        if not message.draft.provide_feedback:
            raise ApiError(20001, detail="The message was not created with ProvideFeedback.")
        return web.json_response(message.feedback_json(outcome, self._engine.clock.now()), status=201)

    async def _media(self, request: web.Request) -> web.Response:
        return web.json_response(page_of_media(self._message(request), request.path))

    def _message(self, request: web.Request) -> Message:
        return self._engine.store.get(request.match_info["account"], request.match_info["sid"], request.path)


def _refused(error: ApiError) -> web.Response:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
    return web.json_response(error.body(), status=error.status, headers=headers)
