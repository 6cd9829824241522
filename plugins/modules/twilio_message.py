#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cancel, redact or delete a message at Twilio."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_message
short_description: Cancel, redact or delete a message at Twilio
version_added: 1.0.0
description:
  - Cancels a scheduled message, removes the text of a message, or deletes a message.
  - Confirms to Twilio that a message has arrived.
author:
  - The oncall.twilio authors (@oncall)
extends_documentation_fragment:
  - oncall.twilio.attributes
  - oncall.twilio.connection
  - oncall.twilio.connection.modules
attributes:
  check_mode:
    support: full
    details:
      - Reads the message and returns it as it would be after the change.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - The module reads the message first, and does nothing if it is already in O(state).
      - Twilio does not return earlier O(feedback), so each run gives it again.
options:
  sid:
    description:
      - The SID of the message, V(SM) or V(MM) and 32 hexadecimal digits.
    type: str
    required: true
  state:
    description:
      - V(canceled) cancels a scheduled message. The task fails if the message was already sent.
      - V(redacted) removes the text of the message and keeps the rest.
      - V(absent) deletes the message.
      - Twilio redacts and deletes a message only after it was sent or has failed; O(wait_timeout) waits for that.
        Cancel a scheduled message first.
      - Either O(state) or O(feedback) is required.
    type: str
    choices: [canceled, redacted, absent]
  feedback:
    description:
      - Whether the message has arrived. It must have been sent with
        O(oncall.twilio.twilio_sms#module:provide_feedback=true).
      - Cannot be used with O(state=absent).
    type: str
    choices: [confirmed, unconfirmed]
  wait_timeout:
    description:
      - How long to wait until a message can be redacted or deleted, from 0 to 86400 seconds.
    type: float
    default: 60
seealso:
  - module: oncall.twilio.twilio_sms
  - module: oncall.twilio.twilio_message_info
"""

EXAMPLES = r"""
- name: Cancel a scheduled message
  oncall.twilio.twilio_message:
    sid: "{{ scheduled_sid }}"
    state: canceled

- name: Remove the text of a message
  oncall.twilio.twilio_message:
    sid: "{{ sent_sid }}"
    state: redacted

- name: Tell Twilio that the recipient has used the code
  oncall.twilio.twilio_message:
    sid: "{{ feedback_sid }}"
    feedback: confirmed

- name: Delete a message, and wait up to five minutes until that is possible
  oncall.twilio.twilio_message:
    sid: "{{ sent_sid }}"
    state: absent
    wait_timeout: 300
"""

RETURN = r"""
message:
  description:
    - The message after the change, or as it would be in check mode. It has the same keys as
      RV(oncall.twilio.twilio_sms#module:message), and is null if deleted.
    - On failure, the message as last known.
  returned: success; on failure, if the message could be read before
  type: dict
error:
  description:
    - Why the message could not be read or changed, with the same keys as RV(oncall.twilio.twilio_sms#module:error).
  returned: failure, unless the options are wrong
  type: dict
problems:
  description: All problems with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
"""

from ..module_utils._work.job import run_module
from ..module_utils._work.message import JOB


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
