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
  - Cancels a scheduled message, takes the text out of one, or deletes it.
  - Tells Twilio whether a message has arrived.
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
      - Reads the message and returns it as it would be afterwards.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - The message is read first, and left alone if it is in O(state) already.
      - Twilio does not tell what O(feedback) was given, so it is given each time.
options:
  sid:
    description:
      - The SID of the message, V(SM) or V(MM) and 32 hexadecimal digits.
    type: str
    required: true
  state:
    description:
      - V(canceled) cancels a scheduled message. It fails if the message is past that.
      - V(redacted) takes the text out of the message and keeps the rest.
      - V(absent) deletes the message.
      - Twilio redacts and deletes a message only once it has been sent or has failed; O(wait_timeout) waits for that.
    type: str
    choices: [canceled, redacted, absent]
  feedback:
    description:
      - Whether the message has arrived, for one that was sent with
        O(oncall.twilio.twilio_sms#module:provide_feedback=true).
    type: str
    choices: [confirmed, unconfirmed]
  wait_timeout:
    description:
      - How long to wait, in seconds, for a message that cannot be redacted or deleted yet.
    type: float
    default: 60
seealso:
  - module: oncall.twilio.twilio_sms
  - module: oncall.twilio.twilio_message_info
"""

EXAMPLES = r"""
- name: Cancel a message that was scheduled
  oncall.twilio.twilio_message:
    sid: "{{ scheduled_sid }}"
    state: canceled

- name: Take the text out of a message
  oncall.twilio.twilio_message:
    sid: "{{ sent_sid }}"
    state: redacted

- name: Tell Twilio that the recipient has used the code
  oncall.twilio.twilio_message:
    sid: "{{ feedback_sid }}"
    feedback: confirmed

- name: Delete a message, and wait up to five minutes until that can be done
  oncall.twilio.twilio_message:
    sid: "{{ sent_sid }}"
    state: absent
    wait_timeout: 300
"""

RETURN = r"""
message:
  description:
    - The message as it is afterwards, or would be in check mode, always with all of these keys; null if deleted.
  returned: success
  type: dict
  contains:
    body:
      description: The text; empty once it was redacted.
      type: str
      sample: The deployment of shop has ended.
    num_segments:
      description: How many segments carry the text, as a string; V("0") with a Messaging Service at first.
      type: str
      sample: "1"
    direction:
      description: Where the message goes; V(inbound) for a reply, V(outbound-api) for one that was sent.
      type: str
      sample: outbound-api
    from:
      description: The sender; null at first with a Messaging Service that chooses it.
      type: str
      sample: "+15557654321"
    to:
      description: The recipient.
      type: str
      sample: "+15551234567"
    date_updated:
      description: When the message last changed, in ISO 8601 with its offset.
      type: str
      sample: "2026-11-23T09:46:00+00:00"
    price:
      description: What the message cost, a negative decimal number as a string; null until it is known.
      type: str
      sample: "-0.0079"
    error_message:
      description: Why the message failed or was not delivered, else null.
      type: str
      sample: null
    uri:
      description: The path of the message in Twilio's API.
      type: str
      sample: /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/SM0123456789abcdef0123456789abcdef.json
    account_sid:
      description: The SID of the account whose message it is.
      type: str
      sample: AC0123456789abcdef0123456789abcdef
    num_media:
      description: How many media go with the message, as a string.
      type: str
      sample: "0"
    status:
      description: How far the message is, such as V(queued), V(delivered), V(undelivered) or, if inbound, V(received).
      type: str
      sample: queued
    messaging_service_sid:
      description: The SID of the Messaging Service, else null.
      type: str
      sample: null
    sid:
      description: The message's SID, V(SM) or with media V(MM) and 32 hexadecimal digits.
      type: str
      sample: SM0123456789abcdef0123456789abcdef
    date_sent:
      description: When Twilio sent the message, in ISO 8601 with its offset; null before.
      type: str
      sample: null
    date_created:
      description: When the message was created, in ISO 8601 with its offset.
      type: str
      sample: "2026-11-23T09:46:00+00:00"
    error_code:
      description: The code of the error, else null.
      type: int
      sample: null
    price_unit:
      description: The currency of RV(message.price), in ISO 4217.
      type: str
      sample: USD
    api_version:
      description: The version of the API that made the message.
      type: str
      sample: "2010-04-01"
    subresource_uris:
      description: The paths of what belongs to the message, such as its media.
      type: dict
      sample:
        media: >-
          /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/SM0123456789abcdef0123456789abcdef/Media.json
error:
  description: Why the message could not be read or changed, with the same keys as of M(oncall.twilio.twilio_sms).
  returned: failure, unless the options are wrong
  type: dict
problems:
  description: All that is wrong with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..module_utils._options.spec import MANAGED_MESSAGE
from ..module_utils._twilio.errors import TwilioError
from ..module_utils._twilio.http import REQUESTS_IMPORT_ERROR
from ..module_utils._work.message import manage_message
from ..module_utils._work.task import Task


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=MANAGED_MESSAGE, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    try:
        result = manage_message(module.params, Task(module.check_mode, module._diff, module.warn))
    except TwilioError as error:
        module.fail_json(**error.result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
