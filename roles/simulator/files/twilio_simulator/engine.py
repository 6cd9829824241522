# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator: its parts, and how what happens in one reaches the others."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from functools import partial

from . import __version__
from .accounts import Accounts
from .callbacks import StatusCallbacks
from .carrier import Carrier
from .clock import Agenda, Clock
from .errors import ApiError
from .faults import Faults
from .feed import Feed
from .form import Form
from .inbound import Inbound, webhook_form
from .ledger import Ledger
from .messages import Message, iso8601
from .optouts import OptOuts
from .people import NOBODY, People
from .rules import Policy, draft
from .settings import Settings
from .store import Store
from .twiml import answers_in
from .webhooks import Webhook, Webhooks


class Engine:
    """Everything but HTTP. Lives on one event loop."""

    def __init__(self, settings: Settings, accounts: Accounts, people: People) -> None:
        self.settings = settings
        # Tells this simulator from one that is started later in its place.
        self.instance = uuid.uuid4().hex
        self.accounts = accounts
        unreached = {
            number: replace(people.get(number, NOBODY), undeliverable=code)
            for number, code in settings.undeliverable.items()
        }
        people = {**people, **unreached}
        self.feed = Feed({"instance": self.instance})
        self.clock = Clock(settings.speed)
        self.store = Store(settings.keep, self.feed)
        self.ledger = Ledger(settings.keep)
        self.opt_outs = OptOuts(settings.keep)
        self.webhooks = Webhooks(accounts, self.clock, settings.keep)
        self.faults = Faults()
        self.agenda = Agenda(self.clock, settings.keep)
        self.callbacks = StatusCallbacks(settings, self.agenda, self.webhooks)
        self.carrier = Carrier(settings, self.clock, self.store, people, self.opt_outs, self._advanced)
        self.inbound = Inbound(
            settings, accounts, self.clock, self.store, people, self.opt_outs, self.agenda, self._received
        )

    def state(self) -> dict[str, object]:
        """What the simulator is about."""
        return {
            "clock": {"now": iso8601(self.clock.now()), "speed": self.clock.speed},
            "faults": self.faults.as_json(),
            "accounts": self.accounts.sids(),
            "counts": self.store.counts(),
            "version": __version__,
        }

    def tell_state(self) -> None:
        self.feed.publish("state", self.state, about="state")

    def reset(self) -> None:
        """Be as if just started."""
        self.store.reset()
        self.carrier.reset()
        self.ledger.clear()
        self.opt_outs.reset()
        self.agenda.clear()
        self.webhooks.reset()
        self.faults.clear()
        self.clock.reset()
        self.tell_state()

    async def close(self) -> None:
        await self.feed.close()
        await self.webhooks.close()

    def _advanced(self, message: Message) -> None:
        self.callbacks.tell(message)
        self.inbound.arrived(message)

    def _received(self, message: Message) -> None:
        url = self.settings.inbound_webhook
        if url:
            form, then = webhook_form(message), partial(self._obey, message)
            self.webhooks.post(Webhook(f"from {message.sender}", message.account_sid, url, form, then))

    def _obey(self, message: Message, text: str) -> None:
        """Send what the webhook answered to a message. Twilio tells nobody but its log what it cannot send."""
        for answer in answers_in(text):
            to, sender = answer.to or message.sender or "", answer.sender or message.draft.to
            pairs = [("To", to), ("From", sender), ("Body", answer.body), *(("MediaUrl", url) for url in answer.media)]
            with suppress(ApiError):
                wanted = draft(Form(pairs), Policy(self.settings.numbers), self.clock.now())
                self.carrier.take(message.account_sid, wanted, pairs, "outbound-reply")
