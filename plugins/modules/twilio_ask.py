#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask people a question by SMS, and wait for their answer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_ask
short_description: Ask people a question by SMS, and wait for their answer
version_added: 1.1.0
description:
  - Texts people a question that ends with C(Reply YES 7F3K2M or NO 7F3K2M), and waits until enough of them have given
    the same answer.
  - Replies are read from Twilio's list of messages, so no web server is needed.
  - An answer must contain the code, which is new for each question. The sender of a text can be forged, but only the
    people you asked know the code.
  - A no does not fail the task. Add C(failed_when), as in the first example, or use the role P(oncall.twilio.ask#role),
    which fails.
  - A text that fails for a temporary reason, such as an outage, is retried with pauses of at most 30 seconds, until it
    is sent or the time is over. Wrong credentials or a wrong sender end the question at once.
  - If it is unknown whether a text was sent, the module searches Twilio's list, and sends the text again if the list
    does not contain it.
  - Before the decision, everybody's replies are read once more. If both a yes and a no arrive between two reads, the no
    counts.
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
      - Makes no request. Returns the people it would ask, the text, and RV(approved=true).
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - Each run asks again, with a new code, since an earlier yes must not approve a later run.
options:
  body:
    description:
      - The question. It is required. It is shortened if it does not fit into O(segments) with the instructions for the
        reply.
    type: str
  to:
    description:
      - The people to ask, as a list of phone numbers in E.164 form, a dictionary of people's names and numbers, or a
        list of dictionaries with C(name) and C(number). At least one is required.
      - A string is read as JSON, or as numbers separated by commas, so that a survey can ask for it.
      - A number may appear only once. With O(quorum) above V(1), a person may not be named twice either. Two numbers of
        one name, or one number on SMS and on WhatsApp, are an error.
    type: raw
  from:
    description:
      - The sender, a number or short code that can receive replies.
      - Either this or O(messaging_service_sid) is required.
    type: str
  messaging_service_sid:
    description:
      - The SID of a Messaging Service that sends. Its numbers must be able to receive replies.
    type: str
  accept:
    description:
      - The words for yes. The text shows the first one. Each must contain a letter or digit.
      - A reply counts if its first line with text consists only of the word, the code, and courtesies such as C(ok) and
        C(thanks). Case, spaces and accents do not matter.
    type: raw
    default: ["YES"]
  decline:
    description:
      - The words for no. The text shows the first one.
    type: raw
    default: ["NO"]
  quorum:
    description:
      - How many people must give the same answer.
      - A person's latest answer counts. If this number can no longer be reached, the question ends at once, without a
        decision.
    type: raw
    default: 1
  wait:
    description:
      - How long to wait for the answer, in seconds or as in V(5m).
      - The time begins when the text is sent. If an outage delays it, the question takes longer, at most twice this
        time.
    type: raw
    default: 300
  default:
    description:
      - The answer without a decision; V(true) for yes.
    type: raw
    default: false
  tell:
    description:
      - Whether to text the decision to everybody who was asked, with the names of the people who decided.
    type: raw
    default: true
  segments:
    description:
      - The maximum number of segments of the text, from 1 to 10. The instructions for the reply are never cut.
    type: raw
    default: 2
  poll_interval:
    description:
      - How many seconds to wait between two reads of replies. Each read takes up to three requests for each person, and
        one more for somebody on WhatsApp.
    type: raw
    default: 5
notes:
  - The sender must be able to receive replies. An alphanumeric sender ID cannot.
  - All problems with the options are reported together, before anybody is asked.
  - The task fails if nobody could be asked, or if not all replies could be read. O(default) does not apply then.
  - A person who cannot be texted, or has replied STOP, counts as unable to answer.
  - Somebody who was asked on WhatsApp may also answer by SMS.
  - A reply without the code is answered once with the instructions. Only people who were asked are answered.
  - A task's own C(timeout) ends the question when it is reached, unless it is decided. Set it to V(0) if
    C(ANSIBLE_TASK_TIMEOUT) is set.
seealso:
  - module: oncall.twilio.twilio_page
  - module: oncall.twilio.twilio_reply
"""

EXAMPLES = r"""
- name: Ask for approval, and fail without it
  oncall.twilio.twilio_ask:
    body: Deploy 2.3 to production?
    to: { Ada: "+15551230001", Grace: "+15551230002" }
    from: "+15557654321"
    wait: 10m
  timeout: 0
  register: approval
  failed_when: not approval.approved | default(false)

- name: Ask three people, two of whom must agree
  oncall.twilio.twilio_ask:
    body: Delete the old backups?
    to: ["+15551230001", "+15551230002", "+15551230003"]
    messaging_service_sid: MG0d6c41f5e8b94a72b3c5f19d70e2a84b
    quorum: 2
    accept: [JA]
    decline: [NEIN]
    default: false
    tell: false
    segments: 1
    poll_interval: 10
  register: backups

- name: Show what they have decided
  ansible.builtin.debug:
    msg: "{{ backups.verdict }}"
"""

RETURN = r"""
approved:
  description: Whether the answer is yes. Always true in check mode.
  returned: unless the options are wrong
  type: bool
  sample: true
decided:
  description: Whether people have decided. If not, RV(approved) is O(default).
  returned: unless the options are wrong
  type: bool
  sample: true
outcome:
  description:
    - V(yes) or V(no); V(undecided), if O(default) was used; or in check mode V(planned).
    - V(unasked), nobody could be asked. V(unread), not all replies could be read. V(interrupted). These fail the task,
      and RV(approved) is false.
  returned: unless the options are wrong
  type: str
  sample: "yes"
verdict:
  description: The outcome in words, as in the text that tells people.
  returned: unless the options are wrong
  type: str
  sample: Yes, by Ada
answers:
  description: The people in O(to), and their latest answers.
  returned: unless the options are wrong
  type: list
  elements: dict
  contains:
    name:
      description: The person's name, empty if none was given.
      type: str
      sample: Ada
    number:
      description: The number.
      type: str
      sample: "+15551230001"
    answer:
      description: V(yes), V(no) or null.
      type: str
      sample: "yes"
code:
  description: The code of the question.
  returned: unless the options are wrong
  type: str
  sample: 7F3K2M
text:
  description: The text.
  returned: unless the options are wrong
  type: str
  sample: |-
    Deploy 2.3 to production?
    Reply YES 7F3K2M or NO 7F3K2M
questions:
  description:
    - The outcome of each person's text, with the keys C(to), C(name), C(outcome), C(attempts), C(resent), C(sid),
      C(date), C(status), C(error_code) and C(error) of RV(oncall.twilio.twilio_page#module:pages).
    - In check mode the outcome is V(planned).
  returned: unless the options are wrong
  type: list
  elements: dict
replies:
  description:
    - The replies of these people since they were asked, oldest first, with the keys of
      RV(oncall.twilio.twilio_page#module:replies).
    - C(answer) is V(yes), V(no), V(stopped), or null if it is none of these, or does not contain the code.
  returned: unless the options are wrong
  type: list
  elements: dict
timeline:
  description:
    - Everything that happened, in order, with the keys of RV(oncall.twilio.twilio_page#module:timeline).
    - C(kind) is V(asked), V(failing), V(refused), V(delivered), V(undelivered), V(yes), V(no), V(stopped), V(replied),
      V(unreadable), V(unread), V(decided), V(told), V(not told) or V(broken off).
  returned: unless the options are wrong
  type: list
  elements: dict
problems:
  description: All problems with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
"""

from ..module_utils._work.ask import JOB
from ..module_utils._work.job import run_module


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
