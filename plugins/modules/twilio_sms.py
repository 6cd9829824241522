#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send SMS, MMS and channel messages through Twilio."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_sms
short_description: Send SMS, MMS and channel messages through Twilio
version_added: 1.0.0
description:
  - Sends one message to each recipient through Twilio's Messages API, and returns Twilio's description of it.
  - The parameters of the API's create request are options, with their names in snake_case. Use O(extra_parameters) for
    newer ones.
  - The module validates all options before it sends anything, and reports all problems together. Ansible checks
    the types first, and reports those alone.
  - A message is never sent again once Twilio may have accepted it, unless O(resend_unknown=true). If the response is
    lost, the module searches Twilio's list for the message. If it is not there, the recipient's outcome is V(unknown)
    and the task fails.
  - The module sends to several recipients at once. If Twilio rejects one, the others are still sent to, unless the
    error affects them too. The controller shows the progress every few seconds, except with O(run_on=target).
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
      - Sends nothing and validates all options. RV(message) is the message that Twilio would return, as far as it can
        be predicted. No request is made, except that O(dedupe_window) reads the list of messages.
  diff_mode:
    support: full
    details:
      - Shows each recipient's new message, without the keys that are null.
  idempotent:
    support: none
    details:
      - Each run of the task sends again, unless O(dedupe_window) finds the message. Twilio's API has no idempotency
        key.
options:
  to:
    description:
      - The recipients, each a phone number in E.164 form such as V(+15551234567), or a channel address such as
        V(whatsapp:+15551234567), V(rcs:+15551234567) or V(messenger:1234567890).
      - One string may contain several, with commas, semicolons or line breaks between them. Separators within a
        number, as in V(+1 (555\) 123-4567), are removed.
      - Quote numbers. YAML reads an unquoted V(+15551234567) as an integer and drops the plus sign.
    type: list
    elements: str
    required: true
  source:
    description:
      - Which sender to use if both O(from) and O(messaging_service_sid) are set, for example by C(module_defaults).
        The other is not sent.
      - Without O(source), both are sent if both are set. The Messaging Service then uses that sender.
    type: str
    choices: [from, messaging_service_sid]
  from:
    description:
      - The sender, which must belong to the account. A phone number in E.164 form, a short code, an alphanumeric
        sender ID (at most 11 characters, a letter among them), a Wireless SIM (V(DE) and 32 hexadecimal digits) or
        a channel address such as V(whatsapp:+15557654321).
      - Either O(from) or O(messaging_service_sid) is required.
    type: str
  messaging_service_sid:
    description:
      - The SID of the Messaging Service to send with, V(MG) and 32 hexadecimal digits. Without O(from), the Service
        chooses a sender from its pool.
    type: str
  content:
    description:
      - Which content to send if several of O(body), O(media_url) and O(content_sid) are set, for example by
        C(module_defaults). The others are not sent. O(content_variables) belongs to O(content_sid).
      - Without O(content), all that are set are sent. Text and media together make one MMS.
    type: str
    choices: [body, media_url, content_sid]
  body:
    description:
      - The text, at most 1,600 characters.
      - A text of more than 160 GSM-7 characters, or 70 others, is sent and billed as several segments.
      - At least one of O(body), O(media_url) and O(content_sid) is required.
    type: str
  media_url:
    description:
      - The C(http) or C(https) URLs of up to 10 pictures or other media. Twilio must be able to fetch them.
    type: list
    elements: str
  content_sid:
    description:
      - The SID of a content template, V(HX) and 32 hexadecimal digits.
    type: str
  content_variables:
    description:
      - The values of the template's variables, as a mapping or as a string with a JSON object. Needs O(content_sid).
      - Twilio accepts only strings, so numbers are sent as strings. Quote what YAML reads as a boolean.
    type: json
  status_callback:
    description:
      - The C(http) or C(https) URL that Twilio calls when the message's status changes. Its host name must not
        contain underscores, and must not be this machine unless O(api_url) is a loopback address too.
    type: str
  application_sid:
    description:
      - The SID of a TwiML application, V(AP) and 32 hexadecimal digits. Twilio calls its status callback URL instead
        of O(status_callback).
    type: str
  max_price:
    description:
      - The highest price in US dollars that the message may cost, with up to four decimals.
      - Sent to Twilio, but without effect there since 2024-06-03.
    type: float
  provide_feedback:
    description:
      - Whether you will confirm to Twilio that the message arrived, with its Message Feedback subresource.
    type: bool
  attempt:
    description:
      - How many attempts at this message have been made so far, including this one and those at other providers.
    type: int
  validity_period:
    description:
      - How long the message may wait in Twilio's queue, from 1 to 36000 seconds. A message that is still waiting then
        is not sent, so a short period prevents a page from arriving too late.
      - Twilio's default is V(36000). Twilio recommends more than 5.
    type: int
  force_delivery:
    description:
      - Reserved by Twilio.
    type: bool
  content_retention:
    description:
      - Whether Twilio keeps the text after the message is delivered. V(discard) needs an account with that feature.
    type: str
    choices: [retain, discard]
  address_retention:
    description:
      - Whether Twilio keeps the recipient's whole number. V(obfuscate) needs an account with that feature.
    type: str
    choices: [retain, obfuscate]
  smart_encoded:
    description:
      - Whether Twilio replaces characters such as typographic quotes with their GSM-7 equivalents, which may save
        segments.
    type: bool
  persistent_action:
    description:
      - Rich actions of channels other than SMS and MMS, such as a location on WhatsApp.
    type: list
    elements: str
  shorten_urls:
    description:
      - Whether Twilio shortens links in the text. V(true) needs an O(messaging_service_sid) with Link Shortening.
    type: bool
  schedule_type:
    description:
      - V(fixed) schedules the message. Requires O(send_at), which implies it.
    type: str
    choices: [fixed]
  send_at:
    description:
      - When Twilio sends the message, more than 5 minutes and at most 35 days ahead. Requires
        O(messaging_service_sid), since Twilio sends a scheduled message without a Service at once.
      - A time from now, such as V(+30m), V(+2h) or V(+3d).
      - Or an ISO 8601 string with an offset or V(Z), such as V(2026-11-23T18:00:00+01:00).
      - Or a mapping of C(date_time), a time without an offset, and C(zone_id), an IANA time zone. It is sent in UTC.
      - Between 5 and 15 minutes ahead there is a warning, since some accounts still require 15.
    type: raw
  send_as_mms:
    description:
      - Whether to send the message as one MMS even without media.
    type: bool
  risk_check:
    description:
      - V(disable) exempts the message from Twilio's SMS pumping protection.
    type: str
    choices: [enable, disable]
  fallback_from:
    description:
      - The SMS sender to use if RCS does not reach the recipient. Requires O(messaging_service_sid), a Messaging
        Service with an RCS sender. Cannot be used with O(from).
    type: str
  traffic_type:
    description:
      - The kind of traffic that the message belongs to.
    type: str
    choices: [free]
  extra_parameters:
    description:
      - Parameters of the create request that are newer than this release, as strings with Twilio's names. They are
        sent unchanged. You cannot use it for a parameter that has an option.
    type: dict
  concurrency:
    description:
      - How many recipients to send to at once, from 1 to 100.
      - If Twilio asks to slow down, all of these requests do.
    type: int
    default: 8
  dedupe_window:
    description:
      - How many seconds to search back for the same message before sending. A message is the same if it has the same
        recipient, sender, text and number of media. Messages that failed, were not delivered or were canceled do not
        count. V(0) sends without a search. At most V(604800), a week.
      - A recipient who already has the message is not sent it again. The outcome is V(duplicate).
      - Twilio's list of messages can lag by minutes. The search finds the message when you run a runbook again, but
        not when two runs overlap. It reads the list in check mode too.
      - Cannot be used if Twilio's list does not show the message as it was sent. This is the case with
        O(content_sid), O(shorten_urls), O(send_at), O(content_retention=discard), O(address_retention=obfuscate), and
        with O(media_url) without O(body).
    type: int
    default: 0
  resend_unknown:
    description:
      - Whether to send a message again if its outcome is V(unknown) and it has not appeared in Twilio's list after
        some seconds. Use it if two texts are better than none, since the recipient may get both.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until each message has the status O(wait_for). If a message fails or is not delivered, the
        task fails. Cannot be used with O(send_at).
    type: bool
    default: false
  wait_for:
    description:
      - What to wait for. V(sent) means that the carrier has accepted the message, V(delivered) that its receipt has
        arrived.
    type: str
    choices: [delivered, sent]
    default: delivered
  wait_timeout:
    description:
      - How long to wait, from 0 to 86400 seconds.
    type: float
    default: 60
  wait_timeout_fails:
    description:
      - Whether the task fails when the time is up. Otherwise it warns, since not all carriers send receipts. The
        messages' C(status) is then their last known status.
    type: bool
    default: false
  register_facts:
    description:
      - Whether to return the messages as the facts C(twilio_message) and C(twilio_messages) too. Turn it off if facts
        are cached and must not contain texts or numbers.
      - With C(no_log=true) the default is V(false), since a fact cache writes facts to disk in clear text. In an ad hoc
        command it is V(false) too, since nothing reads facts there.
    type: bool
    default: true
seealso:
  - name: Twilio's Message resource
    description: The API behind this module.
    link: https://www.twilio.com/docs/messaging/api/message-resource
  - name: Twilio's error codes
    description: What each code means.
    link: https://www.twilio.com/docs/api/errors
"""

EXAMPLES = r"""
# The account comes from the environment, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
- name: Send a text
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: The deployment is finished.
  register: sms

- name: Show its status and size
  ansible.builtin.debug:
    msg: "{{ sms.message.status }}, {{ sms.message.num_segments }} segment(s)"

- name: Text several people, and expire what is not sent within ten minutes
  oncall.twilio.twilio_sms:
    to:
      - "+15551234567"
      - "+15552345678"
    from: "+15557654321"
    body: "db1 is down since {{ now(utc=true).strftime('%H:%M') }} UTC"
    validity_period: 600

- name: Set the account and the sender once for several tasks, here for a block
  module_defaults:
    group/oncall.twilio.twilio:
      account_sid: "{{ twilio_account_sid }}"
      auth_token: "{{ twilio_auth_token }}"
    oncall.twilio.twilio_sms:
      from: "+15557654321"
  block:
    - name: Send a text
      oncall.twilio.twilio_sms:
        to: "+15551234567"
        body: The deployment is finished.

    - name: Show the message from the facts, which later plays can use too
      ansible.builtin.debug:
        msg: "{{ ansible_facts.twilio_message.status }}"

- name: Continue if a text cannot be sent, and show why
  block:
    - name: Send a text
      oncall.twilio.twilio_sms:
        to: ["+15551234567", "+15552345678"]
        from: "+15557654321"
        body: Hello
      register: sms
  rescue:
    - name: Show who did not get it
      ansible.builtin.debug:
        msg: "{{ sms.recipients | default([]) | rejectattr('outcome', 'eq', 'sent') | list }}"

- name: Wait up to a minute until the message is delivered, and warn if it is not
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: db1 is down
    wait: true
  register: sms

- name: Fail if the carrier does not have the message after two minutes
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: db1 is down
    wait: true
    wait_for: sent
    wait_timeout: 120
    wait_timeout_fails: true

- name: Do not text again if the runbook runs again within half an hour
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: "Incident {{ incident | default('4711') }}: db1 is down"
    dedupe_window: 1800

- name: Send as a subaccount with an API key
  oncall.twilio.twilio_sms:
    account_sid: "{{ twilio_subaccount_sid }}"
    api_key: "{{ twilio_api_key }}"
    api_secret: "{{ twilio_api_secret }}"
    to: "+447700900123"
    from: ExampleCo
    body: Hello from a subaccount

- name: Send as a subaccount with its parent's auth token
  oncall.twilio.twilio_sms:
    account_sid: "{{ twilio_subaccount_sid }}"
    auth_account_sid: "{{ twilio_account_sid }}"
    auth_token: "{{ twilio_auth_token }}"
    to: "+15551234567"
    from: "+15557654321"
    body: Hello from a subaccount

- name: Keep the data in Ireland
  oncall.twilio.twilio_sms:
    region: ie1
    edge: dublin
    account_sid: "{{ twilio_account_sid }}"
    auth_token: "{{ twilio_auth_token }}"
    to: "+353850000000"
    from: "+15557654321"
    body: Hello from Dublin

- name: Send through a proxy with its own CA
  oncall.twilio.twilio_sms:
    proxy: http://proxy.example.com:3128
    ca_path: /etc/ssl/certs/ca-certificates.crt
    timeout: 60
    to: "+15551234567"
    from: "+15557654321"
    body: Hello through the proxy

- name: Send a picture with a text, as an MMS
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: The load of the last hour
    media_url:
      - https://graphs.example.com/load.png

- name: Send a long text as one MMS rather than as several segments
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: "{{ 'A long report. ' * 30 }}"
    send_as_mms: true

- name: Let a Messaging Service choose the sender, shorten links and save segments
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    body: "Release 2.4 is out \u2013 https://example.com/releases/2.4"
    shorten_urls: true
    smart_encoded: true

- name: Use the sender although the defaults set a Messaging Service too
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    source: from
    from: "+15557654321"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    body: From this very number

- name: Send the template although the defaults set a text too
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    content: content_sid
    body: A text that stays unsent
    content_sid: HX0123456789abcdef0123456789abcdef
    content_variables:
      "1": Maria
      "2": db1

- name: Schedule a message for an hour from now
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    body: The maintenance window opens now
    send_at: +1h

- name: Schedule a message at a local time
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    body: Good morning
    schedule_type: fixed
    send_at:
      date_time: "{{ '%Y-%m-%d' | strftime(now().timestamp() + 172800, utc=true) }}T07:30:00"
      zone_id: Europe/Vienna

- name: Send a location over WhatsApp
  oncall.twilio.twilio_sms:
    to: whatsapp:+15551234567
    from: whatsapp:+15557654321
    body: The data centre
    persistent_action:
      - geo:48.2082,16.3738|Data centre

- name: Send over RCS, or by SMS
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    fallback_from: "+15557654321"
    body: Hello over RCS

- name: Have the status reported, and confirm the delivery later
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: Your code is 123456
    status_callback: https://hooks.example.com/twilio/status
    provide_feedback: true
    attempt: 1

- name: Have the status reported to a TwiML application
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: Hello
    application_sid: AP0123456789abcdef0123456789abcdef

- name: Leave no trace at Twilio or in a fact cache
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: The patient in room 12 has called
    content_retention: discard
    address_retention: obfuscate
    register_facts: false

- name: Set the rarely used options
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: Hello
    max_price: 0.05
    force_delivery: false
    risk_check: disable
    traffic_type: free
    extra_parameters:
      MessageIntent: notifications

- name: Risk a second text rather than none
  oncall.twilio.twilio_sms:
    to: "+15551234567"
    from: "+15557654321"
    body: db1 is down
    retries: 8
    resend_unknown: true

- name: Text many people, thirty-two at a time
  oncall.twilio.twilio_sms:
    to: "{{ ['+1555123'] | product(range(1000, 1100)) | map('join') | list }}"
    messaging_service_sid: MG0123456789abcdef0123456789abcdef
    body: The office is closed tomorrow
    concurrency: 32

- name: Send from the task's host instead of the controller
  oncall.twilio.twilio_sms:
    run_on: target
    to: "+15551234567"
    from: "+15557654321"
    body: "Hello from {{ inventory_hostname }}"
"""

RETURN = r"""
message:
  description:
    - The last message that was sent, or would be sent in check mode, as Twilio describes it. It always has all of
      these keys. If none was sent, this is the last one that O(dedupe_window) found, else null.
    - In check mode RV(message.sid), RV(message.uri), the dates and other values that only Twilio knows are null.
  returned: unless the options are wrong
  type: dict
  contains:
    body:
      description:
        - The text; empty after it was redacted. In check mode it is null for a template, since only Twilio knows the
          text.
      type: str
      sample: The deployment is finished.
    num_segments:
      description:
        - How many segments the text takes, as a string; V("0") with a Messaging Service at first.
        - Null in check mode for a template by SMS without a Messaging Service.
      type: str
      sample: "1"
    direction:
      description: V(outbound-api) for a message that was sent, V(inbound) for a reply.
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
      description: The SID of the account that sent the message.
      type: str
      sample: AC0123456789abcdef0123456789abcdef
    num_media:
      description: How many media the message has, as a string.
      type: str
      sample: "0"
    status:
      description:
        - At first V(queued), V(accepted) with a Messaging Service, or V(scheduled). Later V(sent), V(delivered) or
          V(undelivered), for example. V(received) for a reply.
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
      description: The version of the API that created the message.
      type: str
      sample: "2010-04-01"
    subresource_uris:
      description: The paths of the message's subresources, such as its media.
      type: dict
      sample:
        media: >-
          /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/SM0123456789abcdef0123456789abcdef/Media.json
messages:
  description:
    - The message of each recipient, in the order of O(to); null for a recipient who was not sent one.
    - A recipient who appears in O(to) twice appears here once.
  returned: unless the options are wrong
  type: list
  elements: dict
recipients:
  description: The outcome for each recipient, in the order of O(to).
  returned: unless the options are wrong
  type: list
  elements: dict
  contains:
    to:
      description: The recipient.
      type: str
      sample: "+15551234567"
    outcome:
      description:
        - V(sent), Twilio created the message, or would in check mode.
        - V(duplicate), the message was sent before, within O(dedupe_window).
        - V(rejected), Twilio rejected the message and created none.
        - V(unknown), the response was lost or unreadable. The message may have been sent.
        - V(not_tried), no request for this recipient reached Twilio.
      type: str
      sample: sent
    sid:
      description: The SID of the message, else null.
      type: str
      sample: SM0123456789abcdef0123456789abcdef
    error:
      description: Why it failed, with the keys of RV(error), else null.
      type: dict
      sample: null
    resent:
      description: Whether the message was sent again by O(resend_unknown), so that there may be two.
      type: bool
      sample: false
error:
  description: The first recipient's error, if any failed.
  returned: failure, unless the options are wrong
  type: dict
  contains:
    status:
      description: The HTTP status of the response; null if there was none.
      type: int
      sample: 400
    code:
      description: Twilio's error code, else null.
      type: int
      sample: 21211
    message:
      description: What Twilio said, or what happened to the request.
      type: str
      sample: "The 'To' number +15005550001 is not a valid phone number"
    more_info:
      description: Twilio's page on the error code.
      type: str
      sample: https://www.twilio.com/docs/errors/21211
    request_id:
      description: The ID under which Twilio's support finds the request.
      type: str
      sample: RQ0123456789abcdef0123456789abcdef
problems:
  description: All problems with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
  sample: ["to: '5551234567' has no plus sign and country code. Write both, as in '+15551234567'."]
ansible_facts:
  description:
    - The messages as facts, in check mode too.
    - If the task fails, the facts of an earlier task stay, with C(ignore_errors) and C(failed_when) too. Use the
      registered result there.
  returned: success and O(register_facts=true)
  type: dict
  contains:
    twilio_message:
      description: The same as RV(message).
      type: dict
    twilio_messages:
      description: The same as RV(messages).
      type: list
      elements: dict
"""

from ..module_utils._work.job import run_module
from ..module_utils._work.sms import JOB


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
