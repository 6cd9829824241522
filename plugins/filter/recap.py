# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``recap``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..plugin_utils.plain import as_text
from ..plugin_utils.recap import count_hosts


def recap(hosts: object) -> str:
    """Count hosts by their state."""
    if not isinstance(hosts, Mapping):
        # Older versions of ansible-core pass undefined values here. Their text is the error that says what is
        # undefined.
        raise AnsibleFilterError(f"recap: requires a mapping, not {str(hosts)[:80]}.")
    return count_hosts({str(word): _number_or_names(those) for word, those in hosts.items()})


def _number_or_names(those: object) -> int | list[str] | None:
    if those is None or isinstance(those, int):
        return those
    text = as_text(those)
    if text is not None and text.isascii() and text.isdigit():
        # Before ansible-core 2.19, a template returns text, whatever is in it.
        return int(text)
    if text is not None:
        return [text] if text else []
    if isinstance(those, Sequence):
        return [str(name) for name in those]
    raise AnsibleFilterError(f"recap: requires a number of hosts or a list of their names, not {str(those)[:80]}.")


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[object], str]]:
        return {"recap": recap}
