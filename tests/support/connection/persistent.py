# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection such as network_cli's, which Ansible keeps up between tasks; it cannot be made."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: persistent
short_description: Need a connection that is kept up
description: [Makes Ansible start its persistent connection.]
extends_documentation_fragment: [connection_pipelining]
options:
  persistent_command_timeout:
    description: [As network_cli has it.]
    type: int
    default: 1
  persistent_log_messages:
    description: [As network_cli has it.]
    type: bool
    default: false
"""


class Connection(Local):
    """Is never there."""

    transport = "persistent"
    force_persistence = True
