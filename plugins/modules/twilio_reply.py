#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for an answer to a message."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_reply
short_description: Wait for an answer to a message
version_added: 1.0.0
description:
  - Waits until one of the people you texted accepts, until all of them have declined, or until the time is up. It
    reads Twilio's list of messages, so you need no web server for the replies.
  - A recipient whose message failed or was not delivered counts as having declined.
  - Only replies from the recipients of these messages count, and only those that came after the message.
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
      - Looks for a reply once and does not wait.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  sid:
    description:
      - The SIDs of the messages that ask the question, V(SM) or V(MM) and 32 hexadecimal digits.
      - With an empty list, RV(outcome) is V(passed) at once.
    type: list
    elements: str
    required: true
  earlier_sid:
    description:
      - The SIDs of messages that asked other people before. The module does not wait for them, but if one of them
        accepts, that counts.
    type: list
    elements: str
  code:
    description:
      - Letters and digits that a reply must contain beside the word. They distinguish the answers to several questions
        to the same person.
      - Without O(code), the reply must be the word alone, or the word among words such as C(ok) and C(thanks).
    type: str
  accept:
    description:
      - The words that accept. Case, spaces and punctuation are ignored, here and in O(code).
    type: list
    elements: str
    default: [ACK]
  decline:
    description:
      - The words that decline. If someone both accepts and declines, the latest reply counts. A reply that opts out,
        such as C(STOP), declines too.
    type: list
    elements: str
    default: ["NO"]
  wait_timeout:
    description:
      - How long to wait, in seconds from when Twilio created the latest message in O(sid). If you run the task again,
        it waits for the rest of that time.
      - If nothing can be read in all that time, the task fails. A message that is not found is waited for, too. If it
        is still missing at the end, the task warns of it.
    type: float
    default: 300
  poll_interval:
    description:
      - How many seconds to wait before looking again. Each look takes one or two requests for each message.
    type: float
    default: 5
notes:
  - The sender must be able to receive replies. An alphanumeric sender ID cannot.
  - Twilio's list of messages can lag. The module then finds a reply later.
  - To page people, use M(oncall.twilio.twilio_page). To ask for approval, use P(oncall.twilio.ask#role).
seealso:
  - module: oncall.twilio.twilio_sms
  - module: oncall.twilio.twilio_message_info
"""

EXAMPLES = r"""
- name: Ask two people
  oncall.twilio.twilio_sms:
    to: ["+15551234567", "+15552345678"]
    from: "+15557654321"
    body: Release 2.4 is ready. Reply GO 7F3 to deploy it, NO 7F3 to stop
  register: question

- name: Wait up to ten minutes for one of them
  oncall.twilio.twilio_reply:
    sid: "{{ question.messages | map(attribute='sid') | select }}"
    code: 7F3
    accept: [GO]
    wait_timeout: 600
  register: answer
  failed_when: answer.outcome | default('') != 'accepted' and not ansible_check_mode

- name: Show who accepted
  ansible.builtin.debug:
    msg: "{{ answer.reply.from }} accepted at {{ answer.reply.date }}"
  when: answer.reply is not none

- name: Wait for two more people, and accept a late answer from the first ones
  oncall.twilio.twilio_reply:
    sid: "{{ second_sids }}"
    earlier_sid: "{{ first_sids }}"
    code: 7F3
    accept: [ACK, "YES"]
    decline: ["NO", PASS]
    poll_interval: 10
"""

RETURN = r"""
outcome:
  description:
    - V(accepted), somebody has accepted.
    - V(passed), all recipients of O(sid) have declined, or their messages have failed.
    - V(timeout), neither happened in time.
  returned: success
  type: str
  sample: accepted
reply:
  description: The first reply that accepts and was not withdrawn, else null.
  returned: success
  type: dict
  contains: &reply
    sid:
      description: The SID of the reply.
      type: str
      sample: SM0123456789abcdef0123456789abcdef
    from:
      description: Who replied.
      type: str
      sample: "+15551234567"
    to:
      description: Which of your numbers received it.
      type: str
      sample: "+15557654321"
    body:
      description: The text.
      type: str
      sample: Ack 7f3
    date:
      description: When Twilio received it, in ISO 8601 with its offset.
      type: str
      sample: "2026-11-23T09:46:00+00:00"
    answer:
      description: V(accepted), V(declined), or null if it is neither.
      type: str
      sample: accepted
replies:
  description: All replies from these people since their message, oldest first.
  returned: success
  type: list
  elements: dict
  contains: *reply
recipients:
  description: The state of each message, those of O(sid) first.
  returned: success
  type: list
  elements: dict
  contains:
    to:
      description: The recipient; null until Twilio finds the message.
      type: str
      sample: "+15551234567"
    sid:
      description: The SID of the message.
      type: str
      sample: SM0123456789abcdef0123456789abcdef
    date:
      description: When the message was created, in ISO 8601 with its offset.
      type: str
      sample: "2026-11-23T09:41:00+00:00"
    status:
      description: The status of the message.
      type: str
      sample: delivered
    error_code:
      description: Twilio's code if the message was not delivered, else null.
      type: int
      sample: null
    answer:
      description: The latest answer, V(accepted) or V(declined), else null.
      type: str
      sample: accepted
    has_passed:
      description: Whether the recipient has declined or cannot be reached.
      type: bool
      sample: false
messages:
  description:
    - The messages of O(sid) and O(earlier_sid) as they are now, with the same keys as
      RV(oncall.twilio.twilio_sms#module:message); null for one that Twilio does not find yet.
  returned: success
  type: list
  elements: dict
error:
  description: Why the replies could not be read, with the same keys as RV(oncall.twilio.twilio_sms#module:error).
  returned: failure, unless the options are wrong
  type: dict
problems:
  description: All problems with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
"""

from ..module_utils._work.job import run_module
from ..module_utils._work.reply import JOB


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
