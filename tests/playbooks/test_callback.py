# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback in real runs of ansible-playbook, by what the server received and what the run showed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ansible.release import __version__ as ansible_version

from ansible_collections.oncall.twilio.plugins.module_utils._options.spec import CONNECTION
from support.paths import CHECKOUT
from support.playbook import run_playbook, run_plays

TO, FROM = "+15551234567", "+15552223333"
SERVICE = "MG0d6c41f5e8b94a72b3c5f19d70e2a84b"
NAME = "oncall.twilio.twilio_sms"
HOSTS = ["-i", "web1,web2,web3,"]
VARIABLES_COUNT = tuple(map(int, ansible_version.split(".")[:2])) >= (2, 21)


def ok(name="Go on", **keywords):
    return {"name": name, "ansible.builtin.debug": {"msg": "fine"}, **keywords}


def failing(name="Restart the shop", **keywords):
    return {"name": name, "ansible.builtin.fail": {"msg": "hunter22 broke"}, **keywords}


def unreachable(name="Read the disk", **keywords):
    return {
        "name": name,
        "ansible.builtin.raw": "true",
        "vars": {"ansible_connection": "unreachable"},
        **keywords,
    }


def on(*hosts):
    """The condition that a task is for these hosts."""
    return f"inventory_hostname in {list(hosts)}"


def play(*tasks, **keywords):
    return {"hosts": "all", "gather_facts": False, "tasks": list(tasks), **keywords}


@pytest.fixture
def run(twilio):
    """Run plays on web1, web2 and web3, with the callback pointed at the simulator."""

    def run(*plays, arguments=(), interrupt_at=None, **options):
        environment = enabled(twilio, **options)
        return run_plays(plays, [*HOSTS, *arguments], environment, interrupt_at)

    return run


def enabled(twilio, **options):
    """The environment that enables the callback; ``options`` are its own, None takes one away."""
    account, token = twilio.auth
    variables = {
        "ANSIBLE_CALLBACKS_ENABLED": NAME,
        "TWILIO_ACCOUNT_SID": account,
        "TWILIO_AUTH_TOKEN": token,
        "TWILIO_API_URL": twilio.url,
        "TWILIO_SMS_TO": TO,
        "TWILIO_SMS_FROM": FROM,
        **{f"TWILIO_SMS_{name.upper()}": value for name, value in options.items()},
    }
    return {name: str(value) for name, value in variables.items() if value is not None}


def texts(twilio):
    """The texts that were sent, their durations left out."""
    posts = [dict(request["form"]) for request in twilio.ledger() if request["method"] == "POST"]
    return [re.sub(r"(after|in) (\d+m )?\d+s", r"\1 …", form["Body"]) for form in posts]


def warnings_of(run):
    """The warnings of a run, each on one line."""
    joined = re.sub(r"(?<=\S)\n(?=\S)", " ", run.output)
    return [line for line in joined.splitlines() if "[WARNING]" in line]


def test_hosts_that_are_stopped_for_others(run, twilio):
    run({**play(failing(when=on("web2")), ok()), "any_errors_fatal": True})
    text = "playbook.yml FAILED after …\nweb2: Restart the shop\n3 hosts: 0 ok, 1 failed (web2), 2 stopped (web1 web3)"
    assert texts(twilio) == [text]


def test_an_unreachable_host(run, twilio):
    finished = run(play(unreachable(when=on("web3")), failing(when=on("web1"))))
    assert finished.returncode == 4
    assert texts(twilio) == [
        "playbook.yml FAILED after …\nweb3: unreachable at Read the disk\n"
        "3 hosts: 1 ok, 1 failed (web1), 1 unreachable (web3)"
    ]


IGNORED = [
    failing("Ignored", ignore_errors=True),
    unreachable("Away", ignore_unreachable=True, when=on("web1")),
    {"name": "Block", "block": [failing("Rescued")], "rescue": [ok()]},
]


def test_failures_that_are_ignored_or_rescued(run, twilio):
    finished = run(play(*IGNORED))
    assert finished.returncode == 0
    assert warnings_of(finished) == []
    assert twilio.ledger() == []
    assert run(play(ok(changed_when=on("web1", "web2")), *IGNORED), when="always").returncode == 0
    assert texts(twilio) == ["playbook.yml succeeded in …\n3 hosts: 3 ok; 2 changed, 3 rescued, 3 ignored"]


def test_a_failure_behind_those(run, twilio):
    finished = run(play(*IGNORED, failing(when=on("web2")), ok()), to=f"{TO}, +1 555 234-5678, 5553456789")
    assert finished.returncode == 2
    text = "playbook.yml FAILED after …\nweb2: Restart the shop\n3 hosts: 2 ok, 1 failed (web2); 3 rescued, 3 ignored"
    assert texts(twilio) == [text, text]
    (warning,) = warnings_of(finished)
    assert "Some recipients will get no text about this run: to: '5553456789' has no plus sign" in warning
    assert "YAML" not in warning


def test_a_run_that_is_interrupted(run, twilio, tmp_path):
    started = tmp_path / "started"
    sleep = {"name": "Wait for the night", "ansible.builtin.command": f"sh -c 'touch {started}; exec sleep 60'"}
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    finished = run(play(ok(), sleep, vars=local), interrupt_at=started)
    assert finished.returncode == 99, finished.output
    assert texts(twilio) == ["playbook.yml did not finish, it ended after …\nLast task: Wait for the night"]
    assert warnings_of(finished) == []
    assert "Traceback" not in finished.output


def test_a_run_that_ansible_gives_up(run, twilio):
    finished = run(play(ok()), play(ok(), hosts="{{ nothing }}"))
    assert finished.returncode not in (0, 2)
    assert texts(twilio) == ["playbook.yml did not finish, it ended after …\nLast task: Go on"]
    assert "Traceback" not in finished.output


@pytest.mark.parametrize(
    ("options", "arguments"),
    [({"when": "never", "to": None}, []), ({"min_duration": 3600}, []), ({}, ["--check"])],
    ids=["never", "soon over", "check mode"],
)
def test_a_failure_that_nobody_is_told_of(run, twilio, options, arguments):
    finished = run(play(failing()), arguments=arguments, **options)
    assert finished.returncode == 2
    assert warnings_of(finished) == []
    assert twilio.ledger() == []


LONG = "Restart the shop, " * 40


def test_the_text_fits(run, twilio):
    run(play(failing(LONG)), segments=1)
    (text,) = texts(twilio)
    assert re.fullmatch(r"playbook.yml FAILED after …\nweb\d: (Restart the shop, )+Restart[a-z ]*\.\.\.", text)


def test_a_messaging_service_and_two_segments(run, twilio):
    run(play(failing(LONG)), messaging_service_sid=SERVICE, **{"from": None})
    (request,) = [request for request in twilio.ledger() if request["method"] == "POST"]
    form = dict(request["form"])
    assert form["MessagingServiceSid"] == SERVICE
    assert 160 < len(form["Body"]) <= 306


def test_two_playbooks_in_one_command(twilio, tmp_path):
    for name, tasks in {"one.yml": [ok()], "two.yml": [failing(when=on("web1"))]}.items():
        (tmp_path / name).write_text(json.dumps([play(*tasks)]))
    arguments = [str(tmp_path / "two.yml"), *HOSTS]
    finished = run_playbook(str(tmp_path / "one.yml"), arguments, enabled(twilio, when="always"))
    assert finished.returncode == 2
    assert [text.splitlines()[0] for text in texts(twilio)] == ["one.yml succeeded in …", "two.yml FAILED after …"]


def test_no_secrets_and_no_arguments(run, twilio):
    secret = {"password": "correct horse battery"}
    tasks = [
        ok("Log in", vars=secret, when=on("web1")),
        failing("Use it", vars=secret, no_log=True, when=on("web2")),
        {"name": "Say it", "ansible.builtin.fail": {"msg": "{{ password }}"}, "vars": secret, "when": on("web1")},
    ]
    finished = run(play(*tasks), arguments=["-vvv"])
    (text,) = texts(twilio)
    assert "hunter22" not in text
    assert "horse" not in text
    assert twilio.auth[1] not in finished.output


def test_wrong_options_are_one_warning_when_the_run_begins(twilio):
    wrong = enabled(twilio, to="15551234567", segments=11, **{"from": None})
    finished = run_plays([play(failing())], HOSTS, {**wrong, "TWILIO_AUTH_TOKEN": ""})
    assert finished.returncode == 2
    (warning,) = warnings_of(finished)
    assert "No text will be sent about this run" in warning
    for words in (
        "to: '15551234567' has no plus sign",
        "from: is required.",
        "segments: must be 1 to 10, not 11.",
        "auth_token: is required. Set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY",
    ):
        assert words in warning
    assert finished.output.index("[WARNING]") < finished.output.index("TASK [")
    assert twilio.ledger() == []


def test_an_option_that_ansible_refuses(run, twilio):
    finished = run(play(failing()), when="sometimes")
    assert finished.returncode == 2
    assert len(warnings_of(finished)) == 1
    assert twilio.ledger() == []


def test_a_missing_package_is_told_when_the_run_begins(twilio, tmp_path):
    # Makes Python behave as if the package were not installed.
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['requests'] = None\n")
    environment = {**enabled(twilio, to=None), "PYTHONPATH": str(tmp_path)}
    finished = run_plays([play(failing())], HOSTS, environment)
    assert finished.returncode == 2
    (warning,) = warnings_of(finished)
    assert "No text will be sent about this run: requests: install this Python package" in warning
    assert "to: contains no recipient." in warning


def test_a_broken_package_is_one_warning_and_only_when_a_text_is_sent(twilio, tmp_path):
    (tmp_path / "requests.py").write_text("raise ZeroDivisionError('broken')\n")
    for name, tasks in {"quiet.yml": [ok()], "loud.yml": [failing("Break")]}.items():
        (tmp_path / name).write_text(json.dumps([play(*tasks)]))
    environment = {**enabled(twilio), "PYTHONPATH": str(tmp_path)}
    finished = run_playbook(str(tmp_path / "quiet.yml"), [str(tmp_path / "loud.yml"), *HOSTS], environment)
    assert finished.returncode == 2
    (warning,) = warnings_of(finished)
    assert "The text about this run may not have been sent (ZeroDivisionError: broken)" in warning
    # A run that sends nothing imports nothing, so its end brings no warning.
    assert finished.output.index("[WARNING]") > finished.output.index("TASK [Break]")


def test_a_refusal_is_one_warning(run, twilio):
    finished = run(play(failing()), to=f"+15005550001,{TO},+15005550004")
    assert finished.returncode == 2
    (warning,) = warnings_of(finished)
    assert "2 of 3 messages failed." in warning
    assert "The 'To' number +15005550001 is not a valid phone number" in warning
    assert "contact them another way" in warning
    assert len(texts(twilio)) == 3
    assert "Traceback" not in finished.output


def test_options_from_ansible_cfg(twilio, tmp_path):
    account, token = twilio.auth
    settings = tmp_path / "ansible.cfg"
    settings.write_text(
        f"""
[defaults]
callbacks_enabled = {NAME}
[twilio]
account_sid = {account}
api_url = {twilio.url}
[callback_twilio_sms]
to = {TO}, +1 (555) 234-5678
from = {FROM}
when = always
segments = 1
min_duration = 0.01
check_mode = true
"""
    )
    environment = {"ANSIBLE_CONFIG": str(settings), "TWILIO_AUTH_TOKEN": token}
    finished = run_plays([play(ok())], [*HOSTS, "--check"], environment)
    assert finished.returncode == 0
    assert texts(twilio) == ["playbook.yml (check mode) succeeded in …\n3 hosts: 3 ok"] * 2


def test_the_settings_in_the_guide(twilio, tmp_path):
    guide = (CHECKOUT / "docs" / "docsite" / "rst" / "guide_callback.rst").read_text()
    (block,) = re.findall(r"\.\. code-block:: ini\n\n((?:  .*\n|\n)+)", guide)
    settings = tmp_path / "ansible.cfg"
    settings.write_text(textwrap.dedent(block))
    account, token = twilio.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
    run_plays([play(failing(when=on("web2")))], HOSTS, {**environment, "ANSIBLE_CONFIG": str(settings)})
    assert len(texts(twilio)) == 2


def test_options_from_variables(run, twilio):
    """They count from ansible-core 2.21 on, as documented."""
    to = {"twilio_sms_to": ["+15559998888", None, 15559997777]}
    finished = run(play(failing()), arguments=["-e", json.dumps(to)])
    assert finished.returncode == 2
    (request,) = [request for request in twilio.ledger() if request["method"] == "POST"]
    assert dict(request["form"])["To"] == ("+15559998888" if VARIABLES_COUNT else TO)
    # One warning for the number without a plus sign, and none for the entry without a value.
    warnings = "".join(warnings_of(finished))
    assert "'15559997777' has no plus sign" in warnings or not VARIABLES_COUNT
    assert "None" not in warnings


def test_an_ad_hoc_command(twilio):
    command = [str(Path(sys.executable).with_name("ansible")), "localhost", "-m", "ansible.builtin.fail"]
    environment = {**os.environ, **enabled(twilio), "ANSIBLE_LOAD_CALLBACK_PLUGINS": "true"}
    process = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert process.returncode == 2
    assert "oncall.twilio" not in process.stderr
    assert texts(twilio) == [
        "ad-hoc command FAILED after …\nlocalhost: ansible.builtin.fail\n1 host: 0 ok, 1 failed (localhost)"
    ]


@pytest.fixture
def documented(documentation):
    return documentation["callback"][NAME]["doc"]["options"]


@pytest.fixture
def of_the_module(documentation):
    return documentation["module"][NAME]["doc"]["options"]


def test_the_connection_is_that_of_the_modules(documented, of_the_module):
    connection = [name for name in CONNECTION if name != "run_on"]
    sources = ("env", "ini", "vars")
    for name in connection:
        described = {key: value for key, value in documented[name].items() if key not in sources}
        assert described == of_the_module[name]
        fallback = CONNECTION[name].get("fallback", (None, []))[1]
        assert [variable["name"] for variable in documented[name].get("env", [])] == fallback
        assert [variable["name"] for variable in documented[name]["vars"]] == [f"twilio_{name}"]
        # A secret in ansible.cfg is one in version control before long.
        is_secret = CONNECTION[name].get("no_log", False)
        assert ("ini" in documented[name]) is not is_secret
        assert is_secret or documented[name]["ini"] == [{"section": "twilio", "key": name}]


def test_each_own_option_can_be_set_in_three_ways(documented):
    own = {name: option for name, option in documented.items() if name not in CONNECTION}
    assert own.keys() == {"when", "to", "from", "messaging_service_sid", "min_duration", "segments", "check_mode"}
    for name, option in own.items():
        assert option["env"] == [{"name": f"TWILIO_SMS_{name.upper()}"}]
        assert option["ini"] == [{"section": "callback_twilio_sms", "key": name}]
        assert option["vars"] == [{"name": f"twilio_sms_{name}"}]
