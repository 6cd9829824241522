# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``twilio_page`` in the controller's own process."""

from __future__ import annotations

from typing import Any

from ..module_utils._work.page import JOB
from ..plugin_utils.action import TwilioAction


class ActionModule(TwilioAction):
    """The group's action with the job of ``twilio_page``."""

    job = JOB

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        name = self._task.args.get("message_variable")
        if not name:
            return super().run(tmp, task_vars)
        try:
            message = self._templar.template((task_vars or {}).get(name, ""))
        except Exception as error:
            # Whatever is wrong with it, somebody has to be paged.
            self._display.warning(f"{name} cannot be rendered{'' if self._task.no_log else f': {error}'}")
            message = ""
        self._task.args = {**self._task.args, "body": message}
        return super().run(tmp, task_vars)
