# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_sms``: send to each recipient, and return the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from .._options.sms_form import to_forms
from .._options.sms_rules import sms_problems, sms_warnings
from .._options.sms_spec import SMS
from .._twilio.message import NOT_DELIVERED
from .job import Job
from .sending import send_all
from .task import Task
from .texting import REACHED, TEXTING


def send_sms(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Send a message to each recipient and return the task's result; ``params`` are those of ``SMS``.

    Raises ``SendFailed`` with the complete result after all recipients were tried.
    """
    now = datetime.now(timezone.utc)
    for warning in sms_warnings(params, now):
        task.warn(warning)
    goal = params["wait_for"]
    return send_all(TEXTING, to_forms(params, now), params, task, goal, (*NOT_DELIVERED, *REACHED[goal]))


JOB = Job(SMS, sms_problems, send_sms)
