# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of a simulator's HTTP: Twilio's API, the control routes below /simulator, and the page."""

from __future__ import annotations

from aiohttp import web

from .api.accounts import AccountResource
from .api.calls import Calls
from .api.messages import Messages, read_draft
from .control.phones import PhoneControl
from .control.rehearsal import Rehearsal
from .control.routes import Control
from .page.routes import Page
from .wire import LARGEST_REQUEST, Wire
from .world.settings import Settings
from .world.world import World


def application(settings: Settings) -> web.Application:
    """Return a simulator's application. Add further Twilio resources next to ``Messages``."""
    world = World(settings, read_draft)
    rehearsal = Rehearsal(world)
    wire = Wire(rehearsal)
    app = web.Application(middlewares=[wire.answer], client_max_size=LARGEST_REQUEST)
    app.add_routes([*Messages(world).routes(), *Calls(world).routes(), *AccountResource(world).routes()])
    app.add_routes([*Control(rehearsal).routes(), *PhoneControl(world).routes(), *Page(rehearsal).routes()])
    app.on_response_prepare.append(wire.date)

    async def close(_app: web.Application) -> None:
        await rehearsal.close()

    app.on_shutdown.append(close)
    return app
