#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Call people through Twilio."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_call
short_description: Call people through Twilio
version_added: 1.1.0
description:
  - Places one call to each recipient through Twilio's Calls API, and returns Twilio's description of it. The call says
    a text, or follows TwiML.
  - The parameters of the API's create request are options, with their names in snake_case. O(ring_time) is Twilio's
    C(Timeout), since O(timeout) belongs to the connection.
  - The module validates all options before it calls anybody, and reports all problems together. It also checks TwiML,
    which Twilio does only after somebody has answered.
  - A call is never placed again once Twilio may have accepted it, unless O(resend_unknown=true). If the response is
    lost, the module searches Twilio's list for a call to this recipient with this caller. If there is none, the
    recipient's outcome is V(unknown) and the task fails.
  - Twilio starts one call per second and account, or more with a Business Profile. Further calls wait in its queue.
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
      - Calls nobody, makes no request and validates all options. RV(call) is the call that Twilio would return, as far
        as it can be predicted.
  diff_mode:
    support: full
    details:
      - Shows each recipient's new call, without the keys that are null.
  idempotent:
    support: none
    details:
      - Each run of the task calls again. Twilio's API has no idempotency key, and its list does not show what a call
        says.
options:
  to:
    description:
      - Whom to call, each a phone number in E.164 form such as V(+15551234567), a SIP address such as
        V(sip:ada@example.com), or a client of Twilio's Voice SDK such as V(client:ada).
      - One string may contain several, with commas, semicolons or line breaks between them. Separators within a
        number, as in V(+1 (555\) 123-4567), are removed.
      - Numbers with letters are invalid. Twilio would read the letters as keys of a phone, and call somebody else.
      - Quote numbers. YAML reads an unquoted V(+15551234567) as an integer and drops the plus sign.
    type: list
    elements: str
    required: true
  from:
    description:
      - The caller, a phone number in E.164 form. It must belong to the account, or be verified as its caller ID.
      - For calls to SIP addresses and clients only, this may be a V(sip:) or V(client:) address as well.
    type: str
    required: true
  say:
    description:
      - The text that the call says. Exactly one of O(say), O(twiml), O(url) and O(application_sid) is required.
      - The text may contain any characters, since it is escaped. With its repetitions and the TwiML around it, it may
        have 4,000 characters. With a Polly voice, the text may have 3,000.
    type: str
  repeat:
    description:
      - How many times the call says the text, from 1 to 20, with a pause of a second before each time.
    type: int
    default: 2
  language:
    description:
      - The language of O(say), such as V(de-DE). Twilio's default is V(en-US). Requires O(say).
    type: str
  voice:
    description:
      - The voice that speaks O(say), such as V(Polly.Vicki). It must support the O(language). Requires O(say).
    type: str
  twiml:
    description:
      - The TwiML that the call follows, at most 4,000 characters.
    type: str
  url:
    description:
      - The C(http) or C(https) URL of the TwiML that the call follows. Twilio requests it when somebody answers, so it
        must not be on this machine unless O(api_url) is a loopback address too.
    type: str
  method:
    description:
      - The HTTP method with which Twilio requests O(url). Twilio's default is V(POST). Requires O(url).
    type: str
    choices: [GET, POST]
  fallback_url:
    description:
      - The URL of the TwiML to follow if that of O(url) cannot be fetched or is invalid.
    type: str
  fallback_method:
    description:
      - The HTTP method with which Twilio requests O(fallback_url). Twilio's default is V(POST). Requires
        O(fallback_url).
    type: str
    choices: [GET, POST]
  application_sid:
    description:
      - The SID of the TwiML application that handles the call, V(AP) and 32 hexadecimal digits. It has its own URLs, so
        O(fallback_url) and O(status_callback) cannot be used with it.
    type: str
  ring_time:
    description:
      - How long to let the phone ring, from 1 to 600 seconds. Twilio's default is 60. Twilio may add 5 seconds.
      - With about 15 seconds, the call ends before most voicemails answer.
    type: int
  time_limit:
    description:
      - How long the call may last, from 1 to 86400 seconds. Twilio's default is 4 hours.
    type: int
  send_digits:
    description:
      - The keys to press when somebody answers, for example for an extension. Up to 32 of V(0) to V(9), V(A) to V(D),
        V(#) and V(*), with V(w) to wait half a second and V(W) to wait a second.
      - Cannot be used with O(machine_detection).
    type: str
  machine_detection:
    description:
      - Whether Twilio detects if a person or a machine has answered. Twilio charges for this.
      - V(Enable) returns the result as soon as it is known. V(DetectMessageEnd) waits for the end of a machine's
        greeting, so that the voicemail records what the call says.
      - The result is in RV(recipients[].answered_by).
    type: str
    choices: [Enable, DetectMessageEnd]
  machine_detection_timeout:
    description:
      - How long to listen, from 3 to 59 seconds. Twilio's default is 30. Requires O(machine_detection).
    type: int
  machine_detection_speech_threshold:
    description:
      - How many milliseconds of speech mean that it is a machine, from 1000 to 6000. Twilio's default is 2400. Requires
        O(machine_detection).
    type: int
  machine_detection_speech_end_threshold:
    description:
      - How many milliseconds of silence end the speech, from 500 to 5000. Twilio's default is 1200. Requires
        O(machine_detection).
    type: int
  machine_detection_silence_timeout:
    description:
      - After how many milliseconds of silence at the beginning the result is V(unknown), from 2000 to 10000. Twilio's
        default is 5000. Requires O(machine_detection).
    type: int
  async_amd:
    description:
      - Whether the call speaks while Twilio still listens. Otherwise it waits for the result. Requires
        O(machine_detection).
    type: bool
  async_amd_status_callback:
    description:
      - The URL that Twilio calls with the result. Requires O(async_amd=true).
    type: str
  async_amd_status_callback_method:
    description:
      - The HTTP method for O(async_amd_status_callback). Twilio's default is V(POST). Requires
        O(async_amd_status_callback).
    type: str
    choices: [GET, POST]
  status_callback:
    description:
      - The C(http) or C(https) URL that Twilio calls when the call's status changes. Its host name must not contain
        underscores, and must not be this machine unless O(api_url) is a loopback address too.
    type: str
  status_callback_event:
    description:
      - At which events to call O(status_callback). Twilio's default is V(completed). Requires O(status_callback).
    type: list
    elements: str
    choices: [initiated, ringing, answered, completed]
  status_callback_method:
    description:
      - The HTTP method for O(status_callback). Twilio's default is V(POST). Requires O(status_callback).
    type: str
    choices: [GET, POST]
  record:
    description:
      - Whether to record the call. In many places people must be told or asked first.
    type: bool
  recording_channels:
    description:
      - Whether to record both sides together or each on its own channel. Twilio's default is V(mono).
        Requires O(record=true).
    type: str
    choices: [mono, dual]
  recording_track:
    description:
      - Which side to record, which is what Twilio hears, what it says, or both. Twilio's default is V(both).
        Requires O(record=true).
    type: str
    choices: [inbound, outbound, both]
  recording_status_callback:
    description:
      - The URL that Twilio calls when the recording is available. Requires O(record=true).
    type: str
  recording_status_callback_event:
    description:
      - At which events to call O(recording_status_callback). Twilio's default is V(completed). Requires
        O(recording_status_callback).
    type: list
    elements: str
    choices: [in-progress, completed, absent]
  recording_status_callback_method:
    description:
      - The HTTP method for O(recording_status_callback). Twilio's default is V(POST). Requires
        O(recording_status_callback).
    type: str
    choices: [GET, POST]
  trim:
    description:
      - Whether to remove silence at both ends of the recording. Twilio's default is V(trim-silence).
        Requires O(record=true).
    type: str
    choices: [trim-silence, do-not-trim]
  caller_id:
    description:
      - The number or address that made this call, for calls that are forwarded.
    type: str
  call_reason:
    description:
      - What the call is about, for phones that can show it (Branded Calls).
    type: str
  call_token:
    description:
      - The token of an incoming call that this call forwards.
    type: str
  byoc:
    description:
      - The SID of the BYOC trunk to call through, V(BY) and 32 hexadecimal digits.
    type: str
  sip_auth_username:
    description:
      - The user name for calls to SIP addresses. Requires O(sip_auth_password).
    type: str
  sip_auth_password:
    description:
      - The password for calls to SIP addresses. Requires O(sip_auth_username).
    type: str
  extra_parameters:
    description:
      - Other parameters of the create request, as strings with Twilio's names. They are sent unchanged. You cannot use
        it for a parameter that has an option.
    type: dict
  concurrency:
    description:
      - How many requests to make at once, from 1 to 100.
      - If Twilio asks to slow down, all of these requests do.
    type: int
    default: 8
  resend_unknown:
    description:
      - Whether to place a call again if its outcome is V(unknown) and it has not appeared in Twilio's list after some
        seconds. Use it if two calls are better than none, since the recipient may be called twice.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until each call has ended. If nobody answers a call, the task fails.
      - A voicemail answers too. Use O(machine_detection) to distinguish it from a person.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait, from 0 to 86400 seconds.
    type: float
    default: 300
  wait_timeout_fails:
    description:
      - Whether the task fails when the time is up. Otherwise it warns. The calls' C(status) is then their last known
        status.
    type: bool
    default: false
  register_facts:
    description:
      - Whether to return the calls as the facts C(twilio_call) and C(twilio_calls) too. Turn it off if facts are cached
        and must not contain numbers.
      - With C(no_log=true) the default is V(false), since a fact cache writes facts to disk in clear text. In an ad hoc
        command it is V(false) too, since nothing reads facts there.
    type: bool
    default: true
seealso:
  - name: Twilio's Call resource
    description: The API behind this module.
    link: https://www.twilio.com/docs/voice/api/call-resource
  - name: TwiML for calls
    description: What a call can do.
    link: https://www.twilio.com/docs/voice/twiml
  - name: Twilio's error codes
    description: What each code means.
    link: https://www.twilio.com/docs/api/errors
"""

EXAMPLES = r"""
# The account comes from the environment, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
- name: Call somebody
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: The backup of db1 has failed.

- name: Call two people for 20 seconds each, and show who answered
  block:
    - name: Call, and wait until both calls have ended
      oncall.twilio.twilio_call:
        to:
          - "+15551234567"
          - "+15552345678"
        from: "+15557654321"
        say: "{{ inventory_hostname }} is down."
        repeat: 3
        ring_time: 20
        wait: true
        wait_timeout: 180
        wait_timeout_fails: true
      register: calls
  always:
    - name: Show who answered
      ansible.builtin.debug:
        msg: "{{ item.to }} {{ item.outcome }}"
      loop: "{{ calls.recipients | default([]) }}"
      loop_control:
        label: "{{ item.to }}"

- name: Distinguish a person from a voicemail
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: db1 is down.
    machine_detection: Enable
    wait: true
  register: calls

- name: Show whether it was human, machine, fax or unknown
  ansible.builtin.debug:
    msg: "{{ calls.recipients[0].answered_by }}"

- name: Leave a message on a voicemail after its greeting
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: Please call the data centre.
    machine_detection: DetectMessageEnd
    machine_detection_timeout: 45
    machine_detection_speech_threshold: 2400
    machine_detection_speech_end_threshold: 2000
    machine_detection_silence_timeout: 5000

- name: Speak at once, and get a callback later with who has answered
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: db1 is down.
    machine_detection: Enable
    async_amd: true
    async_amd_status_callback: https://hooks.example.com/twilio/who
    async_amd_status_callback_method: GET

- name: Text somebody who does not answer
  block:
    - name: Call
      oncall.twilio.twilio_call:
        to: "+15551234567"
        from: "+15557654321"
        say: db1 is down.
        wait: true
  rescue:
    - name: Text instead
      oncall.twilio.twilio_sms:
        to: "+15551234567"
        from: "+15557654321"
        body: db1 is down. I have tried to call you.

- name: Speak German
  oncall.twilio.twilio_call:
    to: "+4915123456789"
    from: "+15557654321"
    say: Der Server db1 antwortet nicht.
    language: de-DE
    voice: Polly.Vicki

- name: Follow your own TwiML
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    twiml: >-
      <Response>
        <Play>https://sounds.example.com/alarm.mp3</Play>
        <Say>db1 is down.</Say>
      </Response>

- name: Follow TwiML from a server, and other TwiML if that cannot be reached
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    url: https://hooks.example.com/twilio/alarm.xml
    method: GET
    fallback_url: https://backup.example.com/twilio/alarm.xml
    fallback_method: GET

- name: Let a TwiML application handle the call
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    application_sid: AP0123456789abcdef0123456789abcdef

- name: Try it from a trial account, with one of Twilio's sample texts
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    url: https://webhooks.twilio.com/v1/Voice/Template/voice_text_to_speech

- name: Dial an extension after a second and a half
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: db1 is down.
    send_digits: Ww1234#

- name: Get callbacks about the call's progress
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: db1 is down.
    status_callback: https://hooks.example.com/twilio/call
    status_callback_event: [ringing, answered, completed]
    status_callback_method: POST

- name: Record the call, for at most five minutes
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: This call is recorded. Please describe what you see.
    time_limit: 300
    record: true
    recording_channels: dual
    recording_track: both
    recording_status_callback: https://hooks.example.com/twilio/recording
    recording_status_callback_event: [completed, absent]
    recording_status_callback_method: POST
    trim: do-not-trim

- name: Call a SIP phone
  oncall.twilio.twilio_call:
    to: sip:ada@pbx.example.com
    from: "+15557654321"
    say: db1 is down.
    sip_auth_username: twilio
    sip_auth_password: "{{ sip_password | default('a password from the vault') }}"

- name: Set the rarely used options
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: db1 is down.
    caller_id: "+15557654321"
    call_reason: Server alarm
    call_token: "{{ incoming_call_token | default('0123456789abcdef') }}"
    byoc: BY0123456789abcdef0123456789abcdef
    extra_parameters:
      ClientNotificationUrl: https://hooks.example.com/twilio/push

- name: Risk a second call rather than none, and keep no number in a fact cache
  oncall.twilio.twilio_call:
    to: "+15551234567"
    from: "+15557654321"
    say: db1 is down.
    resend_unknown: true
    concurrency: 2
    register_facts: false
"""

RETURN = r"""
call:
  description:
    - The last call that was placed, or would be placed in check mode, as Twilio describes it; null if there is none. It
      always has all of these keys.
    - Without O(wait), it is the call as it was created, without dates and a price.
    - In check mode RV(call.sid), RV(call.uri) and other values that only Twilio knows are null.
  returned: unless the options are wrong
  type: dict
  contains:
    sid:
      description: The call's SID, V(CA) and 32 hexadecimal digits.
      type: str
      sample: CA0123456789abcdef0123456789abcdef
    status:
      description:
        - V(queued), V(ringing) or V(in-progress), and in the end V(completed), V(busy), V(no-answer), V(failed) or
          V(canceled).
      type: str
      sample: queued
    direction:
      description: V(outbound-api).
      type: str
      sample: outbound-api
    from:
      description: The caller.
      type: str
      sample: "+15557654321"
    from_formatted:
      description: The caller in the usual format of its country.
      type: str
      sample: (555) 765-4321
    to:
      description: The recipient.
      type: str
      sample: "+15551234567"
    to_formatted:
      description: The recipient in the usual format of its country.
      type: str
      sample: (555) 123-4567
    answered_by:
      description:
        - The result of O(machine_detection), V(human), V(fax), V(unknown), V(machine_start), or with
          O(machine_detection=DetectMessageEnd) V(machine_end_beep), V(machine_end_silence) or V(machine_end_other);
          else null.
      type: str
      sample: null
    start_time:
      description: When the call began, in ISO 8601 with its offset; null while it waits.
      type: str
      sample: null
    end_time:
      description: When the call ended, in ISO 8601 with its offset; null before.
      type: str
      sample: null
    duration:
      description: How many seconds the call lasted, as a string; null before it has begun.
      type: str
      sample: null
    price:
      description: What the call cost, a negative decimal number as a string; null until it is known.
      type: str
      sample: null
    price_unit:
      description: The currency of RV(call.price), in ISO 4217.
      type: str
      sample: USD
    queue_time:
      description: How many milliseconds the call has waited in Twilio's queue, as a string.
      type: str
      sample: "0"
    date_created:
      description: When the call was created, in ISO 8601 with its offset; null at first.
      type: str
      sample: null
    date_updated:
      description: When the call last changed, in ISO 8601 with its offset; null at first.
      type: str
      sample: null
    account_sid:
      description: The SID of the account that placed the call.
      type: str
      sample: AC0123456789abcdef0123456789abcdef
    api_version:
      description: The version of the API that created the call.
      type: str
      sample: "2010-04-01"
    uri:
      description: The path of the call in Twilio's API.
      type: str
      sample: /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls/CA0123456789abcdef0123456789abcdef.json
    parent_call_sid:
      description: The SID of the call that this one is a leg of, else null.
      type: str
      sample: null
    group_sid:
      description: The SID of the group that the call belongs to, else null.
      type: str
      sample: null
    phone_number_sid:
      description: The SID of the caller's number.
      type: str
      sample: PN0123456789abcdef0123456789abcdef
    trunk_sid:
      description: The SID of the trunk, else null.
      type: str
      sample: null
    caller_name:
      description: The caller's name, if it was looked up.
      type: str
      sample: null
    forwarded_from:
      description: The number that forwarded the call, else null.
      type: str
      sample: null
    subresource_uris:
      description: The paths of the call's subresources, such as its recordings.
      type: dict
      sample:
        recordings: >-
          /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls/CA0123456789abcdef0123456789abcdef/Recordings.json
calls:
  description:
    - The call of each recipient, in the order of O(to); null for a recipient who was not called.
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
        - V(answered), a person or a machine answered, and the call has ended. Only with O(wait), or if Twilio's
          response was lost and its list shows the call.
        - V(unanswered), the call has ended and nobody answered. RV(recipients[].error) says why. Only under the
          same conditions as V(answered).
        - V(placed), Twilio created the call, or would in check mode. With O(wait), it has not ended yet.
        - V(rejected), Twilio rejected the call and placed none.
        - V(unknown), the response was lost or unreadable. The call may have been placed.
        - V(not_tried), no request for this recipient reached Twilio.
      type: str
      sample: answered
    answered_by:
      description:
        - Who answered, V(human), V(machine) or V(fax), with O(machine_detection); V(unknown) without it, or if Twilio
          could not tell. Null unless the outcome is V(answered).
      type: str
      sample: human
    sid:
      description: The SID of the call, else null.
      type: str
      sample: CA0123456789abcdef0123456789abcdef
    error:
      description: Why it failed, with the keys of RV(error), else null.
      type: dict
      sample: null
    resent:
      description: Whether the call was placed again by O(resend_unknown), so that there may be two.
      type: bool
      sample: false
error:
  description:
    - The first recipient's error, if any failed, with the keys of RV(oncall.twilio.twilio_sms#module:error).
  returned: failure, unless the options are wrong
  type: dict
problems:
  description: All problems with the task's options.
  returned: when the options are wrong
  type: list
  elements: str
  sample: ["say: is required. Set say, twiml, url or application_sid."]
ansible_facts:
  description:
    - The calls as facts, in check mode too.
    - If the task fails, the facts of an earlier task stay, with C(ignore_errors) and C(failed_when) too. Use the
      registered result there.
  returned: success and O(register_facts=true)
  type: dict
  contains:
    twilio_call:
      description: The same as RV(call).
      type: dict
    twilio_calls:
      description: The same as RV(calls).
      type: list
      elements: dict
"""

from ..module_utils._work.call import JOB
from ..module_utils._work.job import run_module


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
