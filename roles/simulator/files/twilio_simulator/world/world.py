# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world on the other side of Twilio's API: its parts, and how what happens in one reaches the others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from .accounts import Accounts
from .callbacks import StatusCallbacks
from .carrier import Carrier
from .clock import Agenda, Clock
from .codes import Refused
from .inbound import Inbound, webhook_form
from .messages import Draft, Message, Pairs
from .optouts import OptOuts
from .people import NOBODY
from .settings import Settings
from .store import Store
from .twiml import answers_in
from .webhooks import Webhook, Webhooks

# Reads the form of a message that the account with this SID is to send, or raises Refused.
ReadDraft = Callable[["World", str, Pairs], Draft]


class World:
    """Accounts, people and messages, and the clock that all of them go by. Lives on one event loop."""

    def __init__(self, settings: Settings, read_draft: ReadDraft) -> None:
        self.settings = settings
        self.accounts = Accounts(settings.accounts)
        unreached = {
            number: replace(settings.people.get(number, NOBODY), undeliverable=code)
            for number, code in settings.undeliverable.items()
        }
        people = {**settings.people, **unreached}
        self.clock = Clock(settings.speed)
        self.store = Store(settings.keep)
        self.opt_outs = OptOuts(settings.keep)
        self.webhooks = Webhooks(self.accounts, self.clock, settings.keep)
        self.agenda = Agenda(self.clock, settings.keep)
        self.callbacks = StatusCallbacks(settings, self.agenda, self.webhooks)
        self.carrier = Carrier(settings, self.clock, self.store, people, self.opt_outs, self._advanced)
        self.inbound = Inbound(settings, self.clock, self.store, people, self.opt_outs, self.agenda, self._received)
        self._read_draft = read_draft

    def reset(self) -> None:
        """Be as if just started."""
        self.store.reset()
        self.carrier.reset()
        self.opt_outs.reset()
        self.agenda.clear()
        self.webhooks.reset()
        self.clock.reset()

    async def close(self) -> None:
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
            with suppress(Refused):
                wanted = self._read_draft(self, message.account_sid, pairs)
                self.carrier.take(message.account_sid, wanted, pairs, "outbound-reply")
