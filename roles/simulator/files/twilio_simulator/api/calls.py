# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's Calls resource: https://www.twilio.com/docs/voice/api/call-resource"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from ..world.calls import Call
from ..world.codes import Refused
from ..world.messages import API_VERSION
from ..world.world import World
from .call_json import call_json, created_json
from .call_rules import callback_in, limit_of, order, words_of
from .form import Form
from .listing import page_of_calls
from .requests import FORM, LAG, QUERY, is_behind, policy_of


class Calls:
    """The resource over a world. The names of its routes are the operations that faults can affect."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Iterable[web.RouteDef]:
        calls = f"/{API_VERSION}/Accounts/{{account}}/Calls"
        return [
            web.post(f"{calls}.json", self._create, name="create_call"),
            web.get(f"{calls}.json", self._list, allow_head=False, name="list_calls"),
            web.get(f"{calls}/{{sid}}.json", self._fetch, allow_head=False, name="fetch_call"),
            web.post(f"{calls}/{{sid}}.json", self._update, name="update_call"),
            web.delete(f"{calls}/{{sid}}.json", self._delete, name="delete_call"),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        world, sid, pairs = self._world, request.match_info["account"], request.get(FORM, [])
        accepted = order(Form(pairs), policy_of(world, sid))
        account = world.accounts.get(sid)
        # Test credentials store nothing.
        if account and account.is_test:
            call = Call.create(0, sid, accepted, pairs, world.clock.now())
        else:
            call = world.phones.take(sid, accepted, pairs)
        return web.json_response(created_json(call), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        mine = (call for call in self._world.calls.newest_first() if call.account_sid == account)
        if lag := request.get(LAG):
            now = self._world.clock.now()
            mine = (call for call in mine if not is_behind(call, lag, now))
        return web.json_response(page_of_calls(mine, request.path, Form(request[QUERY])))

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(call_json(self._call(request)))

    async def _update(self, request: web.Request) -> web.Response:
        call, form = self._call(request), Form(request.get(FORM, []))
        status = form.choice("Status", ("canceled", "completed"))
        policy = policy_of(self._world, call.account_sid)
        if form.one("Url") and form.one("Twiml"):
            raise Refused(20001, detail="Set Url or Twiml, not both.")
        words, callback, limit = words_of(form, policy), callback_in(form, policy), limit_of(form)
        if status:
            self._world.phones.hang_up(call, status)
            return web.json_response(call_json(call))
        if words:
            self._world.phones.redirect(call, words)
        else:
            self._world.phones.changed(call)
        call.callback, call.limit = callback or call.callback, limit or call.limit
        return web.json_response(call_json(call))

    async def _delete(self, request: web.Request) -> web.Response:
        self._world.phones.delete(self._call(request))
        return web.Response(status=204)

    def _call(self, request: web.Request) -> Call:
        return self._world.calls.get(request.match_info["account"], request.match_info["sid"], request.path)
