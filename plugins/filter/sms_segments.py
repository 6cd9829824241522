# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``sms_segments``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils._text.gsm7 import is_gsm7
from ..module_utils._text.segments import segments
from ..plugin_utils.plain import filtered_text


def sms_segments(text: object) -> dict[str, Any]:
    """Count a text's segments; not_gsm7 lists the characters that force UCS-2."""
    plain = filtered_text(text, "sms_segments")
    return {**segments(plain)._asdict(), "not_gsm7": [char for char in dict.fromkeys(plain) if not is_gsm7(char)]}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[object], dict[str, Any]]]:
        return {"sms_segments": sms_segments}
