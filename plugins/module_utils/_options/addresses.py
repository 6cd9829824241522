# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recipients and senders: which pairs are possible, and the problems with the others. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .._twilio.codes import error_page
from .._twilio.numbers import EXAMPLE, read_address, read_recipients
from .._twilio.values import (
    channel_of,
    is_channel_address,
    is_e164,
    is_sender_id,
    is_sid,
    is_without_sender_ids,
)


def usable_recipients(to: Sequence[str], sender: str | None) -> tuple[list[str], dict[str, str]]:
    """Return the recipients that this sender can text, each once, and the problems with the others, by name."""
    addresses, problems = read_recipients(to)
    usable = []
    # A sender that is itself invalid is reported once, not for each recipient.
    sender = None if sender and sender_problem(sender) else sender
    for address in dict.fromkeys(addresses):
        if sender and (problem := pair_problem(address, sender)):
            problems[address] = problem
        else:
            usable.append(address)
    return usable, problems


def pair_problem(to: str, sender: str) -> str | None:
    """Return why Twilio would reject a message from this sender to that address; None if it would not."""
    channels = [channel_of(to), channel_of(sender)]
    if to == sender:
        code = 63031 if channels[0] else 21266
        return f"{to} is also the sender, and a number cannot text itself ({error_page(code)})."
    # A sender on RCS reaches plain numbers too, by SMS.
    if channels[0] != channels[1] and channels != ["", "rcs"]:
        names = [channel or "SMS" for channel in channels]
        return f"{to} is on {names[0]} and the sender {sender} on {names[1]} ({error_page(21910)})."
    if is_sender_id(sender) and is_without_sender_ids(to):
        return (
            f"{to} is in the USA or Canada, where names such as {sender!r} cannot send."
            f" Use a number ({error_page(21657)})."
        )
    return None


def sender_problem(sender: str) -> str | None:
    """Return why this value, as ``read_sender`` returned it, cannot be a sender; None if it can."""
    if _is_sender(sender):
        return None
    try:
        read_address(sender)
    except ValueError as error:
        # For text that is not a number at all, the list of all kinds of senders helps more.
        if not re.search("[A-Za-z]", sender.partition(":")[2] or sender):
            return str(error)
    return (
        f"{sender!r} is not a valid sender. It must be a number in E.164 form such as {EXAMPLE!r}, a short code,"
        " an alphanumeric sender ID (at most 11 letters, digits and spaces, with at least one letter),"
        f" a Wireless SIM (DE…) or a channel address such as 'whatsapp:{EXAMPLE}'."
    )


def _is_sender(sender: str) -> bool:
    return (
        is_e164(sender)
        or is_sid(sender, "DE")
        or (is_channel_address(sender) and (channel_of(sender) != "whatsapp" or is_e164(sender.partition(":")[2])))
        or re.fullmatch(r"[0-9]{3,8}", sender) is not None
        or is_sender_id(sender)
    )


def lost_plus(given: str) -> str:
    """Explain how a playbook may have lost a number's plus sign; empty if it did not.

    YAML reads an unquoted +15551234567 as an integer, and jinja2_native turns a quoted one in a variable into an
    integer too.
    """
    if not given.isdigit() or len(given) < 9:
        return ""
    return (
        " If you did, it was read as an integer: quote it in YAML, and with jinja2_native write {{ phone | string }}."
    )
