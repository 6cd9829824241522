# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's Messages resource: https://www.twilio.com/docs/messaging/api/message-resource"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from ..world.codes import Refused
from ..world.messages import API_VERSION, Draft, Medium, Message, Pairs
from ..world.world import World
from .form import Form
from .listing import page_of_media, page_of_messages
from .requests import FATE, FORM, LAG, QUERY, is_behind, policy_of
from .resources import feedback_json, medium_json, message_json
from .rules import draft


class Messages:
    """The resource over a world. The names of its routes are the operations that faults can affect."""

    def __init__(self, world: World) -> None:
        self._world = world

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
            web.get(f"{messages}/{{sid}}/Media/{{medium}}.json", self._medium, allow_head=False),
            web.delete(f"{messages}/{{sid}}/Media/{{medium}}.json", self._delete_medium),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        sid, pairs = request.match_info["account"], request.get(FORM, [])
        accepted = read_draft(self._world, sid, pairs)
        account = self._world.accounts.get(sid)
        # Test credentials store nothing: Twilio responds as usual and forgets the message.
        if account and account.is_test:
            message = Message.create(0, sid, accepted, pairs, self._world.clock.now())
        else:
            message = self._world.carrier.take(sid, accepted, pairs, fate=request.get(FATE))
        return web.json_response(message_json(message), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        mine = (message for message in self._world.store.newest_first() if message.account_sid == account)
        if lag := request.get(LAG):
            now = self._world.clock.now()
            mine = (message for message in mine if not is_behind(message, lag, now))
        return web.json_response(page_of_messages(mine, request.path, Form(request[QUERY])))

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(message_json(self._message(request)))

    async def _update(self, request: web.Request) -> web.Response:
        message, form = self._message(request), Form(request.get(FORM, []))
        status = form.choice("Status", ("canceled",))
        if form.one("Body"):
            raise Refused(20001, detail="Body must be empty: a text can be removed, but not replaced.")
        if status is None and not form.given("Body"):
            raise Refused(20001, detail="Set Body or Status.")
        if status:
            self._world.carrier.cancel(message)
        if form.given("Body"):
            self._world.carrier.redact(message)
        return web.json_response(message_json(message))

    async def _delete(self, request: web.Request) -> web.Response:
        self._world.carrier.delete(self._message(request))
        return web.Response(status=204)

    async def _feedback(self, request: web.Request) -> web.Response:
        message = self._message(request)
        outcome = Form(request.get(FORM, [])).choice("Outcome", ("confirmed", "unconfirmed")) or "confirmed"
        if not message.draft.provide_feedback:
            raise Refused(20001, detail="The message was not created with ProvideFeedback.")
        return web.json_response(feedback_json(message, outcome, self._world.clock.now()))

    async def _media(self, request: web.Request) -> web.Response:
        return web.json_response(page_of_media(self._message(request), request.path, Form(request[QUERY])))

    async def _medium(self, request: web.Request) -> web.Response:
        message = self._message(request)
        return web.json_response(medium_json(message, medium_of(message, request)))

    async def _delete_medium(self, request: web.Request) -> web.Response:
        message = self._message(request)
        message.media.remove(medium_of(message, request))
        self._world.store.changed(message)
        return web.Response(status=204)

    def _message(self, request: web.Request) -> Message:
        return self._world.store.get(request.match_info["account"], request.match_info["sid"], request.path)


def read_draft(world: World, account_sid: str, pairs: Pairs) -> Draft:
    """Return the draft in a form, if Twilio accepts it."""
    return draft(Form(pairs), policy_of(world, account_sid), world.clock.now())


def medium_of(message: Message, request: web.Request) -> Medium:
    """Return the medium in a request's path."""
    for medium in message.media:
        if medium.sid == request.match_info["medium"]:
            return medium
    raise Refused(20404, path=request.path)
