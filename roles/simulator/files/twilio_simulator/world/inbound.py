# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inbound messages, which people send by hand or by script."""

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
    """Moves messages from people to the account and its webhook. ``received`` is called with each."""

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
        # The people whom a call has woken, and the latest unread message of those who sleep.
        self._awake: set[str] = set()
        self._unseen: dict[str, Message] = {}

    def reset(self) -> None:
        """Let everybody who is asleep in the script sleep again."""
        self._awake.clear()
        self._unseen.clear()

    def receive(self, account_sid: str, draft: Draft, pairs: Pairs) -> Message:
        """Receive a message. Its draft is from a person to a sender of the account."""
        message = Message.receive(self._store.next_number(), account_sid, draft, pairs, self._clock.now())
        self._opt_outs.heed(draft.sender or "", draft.to, draft.body)
        self._store.add(message)
        self._received(message)
        return message

    def last_with(self, person: str) -> Message | None:
        """The last message to or from this person."""
        return next((message for message in self._store.newest_first() if message.peer == person), None)

    def last_sender(self, person: str) -> str:
        """Return the account's sender that wrote to this person last, or else the one that would."""
        for message in self._store.newest_first():
            if message.peer == person:
                ours = message.draft.to if message.direction == "inbound" else message.sender
                if ours:
                    return ours
        return next(iter(self._settings.numbers), addresses.VALID_TEST_SENDER)

    def arrived(self, message: Message) -> None:
        """Let the recipient of a delivered message reply as scripted."""
        person = self._people.get(message.draft.to, NOBODY)
        if message.status != ("sent" if person.stuck else "delivered") or message.sender is None:
            return
        if person.asleep and message.peer not in self._awake:
            self._unseen[message.peer] = message
        else:
            self._answer(person, message)

    def woken(self, number: str) -> None:
        """Let somebody who was asleep reply to the latest message, after a call."""
        person = self._people.get(number, NOBODY)
        if not person.asleep:
            return
        self._awake.add(number)
        message = self._unseen.pop(number, None)
        if message and self._store.find(message.sid):
            self._answer(person, message)

    def _answer(self, person: Person, message: Message) -> None:
        for reply in person.replies:
            text = reply.answer(message.draft.body)
            if text:
                sender = message.sender or ""
                pairs = [("From", message.draft.to), ("To", sender), ("Body", text)]
                draft = Draft(sender, message.draft.to, None, text, ())
                self._agenda.add(reply.after, partial(self.receive, message.account_sid, draft, pairs))


def webhook_form(message: Message) -> Pairs:
    """Return the form that Twilio posts for an inbound message.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
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
