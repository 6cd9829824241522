#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until somebody has answered a message."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_reply
short_description: Wait until somebody has answered a message
version_added: 1.0.0
description:
  - Waits until one of the people who were sent a message accepts what it asks, until all of them have declined, or
    until the time is up. It reads Twilio's list of messages, so no web server is needed for the replies.
  - A message that failed or was not delivered counts like one whose recipient has declined.
  - Only what the recipients of these messages reply counts, and only what they reply after their message.
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
      - Looks once and does not wait.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  sid:
    description:
      - The SIDs of the messages that ask, V(SM) or V(MM) and 32 hexadecimal digits.
      - With an empty list there is nobody to wait for, and RV(outcome) is V(passed) at once.
    type: list
    elements: str
    required: true
  earlier_sid:
    description:
      - The SIDs of messages that asked others before. They are not waited for, but if one of them accepts after all,
        that counts.
    type: list
    elements: str
  code:
    description:
      - Letters and digits that a reply must have behind the word, so that the answers to several questions to the same
        person can be told apart.
      - Without it, the word must be all that the reply says.
    type: str
  accept:
    description:
      - The words that accept. Case, blanks and punctuation do not count, neither here nor in O(code).
    type: list
    elements: str
    default: [ACK]
  decline:
    description:
      - The words that decline. Who has both accepted and declined is taken at the latest word.
    type: list
    elements: str
    default: ["NO"]
  wait_timeout:
    description:
      - How long to wait, in seconds from the moment at which Twilio created the latest of O(sid). A task that is run
        again waits for what is left of it.
    type: float
    default: 300
  poll_interval:
    description:
      - How many seconds to let pass between two looks. Each look is a request or two for each message.
    type: float
    default: 5
notes:
  - The sender must be able to receive, which an alphanumeric sender ID is not.
  - Twilio's list of messages may lag behind. A reply that is not in it yet is seen later.
  - The role P(oncall.twilio.page_on_call#role) pages people, tier by tier, with this module.
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
  failed_when: answer.outcome != 'accepted' and not ansible_check_mode

- name: Say who it was
  ansible.builtin.debug:
    msg: "{{ answer.reply.from }} said yes at {{ answer.reply.date }}"
  when: answer.reply is not none

- name: Wait for either of two more, and take a late answer of the first ones as well
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
    - V(passed), all of O(sid) have declined, or their messages have failed.
    - V(timeout), neither in time.
  returned: success
  type: str
  sample: accepted
reply:
  description: The first reply that accepts and was not taken back, else null.
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
      description: To which of your numbers.
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
      description: V(accepted), V(declined), or null if it says neither.
      type: str
      sample: accepted
replies:
  description: All that these people have replied since their message, oldest first.
  returned: success
  type: list
  elements: dict
  contains: *reply
recipients:
  description: What became of each message, those of O(sid) first.
  returned: success
  type: list
  elements: dict
  contains:
    to:
      description: The recipient; null as long as Twilio does not find the message.
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
      description: Why it was not delivered, as Twilio's code, else null.
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
  description: All that is wrong with the task's options.
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
