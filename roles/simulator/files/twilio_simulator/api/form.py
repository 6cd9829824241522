# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A submitted form: name and value pairs in the order received, and typed readings of one field."""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from ..world.codes import Refused
from ..world.messages import Pairs

HUGE = 30
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_pairs(encoded: bytes) -> Pairs:
    """Decode ``application/x-www-form-urlencoded``. Text at which a lenient parser would guess is rejected (20001)."""
    try:
        text = encoded.decode()
        if _STRAY_PERCENT.search(text):
            raise Refused(20001, detail="The request is not properly percent-encoded.")
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Refused(20001, detail="The request is not UTF-8.") from None


class Form:
    """Reads fields by their Twilio name. An empty value counts as absent, as in Twilio's create requests."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name and value]

    def one(self, name: str) -> str | None:
        return next(iter(self.every(name)), None)

    def given(self, name: str) -> bool:
        """Whether the field was sent, even if it is empty."""
        return any(key == name for key, value in self.pairs)

    def boolean(self, name: str) -> bool:
        return self.choice(name, ("true", "false")) == "true"

    def choice(self, name: str, choices: Container[str], *, code: int = 20001) -> str | None:
        value = self.one(name)
        if value is not None and value not in choices:
            raise _unusable(name, value, code)
        return value

    def whole(self, name: str, lowest: int, highest: int | None = None, *, code: int = 20001) -> int | None:
        value = self.one(name)
        if value is None:
            return None
        # More digits would only make a number that is larger than any limit.
        number = int(value[:HUGE]) if re.fullmatch(r"-?[0-9]+", value) else None
        if number is None or number < lowest or (highest is not None and number > highest):
            raise _unusable(name, value, code)
        return number

    def amount(self, name: str, *, code: int = 20001) -> Decimal | None:
        value = self.one(name)
        if value is None:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise _unusable(name, value, code) from None
        if not number.is_finite() or number < 0:
            raise _unusable(name, value, code)
        return number


def _unusable(name: str, value: str, code: int = 20001) -> Refused:
    return Refused(code, detail=f"{value[:80]!r} is not a value for {name}.")
