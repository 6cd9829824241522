# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drill, which rehearses page_on_call without an account, and the playbook that pages for real."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from support.playbook import hostile_words, run_playbook
from support.simulator import FROM
from support.timeline import GUIDE, IMAGES, draw, result_of, shown

SVG = "{http://www.w3.org/2000/svg}"


def drill(tmp_path, *arguments):
    return run_playbook("oncall.twilio.drill", arguments, {"XDG_RUNTIME_DIR": str(tmp_path)})


def test_the_drill_as_it_is(tmp_path):
    run = drill(tmp_path)
    assert run.returncode == 0, run.output
    lines = run["Show the timeline"]["msg"]
    result = result_of(run)
    entries = result["timeline"]
    assert lines == [f"{entry['clock']}  {entry['text']}" for entry in entries]
    assert result["by"]["name"] == "Margaret"
    # Before anything else there is an outage.
    assert [entry["kind"] for entry in entries[:3]] == ["begun", "failing", "failing"]
    assert [entry["kind"] for entry in entries].count("failing") == 6
    assert result["pages"][0]["attempts"] == 7
    kinds = ("paged", "rung", "answered", "unanswered", "accepted", "declined", "taken")
    told = {
        re.sub(r"(: No|: ack| has taken) .*", r"\1", entry["text"]): entry["seconds"]
        for entry in entries
        if entry["kind"] in kinds
    }
    # What happens at the same time stands in whatever order.
    chains = (
        ["Ada is rung (primary)", "Ada does not answer the call (no-answer)"],
        ["Ada is paged (primary)", "Grace is paged (secondary)", "Grace replies: No", "Margaret is paged (manager)"],
        ["Ada is paged (primary)", "Linus is paged (secondary)", "Linus is rung (secondary)"],
        # His phone is off.
        ["Linus is rung (secondary)", "Linus does not answer the call (failed)"],
        ["Margaret is paged (manager)", "Margaret is rung (manager)", "Margaret answers the call"],
        ["Margaret answers the call", "Margaret replies: ack", "Margaret has taken"],
    )
    expected = {text for chain in chains for text in chain}
    assert expected <= set(told)
    # A machine so busy that it has not read her reply by then calls Grace.
    assert all(text.startswith("Grace ") for text in set(told) - expected)
    order = list(told)
    for chain in chains:
        assert sorted(chain, key=order.index) == chain
    # Ada's tier had its five minutes, outage or not, and Grace's No was not waited out.
    assert told["Grace is paged (secondary)"] >= 300
    assert told["Margaret is paged (manager)"] < told["Grace is paged (secondary)"] + 300
    assert run["oncall.twilio.simulator : Have the simulator stopped"]["changed"]
    # Its simulator is its own, and nothing is left of it.
    assert re.fullmatch(r"drill-[0-9]+", run["Have a simulator of its own"]["ansible_facts"]["drill__simulator"])
    assert list(tmp_path.iterdir()) == []

    timeline = shown(entries)
    timeline[1] = {**timeline[1], "text": "<Ada> & co", "clock": "01:28"}
    picture = ElementTree.fromstring(draw(timeline, "A drill"))
    assert len(picture.findall(f"{SVG}circle")) == len(timeline) == 11
    texts = [text.text for text in picture.findall(f"{SVG}text")]
    assert {"Ada", "Grace", "Linus", "Margaret", "01:28 <Ada> & co"} <= set(texts)


def test_the_guide_and_its_picture_show_the_same_drill():
    picture = ElementTree.fromstring((IMAGES / "drill_timeline.svg").read_text())
    labels = [str(text.text) for text in picture.findall(f"{SVG}text")]
    drawn = {label[:5] for label in labels if label[2:3] == ":"}
    printed = set(re.findall(r'^      "(\d\d:\d\d)  ', GUIDE.read_text(), re.MULTILINE))
    assert drawn
    assert drawn <= printed


def test_the_drill_in_check_mode_starts_nothing(tmp_path):
    run = drill(tmp_path, "--check")
    assert run.returncode == 0, run.output
    plan = run["oncall.twilio.page_on_call : Show who would be paged when, and with which text"]["page_on_call_plan"]
    assert [entry["tier"] for entry in plan] == ["primary", "secondary", "manager"]
    assert list(tmp_path.iterdir()) == []


def test_the_drill_without_its_simulator_pages_nobody(twilio, tmp_path):
    # With the credentials of production in the environment.
    account, token = twilio.auth
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
    one_short_tier = json.dumps({"page_on_call_tiers": "+15551230001", "page_on_call_wait": 2, "page_on_call_ring": 0})
    arguments = ["--start-at-task", "Page as production would", "-e", one_short_tier]
    run = run_playbook("oncall.twilio.drill", arguments, {**environment, "XDG_RUNTIME_DIR": str(tmp_path)})
    assert run.returncode == 2
    assert "account_sid: is required" in run.output
    assert twilio.ledger() == []


def test_paging_by_name(twilio, tmp_path):
    account, token = twilio.auth
    variables = {
        "page_on_call_from": FROM,
        "page_on_call_tiers": [{"name": "ops", "numbers": ["+15557779999"], "wait": 60}],
        "page_on_call_poll_interval": 0.1,
        "page_on_call_segments": 5,
    }
    environment = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
    # An alert's text may contain code.
    words = hostile_words(tmp_path / "run")
    run = run_playbook(
        "oncall.twilio.page_on_call",
        ["-e", json.dumps(variables)],
        {**environment, "PAGE_ON_CALL_MESSAGE": words},
    )
    # The only number is out of service.
    assert run.returncode == 2
    assert "Nobody has taken" in run.output
    assert token not in run.output
    (form,) = [dict(map(tuple, request["form"])) for request in twilio.ledger() if request["method"] == "POST"]
    assert form["ValidityPeriod"] == "600"
    assert form["Body"].startswith(f"{words}\nReply ACK ")
    assert not (tmp_path / "run").exists()
