# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup ``on_call``: who is on call, from a calendar."""

from __future__ import annotations

DOCUMENTATION = r"""
name: on_call
short_description: Read from a calendar who is on call
version_added: 1.1.0
description:
  - Reads the rota that a team keeps in a calendar and returns the people who are on call, with their phone numbers. The
    result fits C(numbers) in a tier of P(oncall.twilio.page_on_call#role).
  - Reads iCalendar, which calendars and paging services export (Google, Outlook, PagerDuty, Opsgenie, GoAlert,
    Grafana OnCall), with recurring events, exceptions, overrides, whole days and time zones. Also reads the JSON of
    GoAlert's calendar subscriptions.
  - An event counts from its start until just before its end. Canceled events and attendees who have declined do not
    count.
  - An event that cannot be read, or takes too long to compute, is left out with a warning. The other events still
    count.
author:
  - The oncall.twilio authors (@oncall)
requirements:
  - The Python packages C(icalendar) >= 6.1 and C(recurring-ical-events) >= 3.8 for the Python that runs Ansible.
    GoAlert's JSON does not need them.
  - The Python package C(requests) >= 2.28 for URLs
options:
  _terms:
    description:
      - The calendars, at most 10, each a URL or the path of a file. Their shifts are joined.
      - A URL begins with V(https://), V(http://) or V(webcal://), which is read over HTTPS. It may contain a user and a
        password.
      - A relative path is searched for in the same places as by the C(ansible.builtin.file) lookup.
      - Anybody who knows a calendar's private URL can read the calendar. Errors and warnings of this plugin show only a
        URL's host. Keep the URL in a variable, encrypted with Ansible Vault, because Ansible's own errors may quote the
        task.
      - If one of several calendars cannot be read, and somebody is found in another, you get a warning.
    type: list
    elements: str
    required: true
  people:
    description:
      - The phone numbers of everybody who may be on call, in E.164 form such as V(+15551230001). Quote them.
      - The keys are names as the calendar contains them, or email addresses of attendees. Case and spaces do not
        matter.
      - By default, the event's summary is searched for the names, longest first, so that V(Ada Lovelace) is not taken
        for V(Ada). If the summary names nobody, the attendees' addresses and names count.
      - A person on call who is not in O(people), or whose number is invalid, is left out with a warning.
    type: dict
    required: true
  match:
    description:
      - A regular expression to search for in the summary, such as V(^On Call - (.+\) - Primary$). Its first group is
        the name, which must be a key of O(people); otherwise the attendees count.
      - Events whose summary does not match are ignored. Use it for calendars that contain more than shifts, or more
        than one rota.
    type: str
  at:
    description:
      - The moment for which to return who is on call, as an ISO 8601 date and time such as
        V(2026-12-24T18:00:00+01:00). Without an offset it is a time in O(timezone), or in UTC.
      - The default is now.
    type: str
  timezone:
    description:
      - The time zone in which to read whole days and times without a time zone, such as V(Europe/Vienna).
      - The default is the calendar's own time zone (C(X-WR-TIMEZONE)) if it has one, otherwise UTC. If its time
        zone is unknown, you get a warning, and UTC counts.
    type: str
  free:
    description:
      - Whether events that are shown as free (C(TRANSP:TRANSPARENT)) count. Many people enter shifts that way.
    type: bool
    default: true
  fallback:
    description:
      - Whom to return, as in O(people), if nobody is on call or the calendar cannot be read. You get a warning that
        says why.
      - Without it, that is an error.
    type: dict
  cache:
    description:
      - A file in which to keep the last good response of each server. It is used, with a warning, if the server cannot
        be reached or does not return a calendar.
      - Several lookups may share the file. Only its owner can read it.
    type: path
  max_age:
    description:
      - After how many seconds a copy in O(cache), or a file, is too old to trust. It is still used, with a warning.
    type: float
  timeout:
    description:
      - How many seconds a server may take for its complete response, including redirects and up to two retries.
    type: float
    default: 10
  username:
    description:
      - The user for HTTP basic authentication.
    type: str
  password:
    description:
      - The password for HTTP basic authentication.
    type: str
  headers:
    description:
      - HTTP headers to send, such as V(Authorization).
      - Headers and login go to the URL's own server only. They are dropped when it redirects to another host or port,
        or from http to https; use the URL that it redirects to.
    type: dict
  validate_certs:
    description:
      - Whether the server's TLS certificate must be valid.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder with the CA certificates to trust instead of the C(certifi) package's.
    type: path
notes:
  - A response may have at most 5 MB.
  - The environment variables E(HTTPS_PROXY), E(HTTP_PROXY), E(NO_PROXY) and E(REQUESTS_CA_BUNDLE) apply.
  - Ansible evaluates a variable each time it is used. Set a fact, as in the examples, to read the calendar once.
seealso:
  - ref: ansible_collections.oncall.twilio.docsite.guide_rota
    description: Where to find the URL of a calendar, and how to page the people on call.
"""

EXAMPLES = r"""
- name: Read the rota
  ansible.builtin.set_fact:
    on_call: "{{ lookup('oncall.twilio.on_call', rota_url, people=people, cache='~/.cache/rota.json') }}"
  vars:
    people:
      Ada Lovelace: "+15551230001"
      grace@example.com: "+15551230002"

- name: Show who it is
  ansible.builtin.debug:
    msg: "{{ on_call.keys() | join(', ') }} is on call"

- name: Read two rotas, and page the manager if nobody is found in either
  ansible.builtin.debug:
    msg: "{{ lookup('oncall.twilio.on_call', rota_url, second_rota_url, people=people, fallback=manager) }}"
  vars:
    people: { Ada Lovelace: "+15551230001", Grace Hopper: "+15551230002" }
    manager: { Margaret Hamilton: "+15551230004" }

- name: Check who is on call on Christmas Eve, in a PagerDuty schedule
  ansible.builtin.debug:
    msg: >-
      {{ lookup('oncall.twilio.on_call', pagerduty_url, people=people, match='^On Call - (.+) - Primary$',
                at='2026-12-24T18:00:00', timezone='Europe/Vienna') }}
  vars:
    people: { Ada Lovelace: "+15551230001", Grace Hopper: "+15551230002" }

- name: Read a calendar that needs a login, on a server with a CA of your own
  ansible.builtin.debug:
    msg: >-
      {{ lookup('oncall.twilio.on_call', private_url, people=people, username='ansible', password=calendar_password,
                ca_path='/etc/ssl/company.pem', timeout=5, max_age=86400, cache='~/.cache/rota.json') }}
  vars:
    people: { Ada Lovelace: "+15551230001" }

- name: Read shifts that are not shown as free, from a server that requires a token
  ansible.builtin.debug:
    msg: "{{ lookup('oncall.twilio.on_call', api_url, people=people, free=false, headers=headers) }}"
  vars:
    people: { Ada Lovelace: "+15551230001" }
    headers:
      Authorization: Bearer {{ calendar_token }}
"""

RETURN = r"""
_raw:
  description:
    - One dictionary of the people on call, with their numbers. C(query) returns it in a list.
    - The names are the keys of O(people). Somebody with two keys is returned once, with the first.
  type: list
  elements: dict
  sample:
    - Ada Lovelace: "+15551230001"
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..module_utils._work.task import CalendarError
from ..plugin_utils._rota.options import make_rota
from ..plugin_utils._rota.rota import on_call
from ..plugin_utils._rota.source import is_url
from ..plugin_utils.plain import plain


class LookupModule(LookupBase):
    """Finds the files, reads the calendars, and shows the warnings."""

    def run(
        self, terms: Sequence[Any], variables: Mapping[str, Any] | None = None, **options: Any
    ) -> list[dict[str, str]]:
        sources = [self._found(term, variables or {}) for term in _flat(plain(terms))]
        try:
            # Ansible would report only the first invalid option, and ignore unknown ones.
            found = on_call(make_rota(sources, plain(options)))
        except CalendarError as error:
            raise AnsibleLookupError(str(error)) from None
        for warning in found.warnings:
            self._display.warning(f"oncall.twilio.on_call: {warning}")
        return [dict(found.people)]

    def _found(self, source: Any, variables: Mapping[str, Any]) -> Any:
        """Return the path at which Ansible finds a file; any other source unchanged."""
        if not isinstance(source, str) or not source or is_url(source):
            return source
        path = os.path.expanduser(source)
        return self.find_file_in_search_path(variables, "files", path, ignore_missing=True) or path


def _flat(terms: Iterable[Any]) -> Iterable[Any]:
    for term in terms:
        if isinstance(term, list):
            yield from _flat(term)
        else:
            yield term
