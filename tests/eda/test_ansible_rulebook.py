# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source under the real ansible-rulebook. That takes ten seconds to start, so the tests are few and long."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import requests
from twilio.request_validator import RequestValidator

from support.playbook import run_playbook
from support.ports import free_port
from support.simulator import FROM, TO, simulator

STRANGER = "+15550009999"
# Whose messages Twilio posts.
POSTED = "+15554443333"
# The variable that processes of a test have.
MARK = "ONCALL_TEST"
# In seconds: only a failure takes so long.
LIMIT = 300


class Rulebook:
    """A running ansible-rulebook."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def wait_for(self, pattern: str, count: int = 1) -> list[str]:
        """Wait until a pattern is in the log so many times, and return what it finds."""
        deadline = time.monotonic() + LIMIT
        while len(found := re.findall(pattern, self.log)) < count:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def rulebook(folder, rulesets, environment, *arguments, variables=None):
    """Run rulesets, or a collection's rulebook, until the end of the block; they have started when the block begins."""
    name = rulesets if isinstance(rulesets, str) else str(folder / "rulebook.yml")
    # JSON is YAML.
    (folder / "rulebook.yml").write_text(json.dumps(rulesets))
    (folder / "variables.yml").write_text(json.dumps(variables or {}))
    log = folder / f"log{time.monotonic_ns()}"
    command = ["ansible-rulebook", "--verbose", "-r", name, "-e", str(folder / "variables.yml")]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment, MARK: str(folder)},
        ) as process,
    ):
        try:
            running = Rulebook(process, log)
            running.wait_for("Waiting for events, ruleset", 1 if isinstance(rulesets, str) else len(rulesets))
            yield running
        finally:
            process.kill()
            end_playbooks(folder)


def end_playbooks(folder):
    """End what an engine that is killed leaves behind: playbooks have sessions of their own."""
    for variables in Path("/proc").glob("[0-9]*/environ"):
        # Processes come and go.
        with suppress(OSError):
            if f"{MARK}={folder}\0".encode() in variables.read_bytes():
                os.kill(int(variables.parent.name), signal.SIGKILL)


def ruleset(name, arguments, message="{{ event.message.body }}"):
    """A ruleset that says of each event ``name: message.``"""
    return {
        "name": name,
        "hosts": "localhost",
        "sources": [{"name": name, "oncall.twilio.inbound_sms": arguments}],
        "rules": [
            {
                "name": "Say so",
                "condition": "event.message is defined",
                "action": {"debug": {"msg": f"{name}: {message}."}},
            }
        ],
    }


def account(twilio):
    sid, token = twilio.auth
    return {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}


def test_poll_and_webhook_and_a_restart_after_kill_9(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/sms?twilio"
    listening = {"mode": "webhook", "url": url, "port": port, "state": f"{tmp_path}/hook"}
    rulesets = [
        ruleset("poll", {"to": "{{ number }}", "allow": [TO], "poll_interval": 0.5, "state": f"{tmp_path}/poll"}),
        ruleset("hook", {"to": POSTED, "allow": [TO], **listening}),
    ]
    # The template makes an integer of this string.
    variables = {"number": FROM}
    with simulator(pace=0, inbound_webhook=url) as twilio:
        environment = account(twilio)

        def post(number, body, signature=None):
            form = {"MessageSid": f"SM{number:032x}", "From": TO, "To": POSTED, "Body": body, "SmsStatus": "received"}
            signature = signature or RequestValidator(twilio.auth[1]).compute_signature(url, form)
            return requests.post(url, form, headers={"X-Twilio-Signature": signature}, timeout=10).status_code

        twilio.inbound("before the start", To=FROM)
        with rulebook(tmp_path, rulesets, environment, variables=variables) as running:
            running.wait_for("Waiting for messages")
            twilio.inbound("a stranger", STRANGER, To=FROM)
            twilio.inbound("first", To=FROM)
            twilio.inbound("posted", To=POSTED)
            running.wait_for("poll: first")
            running.wait_for("hook: posted")
            twilio.fault("server_error", operation="list", times=8)
            twilio.inbound("in an outage", To=FROM)
            running.wait_for("poll: in an outage")
            assert [post(1, "forged", "x"), post(2, "by hand"), post(2, "by hand")] == [403, 200, 200]
            running.wait_for("hook: by hand")
            running.kill()
            first = running.log
        for number in range(1000):
            twilio.inbound(f"waiting {number}", To=FROM)
        twilio.inbound("a stranger", STRANGER, To=FROM)
        with rulebook(tmp_path, rulesets, environment, variables=variables) as running:
            running.wait_for(r"poll: waiting 999\.")
            assert [post(2, "by hand"), post(3, "the last one")] == [200, 200]
            running.wait_for("hook: the last one")
            second = running.log
    said = {name: re.findall(rf"({name}: .*)\.", first + second) for name in ("poll", "hook")}
    waiting = [f"poll: waiting {number}" for number in range(1000)]
    assert said["poll"] == ["poll: first", "poll: in an outage", *waiting]
    assert said["hook"] == ["hook: posted", "hook: by hand", "hook: the last one"]
    assert twilio.auth[1] not in first + second


def test_with_persistence_an_event_is_noted_when_the_engine_has_it(tmp_path):
    arguments = {"allow": TO, "to": FROM, "poll_interval": 0.5, "state": f"{tmp_path}/state", "feedback": True}
    rulesets = [ruleset("poll", arguments)]
    # The action that is under way when the engine is killed.
    rulesets[0]["rules"].insert(
        0,
        {
            "name": "Take long",
            "condition": "event.message.body == 'long'",
            "action": {"run_playbook": {"name": f"{tmp_path}/long.yml"}},
        },
    )
    begun = tmp_path / "begun"
    task = {"ansible.builtin.shell": f"echo >> {begun}; sleep 3"}
    plays = [{"name": "Take long", "hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    (tmp_path / "long.yml").write_text(json.dumps(plays))
    (tmp_path / "inventory.yml").write_text('{"all": {"hosts": {"localhost": {"ansible_connection": "local"}}}}')
    database = {"drools_db_file_path": f"{tmp_path}/engine"}
    options = ["--persistence-id", "1", "--id", "1", "-i", f"{tmp_path}/inventory.yml"]

    with simulator(pace=0) as twilio:
        with rulebook(tmp_path, rulesets, account(twilio), *options, variables=database) as running:
            running.wait_for("Waiting for messages")
            twilio.inbound("long", To=FROM)
            twilio.inbound("waits in the engine", To=FROM)
            deadline = time.monotonic() + LIMIT
            while not begun.exists():
                assert time.monotonic() < deadline, running.log
                time.sleep(0.05)
            running.kill()
        with rulebook(tmp_path, rulesets, account(twilio), *options, variables=database) as running:
            running.wait_for(r"poll: waits in the engine\.")
            twilio.inbound("the last one", To=FROM)
            running.wait_for(r"poll: the last one\.")
            said = re.findall(r"(poll: .*)\.", running.log)
    assert said == ["poll: waits in the engine", "poll: the last one"]
    # The engine does once more what it was doing.
    assert begun.read_text() == "\n\n"


def test_the_rulebook_asks_back_and_takes_yes_no_and_silence(tmp_path):
    people = {
        "+15550000001": {"find": r"YES (\w+)", "text": "yes {1}"},
        "+15550000002": {"find": r"NO (\w+)", "text": "no {1}"},
        "+15550000003": "silent",
    }
    yes, no, silent = people
    done = tmp_path / "done"
    note = {"ansible.builtin.shell": f"echo '{{{{ runbook_person }}}}' >> {done}"}
    plays = [{"name": "Restart", "hosts": "localhost", "gather_facts": False, "tasks": [note]}]
    (tmp_path / "restart.yml").write_text(json.dumps(plays))
    inventory = tmp_path / "inventory.yml"
    inventory.write_text('{"all": {"hosts": {"localhost": {"ansible_connection": "local"}}}}')
    variables = {
        "runbook_by_sms_numbers": [FROM],
        "runbook_by_sms_people": list(people),
        "runbook_by_sms_runbooks": {"restart": {"playbook": f"{tmp_path}/restart.yml"}},
        "runbook_by_sms_poll_interval": 0.5,
        "runbook_by_sms_wait": 5,
    }
    name, options = "oncall.twilio.runbook_by_sms", ["-i", str(inventory)]
    with (
        simulator(pace=0, people=people) as twilio,
        rulebook(tmp_path, name, account(twilio), *options, variables=variables) as running,
    ):
        running.wait_for("Waiting for messages")
        for person in people:
            twilio.inbound("RUN restart", person, To=FROM)
        deadline = time.monotonic() + LIMIT
        ends: dict[str, str] = {}
        while len(ends) < len(people):
            assert time.monotonic() < deadline, running.log
            time.sleep(0.2)
            sent = twilio.call("GET", "/simulator/messages?direction=outbound-api", auth=None).json()["messages"]
            ends = {item["to"]: item["body"] for item in sent if "Reply" not in item["body"]}
        log = running.log
    assert re.fullmatch(r"restart.yml succeeded in \d+s\n1 host: 1 ok; 1 changed", ends[yes])
    assert ends[no] == "restart was not run: the answer was no"
    assert ends[silent] == "restart was not run: there was no answer in time"
    assert done.read_text() == f"{yes}\n"
    assert twilio.auth[1] not in log


def test_the_drill_runs_a_runbook_by_text(tmp_path):
    people = {
        TO: [{"find": "RUN restart web1 to", "text": "run Restart WEB1"}, {"find": r"YES (\w+)", "text": "Yes {1}"}]
    }
    variables = {"runbook_drill_port": free_port(), "runbook_drill_people": people, "runbook_drill_linger": 0}
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    run = run_playbook("oncall.twilio.runbook_drill", ["-e", json.dumps(variables)], environment)
    assert run.returncode == 0, run.output
    conversation = "\n".join(run["Show the conversation"]["msg"])
    assert re.fullmatch(
        rf"""\{FROM}: Reply RUN restart web1 to restart web1
\{TO}: run Restart WEB1
\{FROM}: Run restart web1\? Reply YES (\w{{6}}) to run it, NO \1 if that was not you
\{TO}: Yes \1
\{FROM}: restart.yml succeeded in \d+s
1 host: 1 ok; 1 changed""".replace(FROM, "+15557654321"),
        conversation,
    ), conversation


# Stands for the one of the collection ansible.eda: an event for each line of a file.
ALERTMANAGER = """
import asyncio, json, os

async def main(queue, args):
    assert args["data_host_path"] == "" and args["skip_original_data"], args
    with open(os.environ["ALERTS"]) as alerts:
        while True:
            if line := alerts.readline():
                await queue.put({"alert": json.loads(line), "meta": {"endpoint": "alerts", "hosts": []}})
            else:
                await asyncio.sleep(0.1)
"""


def test_alerts_page_and_are_resolved(tmp_path):
    collection = tmp_path / "collections" / "ansible_collections" / "ansible" / "eda"
    sources = collection / "extensions" / "eda" / "plugins" / "event_source"
    sources.mkdir(parents=True)
    (collection / "galaxy.yml").write_text('{"namespace": "ansible", "name": "eda", "version": "2.13.0"}')
    (sources / "alertmanager.py").write_text(ALERTMANAGER)
    alerts, harm = tmp_path / "alerts", tmp_path / "harm"
    alerts.touch()
    variables = {"page_on_call_from": FROM, "page_on_call_tiers": {"Ada": TO}, "page_on_call_poll_interval": 0.1}
    inventory = {"all": {"hosts": {"localhost": {"ansible_connection": "local"}}, "vars": variables}}
    (tmp_path / "inventory.yml").write_text(json.dumps(inventory))

    def post(status, summary, started="2026-11-26T10:00:00Z"):
        alert = {
            "status": status,
            "labels": {"alertname": "DiskFull", "instance": "db1:9100"},
            "annotations": {"summary": summary},
            "startsAt": started,
            "fingerprint": "0123456789abcdef",
        }
        with alerts.open("a") as file:
            file.write(f"{json.dumps(alert)}\n")

    with simulator(pace=0) as twilio:
        environment = {
            **account(twilio),
            "ANSIBLE_COLLECTIONS_PATH": f"{tmp_path}/collections:{os.environ['ANSIBLE_COLLECTIONS_PATH']}",
            "ALERTS": str(alerts),
        }
        arguments = ["-i", str(tmp_path / "inventory.yml")]
        with rulebook(tmp_path, "oncall.twilio.page_for_alerts", environment, *arguments) as running:
            # Whoever writes an alert runs no commands by it.
            post("firing", f"Disk full {{{{ lookup('pipe', 'touch {harm}') }}}}")
            page = twilio.wait(1)[0]["body"]
            # Alertmanager posts the whole group again.
            post("firing", "Disk fuller")
            post("resolved", "Disk has room again")
            running.wait_for("PLAY RECAP", 2)
            code = re.findall(r"Reply ACK (\w+) to take it", page)[0]
            assert twilio.wait(2)[0]["body"] == f"Resolved {code}: Disk has room again"
            # When the same alert fires again, it is another incident.
            post("firing", "Disk full again", "2026-11-26T11:00:00Z")
            again = twilio.wait(3)[0]["body"]
    assert page.startswith("Disk full { { lookup(")
    assert not harm.exists()
    assert re.findall(r" #\w{7}$", page) == [again[-9:]]
    assert f"ACK {code} " not in again
    assert "failed=1" not in running.log
