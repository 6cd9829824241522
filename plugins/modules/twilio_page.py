#!/usr/bin/python

# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Page people by SMS, tier by tier, until one of them takes it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: twilio_page
short_description: Page people by SMS, tier by tier, until one of them takes it
version_added: 1.1.0
description:
  - Sends a text with a short code to the first tier of people, and waits for a reply that takes it or passes. If nobody
    takes it in time, or everybody in the tier has passed, the next tier is paged.
  - Replies are read from Twilio's list of messages, so no web server is needed.
  - A page that fails for a reason that may pass, such as an outage, is tried again, at most 30 seconds later each time,
    until it is out or the whole page's time is over. Meanwhile the next tiers have their turns.
  - A person passes by replying with a word of O(decline), by STOP, or because Twilio refuses their number or cannot
    deliver the page.
  - What is wrong with the options fails the task in check mode. Otherwise it is a warning, and everybody else is paged.
    The task fails before the first page only if nobody can be paged at all.
  - The role P(oncall.twilio.page_on_call#role) is one task with this module, and sets a fact.
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
      - Sends nothing and returns RV(plan), what it would do if nobody answered. It reads what the people were sent
        lately, to find an open page, and the calls to them.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - A task that is run again while its page is open goes on with it. Once somebody has taken it, it pages anew.
options:
  state:
    description:
      - V(paged) pages people until one of them takes it.
      - V(resolved) tells everybody who was paged that all is well again, with one text each, for instance
        C(Resolved 7F3) and O(body). Whoever was told already is not told again.
      - A task that is still paging for it, on whichever machine, finds that text where it looks for replies. It pages
        nobody further and ends with RV(resolved=true), without failing.
      - The incident is found in Twilio's list of messages by O(incident), or else by O(body). O(tiers), O(repeat),
        O(hint), O(accept) and O(decline) must be as they were for the page.
    type: str
    default: paged
  incident:
    description:
      - The monitoring's own key of the incident, such as Alertmanager's fingerprint. Tasks with the same key page for
        the same incident, whatever O(body) says.
      - A tag of eight characters at the end of each page stands for it.
      - Without a key, O(body) says which incident it is.
    type: str
  quiet:
    description:
      - For how long nobody is paged again for the same incident after somebody has taken it, in seconds or as in V(1h).
        Use it for monitoring that fires the same again and again.
      - RV(by) and RV(at) then tell who has it, and since when. Resolving the incident ends the quiet.
    type: raw
    default: 0
  body:
    description:
      - What has happened. It is required, and shortened where it does not fit into O(segments) with the hint.
    type: str
  message_variable:
    description:
      - The name of a variable that holds the message, instead of O(body).
      - A template in O(body) that cannot be rendered fails the task before anybody is paged. A variable that cannot
        be rendered does not; the page then says O(fallback_message).
    type: str
  fallback_message:
    description:
      - What the page says if there is no message, or if O(message_variable) cannot be rendered.
    type: str
  tiers:
    description:
      - Who is paged, one tier after the other. Everybody in a tier is paged at once. At least one number is required.
      - A list of dictionaries with the keys C(numbers), C(calendar), C(name), C(wait) and C(ring); one such dictionary
        is a list of one. Only C(numbers) or C(calendar) is required.
      - C(numbers) is a list of phone numbers in E.164 form, a dictionary of people's names and numbers, or a list of
        dictionaries with C(name) and C(number).
      - C(calendar) is a rota that says who is on call when the tier's turn comes, a dictionary with C(source) (the URL
        or path of a calendar, or a list of them), C(people), and any other option of the lookup
        P(oncall.twilio.on_call#lookup) but C(at).
      - If a calendar does not tell who is on call, the next tier is paged at once, and the calendar is asked again, at
        most 30 seconds later each time. C(fallback) in it names people for that case.
      - Calendars are read on the controller, so they cannot be used with O(run_on=target) or C(async).
      - C(wait) is how long to wait before the next tier is paged, instead of O(wait), and C(ring) is this tier's
        O(ring).
      - A string is read as JSON, so that a survey can ask for it.
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
  wait:
    description:
      - How long to wait for a tier that does not say it itself, in seconds or as in V(5m).
    type: raw
    default: 300
  repeat:
    description:
      - How many times to go through all tiers. A new round begins when the one before has had its whole time.
    type: raw
    default: 1
  code:
    description:
      - The code of this page, up to 20 letters and digits. The default is random, of three characters.
    type: str
  accept:
    description:
      - The words that take it; the first one is in the hint. Each needs a letter or digit.
      - A reply counts if its first line that says anything is the word, the code and courtesies such as C(ok),
        C(thanks), C(on my way), punctuation and emoji, and nothing else. Case, spaces and accents do not matter.
      - Without the code, the word counts if this page is the latest text that this sender sent to that person.
    type: raw
    default: [ACK]
  decline:
    description:
      - The words that pass; the first one is in the hint.
    type: raw
    default: ["NO"]
  hint:
    description:
      - How to reply, at the end of each page. V({accept}), V({decline}) and V({code}) are filled in; V({code}) is
        required.
    type: str
    default: Reply {accept} {code} to take it, {decline} {code} to pass
  segments:
    description:
      - How many segments a page may have, 1 to 10.
    type: raw
    default: 2
  ring:
    description:
      - How long after a page to call whoever has neither taken it nor passed by then, in seconds or as in V(2m). With
        V(0), the default, nobody is called.
      - The call says O(ring_say) twice. The answer comes by text, as to a page.
      - Each page is followed by one call at most. Somebody who cannot be texted is called at once. After STOP nobody is
        called. It must be shorter than the time that is left of the page.
      - Twilio places one call a second and queues the rest. Once somebody has taken it, calls that nobody has answered
        yet are canceled.
      - A call whose outcome is unknown is looked for in Twilio's list of calls, and placed again if it is not there, or
        if the list cannot be read three times in a row.
    type: raw
    default: 0
  ring_from:
    description:
      - The phone number that calls, one of your account that can make calls. The default is O(from), if that is a phone
        number.
    type: str
  ring_say:
    description:
      - What a call says. V({message}), V({code}), letter by letter, V({accept}) and V({decline}) are filled in.
        V({code}) is required.
    type: str
    default: >-
      You are paged: {message}. The code is {code}. To take it, text {accept} {code} to the number that paged you.
  ring_language:
    description:
      - The language of O(ring_say), such as V(de-DE). The default is Twilio's, English.
    type: str
  ring_voice:
    description:
      - The voice that says it, such as V(Polly.Vicki). The default is Twilio's.
    type: str
  validity_period:
    description:
      - How long Twilio may try to send a text, in seconds. A page that comes an hour late is worse than the next tier.
    type: raw
    default: 600
  dedupe_window:
    description:
      - How long a page counts as open, in seconds. A task with the same O(incident), or else the same O(body), goes on
        with an open page instead of paging anew.
      - The default is as long as it takes to page everybody. V(0) pages anew with each run.
      - With O(state=resolved), how old the page may be. The default is a day, or more if paging everybody takes longer.
    type: raw
  poll_interval:
    description:
      - How many seconds to wait between two looks for replies. Each look is up to three requests for each person,
        and one more each for a call and for somebody on WhatsApp.
    type: raw
    default: 5
  confirm:
    description:
      - Whether to send a confirmation to the person who takes it.
    type: raw
    default: true
  tell_others:
    description:
      - Whether to tell everybody else who was paged who has taken it, or that nobody has when the page ends.
    type: raw
    default: true
notes:
  - The sender must be able to receive, which an alphanumeric sender ID is not.
  - A reply that is not understood is answered with the hint, once per person. Only people who were paged are answered.
  - Looking for an open page holds up the first text for at most 5 seconds.
  - A task's own C(timeout) ends the page when it is up. Set it to V(0) if C(ANSIBLE_TASK_TIMEOUT) is set.
seealso:
  - module: oncall.twilio.twilio_sms
  - module: oncall.twilio.twilio_reply
"""

EXAMPLES = r"""
- name: Page whoever is on call
  oncall.twilio.twilio_page:
    body: Disk full on db1
    from: "+15557654321"
    tiers:
      - name: primary
        numbers: { Ada: "+15551230001" }
        wait: 5m
      - name: secondary
        numbers: { Grace: "+15551230002", Linus: "+15551230003" }
    wait: 300
    timeout: 30
  timeout: 0
  register: page

- name: Say who has taken it
  ansible.builtin.debug:
    msg: "{{ page.by.name }} has taken {{ page.code }}"
  when: page.acknowledged

- name: Page whoever is on call by a calendar
  oncall.twilio.twilio_page:
    body: Disk full on db1
    from: "+15557654321"
    tiers:
      - name: on call
        calendar:
          source: "{{ rota_url }}"
          people: { Ada Lovelace: "+15551230001", Grace Hopper: "+15551230002" }
          cache: ~/.cache/rota.json
        wait: 5m
      - name: manager
        numbers: { Margaret: "+15551230004" }

- name: Call whoever has not answered the text after two minutes
  oncall.twilio.twilio_page:
    body: Disk full on db1
    from: "+15557654321"
    ring: 2m
    tiers:
      - name: primary
        numbers: { Ada: "+15551230001" }
        wait: 5m
      - name: manager, who is not called
        numbers: { Margaret: "+15551230004" }
        ring: 0

- name: Page for an alert that fires each minute, until it is resolved
  oncall.twilio.twilio_page:
    body: Disk full on db1
    incident: db1/disk
    quiet: 4h
    from: "+15557654321"
    tiers: { Ada: "+15551230001" }

- name: Tell everybody who was paged that all is well again
  oncall.twilio.twilio_page:
    state: resolved
    body: Disk of db1 is fine again
    incident: db1/disk
    from: "+15557654321"
    tiers: { Ada: "+15551230001" }

- name: Page three times, with code, words and calls of your own
  oncall.twilio.twilio_page:
    message_variable: alert_text
    fallback_message: Something is wrong with a queue
    messaging_service_sid: MG0d6c41f5e8b94a72b3c5f19d70e2a84b
    tiers: ["+15551230001", "+15551230002"]
    repeat: 3
    code: MQ1
    accept: [JA]
    decline: [NEIN]
    hint: "{accept} {code}: ich mach's. {decline} {code}: nicht ich."
    ring: 120
    ring_from: "+15557654322"
    ring_say: "Alarm: {message}. Antworte auf die SMS mit {accept} {code}."
    ring_language: de-DE
    ring_voice: Polly.Vicki
    segments: 1
    validity_period: 120
    dedupe_window: 1h
    poll_interval: 10
    confirm: true
    tell_others: false
"""

RETURN = r"""
acknowledged:
  description: Whether somebody has taken it.
  returned: unless the options are wrong
  type: bool
  sample: true
resolved:
  description:
    - Whether the incident is resolved. With O(state=resolved), whether there is a page of it.
  returned: unless the options are wrong
  type: bool
  sample: false
outcome:
  description:
    - V(acknowledged), V(untaken), V(resolved), V(interrupted), or in check mode V(planned).
    - V(quiet), somebody has taken it within the last O(quiet) seconds.
    - V(untold), Twilio's list could not be read, so that nobody was told that it is resolved.
  returned: unless the options are wrong
  type: str
  sample: acknowledged
by:
  description:
    - The person who has taken it, else null. A person without a name has that of the tier.
    - With the outcome V(quiet), the number is null if Twilio's list does not tell it.
  returned: unless the options are wrong
  type: dict
  contains:
    name:
      description: The person's name.
      type: str
      sample: Ada
    number:
      description: The person's number.
      type: str
      sample: "+15551230001"
at:
  description:
    - When the reply came in, in ISO 8601 with its offset, else null.
    - With the outcome V(quiet), when the person was told that they have taken it.
  returned: unless the options are wrong
  type: str
  sample: "2026-11-23T09:46:00+00:00"
tier:
  description: The tier of the page that was taken, else null.
  returned: unless the options are wrong
  type: str
  sample: primary
round:
  description: The round of the page that was taken, else null.
  returned: unless the options are wrong
  type: int
  sample: 1
code:
  description: The code of the page; null with O(state=resolved) if there is none.
  returned: unless the options are wrong
  type: str
  sample: 7F3
resumed:
  description: Whether the task went on with a page of an earlier run.
  returned: unless the options are wrong
  type: bool
  sample: false
pages:
  description: What became of each page, in the order of their turns.
  returned: unless the options are wrong
  type: list
  elements: dict
  contains:
    to:
      description: The number.
      type: str
      sample: "+15551230001"
    name:
      description: The person's name, empty if none was given.
      type: str
      sample: Ada
    tier:
      description: The tier.
      type: str
      sample: primary
    round:
      description: The round, from 1.
      type: int
      sample: 1
    outcome:
      description:
        - V(sent), or V(duplicate) if an earlier run sent it.
        - V(rejected), Twilio refused the number.
        - V(unknown), Twilio did not answer and the page may be out.
        - V(not_tried), no request reached Twilio before it was over.
      type: str
      sample: sent
    attempts:
      description: How many requests this run made for it.
      type: int
      sample: 1
    resent:
      description: Whether it was sent again because the outcome was unknown, so that there may be two.
      type: bool
      sample: false
    sid:
      description: The SID of the message, else null.
      type: str
      sample: SM0123456789abcdef0123456789abcdef
    date:
      description: When the message was created, in ISO 8601 with its offset.
      type: str
      sample: "2026-11-23T09:41:00+00:00"
    status:
      description: The status of the message, as it was last seen.
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
    calls:
      description: The call that followed, a list of one; empty if there was none.
      type: list
      elements: dict
      contains:
        to:
          description: The number that was called.
          type: str
          sample: "+15551230001"
        outcome:
          description:
            - V(answered), or V(unanswered), as RV(pages[].calls[].status) says.
            - V(placed), it was not over yet.
            - V(rejected), Twilio refused it. V(unknown), Twilio did not answer and it may have been placed.
            - V(not_tried), no request reached Twilio before it was over.
          type: str
          sample: answered
        attempts:
          description: How many requests this run made for it.
          type: int
          sample: 1
        sid:
          description: The SID of the call, else null.
          type: str
          sample: CA0123456789abcdef0123456789abcdef
        date:
          description: When the call was created, in ISO 8601 with its offset; null as long as Twilio does not say it.
          type: str
          sample: "2026-11-23T09:43:00+00:00"
        status:
          description: The status of the call, as it was last seen.
          type: str
          sample: completed
        error:
          description: Why it was not placed, with the keys of RV(oncall.twilio.twilio_sms#module:error).
          type: dict
          sample: null
    has_passed:
      description: Whether this person has declined or cannot be reached.
      type: bool
      sample: false
    error:
      description: Why it was not sent or not delivered, with the keys of RV(oncall.twilio.twilio_sms#module:error).
      type: dict
      sample: null
replies:
  description: What these people have replied since their pages, oldest first.
  returned: unless the options are wrong
  type: list
  elements: dict
  contains:
    sid:
      description: The SID of the reply.
      type: str
      sample: SM0123456789abcdef0123456789abcdef
    from:
      description: The number of the person who replied.
      type: str
      sample: "+15551230001"
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
      description: V(accepted), V(declined), V(stopped), or null if it says none of them.
      type: str
      sample: accepted
refused:
  description: People whose number Twilio refused, each with C(name) and C(number).
  returned: unless the options are wrong
  type: list
  elements: dict
opted_out:
  description: People who told Twilio to send them nothing more, each with C(name) and C(number). They get no pages.
  returned: unless the options are wrong
  type: list
  elements: dict
left_out:
  description: What was wrong with the options, and what was used instead.
  returned: unless the options are wrong
  type: list
  elements: str
told:
  description:
    - Who was told that the incident is resolved, and in check mode who would be. Empty without O(state=resolved).
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
    outcome:
      description:
        - V(sent), or in check mode V(planned).
        - V(rejected), Twilio refused the number.
        - V(unknown), Twilio did not answer and the text may be out. V(not_tried), no request reached Twilio in time.
          Both fail the task. The next run tells these people if Twilio's list does not show that they have been told.
      type: str
      sample: sent
    text:
      description: The text.
      type: str
      sample: "Resolved 7F3: Disk of db1 is fine again"
    error:
      description: Why it was not sent, with the keys of RV(oncall.twilio.twilio_sms#module:error).
      type: dict
      sample: null
timeline:
  description: All that happened, in order.
  returned: unless the options are wrong
  type: list
  elements: dict
  contains:
    seconds:
      description: How many seconds after the beginning of this run.
      type: int
      sample: 322
    clock:
      description: The same, as minutes and seconds.
      type: str
      sample: "05:22"
    who:
      description: The name or number of the person; empty where it concerns nobody in particular.
      type: str
      sample: Ada
    number:
      description: The person's number, else null.
      type: str
      sample: "+15551230001"
    kind:
      description:
        - V(paged), V(failing), V(refused), V(delivered), V(undelivered), V(accepted), V(declined), V(stopped),
          V(replied), V(told), V(not told), V(unreadable), V(begun), V(resumed), V(taken), V(untaken), V(resolved),
          V(on call), V(calendar), V(rung), V(not rung), V(answered), V(unanswered), V(hung up), V(quiet), V(nothing) or
          V(interrupted).
      type: str
      sample: paged
    text:
      description: What happened, in words.
      type: str
      sample: Ada is paged (primary)
plan:
  description: Who would be paged, and with which text.
  returned: in check mode
  type: list
  elements: dict
  contains:
    tier:
      description: The tier.
      type: str
      sample: primary
    round:
      description: The round, from 1.
      type: int
      sample: 1
    after_seconds:
      description: How many seconds after the beginning, if nobody takes it and not everybody passes before.
      type: float
      sample: 300
    wait:
      description: How many seconds the tier has.
      type: float
      sample: 300
    ring:
      description: After how many seconds whoever has not answered is called, null for never.
      type: float
      sample: 120
    text:
      description: The text.
      type: str
      sample: |-
        Disk full on db1
        Reply ACK 7F3 to take it, NO 7F3 to pass
    segments:
      description: How many segments the text has.
      type: int
      sample: 1
    recipients:
      description:
        - Each with C(name), C(to) and C(outcome), which is V(planned), V(duplicate) for a page that is out, or
          V(not_tried) if an open page has no time left for it, or has reached its recipient at another turn.
      type: list
      elements: dict
problems:
  description: All that is wrong with the task's options, if nobody can be paged, and in check mode.
  returned: when the options are wrong
  type: list
  elements: str
"""

from ..module_utils._work.job import run_module
from ..module_utils._work.page import JOB


def main() -> None:
    """Run the module."""
    run_module(JOB)


if __name__ == "__main__":
    main()
