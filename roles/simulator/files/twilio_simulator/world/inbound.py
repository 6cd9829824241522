# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people send: messages that come in, by hand or by script."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from . import addresses
from .clock import Agenda, Clock
from .messages import API_VERSION, Draft, Message, Pairs
from .optouts import OptOuts
from .people import NOBODY, People, Person
from .settings import Settings
from .store import Store


class Inbound:
    """Takes messages from people to the account, and to its webhook: ``received`` is called with each."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        store: Store[Message],
        people: People,
        opt_outs: OptOuts,
        agenda: Agenda,
        received: Callable[[Message], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._store = store
        self._people = people
        self._opt_outs = opt_outs
        self._agenda = agenda
        self._received = received
        # Who was woken by a call, and for those who sleep the latest message that they have not seen.
        self._awake: set[str] = set()
        self._unseen: dict[str, Message] = {}

    def reset(self) -> None:
        """Have everybody who sleeps sleep again."""
        self._awake.clear()
        self._unseen.clear()

    def receive(self, account_sid: str, draft: Draft, pairs: Pairs) -> Message:
        """Receive a message, whose draft is from a person to a sender of the account."""
        message = Message.receive(self._store.next_number(), account_sid, draft, pairs, self._clock.now())
        self._opt_outs.heed(draft.sender or "", draft.to, draft.body)
        self._store.add(message)
        self._received(message)
        return message

    def last_with(self, person: str) -> Message | None:
        """The last message to or from this person."""
        return next((message for message in self._store.newest_first() if message.peer == person), None)

    def last_sender(self, person: str) -> str:
        """The sender of the account that wrote to this person last, or the one that would."""
        for message in self._store.newest_first():
            if message.peer == person:
                ours = message.draft.to if message.direction == "inbound" else message.sender
                if ours:
                    return ours
        return next(iter(self._settings.numbers), addresses.VALID_TEST_SENDER)

    def arrived(self, message: Message) -> None:
        """Have the recipient of this message answer as scripted, once it is on the phone."""
        person = self._people.get(message.draft.to, NOBODY)
        if message.status != ("sent" if person.stuck else "delivered") or message.sender is None:
            return
        if person.asleep and message.peer not in self._awake:
            self._unseen[message.peer] = message
        else:
            self._answer(person, message)

    def woken(self, number: str) -> None:
        """Have somebody who slept answer the latest message, now that a call is over."""
        self._awake.add(number)
        message = self._unseen.pop(number, None)
        if message and self._store.find(message.sid):
            self._answer(self._people.get(number, NOBODY), message)

    def _answer(self, person: Person, message: Message) -> None:
        for reply in person.replies:
            text = reply.answer(message.draft.body)
            if text:
                sender = message.sender or ""
                pairs = [("From", message.draft.to), ("To", sender), ("Body", text)]
                draft = Draft(sender, message.draft.to, None, text, ())
                self._agenda.add(reply.after, partial(self.receive, message.account_sid, draft, pairs))


def webhook_form(message: Message) -> Pairs:
    """What Twilio posts of a message that came in: https://www.twilio.com/docs/messaging/guides/webhook-request"""
    form = [
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(len(message.media))),
        ("SmsSid", message.sid),
        ("SmsStatus", message.status),
        ("Body", message.body),
        ("To", message.draft.to),
        ("NumSegments", message.num_segments()),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.sender or ""),
        ("ApiVersion", API_VERSION),
    ]
    for number, medium in enumerate(message.media):
        kind = mimetypes.guess_type(urlsplit(medium.url).path)[0] or "application/octet-stream"
        form += [(f"MediaUrl{number}", medium.url), (f"MediaContentType{number}", kind)]
    return form
