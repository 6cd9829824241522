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
  - A page that fails for a temporary reason, such as an outage, is retried with pauses of at most 30 seconds, until it
    is sent or the time for all tiers is over. Meanwhile the next tiers have their turns.
  - A person passes by replying with a word of O(decline) or STOP. Somebody whose number Twilio rejects, or to whom it
    cannot deliver the page, counts as having passed.
  - Invalid options fail the task in check mode. Otherwise they produce warnings, and everybody else is paged. The task
    fails before the first page only if nobody can be paged, or if an option of the connection is invalid.
  - The role P(oncall.twilio.page_on_call#role) runs this module in one task, and sets a fact.
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
        recently, to find an open page, and the calls to them.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - If you run a task again while its page is open, it continues that page. Once somebody has taken it, the task
        starts a new page.
options:
  state:
    description:
      - V(paged) pages people until one of them takes it.
      - V(resolved) tells everybody who was paged that the incident is resolved, with one text each, such as C(Resolved
        7F3) and O(body). People who were already told are not told again.
      - A task that is still paging for it, on any machine, finds that text when it reads replies. It pages nobody else,
        and ends with RV(resolved=true) without failing.
      - The incident is found in Twilio's list of messages by O(incident), or else by O(body). Use the same O(tiers),
        O(hint), O(accept) and O(decline) as for the page. Without O(incident), O(body), O(repeat) and O(segments) must
        be the same too.
    type: str
    default: paged
  incident:
    description:
      - The key of the incident in your monitoring system, such as Alertmanager's fingerprint. Tasks with the same key
        page for the same incident, even if O(body) differs.
      - Each page ends with a tag of eight characters that is derived from the key.
      - Without a key, O(body) identifies the incident.
    type: str
  quiet:
    description:
      - How long not to page again for the same incident after somebody has taken it, in seconds or as in V(1h). Use it
        if your monitoring system repeats alerts.
      - RV(by) and RV(at) then say who has taken it, and when. Resolving the incident ends this period.
    type: raw
    default: 0
  body:
    description:
      - What has happened. It is required. It is shortened if it does not fit into O(segments) with the hint. The page
        then ends with a tag such as C(#qh3xk2a), which distinguishes it from others with the same beginning.
      - The items of a list become lines. Of a dictionary, such as the result of a failed task, C(msg) is used. In check
        mode both are errors.
    type: str
  message_variable:
    description:
      - The name of a variable that contains the message, instead of O(body).
      - A template in O(body) that cannot be rendered fails the task before anybody is paged. A variable that cannot be
        rendered does not fail it. The page then says O(fallback_message).
    type: str
  fallback_message:
    description:
      - What the page says if there is no message, or if O(message_variable) cannot be rendered.
    type: str
  tiers:
    description:
      - The people to page, one tier after the other. Everybody in a tier is paged at once. At least one number is
        required.
      - A list of dictionaries with the keys C(numbers), C(calendar), C(name), C(wait) and C(ring), or one such
        dictionary. Only C(numbers) or C(calendar) is required.
      - C(numbers) is a list of phone numbers in E.164 form, a dictionary of people's names and numbers, or a list of
        dictionaries with C(name) and C(number).
      - C(calendar) is a rota that says who is on call when the tier's turn comes, a dictionary with C(source) (the URL
        or path of a calendar, or a list of them), C(people), and any other option of the lookup
        P(oncall.twilio.on_call#lookup) except C(at).
      - If a calendar does not say who is on call, the next tier is paged at once, and the calendar is read again with
        pauses of at most 30 seconds. Its option C(fallback) names people to page in that case.
      - Calendars are read on the controller, so they cannot be used with O(run_on=target) or C(async).
      - C(wait) and C(ring) override O(wait) and O(ring) for this tier.
      - A shorter form is enough. A dictionary of names and numbers is one tier. In a list, each number is a tier of its
        own. A dictionary of tiers' names, each with a list or a dictionary of people, is one tier for each name.
      - A string is read as JSON, or as numbers separated by commas, which are one tier, so that a survey can ask for
        it.
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
      - How long to wait for a tier before the next one is paged, in seconds or as in V(5m). C(wait) in a tier overrides
        it.
    type: raw
    default: 300
  repeat:
    description:
      - How many times to go through all tiers. A new round begins when the time of the one before is over.
    type: raw
    default: 1
  code:
    description:
      - The code of this page, up to 20 letters and digits. The default is three random characters.
    type: str
  accept:
    description:
      - The words that take it. The first one is in the hint. Each must contain a letter or digit.
      - A reply counts if its first line with text consists only of the word, the code, courtesies such as C(ok),
        C(thanks) and C(on my way), punctuation and emoji. Case, spaces and accents do not matter.
      - Without the code, the word counts if this page is the latest text that this sender sent to that person.
    type: raw
    default: [ACK]
  decline:
    description:
      - The words that pass. The first one is in the hint.
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
      - The maximum number of segments of a page, from 1 to 10.
    type: raw
    default: 2
  ring:
    description:
      - How long after a page to call a person who has neither taken it nor passed, in seconds or as in V(2m). With
        V(0), the default, nobody is called.
      - The call says O(ring_say) twice. People answer by text, as they answer a page.
      - Each page is followed by at most one call. Somebody who cannot be texted is called at once. Somebody who has
        replied STOP is not called. The time must be shorter than the rest of the page's time.
      - Twilio places one call a second and queues the rest. Once somebody has taken it, calls that nobody has answered
        yet are canceled.
      - If the outcome of a call is unknown, the module searches Twilio's list of calls. It places the call again if the
        list does not contain it, or cannot be read three times in a row.
    type: raw
    default: 0
  ring_from:
    description:
      - The phone number that calls. It must belong to your account and be able to make calls. The default is O(from),
        if that is a phone number.
    type: str
  ring_say:
    description:
      - What a call says. V({message}), V({code}) (read letter by letter), V({accept}) and V({decline}) are filled in.
        V({code}) is required.
    type: str
    default: >-
      You are paged: {message}. The code is {code}. To take it, text {accept} {code} to the number that paged you.
  ring_language:
    description:
      - The language of O(ring_say), such as V(de-DE). Twilio's default is English.
    type: str
  ring_voice:
    description:
      - The voice that says it, such as V(Polly.Vicki). Without it, Twilio's default voice is used.
    type: str
  validity_period:
    description:
      - How long Twilio may try to send a text, in seconds. A short time keeps a page from arriving after others have
        been paged.
    type: raw
    default: 600
  dedupe_window:
    description:
      - How long a page counts as open, in seconds. A task with the same O(incident), or else the same O(body),
        continues an open page instead of starting a new one.
      - If the time of an open page is over and not everybody was paged, a new page starts.
      - The default is the time that paging everybody takes. With V(0), each run starts a new page.
      - With O(state=resolved), this is how old the page may be. The default is a day, or more if paging everybody takes
        longer.
    type: raw
  poll_interval:
    description:
      - How many seconds to wait between two reads of replies. Each read takes up to three requests for each person, and
        one more each for a call and for somebody on WhatsApp.
    type: raw
    default: 5
  confirm:
    description:
      - Whether to send a confirmation to the person who takes it.
    type: raw
    default: true
  tell_others:
    description:
      - Whether to text everybody else who was paged. The text says who has taken it, or that the page ended and nobody
        has.
    type: raw
    default: true
notes:
  - The sender must be able to receive replies. An alphanumeric sender ID cannot.
  - A reply that is not understood is answered with the hint, once per person. Only people who were paged are answered.
  - The search for an open page delays the first text by at most 5 seconds.
  - A task's own C(timeout) ends the page when it is reached. Set it to V(0) if C(ANSIBLE_TASK_TIMEOUT) is set.
seealso:
  - module: oncall.twilio.twilio_sms
  - module: oncall.twilio.twilio_reply
"""

EXAMPLES = r"""
- name: Page the people on call
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

- name: Page the people who are on call by a calendar
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

- name: Call people who have not answered the text after two minutes
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

- name: Tell everybody who was paged that it is resolved
  oncall.twilio.twilio_page:
    state: resolved
    body: Disk of db1 is fine again
    incident: db1/disk
    from: "+15557654321"
    tiers: { Ada: "+15551230001" }

- name: Page three times, with your own code, words and calls
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
    - Whether the incident is resolved. With O(state=resolved), whether there is a page for it.
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
    - The person who has taken it, else null. A person without a name gets the tier's name.
    - With the outcome V(quiet), the number is null if Twilio's list does not show it.
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
    - With the outcome V(quiet), when the person was told that they have taken it, or replied if they could not be told.
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
  description: Whether the task continued a page of an earlier run.
  returned: unless the options are wrong
  type: bool
  sample: false
pages:
  description: The outcome of each page, in the order of their turns.
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
        - V(rejected), Twilio rejected the number.
        - V(unknown), Twilio did not answer, and the page may have been sent.
        - V(not_tried), no request reached Twilio before the page ended.
      type: str
      sample: sent
    attempts:
      description: How many requests this run made for it.
      type: int
      sample: 1
    resent:
      description: Whether it was sent again because the outcome was unknown. The person may have got it twice.
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
      description: The last known status of the message.
      type: str
      sample: delivered
    error_code:
      description: Twilio's code for why it was not delivered, else null.
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
            - V(placed), it had not ended yet.
            - V(rejected), Twilio rejected it. V(unknown), Twilio did not answer, and it may have been placed.
            - V(not_tried), no request reached Twilio before the page ended.
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
          description: When the call was created, in ISO 8601 with its offset; null if Twilio does not say.
          type: str
          sample: "2026-11-23T09:43:00+00:00"
        status:
          description: The last known status of the call.
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
  description: The replies of these people since their pages, oldest first.
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
      description: V(accepted), V(declined), V(stopped), or null if it is none of these.
      type: str
      sample: accepted
refused:
  description: People whose number Twilio rejected, each with C(name) and C(number).
  returned: unless the options are wrong
  type: list
  elements: dict
opted_out:
  description: People who have opted out by STOP, each with C(name) and C(number). They get no pages.
  returned: unless the options are wrong
  type: list
  elements: dict
left_out:
  description: The problems with the options, and what was used instead.
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
        - V(rejected), Twilio rejected the number.
        - V(unknown), Twilio did not answer, and the text may have been sent. V(not_tried), no request reached Twilio in
          time. Both fail the task. The next run tells these people, unless Twilio's list shows that they have been
          told.
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
  description: Everything that happened, in order.
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
      description: The name or number of the person; empty if it concerns no single person.
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
      description: How many seconds after the beginning, unless somebody takes it or everybody passes before.
      type: float
      sample: 300
    wait:
      description: How many seconds the tier has.
      type: float
      sample: 300
    ring:
      description: After how many seconds people who have not answered are called; null for never.
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
        - Each with C(name), C(to) and C(outcome), which is V(planned), V(duplicate) for a page that was already sent,
          or V(not_tried) if an open page has no time left for it, or has reached its recipient at another turn.
      type: list
      elements: dict
problems:
  description: All problems with the task's options, if nobody can be paged, and in check mode.
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
