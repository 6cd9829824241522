# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Phone numbers as people write them, converted to what Twilio accepts: E.164 numbers and channel addresses. Pure.

Anything unambiguous is accepted: separators, several numbers in one string, characters that come from copying a
contact. Text that could mean two numbers is an error that says what to write, never a guess. The package phonenumbers
is not used: it takes 53 ms to import and 48 MB, and rejects numbers that are newer than its tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from .values import CHANNELS, is_channel_address, is_e164

# Separators of numbers: commas, semicolons and line breaks; and spaces, if the next number begins with a plus sign,
# except those after a channel's colon.
BETWEEN = re.compile(r"[,;\r\n\u2028\u2029]+|(?<![:\s])\s+(?=\+|tel:)")
# Visual separators (https://www.rfc-editor.org/rfc/rfc3966#section-3), spaces of every width, typographic dashes.
_SEPARATORS = re.compile(r"[\s.()\-\u2010-\u2015\u2212\ufe63\uff0d]+")
# Direction marks and zero-width characters that contacts and web pages put around numbers; and the soft hyphen.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
# A trunk prefix in brackets, which is dialed within the country only: +44 (0)20 7946 0000 is +442079460000.
_TRUNK_PREFIX = re.compile(r"\(\s*0+\s*\)")
_CHANNEL = re.compile(rf"({'|'.join(CHANNELS)}):\s*(.+)", re.IGNORECASE | re.DOTALL)

EXAMPLE = "+15551234567"


def split_addresses(texts: Iterable[str], between: re.Pattern[str] = BETWEEN) -> list[str]:
    """Split texts that may contain several addresses each. Empty ones are left out; the addresses are not validated.

    The separators are commas, semicolons and line breaks, as in a survey's text field or a file's lines.
    """
    parts = (part for text in texts for part in between.split(text))
    return [part.strip() for part in parts if visible(part)]


def visible(text: str) -> str:
    """Return a text without characters that cannot be seen, and without the spaces around it."""
    return _INVISIBLE.sub("", text).strip()


def read_recipients(texts: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Return the recipients in texts, in the form that Twilio accepts, and the problems with the others, by their text.

    A recipient that is named twice is returned twice.
    """
    return read_each(split_addresses(texts), read_address)


def read_each(parts: Iterable[str], read: Callable[[str], str]) -> tuple[list[str], dict[str, str]]:
    """Return what each part is read as, and the problems with those that cannot be read, by their text."""
    addresses: list[str] = []
    problems: dict[str, str] = {}
    for part in parts:
        try:
            addresses.append(read(part))
        except ValueError as error:
            problems[part] = str(error)
    return addresses, problems


def read_address(text: str) -> str:
    """Return a phone number in E.164 form, or a channel address such as ``whatsapp:+15551234567``.

    Raises ``ValueError`` with a text that tells the user what to write instead.
    """
    plain = visible(text)
    if channel := _CHANNEL.fullmatch(plain):
        name, rest = channel[1].lower(), channel[2].strip()
        # WhatsApp addresses are phone numbers. Other channels have their own names.
        return f"{name}:{read_number(rest, text)}" if name == "whatsapp" or rest[:1] == "+" else f"{name}:{rest}"
    return read_number(plain, text)


def read_sender(text: str) -> str:
    """Return a sender in the form that Twilio accepts: an E.164 number if the text is one, else the text as given."""
    plain = visible(text)
    try:
        return read_address(plain)
    except ValueError:
        return plain


def phone_of(address: str) -> str:
    """Return the phone number in an address in Twilio's form; empty if there is none."""
    number = address.partition(":")[2] if is_channel_address(address) else address
    return number if is_e164(number) else ""


def read_number(
    plain: str,
    given: str,
    purpose: str = "receive messages",
    alternative: str = f"a channel address such as 'whatsapp:{EXAMPLE}'",
) -> str:
    """Return a phone number in E.164 form. The text is ``plain`` without invisible characters.

    ``purpose`` is what the number is for, and ``alternative`` what may be used instead, as errors name them. Raises
    ``ValueError`` with a text for the user.
    """
    number = plain[4:] if plain[:4].lower() == "tel:" else plain
    if _TRUNK_PREFIX.search(number):
        raise ValueError(
            f"{given!r} has a (0), which callers from abroad omit. Write the number without it, such as {EXAMPLE!r}."
        )
    if number.endswith(".0"):
        # Dots are separators elsewhere: the last digit would make it somebody else's number.
        raise ValueError(f"{given!r} ends with .0, as a number does that was read as a decimal. Write it without.")
    number = _SEPARATORS.sub("", number)
    if is_e164(number):
        return number
    if number.isascii() and number.isdigit():
        raise ValueError(_without_plus(number, given, purpose))
    if re.fullmatch(r"\+[0-9]+", number):
        if number[1] == "0":
            raise ValueError(f"{given!r} has a 0 after the plus sign instead of a country code, as in {EXAMPLE!r}.")
        raise ValueError(f"{given!r} has {len(number) - 1} digits. A number has 7 to 15, with its country code.")
    raise ValueError(
        f"{given!r} is not a phone number in E.164 form such as {EXAMPLE!r}, nor {alternative}."
        " Extensions and letters are not allowed."
    )


def _without_plus(number: str, given: str, purpose: str) -> str:
    if number.startswith("00"):
        return f"{given!r} begins with 00. Write + and the country code instead, as in {EXAMPLE!r}."
    if len(number) < 7:
        return f"{given!r} is a short code or an extension, which cannot {purpose}. Use a phone number."
    return f"{given!r} has no plus sign and country code. Write both, as in {EXAMPLE!r}."
