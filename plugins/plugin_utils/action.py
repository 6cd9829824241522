# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the group's modules in the controller's own process, which takes a fraction of a module's time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

from ..module_utils._options.spec import RENAMED, UNSPLIT, WITHOUT_FACTS
from ..module_utils._twilio.account import nearest_credentials
from ..module_utils._twilio.errors import InvalidOptions
from ..module_utils._work.job import Job, failure, run_job
from ..module_utils._work.task import AskCalendar, Task
from .plain import plain

# The types for which an empty string is a value.
_TEXTS = ("str", "path", "raw", "json")


class TwilioAction(ActionBase):
    """Runs a job in this process, or its module on the task's host with ``run_on: target`` and with ``async``.

    Each module of the group has an action plugin of the same name, a subclass with the module's job. With one action
    plugin for all, Ansible would apply one module's ``module_defaults`` to the whole group.
    """

    job: Job
    # The function with which a job asks who is on call, if it does.
    ask_calendar: AskCalendar | None = None

    TRANSFERS_FILES = False
    # Ansible must not connect first: a network device's persistent connection may be missing, and a host may be down.
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        spec = self.job.spec
        args = _given(spec, plain(self._task.args))
        if self._task.no_log or (task_vars or {}).get("ansible_play_name") == _AD_HOC:
            args = {**{name: value for name, value in WITHOUT_FACTS.items() if name in spec}, **args}
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        with _environ(environment):
            args = {**args, **nearest_credentials(args)}
            validation = ArgumentSpecValidator(spec).validate(args)
            params = validation.validated_parameters
            if problems := [*_not_texts(spec, args), *_problems(validation)]:
                # All problems are reported, while a module reports only the first one that Ansible finds.
                return {**result, **failure(InvalidOptions(problems), bool(self._task.no_log))}
            if params["run_on"] == "controller" and not self._task.async_val:
                return {**result, **self._run_here(params)}
        return {**result, **self._run_module(self._out_of_environment(args, environment), task_vars)}

    def _run_here(self, params: dict[str, Any]) -> dict[str, Any]:
        warnings: list[str] = []
        task = Task(
            check_mode=self._task.check_mode,
            diff=self._task.diff,
            warn=warnings.append,
            progress=self._progress,
            is_abandoned=_orphan_detector(),
            no_log=bool(self._task.no_log),
            ask_calendar=self.ask_calendar,
        )
        result = run_job(self.job, params, task)
        if self._was_delegated():
            warnings.append(_DELEGATED.format(host=self._task.delegate_to))
        if warnings:
            result["warnings"] = warnings
        secrets = {str(params[name]) for name, option in self.job.spec.items() if option.get("no_log") and params[name]}
        masked: dict[str, Any] = remove_values(result, secrets)
        return masked

    def _progress(self, text: str) -> None:
        # On stderr, since callbacks such as json need stdout for themselves. The task's full name has the role's before
        # it.
        self._display.display(f"{self._task.name or self._task.action}: {text}", stderr=True)

    def _was_delegated(self) -> bool:
        """Say whether the task was delegated to a host, which it does not use without ``run_on``."""
        host = self._task.delegate_to
        return bool(host) and host not in C.LOCALHOST and "run_on" not in self._task.args

    def _out_of_environment(self, args: dict[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
        """Make options of the connection in the task's ``environment``: Ansible would show it with ``-vvv``."""
        variables = {name: option["fallback"][1][0] for name, option in self.job.spec.items() if "fallback" in option}
        if environment.keys() & {*variables.values()}:
            found = {name: environment[variable] for name, variable in variables.items() if variable in environment}
            moved = {name: value for name, value in found.items() if name not in args}
            # In the task too: polling uses its environment, and a retry is the task's next run.
            self._task.args = {**moved, **self._task.args}
            self._task.environment = [{name: environment[name] for name in environment.keys() - {*variables.values()}}]
            args = {**moved, **args}
        return {**args, **nearest_credentials(args)}

    def _run_module(self, args: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        result: dict[str, Any] = self._execute_module(
            module_args=args, task_vars=task_vars, wrap_async=self._task.async_val
        )
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if result.get("failed") and "module_stderr" in result:
            # The module ended without a result. With an older Python, its error is a traceback about the syntax.
            result["msg"] = f"{_NO_RESULT} {result.get('msg', '')}"
        return result


# The name that the command `ansible` gives its play; see ansible/cli/adhoc.py.
_AD_HOC = "Ansible Ad-Hoc"

_DELEGATED = "The request was made on the controller, not on {host}. Set run_on to target to make it there."

_NO_RESULT = "The module did not run to its end on the host, where it needs Python 3.9 or newer."


def _not_texts(spec: Mapping[str, Mapping[str, Any]], args: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each string option that is a list or a mapping.

    Ansible would convert these with ``str()``.
    """
    for name, value in args.items():
        if name in RENAMED and name not in spec and RENAMED[name] in spec:
            yield f"{name}: is an option of community.general.twilio. Use {RENAMED[name]}."
        if spec.get(name, {}).get("type") == "str" and isinstance(value, (list, dict)):
            kind, join = ("list", "join('\\n')") if isinstance(value, list) else ("mapping", "to_nice_yaml")
            yield f"{name}: is a {kind} and must be a string. Convert it with {{{{ ... | {join} }}}}."


def _problems(validation: ValidationResult) -> Iterator[str]:
    """Yield the problems that the argument spec finds."""
    for error in validation.errors.errors:
        yield f"Unsupported parameters: {error.msg}" if isinstance(error, UnsupportedError) else error.msg


def _given(spec: dict[str, dict[str, Any]], args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments as users mean them, where Ansible's conversion would change the meaning."""
    given = {}
    for name, value in args.items():
        kind = spec.get(name, {}).get("type", "str")
        if value is None:
            continue
        if value == "" and kind == "list":
            value = []
        elif value == "" and (kind not in _TEXTS or "choices" in spec.get(name, {})):
            continue
        given[name] = [value] if name in UNSPLIT and isinstance(value, str) else value
    return given


def _orphan_detector() -> Callable[[], bool]:
    """Return a function that says whether the process that started this one has ended."""
    starter = multiprocessing.parent_process()
    # It may have been killed before this task began, and this process may have been adopted by then.
    parent = starter.pid if starter else os.getppid()
    return lambda: os.getppid() != parent


@contextmanager
def _environ(extra: Mapping[str, Any]) -> Iterator[None]:
    """Add the task's ``environment`` to the process's in the block. Proxies and connection options are read there."""
    before = dict(os.environ)
    os.environ.update({str(name): str(value) for name, value in extra.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
