# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``sms_recipients``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._options.addresses import usable_recipients
from ..module_utils._twilio.numbers import read_sender
from ..plugin_utils.plain import plain


def sms_recipients(given: object, sender: object = "") -> dict[str, Any]:
    """Separate the valid recipients from the invalid ones."""
    value = plain(given)
    texts = [value] if isinstance(value, (str, int)) else value
    if not isinstance(texts, Sequence):
        # Older versions of ansible-core pass undefined values here. Their text is the error that says what is
        # undefined.
        raise AnsibleFilterError(f"sms_recipients: requires a text or a list, not {str(given)[:80]}.")
    usable, problems = usable_recipients(
        [str(text) for text in texts if text is not None], read_sender(str(sender or ""))
    )
    return {"recipients": usable, "problems": list(problems.values())}


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"sms_recipients": sms_recipients}
