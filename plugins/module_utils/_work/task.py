# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module or its action plugin passes to the work besides the options."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Task(NamedTuple):
    """A task besides its options: its modes, two ways to inform the user, and whether Ansible is gone."""

    check_mode: bool
    diff: bool
    warn: Callable[[str], None]
    progress: Callable[[str], None] = lambda _text: None
    is_abandoned: Callable[[], bool] = lambda: False
    no_log: bool = False
