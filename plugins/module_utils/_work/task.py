# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the entry points, a module or its action plugin, hand to the work beside the options."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Task(NamedTuple):
    """A task beside its options: its modes, two ways to tell the user something, and whether Ansible has gone."""

    check_mode: bool
    diff: bool
    warn: Callable[[str], None]
    progress: Callable[[str], None] = lambda _text: None
    is_abandoned: Callable[[], bool] = lambda: False
    no_log: bool = False
