# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people put into a task, and who hears what of it: through ansible-playbook, against the simulator."""

from __future__ import annotations

import json
import os
import subprocess

from support.playbook import PROGRAM, RECORDER, run_play

TO, OTHER, FROM = "+15551234567", "+15552345678", "+15552223333"
SMS, PAGE = "oncall.twilio.twilio_sms", "oncall.twilio.twilio_page"
BASE = {"to": TO, "from": FROM, "body": "Hi"}


def sms(name, keywords=None, **options):
    return {"name": name, SMS: {**BASE, **options}, "ignore_errors": True, **(keywords or {})}


def test_what_people_put_into_a_task(twilio, subtests):
    tasks = [
        sms("a survey's line", to="+1 (555) 123-4567, +1 555 234 5678,"),
        sms("a file's lines, on the target", to=f"{TO}\r\n\r\ntel:+1-555-234-5678\r\n", run_on="target"),
        sms("the same person", to=[TO, "+1-555-123-4567"]),
        sms("null", to=None),
        sms("nobody", to=["", " , "]),
        sms("a list", body=["a", "b"]),
        {"name": "a list for a page", PAGE: {**BASE, "proxy": ["http://x"]}, "ignore_errors": True},
        sms("community.general's", msg="Hi", to_number=TO, from_number=FROM),
        sms("half a key", api_key="SK" + "1" * 32, auth_token=""),
        sms("a switch", {"vars": {"ansible_connection": "persistent"}}),
        sms("delegated", {"delegate_to": "bastion", "vars": {"ansible_connection": "unreachable"}}),
        sms("to this machine", {"delegate_to": "localhost"}),
        sms("on purpose", {"delegate_to": "bastion"}, run_on="controller"),
    ]
    # The tasks' own credentials win as a whole, on both sides.
    wrong_key = {"TWILIO_API_KEY": "SK" + "0" * 32, "TWILIO_API_SECRET": "not-the-right-secret"}
    run = run_play(tasks, twilio.connection, environment=wrong_key)
    posts = [request for request in twilio.ledger() if request["method"] == "POST"]
    assert {request["user"] for request in posts} == {twilio.auth[0]}
    sent = {
        outcome.task: sorted(recipient["to"] for recipient in outcome.result["recipients"])
        for outcome in run.outcomes
        if "recipients" in outcome.result
    }
    assert sorted(dict(request["form"])["To"] for request in posts) == sorted(
        to for each in sent.values() for to in each
    )
    with subtests.test("numbers and lists as people keep them"):
        assert sent["a survey's line"] == sent["a file's lines, on the target"] == [TO, OTHER]
        assert sent["the same person"] == [TO]
        assert run["null"]["problems"] == ["missing required arguments: to"]
        assert run["nobody"]["problems"] == ["to: contains no recipient."]
    with subtests.test("what is no text"):
        assert run["a list"]["problems"] == [
            "body: is a list and must be a string. Convert it with {{ ... | join('\\n') }}."
        ]
        # Only what a page says is made of lists.
        assert "proxy: is a list and must be a string." in run["a list for a page"]["msg"]
    with subtests.test("what has another name"):
        *renamed, unsupported = run["community.general's"]["problems"]
        assert sorted(renamed) == [
            "from_number: is an option of community.general.twilio. Use from.",
            "msg: is an option of community.general.twilio. Use body.",
            "to_number: is an option of community.general.twilio. Use to.",
        ]
        assert unsupported.startswith("Unsupported parameters: ")
    with subtests.test("half a key, of which the environment has the other half"):
        assert run["half a key"]["problems"] == ["api_secret: is required with api_key. Set both in the same place."]
    with subtests.test("a host without a connection, and one that is delegated to"):
        names = ["a switch", "delegated", "to this machine", "on purpose"]
        assert [sent[name] for name in names] == [[TO]] * 4
        assert [run[name].get("warnings", []) for name in names] == [
            [],
            ["The request was made on the controller, not on bastion. Set run_on to target to make it there."],
            [],
            [],
        ]


def test_a_callback_for_programs_has_standard_output_to_itself(swift, tmp_path):
    """Progress and warnings go elsewhere, also those of ad hoc commands with -o."""
    account, token = swift.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": swift.url}
    message = {**BASE, "wait": True}
    reply = {"sid": swift.created()["sid"], "code": "7F3", "wait_timeout": 0, "poll_interval": 0.1}
    page = {"body": "Hi", "from": FROM, "tiers": [{"numbers": ["+15557779999"], "wait": 1}], "poll_interval": 0.1}
    tasks = [{SMS: message}, {"oncall.twilio.twilio_reply": reply}, {"oncall.twilio.twilio_page": page}]
    playbook = tmp_path / "play.yml"
    # The page's only phone is out of service.
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))

    def run(program, *arguments, **settings):
        return subprocess.run(
            [str(PROGRAM.with_name(program)), *arguments],
            env={**os.environ, **environment, "ANSIBLE_CALLBACK_PLUGINS": str(RECORDER), **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    callback = {"ANSIBLE_STDOUT_CALLBACK": "json_lines", "ANSIBLE_LOCALHOST_WARNING": "false"}
    played = run("ansible-playbook", str(playbook), RECORDER_FILE=str(tmp_path / "record"), **callback)
    results = [json.loads(line)["result"] for line in played.stdout.splitlines()]
    assert ["messages" in results[0], "replies" in results[1], "timeline" in results[2], len(results)] == [
        *[True] * 3,
        3,
    ]
    assert "is paged" in played.stderr

    asked = run("ansible", "localhost", "-o", "-m", SMS, "-a", json.dumps(message), RECORDER_FILE=os.devnull)
    (line,) = asked.stdout.splitlines()
    shown = json.loads(line.partition("=> ")[2])
    assert shown["message"]["status"] == "delivered"
    # Nothing reads facts there.
    assert "ansible_facts" in results[0]
    assert "ansible_facts" not in shown
