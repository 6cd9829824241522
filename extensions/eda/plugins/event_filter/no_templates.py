# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disable templates in the texts of an event."""

from __future__ import annotations

DOCUMENTATION = r"""
short_description: Keep an event's texts from being evaluated as templates
version_added: 1.1.0
author:
  - The oncall.twilio authors (@oncall)
description:
  - An event filter for ansible-rulebook and for Event-Driven Ansible.
  - ansible-rulebook passes events to playbooks as extra variables, which Ansible evaluates as Jinja templates. Anybody
    who can write into an event, such as into an alert's annotation, could run commands that way.
  - The filter puts a space into everything in the event's texts that would start a template, as in C({ { ). Names count
    as texts, such as those of an alert's labels.
options: {}
"""

EXAMPLES = r"""
- ansible.eda.alertmanager:
    port: 5000
  filters:
    - oncall.twilio.no_templates:
"""

import sys
from pathlib import Path
from typing import Any

# ansible-rulebook runs this file by its path and does not know collections: Python finds them from the folder above
# ansible_collections. The path is not resolved, since the collection may be a link into a checkout.
_COLLECTIONS = str(Path(__file__).absolute().parents[7])
if _COLLECTIONS not in sys.path:
    sys.path.insert(0, _COLLECTIONS)


def main(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event without templates in its texts."""
    from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.message import harmless

    harmless_event: dict[str, Any] = harmless(event)
    return harmless_event
