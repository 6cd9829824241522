# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask the calendars of tiers who is on call, through the task's function for that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from .._paging.events import NotOnCall, OnCall
from .._paging.plan import Plan
from .._paging.tiers import Person
from .._twilio.errors import InvalidOptions
from .parallel import fan_out
from .task import CalendarError, Task

# How many to ask at once. Each starts processes.
_CALENDARS_AT_ONCE = 4


def ask_calendar(plan: Plan, task: Task, turn: int, moment: datetime) -> Callable[[float], OnCall | NotOnCall]:
    """Ask the calendar of a turn's tier, and return the resulting event."""
    calendar, ask = plan.tier(turn).calendar, task.ask_calendar
    try:
        if not calendar or not ask:
            raise CalendarError("Calendars can be read on the controller only.")
        found = ask(calendar.sources, calendar.options, moment)
    except CalendarError as error:
        text = str(error)
        return lambda now: NotOnCall(now, turn, text)
    people = tuple(Person(number, name) for name, number in found.people.items())
    return lambda now: OnCall(now, turn, people, tuple(found.warnings))


def predict_on_call(plan: Plan, task: Task, now: datetime, age: float) -> dict[int, tuple[Person, ...]]:
    """Return who will be on call when the tiers have their turns of a page that began ``age`` seconds ago.

    If a turn has begun, that is who is on call now. Raises ``InvalidOptions`` if a calendar fails.
    """
    turns = [turn for turn in range(plan.turns) if plan.tier(turn).calendar]
    waits = [plan.tier(turn).wait for turn in range(plan.turns)]

    def ask(turn: int) -> OnCall | NotOnCall:
        return ask_calendar(plan, task, turn, now + timedelta(seconds=max(0.0, sum(waits[:turn]) - age)))(0.0)

    answers = fan_out(ask, turns, _CALENDARS_AT_ONCE) if turns else []
    failed = {plan.tier(item.turn).name: item.error for item in answers if isinstance(item, NotOnCall)}
    if failed:
        raise InvalidOptions([f"tiers: the calendar of {name}: {error}" for name, error in failed.items()])
    found = [item for item in answers if isinstance(item, OnCall)]
    # The warnings contain names.
    for text in () if task.no_log else dict.fromkeys(warning for item in found for warning in item.warnings):
        task.warn(text)
    return {item.turn: item.people for item in found}
