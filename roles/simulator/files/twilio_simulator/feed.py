# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""News for those who watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Data = Mapping[str, object]


class Feed:
    """Tells nobody, yet."""

    def __init__(self, greeting: Data) -> None:
        self.greeting = greeting

    def publish(self, event: str, data: Data | Callable[[], Data], *, about: str) -> None:
        """Tell every reader, soon. Never blocks, and does nothing while nobody reads."""

    async def close(self) -> None:
        """Let every reader go."""
