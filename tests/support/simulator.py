# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real simulators, started through their command line and spoken to over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import requests
import yaml

from support.nursery import Process, nursery

ROLE = Path(__file__).resolve().parents[2] / "roles" / "simulator"
ENTRY = ROLE / "files" / "twilio_simulator"
SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
TO, FROM = "+15551234567", "+15552223333"
# How long, in seconds, a test waits for what takes a moment on a machine with nothing else to do.
LIMIT = 60


class Simulator:
    """A running simulator, and a session that speaks to it; ``auth`` defaults to the live account's."""

    def __init__(self, process: subprocess.Popen[str] | Process, announced: dict[str, Any]) -> None:
        self.process = process
        self.url: str = announced["url"]
        self.auth = (announced["account_sid"], announced["auth_token"])
        # What a task needs to reach it.
        self.connection = {"account_sid": self.auth[0], "auth_token": self.auth[1], "api_url": self.url}
        self.messages = self.path_of(announced["account_sid"])
        self.calls = self.messages.replace("Messages", "Calls")
        self.session = requests.Session()
        self.session.trust_env = False

    @staticmethod
    def path_of(account: str) -> str:
        return f"/2010-04-01/Accounts/{account}/Messages.json"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        settings: dict[str, Any] = {"auth": self.auth, "timeout": LIMIT} | options
        return self.session.request(method, self.url + path, **settings)

    def create(self, **form: Any) -> requests.Response:
        return self.call("POST", self.messages, data={"To": TO, "From": FROM, "Body": "Disk full"} | form)

    def created(self, **form: Any) -> Any:
        response = self.create(**form)
        assert response.status_code == 201, response.text
        return response.json()

    def scheduled(self) -> Any:
        """A message that is to be sent in an hour."""
        send_at = (datetime.now(timezone.utc) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.created(From="", MessagingServiceSid=SERVICE, ScheduleType="fixed", SendAt=send_at)

    def eventually(self, uri: str, status: str) -> Any:
        """The message once it has this status."""
        deadline = time.monotonic() + LIMIT
        while (message := self.call("GET", uri).json())["status"] != status:
            assert time.monotonic() < deadline, message
            time.sleep(0.005)
        return message

    def ledger(self) -> Any:
        return self.call("GET", "/simulator/requests", auth=None).json()["requests"]

    def set_clock(self, **wanted: Any) -> Any:
        """Set the simulator's ``speed``, go to ``now`` or go on by ``advance`` seconds."""
        response = self.call("PUT", "/simulator/clock", json=wanted, auth=None)
        assert response.status_code == 200, response.text
        return response.json()

    def inbound(self, body: str, sender: str = TO, **form: Any) -> Any:
        """The message that came in from this person."""
        response = self.call("POST", "/simulator/inbound", data={"From": sender, "Body": body} | form, auth=None)
        assert response.status_code == 201, response.text
        return response.json()

    def fault(self, kind: str, **wanted: Any) -> Any:
        """Have something go wrong."""
        response = self.call("POST", "/simulator/faults", json={"kind": kind, **wanted}, auth=None)
        assert response.status_code == 201, response.text
        return response.json()

    def wait(self, count: int = 1, **filters: str) -> Any:
        """The messages that match, newest first, once there are as many as that."""
        query = {"count": count, "timeout": LIMIT, **filters}
        response = self.call("GET", "/simulator/wait", params=query, auth=None, timeout=LIMIT + 5)
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    def place(self, **form: Any) -> requests.Response:
        """Place a call, which says "Disk full"."""
        words = (
            {} if {"Url", "ApplicationSid"} & form.keys() else {"Twiml": "<Response><Say>Disk full</Say></Response>"}
        )
        return self.call("POST", self.calls, data={"To": TO, "From": FROM, **words} | form)

    def placed(self, **form: Any) -> Any:
        response = self.place(**form)
        assert response.status_code == 201, response.text
        return response.json()

    def rung(self, **filters: str) -> Any:
        """The calls that match, newest first, with what was said."""
        response = self.call("GET", "/simulator/calls", params=filters, auth=None)
        assert response.status_code == 200, response.text
        return response.json()["calls"]

    def wait_for_calls(self, count: int = 1, **filters: str) -> Any:
        """The calls that match, newest first, once there are as many as that."""
        query = {"count": count, "timeout": LIMIT, **filters}
        response = self.call("GET", "/simulator/calls/wait", params=query, auth=None, timeout=LIMIT + 5)
        assert response.status_code == 200, response.text
        return response.json()["calls"]

    def reset(self) -> None:
        assert self.call("POST", "/simulator/reset", auth=None).status_code == 204


def role_defaults() -> dict[str, Any]:
    """Return the role's defaults, without their prefix."""
    loaded = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    return {name.removeprefix("simulator_"): value for name, value in loaded.items()}


def credentials() -> dict[str, str]:
    """Return who can log in to a simulator that was given no accounts."""
    live, sub, test = role_defaults()["accounts"]
    ((key, secret),) = live["api_keys"].items()
    return {
        "account_sid": live["account_sid"],
        "auth_token": live["auth_token"],
        "api_key": key,
        "api_key_secret": secret,
        "subaccount_sid": sub["account_sid"],
        "subaccount_auth_token": sub["auth_token"],
        "test_account_sid": test["account_sid"],
        "test_auth_token": test["auth_token"],
    }


@contextmanager
def simulator(*flags: str, **settings: Any) -> Iterator[Simulator]:
    """Run a simulator with these flags and settings, on a free port unless they name one."""
    process = start("run", "--config=-", *flags)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin:
        json.dump({"port": 0} | settings, process.stdin)
    try:
        yield Simulator(process, json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        # Shorter than the minute that its server would give open connections if it were not told otherwise.
        status = process.wait(LIMIT / 2)
    assert status == 0


def run_to_its_end(arguments: Sequence[str], config: str) -> subprocess.CompletedProcess[str]:
    """Run what ends by itself, and return what it has printed."""
    with TemporaryFile("w+") as errors:
        process = start(*arguments, stderr=errors.fileno())
        assert process.stdin is not None
        assert process.stdout is not None
        # It may end before it reads.
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(config)
        output = process.stdout.read()
        status = process.wait(30)
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, status, output, errors.read())


def start(*arguments: str, stderr: int = 2) -> subprocess.Popen[str] | Process:
    """Start what the command line starts; in a process of its own, where coverage counts those."""
    if "COVERAGE_PROCESS_CONFIG" not in os.environ:
        return nursery(ENTRY).start(arguments, stderr)
    command = [sys.executable, str(ENTRY), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True)
