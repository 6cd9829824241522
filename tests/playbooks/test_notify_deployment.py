# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role notify_deployment and its playbook, by what the server received."""

from __future__ import annotations

import json
import re
import sys
import textwrap
import time

import pytest

from support.paths import CHECKOUT
from support.playbook import GROUP, run_playbook, run_plays

TO, FROM = "+15551234567", "+15552223333"
ROLE = "oncall.twilio.notify_deployment"
SEND = f"{ROLE} : Send the text"
LINK = "https://ci.example.com/jobs/4711"
HOSTS = ["-i", "web1,web2,web3,"]


def tell(entry=None, **variables):
    """The task that runs the role; an entry point's name is that of a file of tasks."""
    given = {
        name if name.startswith("ansible_") else f"notify_deployment_{name}": value for name, value in variables.items()
    }
    include = {"name": ROLE, **({"tasks_from": entry} if entry else {})}
    return {"name": "Tell", "ansible.builtin.include_role": include, "vars": given}


def failing(*hosts, **keywords):
    fail = {"msg": "the disk of hunter22 is full"}
    return {
        "name": "Restart the shop",
        "ansible.builtin.fail": fail,
        "when": f"inventory_hostname in {list(hosts)}",
        **keywords,
    }


def unreachable(*hosts):
    return {
        "name": "Copy the release",
        "ansible.builtin.raw": "true",
        "vars": {"ansible_connection": "unreachable"},
        "when": f"inventory_hostname in {list(hosts)}",
    }


OK = {"name": "Go on", "ansible.builtin.debug": {"msg": "fine"}}


@pytest.fixture
def run(twilio):
    """Run a play of some tasks on web1, web2 and web3."""

    def run(*tasks, arguments=(), connection=None, **variables):
        play = {
            "name": "Deploy the shop",
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {GROUP: connection or twilio.connection},
            "vars": {"notify_deployment_to": [TO], "notify_deployment_from": FROM, **variables},
            "tasks": list(tasks),
        }
        return run_plays([play], [*HOSTS, *arguments])

    return run


def texts(twilio):
    return [dict(request["form"])["Body"] for request in twilio.ledger() if request["method"] == "POST"]


def deployment(*tasks, **variables):
    """A deployment as in the guide, and what it says of itself."""
    return {
        "name": "Deploy",
        "block": [*tasks],
        "rescue": [{"name": "Roll back", "ansible.builtin.debug": {"msg": "back"}}],
        "always": [tell(**variables)],
    }


def test_started(run, twilio):
    finished = run(tell("started", application="shop", version="2.4", environment="production", link=LINK))
    assert finished.returncode == 0, finished.output
    assert texts(twilio) == [f"shop 2.4 on production started on 3 hosts\n{LINK}"]


def test_the_play_is_the_application_unless_it_is_named(run, twilio):
    finished = run(tell("succeeded"))
    assert finished.returncode == 0, finished.output
    assert texts(twilio) == ["Deploy the shop succeeded\n3 ok"]


def test_a_deployment_that_succeeds(run, twilio):
    finished = run(tell("started"), deployment(OK, changed_hosts=["web1", "web3"]))
    assert finished.returncode == 0, finished.output
    started, ended = texts(twilio)
    assert started == "Deploy the shop started on 3 hosts"
    assert re.fullmatch(r"Deploy the shop succeeded in \d+s\n3 ok, 2 changed", ended)


@pytest.mark.parametrize(
    ("tasks", "text"),
    [
        # Of the first host, for which run_once would run tasks that are run once.
        ([failing("web1")], "web1: Restart the shop\n2 ok, 1 failed (web1)"),
        ([failing("web2", "web3")], "web2: Restart the shop\n1 ok, 2 failed (web2 web3)"),
        ([failing("web1", "web2", "web3")], "web1: Restart the shop\n0 ok, 3 failed (web1 web2 web3)"),
        ([unreachable("web1")], "2 ok, 1 lost (web1)"),
        ([unreachable("web1"), failing("web2")], "web2: Restart the shop\n1 ok, 1 failed (web2), 1 lost (web1)"),
    ],
)
def test_a_deployment_that_fails_on_some_hosts(run, twilio, tasks, text):
    finished = run(deployment(*tasks, OK))
    assert texts(twilio) == [f"Deploy the shop FAILED\n{text}"], finished.output


def test_a_rescue_that_fails_too(run, twilio):
    deploy = deployment(failing("web1"), OK)
    deploy["rescue"].append({"name": "Give up", "ansible.builtin.fail": {"msg": "no way back"}})
    finished = run(deploy)
    assert finished.returncode == 2
    (text,) = texts(twilio)
    assert text.startswith("Deploy the shop FAILED\nweb1: ")
    assert text.endswith("\n2 ok, 1 failed (web1)")


def test_failed_in_a_rescue(run, twilio):
    finished = run({"name": "Deploy", "block": [failing("web1", "web3")], "rescue": [tell("failed")]})
    assert finished.returncode == 0, finished.output
    assert texts(twilio) == ["Deploy the shop FAILED\nweb1: Restart the shop\n1 ok, 2 failed (web1 web3)"]


def test_hosts_as_the_user_counts_them(run, twilio):
    hosts = [f"db{number}" for number in range(1, 8)]
    run(tell("failed", hosts=hosts, failed_hosts=hosts[:5], lost_hosts=[hosts[6]]))
    assert texts(twilio) == ["Deploy the shop FAILED\n1 ok, 5 failed (db1 db2 db3 +2), 1 lost (db7)"]


@pytest.mark.parametrize(("ago", "words"), [(-3600, "0s"), (245, r"4m \d+s"), (7805, "2h 10m")])
def test_a_duration_from_a_time_that_was_given(run, twilio, ago, words):
    run(tell("succeeded", started_at=time.time() - ago))
    (text,) = texts(twilio)
    assert re.fullmatch(rf"Deploy the shop succeeded in {words}\n3 ok", text)


def test_what_the_failed_task_said_is_told_when_asked_for(run, twilio):
    run(deployment(failing("web2"), error=True))
    run(deployment(failing("web2", no_log=True), error=True))
    run(deployment(failing("web2")))
    assert [text.splitlines()[3:] for text in texts(twilio)] == [["the disk of hunter22 is full"], [], []]


def test_a_text_of_ones_own(run, twilio):
    text = (
        "{{ notify_deployment_subject }}: {{ notify_deployment_recap.failed | join }}{{ notify_deployment_duration }}!"
    )
    finished = run(deployment(failing("web2"), text=text, version="7"))
    assert texts(twilio) == ["Deploy the shop 7: web2!"], finished.output


def test_the_link_is_not_cut(run, twilio):
    words = "word " * 100
    run(tell("succeeded", text=words, link=LINK, segments=1))
    # With the link it does not fit, without it it would.
    run(tell("succeeded", text="word " * 31, link=LINK, segments=1))
    run(tell("succeeded", text=words, link=LINK + "/" + "x" * 200, segments=1))
    first, second, third = texts(twilio)
    assert first.endswith(f"word...\n{LINK}")
    assert second.endswith(f"word...\n{LINK}")
    assert 150 < len(first) <= 160
    assert len(second) <= 160
    assert re.fullmatch(r"(word )+word\.\.\.", third)


def test_check_mode(run, twilio):
    finished = run(tell("started", link=LINK), arguments=["--check"])
    assert finished.returncode == 0, finished.output
    assert twilio.ledger() == []
    shown = finished[f"{ROLE} : Show what would be sent"]["msg"]
    assert (shown["to"], shown["text"]) == ([TO], f"Deploy the shop started on 3 hosts\n{LINK}")
    # Before ansible-core 2.19 a template's number is text.
    assert str(shown["segments"]) == "1"


@pytest.mark.parametrize("wrong", [{"to": "+15005550001"}, {"to": "x"}, {"from": "+1"}])
def test_a_text_that_cannot_be_sent_fails_nothing_unless_asked(run, twilio, wrong):
    finished = run(tell("succeeded", **wrong), OK)
    assert finished.returncode == 0, finished.output
    said = finished[f"{ROLE} : Say that the text was not sent to all"]["msg"]
    assert said.startswith("WARNING: not everybody was told about this deployment. ")
    assert said.endswith(finished[SEND]["msg"])
    strict = run(tell("succeeded", strict=True, **wrong), OK)
    assert strict.returncode == 2
    assert strict.has_failed(SEND)


def test_one_wrong_number_keeps_nobody_elses_text(run, twilio):
    finished = run(tell("started", to=f"{TO}; 5553456789"))
    assert texts(twilio) == ["Deploy the shop started on 3 hosts"]
    said = finished[f"{ROLE} : Say that the text was not sent to all"]["msg"]
    assert "'5553456789' has no plus sign" in said


def test_a_text_that_cannot_be_sent_is_no_failure_of_the_deployment(run, twilio):
    finished = run(tell("started", to="+15005550001"), deployment(OK))
    assert finished.returncode == 0
    assert texts(twilio)[1].startswith("Deploy the shop succeeded in ")


@pytest.mark.parametrize(
    ("entry", "variables", "words"),
    [
        (None, {"state": "finished"}, "value of notify_deployment_state must be one of: started, succeeded, failed"),
        ("started", {"segments": "many"}, "notify_deployment_segments"),
        ("succeeded", {"strict": "perhaps"}, "notify_deployment_strict"),
        ("failed", {"started_at": "noon"}, "notify_deployment_started_at"),
    ],
)
def test_ansible_validates_the_options_of_each_entry_point(run, twilio, entry, variables, words):
    finished = run(tell(entry, **variables))
    assert finished.returncode == 2
    assert words in finished.output
    assert twilio.ledger() == []


def test_the_playbook(twilio):
    account, token = twilio.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
    variables = {
        "notify_deployment_to": TO,
        "notify_deployment_from": FROM,
        "notify_deployment_application": "shop",
        "notify_deployment_version": "2.4",
        "notify_deployment_link": LINK,
    }
    given = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]
    for state in ("started", "succeeded", "failed"):
        more = ["-e", f"notify_deployment_state={state}", "-e", f"notify_deployment_started_at={time.time() - 61:.0f}"]
        finished = run_playbook(ROLE, [*given, *more], environment)
        assert finished.returncode == 0, finished.output
    started, succeeded, failed = texts(twilio)
    assert started == f"shop 2.4 started\n{LINK}"
    assert re.fullmatch(rf"shop 2.4 succeeded in 1m \d+s\n{LINK}", succeeded)
    assert re.fullmatch(rf"shop 2.4 FAILED after 1m \d+s\n{LINK}", failed)

    hosts = {"notify_deployment_hosts": ["a", "b"], "notify_deployment_failed_hosts": ["b"]}
    more = ["-e", "notify_deployment_state=failed", "-e", json.dumps(hosts)]
    run_playbook(ROLE, [*given, *more], environment)
    assert texts(twilio)[3] == f"shop 2.4 FAILED\n1 ok, 1 failed (b)\n{LINK}"

    sent = len(texts(twilio))
    check = run_playbook(ROLE, [*given, "-e", "notify_deployment_state=started", "--check"], environment)
    assert check.returncode == 0
    missing = run_playbook(ROLE, given, environment)
    assert missing.returncode == 2
    assert "notify_deployment_state=started, succeeded or failed" in missing.output
    assert len(texts(twilio)) == sent


def test_the_guides_deployment(twilio, tmp_path):
    """Three hosts, of which the second does not answer after it was deployed to, and a rescue that rolls it back."""
    guide = (CHECKOUT / "docs" / "docsite" / "rst" / "guide_deployments.rst").read_text()
    block = re.findall(r"\.\. code-block:: yaml\n\n((?:  .*\n|\n)+)", guide)[0]
    playbook = tmp_path / "deploy.yml"
    playbook.write_text(textwrap.dedent(block))
    inventory = tmp_path / "hosts"
    inventory.write_text(f"[shop]\nweb[1:3] ansible_connection=local ansible_python_interpreter={sys.executable}\n")
    for host in ("web1", "web2", "web3"):
        (tmp_path / host).mkdir()
    variables = {
        "shop_version": "2.4",
        "shop_previous_version": "2.3",
        "shop_dir": f"{tmp_path}/{{{{ inventory_hostname }}}}",
        "shop_check": "test {{ inventory_hostname }} != web2",
    }
    account, token = twilio.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
    run = run_playbook(str(playbook), ["-i", str(inventory), "-e", json.dumps(variables)], environment)
    assert run.returncode == 2, run.output
    assert {host: (tmp_path / host / "release").read_text() for host in ("web1", "web2", "web3")} == {
        "web1": "2.4",
        "web2": "2.3",
        "web3": "2.4",
    }
    # Each text goes to two people.
    started, ended = sorted(set(texts(twilio)), reverse=True)
    assert len(texts(twilio)) == 4
    link = "https://ci.example.com/jobs/4711"
    assert started == f"shop 2.4 on production started on 3 hosts\n{link}"
    failed = r"web2: Check that the shop answers\n2 ok, 1 failed \(web2\), 3 changed"
    assert re.fullmatch(rf"shop 2.4 on production FAILED after (\d+m )?\d+s\n{failed}\n{link}", ended)
