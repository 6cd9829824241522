# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipients, senders and URLs: which are valid, and the magic numbers of Twilio's test credentials.

Magic numbers: https://www.twilio.com/docs/iam/test-credentials
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

CHANNELS = ("whatsapp", "rcs", "messenger")

VALID_TEST_SENDER = "+15005550006"
MAGIC_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}

# A country code and its number have at most 15 digits (ITU-T E.164), and exactly 11 in the North American plan.
# The countries that share +1 with the USA and Canada, except the territories of the USA, by their area codes:
# https://www.nationalnanpa.com/area_codes/
_OTHERS_IN_NORTH_AMERICA = (
    *("242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809"),
    *("829", "849", "868", "869", "876"),
)
_E164 = re.compile(r"\+(?:1[2-9][0-9]{9}|[2-9][0-9]{6,14})")
_PUNCTUATION = str.maketrans("", "", " ().-")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
_SIM = re.compile(r"(?:sim:)?DE[0-9a-fA-F]{32}")
_HOST_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_ON_THE_INTERNET = re.compile(r"sips?:[^\s@]+@[^\s@]+|client:\S+")
_CHANNEL_NAME = re.compile(r"[\w.@+-]+")


def is_channel(address: str) -> bool:
    """Whether this is a channel address, such as ``whatsapp:+15551234567``, and not a plain phone number."""
    return address.partition(":")[0] in CHANNELS and ":" in address


def phone_number(text: str) -> str | None:
    """Return a phone number in E.164 form, without punctuation; None if it is not one."""
    number = text.translate(_PUNCTUATION)
    return number if _E164.fullmatch(number) else None


def called(text: str) -> str | None:
    """Return a callee or caller in Twilio's form: a phone number, a SIP address or a client."""
    return phone_number(text) or (text if _ON_THE_INTERNET.fullmatch(text) else None)


def recipient(text: str) -> str | None:
    """Return a recipient in Twilio's form; None if it is invalid."""
    channel, _colon, name = text.partition(":")
    if not is_channel(text):
        return phone_number(text)
    number = phone_number(name)
    if number:
        return f"{channel}:{number}"
    return text if channel == "messenger" and _CHANNEL_NAME.fullmatch(name) else None


def sender(text: str) -> str | None:
    """Return a sender in Twilio's form; None if it is invalid."""
    if is_channel(text):
        return text if _CHANNEL_NAME.fullmatch(text.partition(":")[2]) else None
    number = phone_number(text)
    if number:
        return number
    return text if any(kind.fullmatch(text) for kind in (_SHORT_CODE, _ALPHANUMERIC, _SIM)) else None


def channel_of(address: str) -> str:
    """Return the channel of a channel address; empty for SMS."""
    return address.partition(":")[0] if is_channel(address) else ""


def is_owned(sender: str, numbers: Collection[str]) -> bool:
    """Whether an account with these senders owns a sender. Names and wireless SIMs need no purchase."""
    if is_channel(sender):
        return not any(map(is_channel, numbers)) or sender in numbers
    return sender in numbers or not (_E164.fullmatch(sender) or _SHORT_CODE.fullmatch(sender))


def is_short_code(text: str) -> bool:
    """Whether a recipient looks like a short code, and not like a number without its country code."""
    return re.fullmatch(r"[0-9]{3,6}", text) is not None


def is_name(sender: str) -> bool:
    """Whether this is an alphanumeric sender ID."""
    return _ALPHANUMERIC.fullmatch(sender) is not None


def is_without_names(recipient: str) -> bool:
    """Whether a number is in the USA or Canada, whose carriers do not accept alphanumeric sender IDs.

    https://help.twilio.com/articles/223133767-International-support-for-Alphanumeric-Sender-ID
    """
    return recipient.startswith("+1") and not recipient.startswith(_OTHERS_IN_NORTH_AMERICA, 2)


def host_of(url: str) -> str | None:
    """Return the host of a usable http(s) URL, else None. Twilio does not accept underscores in host names."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        return None
    if ":" in host or all(_HOST_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")):
        return host
    return None


def is_local(host: str) -> bool:
    """Whether Twilio could not reach a host, because it is this machine or in a private network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host
    return not address.is_global


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
