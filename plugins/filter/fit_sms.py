# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``fit_sms``."""

from __future__ import annotations

from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ..module_utils._text import segments as _segments
from ..module_utils._text.fit import fit
from ..module_utils._text.gsm7 import gsm7
from ..plugin_utils.plain import filtered_text


def fit_sms(text: object, segments: object = 1, keep: object = "…") -> str:
    """Shorten a text to at most ``segments`` segments."""
    plain, mark = filtered_text(text, "fit_sms"), filtered_text(keep, "fit_sms", "keep as a text")
    if not isinstance(segments, int) or isinstance(segments, bool) or segments < 1:
        raise AnsibleFilterError(f"fit_sms: segments must be an integer of 1 or more, not {segments!r}.")
    taken = _segments.segments(gsm7(mark)).segments
    if taken > segments:
        raise AnsibleFilterError(f"fit_sms: keep alone takes {taken} segments. The limit is {segments}.")
    return fit(plain, segments, mark)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        return {"fit_sms": fit_sms}
