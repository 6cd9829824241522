# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to send that are compared, and the floors they are compared with."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.account import ACCOUNT_SID, AUTH_TOKEN, BODY, FROM
from benchmark.server import Server

Task = dict[str, Any]

_CREDENTIALS = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
_TO = "+15551231000"


class Way(NamedTuple):
    """A task, and what ansible-playbook's environment must say for it; ``sends`` says whether it sends a message."""

    name: str
    task: Task
    environment: Mapping[str, str] = {}
    sends: bool = True


def ways_to_send_one(server: Server) -> dict[str, Way]:
    """Return the ways by a short name; all speak to a server without latency."""
    plain = {"api_url": server.url("http-0")}
    form = {"To": _TO, "From": FROM, "Body": BODY}
    post = {
        "url": f"{server.url('http-0')}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        "method": "POST",
        "body_format": "form-urlencoded",
        "body": form,
        "url_username": ACCOUNT_SID,
        "url_password": AUTH_TOKEN,
        "force_basic_auth": True,
        "status_code": 201,
    }
    return {
        "debug": Way("ansible.builtin.debug, the floor", {"ansible.builtin.debug": {"msg": BODY}}, sends=False),
        "ping": Way("ansible.builtin.ping, a module's floor", {"ansible.builtin.ping": {}}, sends=False),
        "ours": Way("twilio_sms", sms(_TO, **plain)),
        "ours-tls": Way("twilio_sms, over TLS through a proxy", sms(_TO), through_proxy(server, 0)),
        "target": Way("twilio_sms with run_on: target", sms(_TO, run_on="target", **plain)),
        "general": Way(
            "community.general.twilio, over TLS through a proxy", general_twilio(_TO), through_proxy(server, 0)
        ),
        "uri": Way("ansible.builtin.uri", {"ansible.builtin.uri": post}),
    }


def sms(to: str, **options: Any) -> Task:
    """Return a task of this collection."""
    return {"oncall.twilio.twilio_sms": {**_CREDENTIALS, "from": FROM, "body": BODY, "to": to, **options}}


def page() -> Task:
    """Return a task that pages one person for hardly any time, whether anybody answers or not."""
    variables = {
        "page_on_call_message": BODY,
        "page_on_call_from": FROM,
        "page_on_call_tiers": [{"name": "first", "numbers": [_TO], "wait": 0.01}],
        "page_on_call_tell_others": False,
        "page_on_call_fail": False,
    }
    return {"ansible.builtin.include_role": {"name": "oncall.twilio.page_on_call"}, "vars": variables}


def general_twilio(to: str) -> Task:
    """Return a task of community.general."""
    return {"community.general.twilio": {**_CREDENTIALS, "from_number": FROM, "msg": BODY, "to_numbers": to}}


def many(recipients: int) -> str:
    """Return a template for a list of recipients."""
    return f"{{{{ ['+1555123'] | product(range(1000, {1000 + recipients})) | map('join') | list }}}}"


def through_proxy(server: Server, latency: int) -> dict[str, str]:
    """Return an environment in which https://api.twilio.com is the stub, to code that obeys the usual variables."""
    ca_file = str(server.ca_file)
    return {
        "HTTPS_PROXY": f"http://127.0.0.1:{server.ports[f'proxy-{latency}']}",
        "SSL_CERT_FILE": ca_file,
        "REQUESTS_CA_BUNDLE": ca_file,
    }


def playbook_command(tasks: list[Task], file: Path) -> list[str]:
    """Write a playbook of these tasks, and return how to run it."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Measure", **task} for task in tasks]}
    # JSON is YAML.
    file.write_text(json.dumps([play]))
    return [str(Path(sys.executable).with_name("ansible-playbook")), str(file)]
