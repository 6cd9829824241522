# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests for what messages are addressed to and known by."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import Undefined

from ..module_utils._twilio import values
from ..plugin_utils.plain import as_text


def e164(value: object) -> bool:
    """Say whether a value is a phone number in E.164 form."""
    return values.is_e164(_text(value))


def sms_sid(value: object) -> bool:
    """Say whether a value is the SID of a message, be it an SMS or an MMS."""
    return values.is_message_sid(_text(value))


def _text(value: object) -> str:
    """Return a text as a plain string; empty for what is no text."""
    if isinstance(value, Undefined):
        # Older versions of ansible-core pass it in here. As text, it is the error that says what is undefined.
        str(value)
    return as_text(value) or ""


class TestModule:
    """What Ansible looks for."""

    def tests(self) -> dict[str, Callable[[object], bool]]:
        return {"e164": e164, "sms_sid": sms_sid}
