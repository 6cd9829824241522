# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes that all modules of the group share."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes that the group's modules share, and the descriptions of those in which they differ."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the predicted result without changing anything.
  diff_mode:
    description: Returns what has changed, or would change in C(check_mode), in diff mode.
  idempotent:
    description: Running the same task twice in a row has no effect beyond that of running it once.
  action_group:
    description: The action groups whose C(module_defaults) apply to it.
    support: full
    membership:
      - oncall.twilio.twilio
  action:
    description: Has an action plugin, so that some or all of it runs on the controller.
    support: full
  async:
    description: Works with C(async).
    support: full
    details:
      - Runs on the task's host, like O(run_on=target).
  connection:
    description: Uses the task's connection to the host.
    support: partial
    details:
      - Only with O(run_on=target) and with C(async).
  delegation:
    description: Works with C(delegate_to).
    support: full
    details:
      - Not needed to send from the controller, which is the default.
"""
