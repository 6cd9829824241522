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

from support.paths import CHECKOUT
from support.playbook import GROUP, hostile_words, run_playbook, run_plays

TO, FROM = "+15551234567", "+15552223333"
ROLE = "oncall.twilio.notify_deployment"
SEND = f"{ROLE} : Send the text"
NOT_TOLD = f"{ROLE} : Show who did not get the text"
LINK = "https://ci.example.com/jobs/4711"


def tell(entry=None, **variables):
    """The task that runs the role; an entry point's name is that of a file of tasks."""
    given = {
        name if name.startswith("ansible_") else f"notify_deployment_{name}": value for name, value in variables.items()
    }
    include = {"name": ROLE, **({"tasks_from": entry} if entry else {})}
    return {"name": "Tell", "ansible.builtin.include_role": include, "vars": given}


def is_one_of(numbers):
    """The condition that a host is one of these of its play, counted from 1."""
    return f"ansible_play_hosts_all.index(inventory_hostname) + 1 in {list(numbers)}"


def failing(*numbers, **keywords):
    fail = {"msg": "the disk of hunter22 is full"}
    return {"name": "Restart the shop", "ansible.builtin.fail": fail, "when": is_one_of(numbers), **keywords}


def unreachable(*numbers):
    return {
        "name": "Copy the release",
        "ansible.builtin.raw": "true",
        "vars": {"ansible_connection": "unreachable"},
        "when": is_one_of(numbers),
    }


OK = {"name": "Go on", "ansible.builtin.debug": {"msg": "fine"}}


def play_of(twilio, tasks, hosts):
    return {
        "name": "Deploy the shop",
        "hosts": hosts,
        "gather_facts": False,
        "module_defaults": {GROUP: twilio.connection},
        "vars": {"notify_deployment_to": [TO], "notify_deployment_from": FROM},
        "tasks": list(tasks),
    }


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


def failed_in_rescue(*tasks):
    return {"name": "Deploy", "block": list(tasks), "rescue": [tell("failed")]}


def rescued(task, name="Go on"):
    return {"block": [task], "rescue": [{**OK, "name": name}]}


def failing_rescue(*tasks):
    deploy = deployment(*tasks)
    deploy["rescue"].append({"name": "Give up", "ansible.builtin.fail": {"msg": "no way back"}})
    return rescued(deploy)


WRONG = {"refused": {"to": "+15005550001"}, "no number": {"to": "x"}, "no sender": {"from": "+1"}}
EMPTY = dict.fromkeys(("text", "messaging_service_sid", "failed_hosts", "lost_hosts"))
# Options that Ansible refuses, by what it says.
INVALID = {
    "value of notify_deployment_state must be one of: started, succeeded, failed": tell(state="finished"),
    "notify_deployment_segments": tell("started", segments="many"),
    "notify_deployment_strict": tell("succeeded", strict="perhaps"),
    "notify_deployment_started_at": tell("failed", started_at="noon"),
}
COUNTED = [f"db{number}" for number in range(1, 8)]
OWN = "{{ notify_deployment_subject }}: {{ notify_deployment_recap.failed | join }}{{ notify_deployment_duration }}!"
WORDS = "word " * 100
# The tasks of a play on three hosts, whose names are in {}, and the texts that are sent. Durations are left out. What
# depends on no host is told by one.
DEPLOYMENTS = {
    "started": (
        [tell("started", application="shop", version="2.4", environment="production", link=LINK)],
        [f"shop 2.4 on production started on 3 hosts\n{LINK}"],
    ),
    "succeeded": (
        [tell("started"), deployment(OK, changed_hosts="{{ ansible_play_hosts_all[::2] }}")],
        ["Deploy the shop started on 3 hosts", "Deploy the shop succeeded in …\n3 ok, 2 changed"],
    ),
    # Of the first host, for which run_once would run tasks that are run once.
    "failed on the first": ([deployment(failing(1), OK)], ["FAILED\n{0}: Restart the shop\n2 ok, 1 failed ({0})"]),
    "failed on others": (
        [deployment(failing(2, 3), OK)],
        ["FAILED\n{1}: Restart the shop\n1 ok, 2 failed ({1} {2})"],
    ),
    "failed on all": (
        [deployment(failing(1, 2, 3), OK)],
        ["FAILED\n{0}: Restart the shop\n0 ok, 3 failed ({0} {1} {2})"],
    ),
    "lost": ([deployment(unreachable(1), OK)], ["FAILED\n2 ok, 1 lost ({0})"]),
    "lost and failed": (
        [deployment(unreachable(1), failing(2), OK)],
        ["FAILED\n{1}: Restart the shop\n1 ok, 1 failed ({1}), 1 lost ({0})"],
    ),
    "a rescue that fails too": ([failing_rescue(failing(1), OK)], ["FAILED\n{0}: Give up\n2 ok, 1 failed ({0})"]),
    "failed in a rescue": (
        [failed_in_rescue(failing(1, 3))],
        ["FAILED\n{0}: Restart the shop\n1 ok, 2 failed ({0} {2})"],
    ),
    "hosts as the user counts them": (
        [tell("failed", hosts=COUNTED, failed_hosts=COUNTED[:5], lost_hosts=[COUNTED[6]])],
        ["FAILED\n1 ok, 5 failed (db1 db2 db3 +2), 1 lost (db7)"],
    ),
    "from a time to come": ([tell("succeeded", started_at=time.time() + 3600)], ["succeeded in …\n1 ok"]),
    "from a time that was given": (
        [tell("succeeded", started_at="{{ now().timestamp() - 7805 }}")],
        ["succeeded in 2h 10m\n1 ok"],
    ),
    "what the failed task said": (
        [deployment(failing(2), error=True)],
        ["FAILED\n{1}: Restart the shop\n2 ok, 1 failed ({1})\nthe disk of hunter22 is full"],
    ),
    "what must not be said": (
        [deployment(failing(2, no_log=True), error=True)],
        ["FAILED\n{1}: Restart the shop\n2 ok, 1 failed ({1})"],
    ),
    "a text of one's own": ([deployment(failing(2), text=OWN, version="7")], ["Deploy the shop 7: {1}!"]),
    "one wrong number keeps nobody else's text": (
        [tell("started", to=f"{TO}; 5553456789")],
        ["Deploy the shop started on 1 host"],
    ),
    "nobody could be told that it began": (
        [tell("started", to="+15005550001"), deployment(OK)],
        ["Deploy the shop succeeded in …\n1 ok"],
    ),
    "empty options, which are not set": (
        [tell(**EMPTY), tell(text="", messaging_service_sid="")],
        ["Deploy the shop succeeded\n1 ok"] * 2,
    ),
    "invalid options": ([rescued(task) for task in INVALID.values()], []),
    "nobody can be told": (
        [
            task
            for name, wrong in WRONG.items()
            for task in (
                tell("succeeded", **wrong),
                rescued(tell("succeeded", strict=True, **wrong), f"strict, {name}"),
            )
        ],
        [],
    ),
    "a link that is not cut": ([tell("succeeded", text=WORDS, link=LINK, segments=1)], None),
    # With the link it does not fit, without it it would.
    "a link that takes the room": ([tell("succeeded", text="word " * 31, link=LINK, segments=1)], None),
    "a link without room": ([tell("succeeded", text=WORDS, link=LINK + "/" + "x" * 200, segments=1)], None),
}

ON_ONE_HOST = {
    "hosts as the user counts them",
    "from a time to come",
    "from a time that was given",
    "one wrong number keeps nobody else's text",
    "nobody could be told that it began",
    "empty options, which are not set",
    "invalid options",
    "nobody can be told",
    *(name for name in DEPLOYMENTS if name.startswith("a link")),
}


def test_deployments(swift, subtests):
    groups = {
        name: [f"{chr(97 + number)}{host}" for host in ((1,) if name in ON_ONE_HOST else (1, 2, 3))]
        for number, name in enumerate(DEPLOYMENTS)
    }
    plays = [play_of(swift, tasks, groups[name]) for name, (tasks, _expected) in DEPLOYMENTS.items()]
    run = run_plays(plays, ["-i", ",".join(host for hosts in groups.values() for host in hosts)])
    arrived = {message["sid"]: message["body"] for message in swift.wait(0)}
    sent = {
        name: [
            arrived[outcome.result["message"]["sid"]]
            for outcome in run.outcomes
            if outcome.task == SEND and outcome.host in hosts and outcome.result.get("message")
        ]
        for name, hosts in groups.items()
    }
    for name, (_tasks, expected) in DEPLOYMENTS.items():
        if expected is not None:
            with subtests.test(name):
                wanted = [text.format(*groups[name]) for text in expected]
                found = [re.sub(r"(?<=succeeded in )\d+s", "…", text) for text in sent[name]]
                subject = "Deploy the shop "
                assert [text.removeprefix(subject) for text in found] == [text.removeprefix(subject) for text in wanted]
    with subtests.test("links"):
        first, second, third = (sent[name][0] for name in DEPLOYMENTS if name.startswith("a link"))
        assert first.endswith(f"word...\n{LINK}")
        assert second.endswith(f"word...\n{LINK}")
        assert 150 < len(first) <= 160
        assert len(second) <= 160
        assert re.fullmatch(r"(word )+word\.\.\.", third)
    outcomes = {name: [outcome for outcome in run.outcomes if outcome.host in groups[name]] for name in groups}
    said = {
        name: [each.result["msg"] for each in outcomes[name] if each.task == NOT_TOLD and each.status == "ok"]
        for name in groups
    }
    with subtests.test("who was not told"):
        (some,) = said.pop("one wrong number keeps nobody else's text")
        assert "'5553456789' has no plus sign" in some
        (nobody,) = said.pop("nobody could be told that it began")
        assert "+15005550001 was rejected: " in nobody
    with subtests.test("a text that cannot be sent fails nothing unless asked"):
        name = "nobody can be told"
        sends = [outcome for outcome in outcomes[name] if outcome.task == SEND]
        assert [outcome.status for outcome in sends] == ["ok", "failed"] * len(WRONG)
        for outcome, words in zip(sends[::2], said.pop(name), strict=True):
            assert words.startswith("WARNING: not everybody was told about this deployment. ")
            assert words.endswith(outcome.result["msg"])
        rescues = [outcome.task for outcome in outcomes[name] if outcome.task.startswith("strict")]
        assert rescues == [f"strict, {wrong}" for wrong in WRONG]
    with subtests.test("all others were told"):
        assert not any(said.values())
    with subtests.test("Ansible validates the options of each entry point"):
        failed = [outcome.result["msg"] for outcome in outcomes["invalid options"] if outcome.status == "failed"]
        assert len(failed) == len(INVALID)
        for words, message in zip(INVALID, failed):
            assert words in message


def test_check_mode(swift):
    finished = run_plays([play_of(swift, [tell("started", link=LINK)], ["web1"])], ["-i", "web1,", "--check"])
    assert finished.returncode == 0, finished.output
    assert swift.ledger() == []
    shown = finished[f"{ROLE} : Show what would be sent"]["msg"]
    assert (shown["to"], shown["text"]) == ([TO], f"Deploy the shop started on 1 host\n{LINK}")
    # Before ansible-core 2.19 a template's number is text.
    assert str(shown["segments"]) == "1"


def test_the_playbook(swift, tmp_path):
    account, token = swift.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": swift.url}
    # From the environment, where nothing is evaluated, unless -e gives another one.
    words = hostile_words(tmp_path / "run")
    environment |= {"NOTIFY_DEPLOYMENT_APPLICATION": "shop", "NOTIFY_DEPLOYMENT_VERSION": words}
    variables = {
        "notify_deployment_to": TO,
        "notify_deployment_from": FROM,
        "notify_deployment_link": LINK,
        "notify_deployment_segments": "5",
    }
    given = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]

    def tell_of(state, *more):
        return run_playbook(ROLE, [*given, "-e", f"notify_deployment_state={state}", *more], environment)

    minute_ago = ["-e", f"notify_deployment_started_at={time.time() - 61:.0f}"]
    hosts = {"notify_deployment_hosts": ["a", "b"], "notify_deployment_failed_hosts": ["b"]}
    for finished in (
        tell_of("started", *minute_ago),
        tell_of("failed", *minute_ago, "-e", "notify_deployment_version=2.4", "-e", json.dumps(hosts)),
    ):
        assert finished.returncode == 0, finished.output
    assert not (tmp_path / "run").exists()
    started, failed = texts(swift)
    assert started == f"shop {words} started\n{LINK}"
    assert re.fullmatch(rf"shop 2.4 FAILED after \dm \d+s\n1 ok, 1 failed \(b\)\n{LINK}", failed)

    missing = run_playbook(ROLE, given, environment)
    assert missing.returncode == 2
    assert "notify_deployment_state=started, succeeded or failed" in missing.output
    assert len(texts(swift)) == 2


def test_the_guides_deployment(swift, tmp_path):
    """Three hosts, of which the second does not answer after it was deployed to, and a rescue that rolls it back."""
    guide = (CHECKOUT / "docs" / "docsite" / "rst" / "guide_deployments.rst").read_text()
    block = re.findall(r"\.\. code-block:: yaml\n\n((?:  .*\n|\n)+)", guide)[0]
    # Each host has a folder of its own, and one of them a shop that does not answer.
    block = block.replace("/srv/shop/", f"{tmp_path}/{{{{ inventory_hostname }}}}/")
    page = "{{ 'nowhere' if inventory_hostname == 'web2' else 'simulator/health' }}"
    shop = "http://localhost:8080/health"
    assert shop in block
    playbook = tmp_path / "deploy.yml"
    playbook.write_text(textwrap.dedent(block).replace(f"url: {shop}", f'url: "{swift.url}/{page}"'))
    inventory = tmp_path / "hosts"
    inventory.write_text(f"[shop]\nweb[1:3] ansible_connection=local ansible_python_interpreter={sys.executable}\n")
    for host in ("web1", "web2", "web3"):
        (tmp_path / host).mkdir()
    variables = {"shop_version": "2.4", "shop_previous_version": "2.3"}
    account, token = swift.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": swift.url}
    run = run_playbook(str(playbook), ["-i", str(inventory), "-e", json.dumps(variables)], environment)
    assert run.returncode == 2, run.output
    assert {host: (tmp_path / host / "current").readlink().name for host in ("web1", "web2", "web3")} == {
        "web1": "2.4",
        "web2": "2.3",
        "web3": "2.4",
    }
    # Each text goes to two people.
    started, ended = sorted(set(texts(swift)), reverse=True)
    assert len(texts(swift)) == 4
    link = "https://ci.example.com/jobs/4711"
    assert started == f"shop 2.4 on production started on 3 hosts\n{link}"
    failed = r"web2: Check that the shop answers\n2 ok, 1 failed \(web2\), 3 changed"
    assert re.fullmatch(rf"shop 2.4 on production FAILED after (\d+m )?\d+s\n{failed}\n{link}", ended)
