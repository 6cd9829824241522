# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that the user sends in a person's name."""

from __future__ import annotations

from ..api.form import Form
from ..api.rules import BODY_LIMIT, media_of
from ..world import addresses
from ..world.codes import Refused
from ..world.messages import Draft, Message
from ..world.reading import BadInput
from ..world.world import World


def submit(world: World, form: Form) -> Message:
    """Receive the message in a form: ``From``, ``To``, ``Body``, ``MediaUrl`` (repeatable) and ``AccountSid``.

    Without ``To``, it is a reply to the last message to this person.

    :raises BadInput: if the message is not possible.
    """
    person = addresses.recipient(form.one("From") or "")
    if person is None:
        raise BadInput("From must be the phone number of a person, such as +15551234567")
    last = world.inbound.last_with(person)
    account_sid = form.one("AccountSid") or (last.account_sid if last else world.accounts.main.sid)
    if world.accounts.get(account_sid) is None:
        raise BadInput(f"there is no account {account_sid}")
    raw_to = form.one("To")
    to = addresses.sender(raw_to) if raw_to else world.inbound.last_sender(person)
    if to is None:
        raise BadInput(f"To must be a sender of the account, not {raw_to}")
    try:
        media = media_of(form)
    except Refused as error:
        raise BadInput(error.message) from None
    body = form.one("Body") or ""
    if len(body) > BODY_LIMIT or not (body or media):
        raise BadInput(f"Body must have 1 to {BODY_LIMIT} characters, or MediaUrl is required")
    return world.inbound.receive(account_sid, Draft(to, person, None, body, media), form.pairs)
