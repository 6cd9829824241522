# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of people, of whom Twilio knows only the numbers."""

from __future__ import annotations

from collections.abc import Mapping

from .reading import BadInput

MOST_NAMES = 10_000
LONGEST_NAME = 100


def read_name(value: object) -> str:
    """Read a name in the settings.

    :raises BadInput: if it is none.
    """
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise BadInput(f"a name must be a string of at most {LONGEST_NAME} characters, not {value!r}"[:200])
    return value


class Names:
    """Names by number. ``first`` are those of the settings."""

    def __init__(self, first: Mapping[str, str | None]) -> None:
        self._first = {number: name for number, name in first.items() if name}
        self._names = dict(self._first)

    def update(self, names: Mapping[str, str | None]) -> None:
        """Add and change names. None removes one. If there are too many, the oldest are dropped."""
        for number, name in names.items():
            self._names.pop(number, None)
            if name:
                self._names[number] = name
        while len(self._names) > MOST_NAMES:
            del self._names[next(iter(self._names))]

    def reset(self) -> None:
        self._names = dict(self._first)

    def as_json(self) -> dict[str, str]:
        return dict(self._names)
