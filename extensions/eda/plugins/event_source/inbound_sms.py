# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text messages to a Twilio number as events for ansible-rulebook."""

from __future__ import annotations

DOCUMENTATION = r"""
short_description: Text messages that come in to a Twilio number
version_added: 1.1.0
author:
  - The oncall.twilio authors (@oncall)
description:
  - An event source for ansible-rulebook and for Event-Driven Ansible. Each text message that somebody sends to one of
    your Twilio numbers is one event.
  - With O(mode=poll), the source reads Twilio's list of messages every few seconds. Twilio does not have to reach this
    machine. With O(mode=webhook), Twilio posts each message as it comes in.
  - The event contains the message under C(message), with the keys that M(oncall.twilio.twilio_message_info) returns.
    With O(mode=webhook) its dates are null. C(meta.uuid) is derived from the message's SID, so that a message always
    has the same one.
  - ansible-rulebook passes events to playbooks as extra variables, which Ansible evaluates as Jinja templates. The
    source puts a space into everything in a message that would start a template, as in C({ { ), so that nobody can run
    commands by text.
  - The sender's number can be forged. Let the rulebook ask for confirmation before it changes anything, as the rulebook
    C(oncall.twilio.runbook_by_sms) does.
  - If ansible-rulebook ends, the events that it has accepted and not handled yet are lost. This can be about ten
    events. With the option C(--persistence-id) and the argument O(feedback=true), ansible-rulebook stores events, and
    the source notes only stored ones as handled. With O(mode=webhook), messages that still wait for the rules are lost
    as well, since Twilio does not post them again.
requirements:
  - The Python package C(requests) >= 2.28 for the Python that runs ansible-rulebook, with O(mode=poll)
notes:
  - Templates turn some strings into numbers. The source restores the plus sign of such a phone number, but rejects an
    auth token that has become a number. Prefer environment variables for credentials.
options:
  mode:
    description:
      - How the source gets messages. Use V(webhook) if Twilio can reach this machine and every second counts.
    type: str
    choices: [poll, webhook]
    default: poll
  to:
    description:
      - Your Twilio numbers, each a phone number in E.164 form such as V(+15551234567), a short code, or a channel
        address such as V(whatsapp:+15551234567). A list, or a comma-separated string.
      - Required with O(mode=poll). With O(mode=webhook), it is optional. If it is set, messages to other numbers
        produce no events.
    type: list
    elements: str
  allow:
    description:
      - The numbers whose messages produce events. A list, or a comma-separated string.
      - V(*) allows everybody.
      - For any other message, the source logs a warning.
    type: list
    elements: str
    required: true
  state:
    description:
      - The file in which the source notes the messages that have produced their events. It is created at the first
        start.
      - After a restart, the source continues where it stopped, even if it was killed. With O(mode=poll), messages that
        came in meanwhile produce their events then, except those to numbers that were not in O(to) before.
      - Without it, messages that come in while the source is not running produce no events, and with O(mode=webhook) a
        message that Twilio posts again after a restart produces another event.
      - Each source needs its own file, on persistent storage.
    type: path
  poll_interval:
    description:
      - How long to wait between two reads of Twilio's list, in seconds. Only used with O(mode=poll).
    type: float
    default: 5
  overlap:
    description:
      - How late a message may appear in Twilio's list and still produce an event, in seconds. Only used with
        O(mode=poll).
      - Once a minute, or every 12 times O(poll_interval) if that is less, the source reads the messages of the last one
        to two times O(overlap) again, so a large value costs more on a busy number. If a message appears more than a
        minute late, its event comes up to a minute after that.
    type: float
    default: 3600
  host:
    description:
      - The address to listen on. Only used with O(mode=webhook).
    type: str
    default: 127.0.0.1
  port:
    description:
      - The port to listen on, V(0) for any free one. Only used with O(mode=webhook).
      - The server speaks plain HTTP. Put a proxy with TLS in front of it.
    type: int
    default: 5000
  url:
    description:
      - The URL as it is set in Twilio, with its query if it has one. Twilio signs its requests with it, and requests
        without a valid signature are rejected. Required with O(mode=webhook).
    type: str
  feedback:
    description:
      - Whether to note a message as handled only when ansible-rulebook has stored its event. Requires the option
        C(--persistence-id) of ansible-rulebook. Without that, it has no effect, and the source logs a warning.
    type: bool
    default: false
  account_sid:
    description:
      - The SID of the account, V(AC) and 32 hexadecimal digits. Required with O(mode=poll).
      - Read from the environment variable E(TWILIO_ACCOUNT_SID) if not set.
    type: str
  auth_account_sid:
    description:
      - The SID of the parent account, if O(auth_token) belongs to it and O(account_sid) is a subaccount.
    type: str
  auth_token:
    description:
      - The account's auth token. With O(mode=poll), either this or O(api_key) with O(api_secret) is required.
        With O(mode=webhook) this is required, since Twilio signs its requests with it.
      - Read from the environment variable E(TWILIO_AUTH_TOKEN) if not set.
    type: str
  api_key:
    description:
      - The SID of an API key, V(SK) and 32 hexadecimal digits. Requires O(api_secret).
      - Read from the environment variable E(TWILIO_API_KEY) if not set.
    type: str
  api_secret:
    description:
      - The secret of O(api_key).
      - Read from the environment variable E(TWILIO_API_SECRET) if not set.
    type: str
  region:
    description:
      - The Twilio region that stores the messages, such as V(ie1). Requires O(edge).
      - Read from the environment variable E(TWILIO_REGION) if not set.
    type: str
  edge:
    description:
      - The edge location through which requests enter Twilio's network, such as V(dublin).
      - Read from the environment variable E(TWILIO_EDGE) if not set.
    type: str
  api_url:
    description:
      - Another base URL than Twilio's, such as a local simulator's.
      - Read from the environment variable E(TWILIO_API_URL) if not set.
    type: str
  validate_certs:
    description:
      - Whether the server's TLS certificate must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder with the CA certificates to trust instead of the C(certifi) package's.
    type: path
  proxy:
    description:
      - The URL of the HTTP proxy to use, such as V(http://proxy.example.com:3128).
    type: str
  timeout:
    description:
      - How long one request may take, in seconds, from connecting to the last byte of the response.
    type: float
    default: 30
  retries:
    description:
      - How often to retry a failed request before the failure is logged. The source then continues, and tries again
        after O(poll_interval).
    type: int
    default: 4
"""

EXAMPLES = r"""
# The credentials come from TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
- oncall.twilio.inbound_sms:
    to: "+15557654321"
    allow: ["+15551234567", "+15552345678"]
    state: /var/lib/eda/inbound_sms.sqlite

- oncall.twilio.inbound_sms:
    mode: webhook
    url: https://eda.example.com/sms
    port: 5000
    allow: ["*"]
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.delivery import Queue

# ansible-rulebook runs this file by its path and does not know collections: Python finds them from the folder above
# ansible_collections. The path is not resolved, since the collection may be a link into a checkout.
_COLLECTIONS = str(Path(__file__).absolute().parents[7])
if _COLLECTIONS not in sys.path:
    sys.path.insert(0, _COLLECTIONS)


async def main(queue: Queue, args: dict[str, Any]) -> None:
    """Put an event into the queue for each message, forever."""
    from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.source import run

    await run(queue, args, os.environ)
