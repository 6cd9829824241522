# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""twilio_sms in playbooks: what reaches its work, and what comes back of it.

Its work is the same on the controller and on the target; what it comes to in each case is told in tests/http.
"""

from __future__ import annotations

import json
import subprocess
import textwrap
import time
from base64 import b64encode
from datetime import datetime, timedelta, timezone

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from support.faults import FaultyServer, FaultyTwilio, answer, reset
from support.playbook import run_play, run_playbook
from support.simulator import credentials

TO, FROM = "+15551234567", "+15552223333"
SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
BASE = {"to": TO, "from": FROM, "body": "Hi"}
SMS = "oncall.twilio.twilio_sms"
SIDES = ["controller", "target"]
NOBODYS = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "retries": 0}


def sms(name="send", keywords=None, **options):
    """A task that sends; it may fail."""
    return {"name": name, SMS: {**BASE, **options}, "ignore_errors": True, **(keywords or {})}


def posts(twilio):
    return [request for request in twilio.ledger() if request["method"] == "POST"]


EMPTY = dict.fromkeys(
    ("application_sid", "extra_parameters", "timeout", "attempt", "smart_encoded", "risk_check", "source"), ""
)
TEXT = 'Grüße & 50% = "x+y"\n{a}; 😀 \u2013 €'
ACTION, PICTURE = "geo:48.2082,16.3738|Data centre", "https://res.example.com/w_300,h_200/a.jpg"
TOMORROW = datetime.now(timezone.utc) + timedelta(days=1)
# Values of all types, which Ansible and the way to the target could change.
ODD = {
    **EMPTY,
    "messaging_service_sid": SERVICE,
    "body": TEXT,
    "media_url": PICTURE,
    "content_sid": f"HX{'0d' * 16}",
    "content_variables": {"1": "Maria", "2": "db1"},
    "max_price": 0.0079,
    "provide_feedback": True,
    "validity_period": 600,
    "force_delivery": False,
    "persistent_action": ACTION,
    "send_at": {"date_time": TOMORROW.strftime("%Y-%m-%dT%H:%M:%S"), "zone_id": "Etc/GMT-5"},
}
ODD_FORM = [
    ["To", TO],
    ["From", FROM],
    ["MessagingServiceSid", SERVICE],
    ["Body", TEXT],
    ["MediaUrl", PICTURE],
    ["ContentSid", ODD["content_sid"]],
    ["ContentVariables", '{"1": "Maria", "2": "db1"}'],
    ["MaxPrice", "0.0079"],
    ["ProvideFeedback", "true"],
    ["ValidityPeriod", "600"],
    ["ForceDelivery", "false"],
    ["PersistentAction", ACTION],
    ["SendAt", (TOMORROW - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")],
    ["ScheduleType", "fixed"],
]
SEEN = {name: "{{ ansible_facts.twilio_" + name + " | default(none) }}" for name in ("message", "messages")}
FACTS = {"name": "facts", "ansible.builtin.debug": {"msg": SEEN}}
REFUSALS = {"to": [TO, TO, "+15005550001"], "wait": True, "body": "In vain"}
SPEC = {"to": 15551234567, "attempt": "x", "validity_period": "y", "risk_check": "maybe", "bodyy": "z"}


def test_sending(swift, subtests):
    tasks = [
        sms("send", {"diff": True}),
        FACTS,
        sms("again", dedupe_window=600),
        sms("check", {"check_mode": True, "diff": True}, body="Not sent"),
        sms("refusals", **REFUSALS),
        sms("odd values", {"environment": {"NUMBER": 5, "SWITCH": True}}, **ODD),
        # First all that Ansible finds wrong, then all that breaks the rules of what Ansible lets pass.
        sms("spec", **SPEC),
        sms("rules", to=15551234567, attempt=0),
    ]
    run = run_play(tasks, swift.connection)
    with subtests.test("the message, in result and facts"):
        result = run["send"]
        message = result["message"]
        assert result["changed"]
        assert set(message) == set(KEYS)
        assert (message["status"], message["num_segments"], message["error_code"]) == ("queued", "1", None)
        assert message["date_created"].endswith("+00:00")
        assert result["messages"] == [message]
        assert result["recipients"] == [
            {"to": TO, "outcome": "sent", "sid": message["sid"], "error": None, "resent": False}
        ]
        assert run["facts"]["msg"] == {"message": message, "messages": [message]}
        (diff,) = result["diff"]
        assert diff["after"].items() <= message.items()
    with subtests.test("a runbook that is run again does not page again"):
        assert run["again"]["recipients"][0]["outcome"] == "duplicate"
        assert run["again"]["message"]["sid"] == run["send"]["message"]["sid"]
        assert not run["again"]["changed"]
    with subtests.test("check mode"):
        assert (run["check"]["changed"], run["check"]["message"]["sid"]) == (True, None)
        assert run["check"]["diff"][0]["after"]["body"] == "Not sent"
    with subtests.test("a failure among several"):
        result = run["refusals"]
        assert run.has_failed("refusals")
        assert result["changed"]
        assert [recipient["outcome"] for recipient in result["recipients"]] == ["sent", "rejected"]
        assert [message and message["status"] for message in result["messages"]] == ["delivered", None]
        assert result["error"] == result["recipients"][1]["error"]
        assert result["error"]["request_id"].startswith("RQ")
        assert {**result["error"], "request_id": None} == {
            "status": 400,
            "code": 21211,
            "message": "The 'To' number +15005550001 is not a valid phone number",
            "more_info": "https://www.twilio.com/docs/errors/21211",
            "request_id": None,
        }
        first, second = result["msg"].split("\n")
        assert first == "1 of 2 messages failed."
        assert second.startswith(
            "- +15005550001 was rejected: The 'To' number +15005550001 is not a valid phone number"
        )
        (warning,) = result["warnings"]
        assert TO in warning
    with subtests.test("values of all types, of which empty ones count as not set"):
        assert posts(swift)[3]["form"] == ODD_FORM
    with subtests.test("all problems at once"):
        spec, rules = run["spec"], run["rules"]
        assert len(spec["problems"]) == 4
        for problem, text in zip(sorted(spec["problems"]), ["bodyy", "'attempt'", "'validity_period'", "risk_check"]):
            assert text in problem
        assert [problem.split(":")[0] for problem in rules["problems"]] == ["to", "attempt"]
        for result in (spec, rules):
            count = len(result["problems"])
            assert result["msg"].startswith(f"Nothing was done: {count} problems with the task's options.")
            assert all(f"- {problem}" in result["msg"] for problem in result["problems"])
    assert [dict(request["form"])["Body"] for request in posts(swift)] == ["Hi", "In vain", "In vain", TEXT]


def test_sending_from_the_target(swift):
    """What the module's own entry point makes of options and results."""
    odd = sms("odd values", {"environment": {"NUMBER": 5, "SWITCH": True}, "diff": True}, **ODD, run_on="target")
    # Looking for duplicates takes a part of the module that is imported only then.
    refusals = sms("refusals", **REFUSALS, dedupe_window=60, run_on="target")
    run = run_play([odd, FACTS, refusals], swift.connection)
    message = run["odd values"]["message"]
    assert run["odd values"]["changed"]
    assert posts(swift)[0]["form"] == ODD_FORM
    assert run["facts"]["msg"] == {"message": message, "messages": [message]}
    (diff,) = run["odd values"]["diff"]
    assert diff["after"].items() <= message.items()
    result = run["refusals"]
    assert run.has_failed("refusals")
    assert result["changed"]
    assert [recipient["outcome"] for recipient in result["recipients"]] == ["sent", "rejected"]
    assert result["msg"].startswith("1 of 2 messages failed.\n- +15005550001 was rejected: ")
    assert len(result["warnings"]) == 1


def test_no_log_keeps_the_text_out_of_facts(swift, tmp_path):
    facts = {"ansible.builtin.debug": {"msg": "{{ ansible_facts.twilio_message.body | default('none') }}"}}
    tasks = [
        task
        for run_on in SIDES
        for task in (
            sms(f"{run_on} by default", {"no_log": True}, body="Code 4711", run_on=run_on),
            {"name": f"{run_on} without", **facts},
        )
    ]
    asked_for = sms("asked for", {"no_log": True}, body="Code 4712", register_facts=True)
    cache = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path)}
    run = run_play([*tasks, asked_for, {"name": "with", **facts}], swift.connection, environment=cache)
    assert [run[f"{run_on} without"]["msg"] for run_on in SIDES] == ["none", "none"]
    assert run["with"]["msg"] == "Code 4712"
    assert "4711" not in "".join(path.read_text() for path in tmp_path.iterdir())
    assert len(posts(swift)) == 3


def test_no_log_keeps_texts_and_addresses_off_the_screen(swift):
    environment = {"THE_NUMBER": "+15005550001", "THE_TEXT": "Code 4711", "PHONE": "sip:4711@example.com"}
    number, text, phone = ("{{ lookup('ansible.builtin.env', '" + name + "') }}" for name in environment)

    def hidden(name, action, **options):
        return {"name": name, action: options, "no_log": True, "ignore_errors": True, "register": "failed"}

    message = {"to": [number, number], "from": FROM, "body": text}
    paging = {"body": text, "from": FROM, "tiers": {text: number}, "wait": 1, "poll_interval": 0.1}
    tasks = [
        hidden("spec", SMS, **message, attempt=text),
        hidden("rules", SMS, **{**message, "to": number + "9999999999"}),
        hidden("callees", "oncall.twilio.twilio_call", **{**message, "to": phone, "say": ""}),
    ]
    for run_on in SIDES:
        tasks += [
            hidden(f"{run_on} rejected", SMS, **message, run_on=run_on),
            {"name": f"{run_on} why", "ansible.builtin.debug": {"msg": "{{ failed.msg }} {{ failed.error.code }}"}},
            hidden(f"{run_on} page", "oncall.twilio.twilio_page", **paging, run_on=run_on),
        ]
    run = run_play(tasks, swift.connection, environment=environment)
    assert all(run.has_failed(task["name"]) for task in tasks if "register" in task)
    why = "The task failed, and no_log hides why. Register its result, and read its error and recipients. 21211"
    assert [run[f"{run_on} why"]["msg"] for run_on in SIDES] == [why, why]
    for secret in ("5005550001", "4711"):
        assert secret not in run.output


def test_no_secret_is_shown(swift):
    defaults = credentials()
    key, secret = defaults["api_key"], defaults["api_key_secret"]
    account, token = swift.auth
    proxy_password = "hunter22hunter22"
    page = b64encode(f"{account}:{token}".encode()).decode()
    with FaultyServer(answer(403, f"<p>Authorization: Basic {page} {token}</p>", "text/html")).running() as server:
        tasks = [
            sms("wrong options", to="x", attempt="y"),
            sms("a secret that is wrong", auth_token=token + "\u00e4"),
            sms("bad credentials", account_sid=defaults["test_account_sid"]),
            sms("no TLS", api_url=swift.url.replace("http:", "https:"), retries=0),
            sms("a proxy", proxy=f"http://user:{proxy_password}@127.0.0.1:1", retries=0),
            # A Python that cannot run the module, as one that is too old.
            sms("no Python", {"environment": {"PYTHONHOME": "/nowhere"}}, run_on="target"),
        ]
        # Each side hides secrets in its own way; errors are the same on both.
        for run_on in SIDES:
            tasks += [
                sms(f"{run_on}: success", {"diff": True}, api_key=key, api_secret=secret, run_on=run_on),
                sms(f"{run_on}: a secret in the text", body=f"The token is {token}", run_on=run_on),
                sms(f"{run_on}: a page that tells", api_url=server.url, run_on=run_on),
            ]
        connection = {**swift.connection, "auth_token": "{{ lookup('ansible.builtin.env', 'THE_TOKEN') }}"}
        run = run_play(tasks, connection, arguments=["-vvv"], environment={"THE_TOKEN": token})
    assert [outcome.task for outcome in run.outcomes] == [task["name"] for task in tasks]
    assert [outcome.status for outcome in run.outcomes] == [*["failed"] * 6, *["ok", "ok", "failed"] * 2]
    shown = run.output + json.dumps(run.outcomes)
    # What the play itself says in clear text is not what is asked.
    for value in (token, page, proxy_password, secret):
        assert value not in shown
    assert "Traceback" not in shown
    assert "it needs Python 3.9 or newer" in run["no Python"]["msg"]


def test_credentials_in_a_tasks_environment_are_not_shown(swift):
    connection = {name: value for name, value in swift.connection.items() if name == "api_url"}
    secrets = {name: f"{{{{ lookup('ansible.builtin.env', 'THE_{name}') }}}}" for name in ("SID", "TOKEN")}
    environment = {"TWILIO_ACCOUNT_SID": secrets["SID"], "TWILIO_AUTH_TOKEN": secrets["TOKEN"], "LC_NAME": "kept"}
    another = {"TWILIO_API_KEY": f"SK{'0d' * 16}", "TWILIO_API_SECRET": "of-another-account"}
    again = {"register": "sent", "until": False, "retries": 1, "delay": 0}
    tasks = [
        sms("target", {"environment": environment}, run_on="target"),
        # A task with async runs on the target in any case.
        sms("async", {"environment": environment, "async": 30, "poll": 1}),
        # The second try has them too.
        sms("again", {"environment": environment, **again}, run_on="target"),
        # A token of the task's own is never mixed with a key of its environment.
        sms(
            "own",
            {"environment": another, **again},
            run_on="target",
            account_sid=secrets["SID"],
            auth_token=secrets["TOKEN"],
        ),
    ]
    account, token = swift.auth
    # Nor is one of the task's environment with a key of the host's.
    given = {"THE_SID": account, "THE_TOKEN": token, **another}
    run = run_play(tasks, connection, arguments=["-vvv"], environment=given)
    assert [outcome.status for outcome in run.outcomes] == ["ok", "ok", "failed", "failed"], run.output
    assert run["async"]["message"]["sid"].startswith("SM")
    assert [post["status"] for post in posts(swift)] == [201] * 6
    assert "LC_NAME=kept" in run.output
    assert token not in run.output


def test_a_vaulted_value(swift, tmp_path):
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    command = ["ansible-vault", "encrypt_string", "--vault-password-file", str(password), swift.auth[1]]
    vaulted = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    playbook = tmp_path / "play.yml"
    playbook.write_text(
        f"""
- hosts: localhost
  gather_facts: false
  module_defaults:
    {SMS}:
      account_sid: {swift.auth[0]}
      api_url: {swift.url}
      to: "{TO}"
      from: "{FROM}"
      body: Hi
      auth_token: {textwrap.indent(vaulted, " " * 10).strip()}
  tasks:
    - {SMS}:
"""
    )
    run = run_playbook(str(playbook), ["--vault-password-file", str(password)])
    assert run.returncode == 0, run.output
    assert len(posts(swift)) == 1


def test_each_way_to_give_the_connection(swift):
    defaults = credentials()
    account, token = swift.auth
    sub, sub_token = defaults["subaccount_sid"], defaults["subaccount_auth_token"]
    key = {"api_key": defaults["api_key"], "api_secret": defaults["api_key_secret"]}
    in_environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": swift.url}
    keys_in_environment = {f"TWILIO_{name.upper()}": value for name, value in key.items()}
    tasks = [
        sms("parent", account_sid=sub, auth_account_sid=account),
        sms("sub", account_sid=sub, auth_token=sub_token),
        sms("key", **key),
        sms("environment of the process"),
        sms("environment of the task", {"environment": keys_in_environment}),
        sms(
            "environment of the task on the target",
            {"environment": {**in_environment, **keys_in_environment}},
            run_on="target",
        ),
    ]
    with FaultyServer(answer(407)).running() as proxy:
        through = {"environment": {"no_proxy": "", "NO_PROXY": "", "https_proxy": proxy.url}}
        tasks.append(sms("proxy of the task", through, api_url="https://api.twilio.com", retries=0))
        run_play(tasks, environment=in_environment)
    assert [request.line.split(" ")[:2] for request in proxy.requests] == [["CONNECT", "api.twilio.com:443"]]
    assert [request["path"].split("/")[3] for request in posts(swift)] == [
        sub,
        sub,
        account,
        account,
        account,
        account,
    ]
    assert [request["user"] for request in posts(swift)] == [
        account,
        sub,
        *[key["api_key"], account, *[key["api_key"]] * 2],
    ]


WATCH_IMPORTS = """
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "requests":
            with open(os.environ["IMPORTS"], "a") as log:
                print(os.getpid(), file=log)

sys.meta_path.insert(0, Watch())
"""


def test_requests_is_imported_once_in_a_run(twilio, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCH_IMPORTS)
    environment = {"PYTHONPATH": str(tmp_path), "IMPORTS": str(tmp_path / "imports")}
    nothing = {"name": "nothing", "ansible.builtin.debug": {"msg": "no import"}}
    assert run_play([nothing], environment=environment).returncode == 0
    assert not (tmp_path / "imports").exists()
    # Three workers are forked, and each inherits what the process that forks has imported.
    assert run_play([sms("1"), sms("2"), sms("3")], twilio.connection, environment=environment).returncode == 0
    assert len((tmp_path / "imports").read_text().splitlines()) == 1


def test_ansibles_own_timeout_tells_what_went_out():
    to = [f"+1555000{number:04}" for number in range(60)]
    lost = to[0]

    def choose(request):
        if dict(request.form)["To"] == lost:
            return False, reset
        time.sleep(0.2)
        return True, None

    with FaultyTwilio(choose).running() as server:
        task = sms(to=to, concurrency=2, keywords={"timeout": 6})
        run = run_play([task], {**NOBODYS, "api_url": server.url})
    result = run["send"]
    accepted = [message["to"] for message in server.accepted]
    became = {
        outcome: [recipient["to"] for recipient in result["recipients"] if recipient["outcome"] == outcome]
        for outcome in ("sent", "unknown", "not_tried")
    }
    assert {*became["sent"]} <= {*accepted} <= {*became["sent"], *became["unknown"]}
    # Nobody knows what became of a request whose answer was lost, nor yet of those under way.
    assert became["unknown"][0] == lost
    assert len(became["unknown"]) <= 3
    assert "may or may not have been sent" in result["msg"]
    assert (run.has_failed("send"), result["changed"]) == (True, True)
    assert sum(map(len, became.values())) == len(to)
    assert became["sent"]
    assert became["not_tried"]
    assert "The task's timeout was reached before the request was made" in result["msg"]
