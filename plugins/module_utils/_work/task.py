# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module or its action plugin passes to the work in addition to the options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class CalendarError(Exception):
    """A calendar does not say who is on call. The text says why and what to do, without secrets."""


class OnCallNow(NamedTuple):
    """Who is on call, as names with numbers, and warnings about the calendar, each a sentence."""

    people: Mapping[str, str]
    warnings: Sequence[str]


# Returns who is on call at a moment, given the sources and options of calendars; may raise ``CalendarError``.
AskCalendar = Callable[[Sequence[str], Mapping[str, Any], datetime], OnCallNow]


class Task(NamedTuple):
    """A task apart from its options: its modes, two ways to inform the user, and whether Ansible has ended.

    Calendars can be asked on the controller only.
    """

    check_mode: bool
    diff: bool
    warn: Callable[[str], None]
    progress: Callable[[str], None] = lambda _text: None
    is_abandoned: Callable[[], bool] = lambda: False
    no_log: bool = False
    ask_calendar: AskCalendar | None = None
