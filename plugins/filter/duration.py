# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``duration``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ..plugin_utils import recap


def duration(seconds: object) -> str:
    """Write a number of seconds in a readable form, as in ``4m 10s``."""
    # Before ansible-core 2.19, the value of a template is always text.
    if isinstance(seconds, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", seconds):
        seconds = float(seconds)
    if not isinstance(seconds, (int, float)) or not math.isfinite(seconds):
        # Older versions of ansible-core pass undefined values here. Their text is the error that says what is
        # undefined.
        raise AnsibleFilterError(f"duration: requires a number of seconds, not {str(seconds)[:80]}.")
    return recap.duration(max(seconds, 0))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[object], str]]:
        return {"duration": duration}
