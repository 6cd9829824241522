# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert values and texts that plugins on the controller get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ansible.errors import AnsibleFilterError
from jinja2 import Undefined


def plain(value: Any) -> Any:
    """Copy a value as a module would receive it: without Ansible's own types, and with dates as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    text = as_text(value)
    return value if text is None else text


def as_text(value: object) -> str | None:
    """Return a text as a plain string, without Ansible's own types and tags; None if it is not a text."""
    if isinstance(value, str):
        return str.__str__(value)
    # Before ansible-core 2.19, text from a Vault has a type that is not a string.
    if isinstance(value, Sequence) and not isinstance(value, (list, tuple, bytes, bytearray)):
        return str(value)
    return None


def filtered_text(value: object, name: str, wanted: str = "a text") -> str:
    """Return the text that a filter was given. Raises ``AnsibleFilterError`` if it is not a text."""
    text = as_text(value)
    if text is None:
        # Older versions of ansible-core pass undefined values here. Their text is the error that says what is
        # undefined.
        raise AnsibleFilterError(f"{name}: requires {wanted}, not {str(value)[:80]}.")
    return text


def tested_text(value: object) -> str:
    """Return the text that a test was given; empty if it is not a text."""
    if isinstance(value, Undefined):
        # Older versions of ansible-core pass undefined values here. As text, they are the error that says what is
        # undefined.
        str(value)
    return as_text(value) or ""
