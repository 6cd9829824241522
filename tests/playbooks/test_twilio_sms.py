# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""twilio_sms in playbooks, on the controller and on the target, against the simulator."""

from __future__ import annotations

import json
import subprocess
import textwrap
import time
from base64 import b64encode

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import KEYS
from support.faults import FaultyServer, FaultyTwilio, answer, reset
from support.playbook import run_play, run_playbook
from support.simulator import role_defaults

TO, FROM = "+15551234567", "+15552223333"
SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
BASE = {"to": TO, "from": FROM, "body": "Hi"}
SMS = "oncall.twilio.twilio_sms"


@pytest.fixture(params=["controller", "target"])
def run_on(request):
    return request.param


def sms(name="send", keywords=None, **options):
    """A task that sends; it may fail."""
    return {"name": name, SMS: {**BASE, **options}, "ignore_errors": True, **(keywords or {})}


def posts(twilio):
    return [request for request in twilio.ledger() if request["method"] == "POST"]


def test_the_message_in_result_and_facts(twilio, run_on):
    seen = {"message": "{{ ansible_facts.twilio_message }}", "messages": "{{ ansible_facts.twilio_messages }}"}
    run = run_play([sms(run_on=run_on), {"name": "facts", "ansible.builtin.debug": {"msg": seen}}], twilio.connection)
    assert run.returncode == 0, run.output
    result = run["send"]
    message = result["message"]
    assert result["changed"]
    assert set(message) == set(KEYS)
    assert message["sid"].startswith("SM")
    assert (message["status"], message["num_segments"], message["error_code"]) == ("queued", "1", None)
    assert message["date_created"].endswith("+00:00")
    assert result["messages"] == [message]
    assert result["recipients"] == [
        {"to": TO, "outcome": "sent", "sid": message["sid"], "error": None, "resent": False}
    ]
    assert run["facts"]["msg"] == {"message": message, "messages": [message]}
    assert [request["user"] for request in posts(twilio)] == [twilio.auth[0]]


def test_register_facts_false(twilio, run_on):
    facts = {"name": "facts", "ansible.builtin.debug": {"msg": "{{ ansible_facts.twilio_message is defined }}"}}
    run = run_play([sms(run_on=run_on, register_facts=False), facts], twilio.connection)
    assert "ansible_facts" not in run["send"]
    assert run["facts"]["msg"] is False


def test_no_log_keeps_the_text_out_of_facts(twilio, run_on, tmp_path):
    quiet = {"no_log": True}
    facts = {"ansible.builtin.debug": {"msg": "{{ ansible_facts.twilio_message.body | default('none') }}"}}
    tasks = [
        sms("default", quiet, body="Code 4711", run_on=run_on),
        {"name": "without", **facts},
        sms("asked for", quiet, body="Code 4712", register_facts=True, run_on=run_on),
        {"name": "with", **facts},
    ]
    cache = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path)}
    run = run_play(tasks, twilio.connection, environment=cache)
    assert (run["without"]["msg"], run["with"]["msg"]) == ("none", "Code 4712")
    assert "4711" not in "".join(path.read_text() for path in tmp_path.iterdir())
    assert len(posts(twilio)) == 2


def test_a_refusal_among_several(twilio, run_on):
    to = [TO, "+15005550001", "+15005550004", "+15559990000"]
    run = run_play([sms(to=to, run_on=run_on)], twilio.connection)
    result = run["send"]
    assert run.has_failed("send")
    assert result["changed"]
    assert [recipient["outcome"] for recipient in result["recipients"]] == ["sent", "rejected", "rejected", "sent"]
    assert [message and message["to"] for message in result["messages"]] == [TO, None, None, "+15559990000"]
    assert result["error"] == result["recipients"][1]["error"]
    assert {**result["error"], "request_id": None} == {
        "status": 400,
        "code": 21211,
        "message": "The 'To' number +15005550001 is not a valid phone number",
        "more_info": "https://www.twilio.com/docs/errors/21211",
        "request_id": None,
    }
    assert result["error"]["request_id"].startswith("RQ")
    first, invalid, unsubscribed = result["msg"].split("\n")
    assert first == "2 of 4 messages failed."
    assert invalid.startswith("- +15005550001 was refused: The 'To' number +15005550001 is not a valid phone number (")
    assert unsubscribed.endswith("Only their START reply lifts that: page them another way.")


def test_bad_credentials_stop_at_once(twilio, run_on):
    task = sms(to=[TO, "+15559990001", "+15559990000"], concurrency=1, run_on=run_on)
    result = run_play([task], {**twilio.connection, "auth_token": "0" * 31 + "1"})["send"]
    assert [recipient["outcome"] for recipient in result["recipients"]] == ["rejected", "not_tried", "not_tried"]
    assert result["error"]["code"] == 20003
    assert not result["changed"]
    assert len(posts(twilio)) == 1


def test_all_problems_at_once_and_nothing_sent(twilio, run_on):
    tasks = [
        # First all that Ansible finds wrong, then all that breaks the rules of what Ansible lets pass.
        sms("spec", to=15551234567, attempt="x", validity_period="y", risk_check="maybe", bodyy="z", run_on=run_on),
        sms("rules", to=15551234567, attempt=0, run_on=run_on),
    ]
    run = run_play(tasks, {**twilio.connection, "region": "ie1 "})
    spec, rules = run["spec"], run["rules"]
    assert len(spec["problems"]) == 4
    for problem, text in zip(sorted(spec["problems"]), ["bodyy", "'attempt'", "'validity_period'", "risk_check"]):
        assert text in problem
    assert [problem.split(":")[0] for problem in rules["problems"]] == ["region", "to", "attempt"]
    for result in (spec, rules):
        assert result["msg"].startswith(
            f"Nothing was done: {len(result['problems'])} problems with the task's options."
        )
        assert all(f"- {problem}" in result["msg"] for problem in result["problems"])
    assert twilio.ledger() == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"body": "\u201cHi\u201d \u2013 " * 20},
        {"body": "\u201cHi\u201d \u2013 " * 20, "smart_encoded": True},
        {"body": "{€}" * 60},
        {"messaging_service_sid": SERVICE},
        {"messaging_service_sid": SERVICE, "from": ""},
        {"media_url": ["https://x.example/a.png"], "body": ""},
        {"to": f"whatsapp:{TO}", "from": f"whatsapp:{FROM}"},
    ],
)
def test_the_prediction_comes_true(twilio, options):
    check = sms("predicted", {"check_mode": True, "diff": True}, **options)
    run = run_play([check, sms("sent", {"diff": True}, **options)], twilio.connection)
    assert len(posts(twilio)) == 1
    predicted, sent = run["predicted"], run["sent"]
    assert (predicted["changed"], sent["changed"]) == (True, True)
    assert predicted["ansible_facts"]["twilio_message"] == predicted["message"]
    known = {name: value for name, value in predicted["message"].items() if value is not None}
    assert known.keys() >= {"account_sid", "body", "direction", "num_media", "num_segments", "status", "to"}
    assert known == {name: sent["message"][name] for name in known}
    for result in (predicted, sent):
        (diff,) = result["diff"]
        assert (diff["before"], diff["after"]) == ({}, result["message"])
        assert diff["after_header"] == result["message"]["to"]


def test_waiting_for_delivery(twilio, run_on):
    run = run_play([sms(wait=True, run_on=run_on)], twilio.connection)
    result = run["send"]
    assert not run.has_failed("send")
    assert result["message"]["status"] == "delivered"
    assert result["message"]["price"] is not None


def test_waiting_for_what_never_arrives(twilio, run_on):
    task = sms(to=[TO, "+15557779999"], wait=True, run_on=run_on)
    run = run_play([task], twilio.connection)
    result = run["send"]
    assert run.has_failed("send")
    assert [message["status"] for message in result["messages"]] == ["delivered", "undelivered"]
    assert [recipient["outcome"] for recipient in result["recipients"]] == ["sent", "sent"]
    assert "+15557779999 failed: Twilio created the message SM" in result["msg"]
    assert "code 30005, https://www.twilio.com/docs/errors/30005" in result["msg"]


def test_waiting_no_longer_than_told(twilio):
    tasks = [
        sms("warn", wait=True, wait_timeout=0.1),
        sms("fail", wait=True, wait_timeout=0.1, wait_timeout_fails=True),
    ]
    run = run_play(tasks, twilio.connection)
    assert f"Not delivered after 0.1 seconds: {TO}" in run["warn"]["warnings"][0]
    assert not run.has_failed("warn")
    assert run.has_failed("fail")
    assert run["fail"]["msg"].startswith(f"Not delivered after 0.1 seconds: {TO}")
    assert run["fail"]["message"]["sid"].startswith("SM")


def test_waiting_for_sent(twilio):
    result = run_play([sms(wait=True, wait_for="sent")], twilio.connection)["send"]
    assert result["message"]["status"] in ("sent", "delivered")


def test_test_credentials_cannot_wait(twilio):
    defaults = role_defaults()
    test_account = {"account_sid": defaults["test_account_sid"], "auth_token": defaults["test_auth_token"]}
    task = sms(**{"from": "+15005550006"}, wait=True)
    result = run_play([task], {**twilio.connection, **test_account})["send"]
    assert "Messages cannot be read, so there is no waiting for them" in result["msg"]
    assert result["error"]["code"] == 20008
    assert posts(twilio) == []


def test_a_runbook_run_again_does_not_page_again(twilio, run_on):
    run = run_play([sms("first", run_on=run_on), sms("again", dedupe_window=600, run_on=run_on)], twilio.connection)
    assert run["again"]["recipients"][0]["outcome"] == "duplicate"
    assert run["again"]["message"]["sid"] == run["first"]["message"]["sid"]
    assert not run["again"]["changed"]
    assert len(posts(twilio)) == 1


def test_each_way_to_give_the_connection(twilio):
    defaults = role_defaults()
    account, token = twilio.auth
    sub, sub_token = defaults["subaccount_sid"], defaults["subaccount_auth_token"]
    key = {"api_key": defaults["api_key"], "api_secret": defaults["api_key_secret"]}
    in_environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
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
    run = run_play(tasks, environment=in_environment)
    assert run.returncode == 0, run.output
    assert [request["path"].split("/")[3] for request in posts(twilio)] == [
        sub,
        sub,
        account,
        account,
        account,
        account,
    ]
    assert [request["user"] for request in posts(twilio)] == [
        account,
        sub,
        *[key["api_key"], account, *[key["api_key"]] * 2],
    ]


def test_defaults_of_the_module_and_of_the_group(twilio):
    module_defaults = {SMS: {"from": "+15550001111"}}
    tasks = [{"name": "send", SMS: {"to": TO, "body": "Hi"}}]
    run = run_play(tasks, twilio.connection, module_defaults=module_defaults)
    assert run.returncode == 0, run.output
    assert ["From", "+15550001111"] in posts(twilio)[0]["form"]


def test_the_tasks_proxy_counts(run_on):
    with FaultyServer(answer(407)).running() as proxy:
        connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "retries": 0}
        environment = {"https_proxy": proxy.url, "no_proxy": "", "NO_PROXY": ""}
        result = run_play([sms(run_on=run_on, keywords={"environment": environment})], connection)["send"]
    assert [request.line.split(" ")[:2] for request in proxy.requests] == [["CONNECT", "api.twilio.com:443"]]
    assert result["recipients"][0]["outcome"] == "not_tried"
    assert "407" in result["msg"]


def test_async_runs_on_the_target(twilio):
    run = run_play([sms("send", {"async": 30, "poll": 1})], twilio.connection)
    assert run["send"]["message"]["sid"].startswith("SM"), run.output


def test_a_lost_answer_is_unknown(run_on):
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "retries": 0}
    with FaultyServer(reset).running() as server:
        result = run_play([sms(run_on=run_on)], {**connection, "api_url": server.url})["send"]
    assert result["recipients"][0]["outcome"] == "unknown"
    assert result["changed"]
    assert len(server.posts()) == 1


def test_a_missing_requests_is_told(twilio, run_on, tmp_path):
    (tmp_path / "requests.py").write_text("raise ImportError('No module named requests')\n")
    result = run_play([sms(run_on=run_on)], twilio.connection, environment={"PYTHONPATH": str(tmp_path)})["send"]
    assert "Failed to import the required Python library (requests)" in result["msg"]


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


def test_no_secret_is_shown(twilio, run_on):
    defaults = role_defaults()
    secret = defaults["api_key_secret"]
    account, token = twilio.auth
    proxy_password = "hunter22hunter22"
    tasks = [
        sms("success", {"diff": True}, run_on=run_on),
        sms("success with a key", api_key=defaults["api_key"], api_secret=secret, run_on=run_on),
        sms("refusal", to="+15005550001", run_on=run_on),
        sms("wrong options", to="x", attempt="y", run_on=run_on),
        sms("a secret that is wrong", auth_token=token + "\u00e4", run_on=run_on),
        sms("bad credentials", account_sid=defaults["test_account_sid"], run_on=run_on),
        sms("no connection", api_url="http://127.0.0.1:1", retries=0, run_on=run_on),
        sms("no TLS", api_url=twilio.url.replace("http:", "https:"), retries=0, run_on=run_on),
        sms("a proxy", proxy=f"http://user:{proxy_password}@127.0.0.1:1", retries=0, run_on=run_on),
        sms("a secret in the text", body=f"The token is {token}", run_on=run_on),
        sms("check", {"check_mode": True}, run_on=run_on),
    ]
    page = b64encode(f"{account}:{token}".encode()).decode()
    with FaultyServer(answer(403, f"<p>Authorization: Basic {page} {token}</p>", "text/html")).running() as server:
        tasks.append(sms("a page that tells", api_url=server.url, run_on=run_on))
        connection = {**twilio.connection, "auth_token": "{{ lookup('ansible.builtin.env', 'THE_TOKEN') }}"}
        run = run_play(tasks, connection, arguments=["-vvv"], environment={"THE_TOKEN": token})
    assert [outcome.task for outcome in run.outcomes] == [task["name"] for task in tasks]
    assert [outcome.status for outcome in run.outcomes].count("ok") == 4
    shown = run.output + json.dumps(run.outcomes)
    # What the play itself says in clear text is not what is asked.
    for value in (token, page, proxy_password):
        assert value not in shown
    assert secret not in shown
    assert "Traceback" not in shown


def test_a_vaulted_value(twilio, run_on, tmp_path):
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    command = ["ansible-vault", "encrypt_string", "--vault-password-file", str(password), twilio.auth[1]]
    vaulted = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    playbook = tmp_path / "play.yml"
    playbook.write_text(
        f"""
- hosts: localhost
  gather_facts: false
  tasks:
    - name: send
      {SMS}:
        account_sid: {twilio.auth[0]}
        api_url: {twilio.url}
        to: "{TO}"
        from: "{FROM}"
        body: Hi
        run_on: {run_on}
        auth_token: {textwrap.indent(vaulted, " " * 10).strip()}
"""
    )
    run = run_playbook(str(playbook), ["--vault-password-file", str(password)])
    assert run.returncode == 0, run.output
    assert len(posts(twilio)) == 1


def test_an_environment_of_all_types(twilio, run_on):
    run = run_play([sms(run_on=run_on, keywords={"environment": {"NUMBER": 5, "SWITCH": True}})], twilio.connection)
    assert not run.has_failed("send"), run.output


def test_a_proxy_variable_that_is_no_url_is_not_quoted(run_on):
    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16, "retries": 0}
    environment = {"no_proxy": "", "NO_PROXY": ""}
    tasks = [
        sms(name, {"environment": {**environment, "https_proxy": proxy}}, run_on=run_on)
        for name, proxy in {
            "port": "http://user:hunter22hunter22@127.0.0.1:99999",
            "hash": "http://user:hunter22#hunter22@127.0.0.1:1",
            "refused": "http://user:hunter22hunter22@127.0.0.1:1",
        }.items()
    ]
    run = run_play(tasks, connection)
    assert all(run.has_failed(name) for name in ("port", "hash", "refused"))
    assert "proxy: the environment's HTTPS_PROXY is not an http or https URL." in run["port"]["msg"]
    assert "There is no connection" in run["refused"]["msg"]
    assert "hunter22" not in json.dumps([outcome.result for outcome in run.outcomes])


def test_a_string_for_a_list_is_one_item(twilio, run_on):
    action, picture = "geo:48.2082,16.3738|Data centre", "https://res.example.com/w_300,h_200/a.jpg"
    run = run_play([sms(persistent_action=action, media_url=picture, run_on=run_on)], twilio.connection)
    assert run.returncode == 0, run.output
    (request,) = posts(twilio)
    assert ["PersistentAction", action] in request["form"]
    assert ["MediaUrl", picture] in request["form"]


def test_what_is_empty_counts_as_not_set(twilio, run_on):
    empty = ("media_url", "persistent_action", "extra_parameters", "timeout", "max_price", "attempt", "smart_encoded")
    run = run_play([sms(run_on=run_on, **dict.fromkeys(empty, ""))], twilio.connection)
    assert run.returncode == 0, run.output
    assert [name for name, _value in posts(twilio)[0]["form"]] == ["To", "From", "Body"]


@pytest.mark.parametrize("send_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_out_of_range(twilio, send_at):
    result = run_play([sms(send_at=send_at, messaging_service_sid=SERVICE)], twilio.connection)["send"]
    assert result["problems"] == [f"send_at: '{send_at}' is not a date and time that exists."]


def test_ansibles_own_timeout_tells_what_went_out():
    def choose(_request):
        time.sleep(0.1)
        return True, None

    connection = {"account_sid": "AC" + "0a" * 16, "auth_token": "1b" * 16}
    to = [f"+1555000{number:04}" for number in range(60)]
    with FaultyTwilio(choose).running() as server:
        task = sms(to=to, concurrency=1, run_on="controller", keywords={"timeout": 2})
        result = run_play([task], {**connection, "api_url": server.url})["send"]
    outcomes = [recipient["outcome"] for recipient in result["recipients"]]
    assert 0 < outcomes.count("sent") == len(server.accepted) < 60
    assert "The task's timeout was up before its turn came" in result["msg"]
