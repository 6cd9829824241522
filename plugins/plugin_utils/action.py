# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The group's modules in the controller's own process, which costs a fraction of a module's round trip.

It does what a module's ``main()`` does: options in, the same function called, its result or its error out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

from ..module_utils._twilio.errors import InvalidOptions, TwilioError
from ..module_utils._twilio.pool import REQUESTS_IMPORT_ERROR
from ..module_utils._work.task import Task
from .plain import plain


class Job(NamedTuple):
    """What a module does: its argument spec, its rules beyond the spec, and the function its ``main()`` calls."""

    spec: dict[str, dict[str, Any]]
    problems: Callable[[Mapping[str, Any]], list[str]]
    run: Callable[..., dict[str, Any]]


# The types to which an empty string is a value.
_TEXTS = ("str", "path", "raw", "json")
# What a validated value of each of the spec's types is.
_TYPES: dict[str, Any] = {"bool": bool, "int": int, "float": (int, float), "list": list, "dict": dict, "raw": object}


class TwilioAction(ActionBase):
    """Runs a job here, or its module on the task's host for ``run_on: target`` and for ``async``.

    Each module of the group has an action plugin of its own name, which is this with the module's job: Ansible would
    apply one module's ``module_defaults`` to the whole group if all were routed to one action plugin.
    """

    job: Job

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = _given(self.job.spec, plain(self._task.args))
        if self._task.async_val or args.get("run_on") == "target":
            return {**result, **self._run_module(args, task_vars)}
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        with _environ(environment):
            return {**result, **self._run_here(args)}

    def _run_here(self, args: dict[str, Any]) -> dict[str, Any]:
        job = self.job
        if REQUESTS_IMPORT_ERROR:
            return {"failed": True, "msg": missing_required_lib("requests"), "exception": REQUESTS_IMPORT_ERROR}
        validation = ArgumentSpecValidator(job.spec).validate(args)
        params = validation.validated_parameters
        warnings: list[str] = []
        try:
            if problems := [*_spec_problems(validation), *_rule_problems(job, params)]:
                raise InvalidOptions(problems)
            is_abandoned = _orphan_detector()
            task = Task(self._task.check_mode, self._task.diff, warnings.append, self._progress, is_abandoned)
            result = job.run(params, task)
        except TwilioError as error:
            result = {"failed": True, "changed": False, **error.result}
        if warnings:
            result["warnings"] = warnings
        secrets = {str(params[name]) for name, option in job.spec.items() if option.get("no_log") and params.get(name)}
        masked: dict[str, Any] = remove_values(result, secrets)
        return masked

    def _progress(self, text: str) -> None:
        self._display.display(f"{self._task.get_name()}: {text}")

    def _run_module(self, args: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        # The module reports its own rules' problems all at once, but of the spec's only the first.
        if problems := list(_spec_problems(ArgumentSpecValidator(self.job.spec).validate(args))):
            return {"failed": True, "changed": False, **InvalidOptions(problems).result}
        result: dict[str, Any] = self._execute_module(
            module_args=args, task_vars=task_vars, wrap_async=self._task.async_val
        )
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result


def _spec_problems(validation: ValidationResult) -> Iterator[str]:
    for error in validation.errors.errors:
        if isinstance(error, UnsupportedError):
            yield f"Unsupported parameters: {error.msg}"
        else:
            yield error.msg


def _rule_problems(job: Job, params: Mapping[str, Any]) -> list[str]:
    """Judge what the spec let pass: the rest counts as not set, so that all problems come up in the same go."""
    usable = {name: params.get(name) if _fits(params.get(name), option) else None for name, option in job.spec.items()}
    return job.problems(usable)


def _fits(value: Any, option: Mapping[str, Any]) -> bool:
    if not isinstance(value, _TYPES.get(option["type"], str)):
        return False
    items = value if "elements" in option else [value]
    if "choices" in option:
        return all(item in option["choices"] for item in items)
    return "elements" not in option or all(isinstance(item, str) for item in items)


def _given(spec: dict[str, dict[str, Any]], args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments as users mean them, where Ansible's conversion would take them for something else."""
    given = {}
    for name, value in args.items():
        kind = spec.get(name, {}).get("type", "str")
        if value == "" and kind == "list":
            value = []
        elif value == "" and kind not in _TEXTS:
            continue
        # A string for a list would be split at its commas, which URLs and actions may have; numbers have none.
        is_whole = isinstance(value, str) and name in ("media_url", "persistent_action")
        given[name] = [value] if is_whole else value
    return given


def _orphan_detector() -> Callable[[], bool]:
    """Return a function that says whether the process that started this one has gone."""
    parent = os.getppid()
    return lambda: os.getppid() != parent


@contextmanager
def _environ(extra: Mapping[str, Any]) -> Iterator[None]:
    """Add the task's ``environment`` to the process's for a while: proxies and connection options count as usual."""
    before = dict(os.environ)
    os.environ.update({str(name): str(value) for name, value in extra.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
