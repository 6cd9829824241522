# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters for texts that become SMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._text import fit
from ..module_utils._text import gsm7 as _gsm7
from ..module_utils._text import segments as _segments
from ..plugin_utils.plain import as_text


def sms_segments(text: object) -> dict[str, Any]:
    """Count a text's segments; not_gsm7 lists the characters that force UCS-2."""
    plain = _plain(text, "sms_segments", "a text")
    not_gsm7 = [char for char in dict.fromkeys(plain) if not _gsm7.is_gsm7(char)]
    return {**_segments.segments(plain)._asdict(), "not_gsm7": not_gsm7}


def fit_sms(text: object, segments: object = 1, keep: object = "…") -> str:
    """Shorten a text to at most so many segments."""
    plain, mark = _plain(text, "fit_sms", "a text"), _plain(keep, "fit_sms", "keep as a text")
    if not isinstance(segments, int) or isinstance(segments, bool) or segments < 1:
        raise AnsibleFilterError(f"fit_sms: segments must be an integer from 1 on, not {segments!r}.")
    taken = _segments.segments(_gsm7.gsm7(mark)).segments
    if taken > segments:
        raise AnsibleFilterError(f"fit_sms: keep takes {taken} segments by itself, not {segments} at most.")
    return fit.fit(plain, segments, mark)


def gsm7(text: object) -> str:
    """Replace characters by their GSM-7 likeness."""
    return _gsm7.gsm7(_plain(text, "gsm7", "a text"))


def _plain(value: object, name: str, wanted: str) -> str:
    text = as_text(value)
    if text is None:
        # The text of an undefined value is the error that says what is undefined; older versions pass it in here.
        raise AnsibleFilterError(f"{name}: needs {wanted}, not {str(value)[:80]}.")
    return text


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sms_segments": sms_segments, "fit_sms": fit_sms, "gsm7": gsm7}
