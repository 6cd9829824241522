#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read messages from Twilio."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_message_info
short_description: Read messages from Twilio
version_added: 1.0.0
description:
  - Reads messages that were sent or received, selected by SID or by filters. The newest come first.
  - Can apply a JMESPath expression to them.
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
      - Only reads, so check mode makes no difference.
  diff_mode:
    support: none
    details:
      - Changes nothing.
  idempotent:
    support: full
    details:
      - Changes nothing.
options:
  sid:
    description:
      - The SIDs of the messages to read. A message that does not exist is left out and does not fail the task. An
        empty list reads none.
      - Cannot be used with filters.
    type: list
    elements: str
  to:
    description:
      - Only messages to this number or channel address.
    type: str
  from:
    description:
      - Only messages from this number or channel address.
    type: str
  date_sent:
    description:
      - Only messages that were sent on this day, in UTC.
      - This and the next two options take an ISO 8601 date and time with an offset or V(Z), a date such as
        V(2026-11-23), or a time ago such as V(-15m), with the units V(s), V(m), V(h) and V(d).
    type: str
  date_sent_after:
    description:
      - Only messages that were sent at or after this moment. Takes what O(date_sent) takes.
    type: str
  date_sent_before:
    description:
      - Only messages that were sent at or before this moment. Takes what O(date_sent) takes.
    type: str
  direction:
    description:
      - Only messages in this direction. V(outbound) matches all directions that begin with it.
      - Twilio's API has no filters for O(direction), O(status) and O(body_matches), so the module applies them to
        what Twilio lists.
    type: str
    choices: [inbound, outbound, outbound-api, outbound-call, outbound-reply]
  status:
    description:
      - Only messages with one of these statuses.
    type: list
    elements: str
    choices:
      - accepted
      - scheduled
      - queued
      - sending
      - sent
      - delivered
      - undelivered
      - failed
      - canceled
      - read
      - partially_delivered
      - receiving
      - received
  body_matches:
    description:
      - Only messages whose text contains a match for this regular expression, in Python's syntax.
    type: str
  limit:
    description:
      - The highest number of messages to return, after the filters. V(0) returns all. With O(sid) it has no effect.
      - The module reads Twilio's list in pages of up to 1000 messages, and stops when it has enough. As measured,
        10,000 short messages take ten requests, 9 megabytes in the result and 21 in memory.
    type: int
    default: 50
  query:
    description:
      - A JMESPath expression to apply to the list of messages. RV(query_result) is its value.
      - Needs the Python package C(jmespath) where the requests are made.
    type: str
seealso:
  - module: oncall.twilio.twilio_sms
  - module: oncall.twilio.twilio_message
  - name: JMESPath
    description: The query language of O(query).
    link: https://jmespath.org/
"""

EXAMPLES = r"""
- name: Read one message
  oncall.twilio.twilio_message_info:
    sid: SM0123456789abcdef0123456789abcdef
  register: info

- name: Show its status
  ansible.builtin.debug:
    msg: "{{ info.message.status | default('there is no such message') }}"

- name: Read several messages
  oncall.twilio.twilio_message_info:
    sid:
      - SM0123456789abcdef0123456789abcdef
      - SM123456789abcdef0123456789abcdef0

- name: Read the texts to one number since yesterday
  oncall.twilio.twilio_message_info:
    to: "+15551234567"
    date_sent_after: -1d

- name: Read all messages that were sent on a day
  oncall.twilio.twilio_message_info:
    date_sent: "2026-11-23"
    limit: 0

- name: List what has not arrived in the last hour, with its code
  oncall.twilio.twilio_message_info:
    date_sent_after: -1h
    date_sent_before: "{{ now(utc=true).strftime('%Y-%m-%dT%H:%M:%SZ') }}"
    status: [undelivered, failed]
    query: "[].{to: to, code: error_code}"
  register: undelivered

- name: Show it
  ansible.builtin.debug:
    var: undelivered.query_result

- name: Wait a quarter of an hour for a reply that begins with ACK or ack
  oncall.twilio.twilio_message_info:
    from: "+15551234567"
    direction: inbound
    date_sent_after: -15m
    body_matches: (?i)^\s*ack\b
    limit: 1
  register: reply
  until: reply.message | default(none) is not none
  retries: 90
  delay: 10
"""

RETURN = r"""
messages:
  description:
    - The messages, newest first; in the order of O(sid) if that was given.
    - Each has the same keys as RV(oncall.twilio.twilio_sms#module:message).
  returned: success
  type: list
  elements: dict
message:
  description: The first of the messages; null if there is none.
  returned: success
  type: dict
query_result:
  description: The value of O(query); null without it.
  returned: success
  type: raw
  sample: [{to: "+15551234567", code: 30003}]
date:
  description: When Twilio answered, in ISO 8601 with its offset. The messages' dates come from the same clock.
  returned: success
  type: str
  sample: "2026-11-23T09:46:00+00:00"
error:
  description: Why the messages could not be read, with the same keys as RV(oncall.twilio.twilio_sms#module:error).
  returned: failure, unless the options are wrong
  type: dict
problems:
  description: All problems with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
"""

from ..module_utils._work.job import run_module
from ..module_utils._work.message_info import JOB


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
