# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection to a host that is down, for which no ssh is needed."""

from __future__ import annotations

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: unreachable
short_description: Reach nothing
description: [Fails as a connection to a host that is down.]
extends_documentation_fragment: [connection_pipelining]
"""


class Connection(Local):
    """Never connects."""

    transport = "unreachable"

    def exec_command(self, cmd, in_data=None, sudoable=True):
        raise AnsibleConnectionFailure("No route to host")
