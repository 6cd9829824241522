# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test ``e164``."""

from __future__ import annotations

from collections.abc import Callable

from ..module_utils._twilio.values import is_e164
from ..plugin_utils.plain import tested_text


def e164(value: object) -> bool:
    """Say whether a value is a phone number in E.164 form."""
    return is_e164(tested_text(value))


class TestModule:
    """What Ansible looks for."""

    def tests(self) -> dict[str, Callable[[object], bool]]:
        return {"e164": e164}
