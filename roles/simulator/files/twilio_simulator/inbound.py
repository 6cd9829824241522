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
from .accounts import Accounts
from .clock import Agenda, Clock
from .errors import ApiError
from .form import Form, Pairs
from .messages import API_VERSION, Message
from .optouts import OptOuts
from .people import NOBODY, People
from .rules import BODY_LIMIT, Draft, media_of
from .settings import Settings
from .store import Store


class Unusable(Exception):
    """What was asked of the simulator makes no sense; the text says why."""


class Inbound:
    """Takes messages from people to the account, and to its webhook: ``received`` is called with each."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        clock: Clock,
        store: Store,
        people: People,
        opt_outs: OptOuts,
        agenda: Agenda,
        received: Callable[[Message], None],
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._clock = clock
        self._store = store
        self._people = people
        self._opt_outs = opt_outs
        self._agenda = agenda
        self._received = received

    def submit(self, form: Form) -> Message:
        """Receive what a form describes: ``From``, ``To``, ``Body``, ``MediaUrl`` (repeatable) and ``AccountSid``.

        Without ``To`` the message answers the last one that went to this person.

        :raises Unusable: if there can be no such message.
        """
        person = addresses.recipient(form.one("From") or "")
        if person is None:
            raise Unusable("From must be the phone number of a person, such as +15551234567")
        last = next((message for message in self._store.newest_first() if message.peer == person), None)
        account_sid = form.one("AccountSid") or (last.account_sid if last else self._accounts.main.sid)
        if self._accounts.get(account_sid) is None:
            raise Unusable(f"there is no account {account_sid}")
        raw_to = form.one("To")
        to = addresses.sender(raw_to) if raw_to else self._last_sender(person)
        if to is None:
            raise Unusable(f"To must be a sender of the account, not {raw_to}")
        try:
            media = media_of(form)
        except ApiError as error:
            raise Unusable(error.message) from None
        body = form.one("Body") or ""
        if len(body) > BODY_LIMIT or not (body or media):
            raise Unusable(f"Body must have 1 to {BODY_LIMIT} characters, or else there must be a MediaUrl")
        return self._receive(account_sid, Draft(to, person, None, body, media), form.pairs)

    def arrived(self, message: Message) -> None:
        """Have the recipient of this message answer as scripted, once it is on the phone."""
        person = self._people.get(message.draft.to, NOBODY)
        if message.status != ("sent" if person.stuck else "delivered") or message.sender is None:
            return
        for reply in person.replies:
            text = reply.answer(message.draft.body)
            if text:
                pairs = [("From", message.draft.to), ("To", message.sender), ("Body", text)]
                draft = Draft(message.sender, message.draft.to, None, text, ())
                self._agenda.add(reply.after, partial(self._receive, message.account_sid, draft, pairs))

    def _receive(self, account_sid: str, draft: Draft, pairs: Pairs) -> Message:
        message = Message.receive(self._store.next_number(), account_sid, draft, pairs, self._clock.now())
        self._opt_outs.heed(draft.sender or "", draft.to, draft.body)
        self._store.add(message)
        self._received(message)
        return message

    def _last_sender(self, person: str) -> str:
        for message in self._store.newest_first():
            if message.peer == person:
                ours = message.draft.to if message.direction == "inbound" else message.sender
                if ours:
                    return ours
        return next(iter(self._settings.numbers), addresses.VALID_TEST_SENDER)


def webhook_form(message: Message) -> Pairs:
    """What Twilio posts of a message that came in: https://www.twilio.com/docs/messaging/guides/webhook-request"""
    form = [
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(len(message.draft.media))),
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
    for number, url in enumerate(message.draft.media):
        kind = mimetypes.guess_type(urlsplit(url).path)[0] or "application/octet-stream"
        form += [(f"MediaUrl{number}", url), (f"MediaContentType{number}", kind)]
    return form
