# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_ask``: the pager asks people a question."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from .._options.page_specs import ASK
from .._paging.plan import ALPHABET, read_question
from .._paging.question_result import answered, failure, predicted
from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.errors import PageFailed
from .._twilio.values import is_loopback
from .job import Job
from .page import Pager
from .task import Task


def ask(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Ask people until the question is decided, and return the task's result; ``params`` are those of ``ASK``.

    Raises ``PageFailed`` with the whole result if nobody could be asked, or not all answers could be read.
    """
    plan = read_question(params, _fresh_code())
    if task.check_mode:
        return predicted(plan)
    with Client(connect(params)) as client:
        incident, began = Pager(client, plan, task, follows_server=is_loopback(params["api_url"])).run()
    found = answered(incident, began)
    if problem := failure(incident):
        raise PageFailed(problem, **found)
    return found


def ask_problems(params: Mapping[str, Any], _now: datetime) -> Iterator[str]:
    """Yield the problems with a task's options. With any of them, nobody is asked."""
    yield from read_question(params, _fresh_code()).problems


JOB = Job(ASK, ask_problems, ask)


def _fresh_code() -> str:
    # Anybody who could guess the code and forge a sender could answer.
    return "".join(random.SystemRandom().sample(ALPHABET, 6))
