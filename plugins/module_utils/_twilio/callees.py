# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom Twilio can call: phone numbers as people write them, and SIP and client addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .numbers import BETWEEN, read_each, read_number, split_addresses, visible

# What can be called besides phone numbers: a SIP phone or program, and a client that is logged in to Twilio.
_ON_THE_INTERNET = re.compile(r"(sips?|client):(\S+)", re.IGNORECASE)

# Separators where one of those is among the addresses: a SIP address may contain semicolons.
_BETWEEN_CALLEES = re.compile(
    r"[,\r\n\u2028\u2029]+|;\s*$|(?:;\s*|\s+)(?=\+|tel:|sips?:|client:)", re.IGNORECASE | re.MULTILINE
)


def read_callees(texts: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Return whom to call, in the form that Twilio accepts, and the problems with the others, by their text."""
    parts = [
        part
        for text in texts
        for part in split_addresses([text], _BETWEEN_CALLEES if _ON_THE_INTERNET.search(text) else BETWEEN)
    ]
    return read_each(parts, read_callee)


def read_callee(text: str, purpose: str = "be called") -> str:
    """Return a phone number in E.164 form, or an address such as ``sip:ada@example.com`` or ``client:ada``.

    ``purpose`` is what a number is for, as errors name it. Twilio would read letters in a number as keys of a phone,
    and call somebody. Raises ``ValueError`` with a text for the user.
    """
    plain = visible(text)
    found = _ON_THE_INTERNET.fullmatch(plain)
    if found and _BETWEEN_CALLEES.search(plain):
        raise ValueError(f"{text!r} seems to contain several addresses. Set only one.")
    if found and (found[1].lower() == "client" or re.fullmatch("[^@]+@[^@]+", found[2])):
        return f"{found[1].lower()}:{found[2]}"
    return read_number(plain, text, purpose, "an address such as 'sip:ada@example.com' or 'client:ada'")
