# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs request when somebody logs in: the account, and a new API key.

https://www.twilio.com/docs/iam/api/account and https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from ..world.codes import Refused
from ..world.messages import API_VERSION
from ..world.world import World
from .form import Form
from .requests import FORM
from .resources import account_json, new_key_json


class AccountResource:
    """The resource over a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Iterable[web.RouteDef]:
        accounts = f"/{API_VERSION}/Accounts"
        return [
            web.get(f"{accounts}/{{account}}.json", self._fetch, allow_head=False),
            web.post(f"{accounts}/{{account}}/Keys.json", self._create_key),
        ]

    async def _fetch(self, request: web.Request) -> web.Response:
        account = self._world.accounts.get(request.match_info["account"])
        if account is None:
            raise Refused(20404, path=request.path)
        return web.json_response(account_json(account, self._world.started))

    async def _create_key(self, request: web.Request) -> web.Response:
        name = Form(request.get(FORM, [])).one("FriendlyName")
        sid, secret = self._world.accounts.add_key(request.match_info["account"])
        return web.json_response(new_key_json(sid, secret, name, self._world.clock.now()), status=201)
