# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a module, and how they run: in the module itself, or in its action plugin on the controller."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule

from .._twilio.account import connection_problems
from .._twilio.errors import InvalidOptions, TwilioError
from .._twilio.session import REQUESTS_IMPORT_ERROR
from .task import Task

Params = Mapping[str, Any]

# What must not be shown of a task with no_log: phone numbers and other addresses.
_ADDRESS = r"(?i)\b(?:sips?|client|messenger|rcs):[^\s,]+|\+?[0-9]{7,}"
# The keys of a failed task's result that say why, each where it has any.
_REASONS = ("problems", "error", "recipients", "outcome", "pages")


class Job(NamedTuple):
    """What a module does.

    ``spec`` is its argument spec, including the connection. ``problems`` yields the problems with its options beyond
    the spec and the connection; it is pure, and its second argument is the time in UTC. ``run`` does the work on valid
    options; it returns the result or raises a ``TwilioError``. ``check_problems`` yields further problems that are
    errors in check mode only.
    """

    spec: dict[str, dict[str, Any]]
    problems: Callable[[Params, datetime], Iterable[str]]
    run: Callable[[Params, Task], dict[str, Any]]
    check_problems: Callable[[Params, datetime], Iterable[str]] = lambda _params, _now: ()


def run_job(job: Job, params: Params, task: Task) -> dict[str, Any]:
    """Validate options that match the job's spec, and return the task's result, with ``failed`` if it failed."""
    if REQUESTS_IMPORT_ERROR:
        return {"failed": True, "msg": missing_package("requests>=2.28"), "exception": REQUESTS_IMPORT_ERROR}
    if task.no_log:
        task = _discreet(task)
    try:
        now = datetime.now(timezone.utc)
        problems = [*connection_problems(params), *job.problems(params, now)]
        if task.check_mode:
            problems += job.check_problems(params, now)
        if problems:
            raise InvalidOptions(problems)
        return job.run(params, task)
    except TwilioError as error:
        return failure(error, task.no_log)


def _discreet(task: Task) -> Task:
    """Return the task with its warnings and progress reports without addresses."""

    def without_addresses(show: Callable[[str], None]) -> Callable[[str], None]:
        return lambda text: show(re.sub(_ADDRESS, "********", text))

    return task._replace(warn=without_addresses(task.warn), progress=without_addresses(task.progress))


def missing_package(requirement: str) -> str:
    """Return an error that says in which Python a package is missing, and how to install it."""
    version = ".".join(map(str, sys.version_info[:3]))
    package = requirement.partition(">")[0]
    return (
        f"The Python package {package} is missing on {platform.node()} for Python {version}, {sys.executable}."
        f" Install it: {sys.executable} -m pip install '{requirement}'"
    )


def failure(error: TwilioError, no_log: bool) -> dict[str, Any]:
    """Return the result of a task that failed with an error.

    With ``no_log``, its ``msg`` says nothing of what happened: Ansible shows it all the same. It hides the other keys.
    """
    result = {"failed": True, "changed": False, **error.result}
    if no_log:
        reasons = " and ".join(name for name in _REASONS if result.get(name))
        advice = f"Register its result, and read its {reasons}" if reasons else "To see it, run the task without no_log"
        result["msg"] = f"The task failed, and no_log hides why. {advice}."
    return result


def run_module(job: Job) -> None:
    """Run as a module: read the options, do the job, print the result and exit."""
    module = AnsibleModule(argument_spec=job.spec, supports_check_mode=True)
    result = run_job(job, module.params, Task(module.check_mode, module._diff, module.warn, no_log=module.no_log))
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
