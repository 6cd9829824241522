# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``gsm7``."""

from __future__ import annotations

from collections.abc import Callable

from ..module_utils._text import gsm7 as _gsm7
from ..plugin_utils.plain import filtered_text


def gsm7(text: object) -> str:
    """Replace characters with their GSM-7 equivalents."""
    return _gsm7.gsm7(filtered_text(text, "gsm7"))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[object], str]]:
        return {"gsm7": gsm7}
