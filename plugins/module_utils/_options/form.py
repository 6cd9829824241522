# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an option becomes a field of a create request's form. Pure."""

from __future__ import annotations

from typing import Any

# Values that count as not set, such as what a template returns for a variable without a value.
EMPTY: tuple[Any, ...] = (None, "", [], [""], {})


def form_name(option: str) -> str:
    """Return the name of an option's form field: ``media_url`` is ``MediaUrl``."""
    return "".join(part.capitalize() for part in option.split("_"))


def field(value: Any) -> str | list[str]:
    """Return an option's value as a form field."""
    if isinstance(value, list):
        return [str(item) for item in value]
    # str(True) would be "True", which Twilio does not accept.
    return str(value).lower() if isinstance(value, bool) else str(value)
