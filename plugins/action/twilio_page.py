# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``twilio_page`` in the controller's own process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleError

from ..module_utils._options.page_specs import PAGE
from ..module_utils._options.spec import CONNECTION
from ..module_utils._paging.people import without_calendars
from ..module_utils._paging.written import as_text
from ..module_utils._work.page import JOB
from ..module_utils._work.task import OnCallNow
from ..plugin_utils.action import TwilioAction
from ..plugin_utils.plain import plain


class ActionModule(TwilioAction):
    """The group's action with the job of ``twilio_page``."""

    job = JOB

    def ask_calendar(self, sources: Sequence[str], options: Mapping[str, Any], moment: datetime) -> OnCallNow:
        """Say who is on call; raises ``CalendarError``."""
        # Imported only here: most pages have no calendar.
        from ..plugin_utils._rota.options import make_rota
        from ..plugin_utils._rota.rota import on_call
        from ..plugin_utils._rota.source import is_url

        found = [source if is_url(source) else self._found(source) for source in sources]
        return on_call(make_rota(found, options), moment)

    def _found(self, path: str) -> str:
        """Return the path at which Ansible finds a file."""
        path = os.path.expanduser(path)
        with suppress(AnsibleError):
            return str(self._find_needle("files", path))
        return path

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        args = dict(self._task.args)
        if self._task.async_val or args.get("run_on") == "target":
            # In this case the module runs on the task's host. No calendar can be read there, so their secrets are not
            # sent.
            args = {**args, "run_on": "target", "tiers": without_calendars(plain(args.get("tiers")))}
        if name := args.get("message_variable"):
            args = {**args, "body": self._rendered(name, task_vars or {})}
        self._task.args = args if self._task.check_mode else {**args, **dict(self._texts(args))}
        return super().run(tmp, task_vars)

    def _rendered(self, name: str, task_vars: dict[str, Any]) -> Any:
        try:
            return self._templar.template(task_vars.get(name, ""))
        except Exception as error:
            # The page must go out even if this fails.
            self._display.warning(f"{name} cannot be rendered{'' if self._task.no_log else f': {error}'}")
            return ""

    def _texts(self, args: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield texts for options that are lists or mappings, which would fail another task and check mode."""
        for name, value in plain(args).items():
            is_text = name not in CONNECTION and PAGE.get(name, {}).get("type") == "str"
            if is_text and isinstance(value, (list, dict)):
                self._display.warning(f"{name}: must be a string. The page is made of what it contains.")
                yield name, as_text(value)
