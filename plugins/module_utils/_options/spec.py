# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the argument specs share. A test compares the specs with the documentation of the modules."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

CONNECTION: dict[str, dict[str, Any]] = {
    "account_sid": {"type": "str", "fallback": (env_fallback, ["TWILIO_ACCOUNT_SID"])},
    "auth_account_sid": {"type": "str"},
    "auth_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["TWILIO_AUTH_TOKEN"])},
    # The key's SID is a name, not a secret.
    "api_key": {"type": "str", "no_log": False, "fallback": (env_fallback, ["TWILIO_API_KEY"])},
    "api_secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["TWILIO_API_SECRET"])},
    "region": {"type": "str", "fallback": (env_fallback, ["TWILIO_REGION"])},
    "edge": {"type": "str", "fallback": (env_fallback, ["TWILIO_EDGE"])},
    "api_url": {"type": "str", "fallback": (env_fallback, ["TWILIO_API_URL"])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    # A proxy's URL may hold a password.
    "proxy": {"type": "str", "no_log": True},
    "timeout": {"type": "float", "default": 30},
    "retries": {"type": "int", "default": 4},
    "run_on": {"type": "str", "choices": ["controller", "target"], "default": "controller"},
}

# A string for one of these lists is one item: Ansible would split it at commas, which URLs and actions may have.
UNSPLIT = ("media_url", "persistent_action")

# The options of community.general.twilio, and ours that do the same.
RENAMED = {"msg": "body", "from_number": "from", "to_number": "to", "to_numbers": "to"}

# Defaults that change in two cases: in a task with no_log, because a fact keeps the text and a fact cache writes it to
# disk; and in an ad hoc command, where nothing reads facts and the output would show the message twice more.
WITHOUT_FACTS = {"register_facts": False}
