# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's work in this process: what the module and its action plugin both call, given the options of a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.oncall.twilio.plugins.module_utils._work.job import run_job
from ansible_collections.oncall.twilio.plugins.module_utils._work.task import AskCalendar, Task


def work(
    module: str,
    connection: Mapping[str, Any],
    check_mode: bool = False,
    diff: bool = False,
    no_log: bool = False,
    progress: Callable[[str], None] = lambda _text: None,
    is_abandoned: Callable[[], bool] = lambda: False,
    ask_calendar: AskCalendar | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Return the result of a task with these options, with its ``warnings``, and ``failed`` in any case."""
    job = import_module(f"ansible_collections.oncall.twilio.plugins.action.{module}").ActionModule.job
    validation = ArgumentSpecValidator(job.spec).validate({**connection, **options})
    assert not validation.error_messages, validation.error_messages
    warnings: list[str] = []
    task = Task(check_mode, diff, warnings.append, progress, is_abandoned, no_log, ask_calendar)
    result = run_job(job, validation.validated_parameters, task)
    return {"failed": False, **result, "warnings": warnings}
