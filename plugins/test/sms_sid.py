# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test ``sms_sid``."""

from __future__ import annotations

from collections.abc import Callable

from ..module_utils._twilio.values import is_message_sid
from ..plugin_utils.plain import tested_text


def sms_sid(value: object) -> bool:
    """Say whether a value is the SID of a message, which may be an SMS or an MMS."""
    return is_message_sid(tested_text(value))


class TestModule:
    """What Ansible looks for."""

    def tests(self) -> dict[str, Callable[[object], bool]]:
        return {"sms_sid": sms_sid}
