# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``twilio_message_info`` in the controller's own process."""

from __future__ import annotations

from ansible_collections.oncall.twilio.plugins.module_utils._info import info_problems, message_info
from ansible_collections.oncall.twilio.plugins.module_utils._options import MESSAGE_INFO
from ansible_collections.oncall.twilio.plugins.plugin_utils._action import Job, TwilioAction


class ActionModule(TwilioAction):
    """The group's action with the job of ``twilio_message_info``."""

    job = Job(MESSAGE_INFO, info_problems, message_info)
