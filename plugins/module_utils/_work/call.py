# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_call``: call each recipient, and return the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._options.call_form import to_call_forms
from .._options.call_rules import call_problems, call_warnings
from .._options.call_spec import CALL
from .._twilio.call import ENDED
from .calling import CALLING
from .job import Job
from .sending import send_all
from .task import Task


def place_calls(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Call each recipient and return the task's result; ``params`` are those of ``CALL``.

    Raises ``SendFailed`` with the complete result after all recipients were tried.
    """
    for warning in call_warnings(params):
        task.warn(warning)
    return send_all(CALLING, to_call_forms(params), params, task, "over", ENDED)


JOB = Job(CALL, call_problems, place_calls)
