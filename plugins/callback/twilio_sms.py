# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback ``twilio_sms``: a text when a playbook run has failed, or has ended."""

from __future__ import annotations

DOCUMENTATION = r"""
name: twilio_sms
type: notification
short_description: Send a text when a playbook run has failed
version_added: 1.0.0
description:
  - Sends one SMS to each recipient in O(to) when a playbook run has failed, or after every run. The text is a short
    form of Ansible's recap, with the first task and host that failed.
  - The text contains the names of the playbook, the task and hosts. It never contains a task's arguments or results.
  - A run has failed if a host failed or was unreachable at its end. Failures that were ignored or rescued do not count.
    A run that ends without a recap, because of Ctrl+C or an error in Ansible itself, has failed too. No text is sent if
    the run is killed, for example with SIGTERM.
  - Any problem produces one warning. The run and its exit status do not change. Sending takes at most 20 seconds. A
    request is not retried if Twilio may have accepted the text.
  - Invalid options produce a warning when the run starts. No text is sent in that run.
author:
  - The oncall.twilio authors (@oncall)
requirements:
  - Enable it with C(callbacks_enabled), as in the examples.
  - The Python package C(requests) >= 2.28 for the Python that runs Ansible
extends_documentation_fragment:
  - oncall.twilio.connection
  - oncall.twilio.connection.plugins
notes:
  - Variables work from ansible-core 2.21 on, and only those given with C(-e).
options:
  when:
    description:
      - After which runs to send a text.
    type: str
    choices: [failure, always, never]
    default: failure
    env:
      - name: TWILIO_SMS_WHEN
    ini:
      - section: callback_twilio_sms
        key: when
    vars:
      - name: twilio_sms_when
  to:
    description:
      - The recipients, each a phone number in E.164 form such as V(+15551234567), or a channel address such as
        V(whatsapp:+15551234567).
      - Required unless O(when=never).
    type: list
    elements: str
    env:
      - name: TWILIO_SMS_TO
    ini:
      - section: callback_twilio_sms
        key: to
    vars:
      - name: twilio_sms_to
  from:
    description:
      - The sender, which must belong to the account. Either O(from) or O(messaging_service_sid) is required.
    type: str
    env:
      - name: TWILIO_SMS_FROM
    ini:
      - section: callback_twilio_sms
        key: from
    vars:
      - name: twilio_sms_from
  messaging_service_sid:
    description:
      - The SID of the Messaging Service to send with, V(MG) and 32 hexadecimal digits.
    type: str
    env:
      - name: TWILIO_SMS_MESSAGING_SERVICE_SID
    ini:
      - section: callback_twilio_sms
        key: messaging_service_sid
    vars:
      - name: twilio_sms_messaging_service_sid
  min_duration:
    description:
      - Send nothing after a run that took fewer seconds, since somebody has probably watched it end.
    type: float
    default: 0
    env:
      - name: TWILIO_SMS_MIN_DURATION
    ini:
      - section: callback_twilio_sms
        key: min_duration
    vars:
      - name: twilio_sms_min_duration
  segments:
    description:
      - The maximum number of segments of the text, from 1 to 10. A longer text is cut at the end of a word.
    type: int
    default: 2
    env:
      - name: TWILIO_SMS_SEGMENTS
    ini:
      - section: callback_twilio_sms
        key: segments
    vars:
      - name: twilio_sms_segments
  check_mode:
    description:
      - Whether to send a text after a run in check mode too. The text says that it was one.
    type: bool
    default: false
    env:
      - name: TWILIO_SMS_CHECK_MODE
    ini:
      - section: callback_twilio_sms
        key: check_mode
    vars:
      - name: twilio_sms_check_mode
seealso:
  - plugin: oncall.twilio.twilio_sms
    plugin_type: module
"""

EXAMPLES = r"""
ansible.cfg: |
  # The credentials come from TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
  [defaults]
  callbacks_enabled = oncall.twilio.twilio_sms

  [callback_twilio_sms]
  to = +15551234567, +15552345678
  from = +15557654321
  min_duration = 60

environment: |
  ANSIBLE_CALLBACKS_ENABLED=oncall.twilio.twilio_sms
  TWILIO_SMS_TO=+15551234567
  TWILIO_SMS_FROM=+15557654321
  TWILIO_SMS_WHEN=always

text of a run that failed: |
  deploy.yml FAILED after 12m 5s
  web2: Restart the shop
  5 hosts: 3 ok, 1 failed (web2), 1 unreachable (db1); 2 changed
"""

import atexit
import os
import time
from collections.abc import Mapping
from typing import Any

from ansible import context
from ansible.plugins.callback import CallbackBase

from ..module_utils._options.spec import CONNECTION
from ..module_utils._twilio.account import nearest_credentials
from ..module_utils._twilio.errors import TwilioError
from ..plugin_utils.notify import notify, notify_problems, unusable_recipients
from ..plugin_utils.plain import as_text, plain
from ..plugin_utils.recap import Counts, Failure, Recap, recap_text

# How long sending may take after a run, in seconds, since it delays the user's next command.
TIMEOUT = 20.0
# The number of segments in Twilio's maximum of 1,600 characters.
MAX_SEGMENTS = 10

# The callback runs only on the controller.
_CONNECTION = [name for name in CONNECTION if name != "run_on"]


class CallbackModule(CallbackBase):
    """Remembers a run's failures, and sends one text at its end if the options say so."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "oncall.twilio.twilio_sms"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The current playbook; empty before and after.
        self._playbook = ""
        self._task = ""
        self._began = 0.0
        # For all playbooks of a command together, like Ansible's counts.
        self._failures: list[Failure] = []
        # The hosts of this play, and those that Ansible has taken out of the run because others failed.
        self._hosts: set[str] = set()
        self._stopped: set[str] = set()
        # For failures that end the play for all hosts unless they are rescued: the failed host, and the hosts of its
        # play.
        self._fatal: list[tuple[str, frozenset[str]]] = []
        self._pid = os.getpid()

    def v2_playbook_on_start(self, playbook: Any) -> None:
        if self.get_option("when") == "never" or (_is_check() and not self.get_option("check_mode")):
            self.disabled = True
            return
        if problems := self._problems():
            self.disabled = True
            self._warn(f"No text will be sent about this run: {' '.join(problems)}")
            return
        if unusable := unusable_recipients(self._params()):
            self._warn(f"Some recipients will get no text about this run: {' '.join(unusable)}")
        self._playbook = str(playbook._file_name)
        self._began = time.monotonic()
        # For an interrupted run, Ansible calls no method of the callback at the end.
        atexit.register(self._on_exit)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._hosts = set()

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._hosts.add(host.get_name())

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        self._stopped |= self._hosts

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._task = task.get_name()

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._task = task.get_name()

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._failures.append(Failure(result._host.get_name(), result._task.get_name()))
            self._note_fatal(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        if not result._task.ignore_unreachable:
            self._failures.append(Failure(result._host.get_name(), result._task.get_name(), is_unreachable=True))
            self._note_fatal(result)

    def _note_fatal(self, result: Any) -> None:
        if result._task.any_errors_fatal or result._task.run_once:
            self._fatal.append((result._host.get_name(), frozenset(self._hosts)))

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._end({host: stats.summarize(host) for host in sorted(stats.processed)})

    def _on_exit(self) -> None:
        # Forked processes inherit this and must not send anything.
        if self._playbook and os.getpid() == self._pid:
            self._end(None)

    def _end(self, hosts: Mapping[str, Counts] | None) -> None:
        seconds = time.monotonic() - self._began
        lost = {host for host, counts in (hosts or {}).items() if counts["failures"] or counts["unreachable"]}
        stopped = self._stopped.union(*(others for host, others in self._fatal if host in lost))
        recap = Recap(self._playbook, seconds, hosts, self._failures, self._task, _is_check(), frozenset(stopped))
        # Set first, so that no second text is sent about this end.
        self._playbook = ""
        if seconds < self.get_option("min_duration") or not (recap.has_failed or self.get_option("when") == "always"):
            return
        try:
            notify(self._params(), recap_text(recap, self.get_option("segments")), TIMEOUT)
        except TwilioError as error:
            self._warn(str(error))
        except Exception as error:
            self._warn(f"The text about this run may not have been sent ({type(error).__name__}: {error})")

    def _problems(self) -> list[str]:
        problems = list(notify_problems(self._params()))
        segments = self.get_option("segments")
        if not 1 <= segments <= MAX_SEGMENTS:
            problems.append(f"segments: must be 1 to {MAX_SEGMENTS}, not {segments}.")
        return problems

    def _params(self) -> dict[str, Any]:
        names = [*_CONNECTION, "to", "from", "messaging_service_sid"]
        params = {name: plain(self.get_option(name)) for name in names}
        # A variable may have numbers without quotes, and entries without a value.
        params["to"] = [str(item) for item in params["to"] or [] if item is not None]
        nearest = {name: params[name] for name in _CONNECTION if _is_variable(self.get_option_and_origin(name)[1])}
        return {**params, **nearest_credentials(nearest)}

    def _warn(self, text: str) -> None:
        for name in ("auth_token", "api_secret"):
            if secret := as_text(self.get_option(name)):
                text = text.replace(secret, "********")
        self._display.warning(f"oncall.twilio.twilio_sms: {' '.join(text.split())}")


def _is_check() -> bool:
    return bool(context.CLIARGS.get("check"))


def _is_variable(origin: Any) -> bool:
    """Say whether an option comes from a variable, which overrides the environment."""
    return str(origin).startswith("var")
