# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``twilio_ask`` in the controller's own process."""

from __future__ import annotations

from ..module_utils._work.ask import JOB
from ..plugin_utils.action import TwilioAction


class ActionModule(TwilioAction):
    """The group's action with the job of ``twilio_ask``."""

    job = JOB
