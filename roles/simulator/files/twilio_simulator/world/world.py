# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world behind Twilio's API: its parts, and how events in one reach the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from . import addresses
from .accounts import Accounts
from .alerts import DROPPED, REFUSED, Alert, Alerts
from .callbacks import StatusCallbacks
from .calls import Call
from .carrier import Carrier
from .clock import Agenda, Clock
from .codes import Refused
from .inbound import Inbound, webhook_form
from .messages import FINAL, Draft, Message, Pairs
from .names import Names
from .optouts import OptOuts
from .people import NOBODY
from .phones import Phones
from .scripts import Scripts
from .settings import Settings
from .store import Numbers, Store
from .twiml import BadTwiml, messages_in
from .webhooks import Answer, Webhook, Webhooks

# Reads the form of a message from the account with this SID, or raises Refused.
ReadDraft = Callable[["World", str, Pairs], Draft]


class World:
    """Accounts, people, messages and calls, and their common clock. Belongs to one event loop."""

    def __init__(self, settings: Settings, read_draft: ReadDraft) -> None:
        self.settings = settings
        self.accounts = Accounts(settings.accounts)
        unreached = {
            number: replace(settings.people.get(number, NOBODY), undeliverable=code)
            for number, code in settings.undeliverable.items()
        }
        people = {**settings.people, **unreached}
        self.clock = Clock(settings.speed)
        self.started = self.clock.now()
        self.names = Names({**{number: person.name for number, person in people.items()}, **settings.names})
        numbers = Numbers()
        self.store: Store[Message] = Store(settings.keep, numbers)
        self.calls: Store[Call] = Store(settings.keep, numbers)
        self.alerts = Alerts(self.clock, numbers, settings.keep)
        self.store.dropped = self._dropped
        self.calls.dropped = self._dropped_call
        self.opt_outs = OptOuts(settings.keep)
        self.webhooks = Webhooks(self.accounts, self.clock, self.alerts, settings.keep)
        self.agenda = Agenda(self.clock, settings.keep)
        self.callbacks = StatusCallbacks(settings, self.agenda, self.webhooks)
        self.carrier = Carrier(settings, self.clock, self.store, people, self.opt_outs, self._advanced)
        self.inbound = Inbound(settings, self.clock, self.store, people, self.opt_outs, self.agenda, self._received)
        scripts = Scripts(self.alerts, self.webhooks)
        self.phones = Phones(settings, self.clock, self.calls, people, scripts.find, self._happened)
        scripts.begin = self.phones.begin
        self._read_draft = read_draft

    def reset(self) -> None:
        """Return to the state at the start."""
        self.store.reset()
        self.calls.reset()
        self.carrier.reset()
        self.phones.reset()
        self.inbound.reset()
        self.opt_outs.reset()
        self.agenda.clear()
        self.webhooks.reset()
        self.alerts.reset()
        self.names.reset()
        self.accounts.reset()
        self.clock.reset()

    async def close(self) -> None:
        await self.webhooks.close()

    def _advanced(self, message: Message) -> None:
        self.callbacks.tell(message)
        self.inbound.arrived(message)

    def _happened(self, call: Call, event: str) -> None:
        self.callbacks.tell_call(call, event, self.clock.now())
        if call.status == "completed" and call.by == "human":
            self.inbound.woken(call.peer)

    def _received(self, message: Message) -> None:
        url = self.settings.inbound_webhook
        if url:
            webhook = Webhook(f"from {message.sender}", message, url, webhook_form(message))
            self.webhooks.post(replace(webhook, then=partial(self._obey, message, webhook)))

    def _obey(self, message: Message, webhook: Webhook, answer: Answer) -> None:
        """Send the messages in a webhook's response. If Twilio cannot send one, only its log says so."""
        try:
            verbs = messages_in(answer.text, answer.content_type)
        except BadTwiml as error:
            self.webhooks.complain(webhook, error.code, f"the answer {error}", answer.status)
            return
        for verb in verbs:
            to, sender = verb.to or message.sender or "", verb.sender or message.draft.to
            pairs = [("To", to), ("From", sender), ("Body", verb.body), *(("MediaUrl", url) for url in verb.media)]
            try:
                draft = self._read_draft(self, message.account_sid, pairs)
                self.carrier.take(message.account_sid, draft, pairs, "outbound-reply")
            except Refused as error:
                reason = f"{webhook.url} responded with a message that was rejected: {error.message}"
                peer = addresses.recipient(to) or message.peer
                self.alerts.add(Alert(REFUSED, reason, peer, error.code, form=pairs))

    def _dropped(self, message: Message) -> None:
        if message.status not in FINAL:
            self._complain(message, "messages", message.body)

    def _dropped_call(self, call: Call) -> None:
        if not call.is_over:
            self._complain(call, "calls", call.said)

    def _complain(self, item: Message | Call, kind: str, text: str) -> None:
        """Add an alert that a message or a call was dropped before its end."""
        reason = f"dropped while it was {item.status}, as the simulator keeps {self.settings.keep} {kind}: {text[:80]}"
        self.alerts.add(Alert(DROPPED, reason, item.peer, sid=item.sid, form=item.form))
