# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One rehearsal: the world, the faults, the ledger of requests, and the feed of what happens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from .. import __version__
from ..api.call_json import shown_call
from ..api.resources import shown
from ..world.alerts import Alert
from ..world.calls import Call
from ..world.messages import Message, iso8601
from ..world.world import World
from .faults import Faults
from .feed import Feed
from .ledger import Ledger


class Rehearsal:
    """The state of a simulator, without HTTP."""

    def __init__(self, world: World) -> None:
        # Distinguishes this simulator from one that is started later at the same address.
        self.instance = uuid.uuid4().hex
        self.world = world
        self.faults = Faults()
        self.ledger = Ledger(world.settings.keep)
        self.feed = Feed({"instance": self.instance})
        world.store.watchers.add(self._tell)
        world.calls.watchers.add(self._tell_call)
        world.alerts.watchers.add(self._tell_alert)

    def state(self) -> dict[str, object]:
        """Return the simulator's state, for the page and for tests."""
        clock = self.world.clock
        return {
            "clock": {"now": iso8601(clock.now()), "speed": clock.speed},
            "faults": self.faults.as_json(),
            "accounts": self.world.accounts.sids(),
            "alerts": len(self.world.alerts),
            "counts": self.world.store.counts(),
            "version": __version__,
        }

    def tell_state(self) -> None:
        self.feed.publish("state", self.state, about="state")

    def reset(self) -> None:
        """Return to the state at the start."""
        self.world.reset()
        self.ledger.clear()
        self.faults.clear()
        self.feed.publish("reset", {}, about="reset")
        self.feed.publish("names", self.names, about="names")
        self.tell_state()

    def forget(self) -> None:
        """Forget all messages and calls, including those under way, their alerts, and what people would reply.

        Clock, faults and opt-outs stay.
        """
        self.world.store.reset()
        self.world.calls.reset()
        self.world.agenda.clear()
        self.world.alerts.reset()
        self.feed.publish("reset", {}, about="reset")
        self.tell_state()

    def forget_conversation(self, peer: str) -> None:
        """Forget the messages and calls with one number, including those under way, and its alerts."""
        for message in [message for message in self.world.store.newest_first() if message.peer == peer]:
            self.world.store.forget(message)
        for call in [call for call in self.world.calls.newest_first() if call.peer == peer]:
            self.world.calls.forget(call)
        self.world.alerts.forget(peer)
        self.feed.publish("reload", {}, about="reload")
        self.tell_state()

    async def close(self) -> None:
        await self.feed.close()
        await self.world.close()

    def name(self, names: Mapping[str, str | None]) -> None:
        """Use these names for people from now on."""
        self.world.names.update(names)
        self.feed.publish("names", self.names, about="names")

    def names(self) -> dict[str, object]:
        return {"names": self.world.names.as_json()}

    def _tell_alert(self, alert: Alert) -> None:
        self.tell_state()
        self.feed.publish("alert", alert.as_json(), about=f"alert {alert.number}")

    def _tell(self, message: Message, is_there: bool) -> None:
        if is_there:
            self.feed.publish("message", lambda: shown(message), about=message.sid)
        else:
            self.feed.publish("deleted", {"sid": message.sid, "with": message.peer}, about=message.sid)
        self.feed.publish("counts", self.world.store.counts, about="counts")

    def _tell_call(self, call: Call, is_there: bool) -> None:
        if is_there:
            self.feed.publish("call", lambda: shown_call(call), about=call.sid)
        else:
            self.feed.publish("deleted", {"sid": call.sid, "with": call.peer}, about=call.sid)
