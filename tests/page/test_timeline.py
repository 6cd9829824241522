# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeline of all conversations, beside a simulator and beside the drill."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from playwright.sync_api import expect

from support.browser import PHONE
from support.playbook import PROGRAM, run_playbook
from support.ports import free_port
from support.simulator import FROM, TO

OTHER = "+15557779999"


def advance(simulator, seconds):
    assert simulator.call("PUT", "/simulator/clock", json={"advance": seconds}).status_code == 200


def test_it_fills_while_it_is_watched(still, open_page):
    # It all happens on one day.
    still.set_clock(now="2027-03-05T10:00:00Z")
    page = open_page(still)
    page.get_by_role("link", name="Timeline").click()
    expect(page).to_have_url(f"{still.url}/#timeline")
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    still.created(Body="Disk full on db1")
    entries = page.locator(".entry")
    expect(entries.locator(".status")).to_have_text(["Queued"])
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_hidden()
    advance(still, 5 * 60)
    still.created(To=OTHER, Body="<b>Disk full on db1</b>")
    advance(still, 7260)
    still.call("POST", "/simulator/inbound", json={"From": TO, "To": FROM, "Body": "on it"})
    expect(entries.locator(".status")).to_have_text(["Delivered", "Undelivered, 30005", "Received"])
    expect(entries.locator(".who")).to_have_text([f"Message to {TO}", f"Message to {OTHER}", f"Reply from {TO}"])
    expect(entries.locator(".said")).to_have_text(["Disk full on db1", "<b>Disk full on db1</b>", "on it"])
    still.call("PUT", "/simulator/names", json={TO: "Ada"}, auth=None)
    expect(entries.locator(".who")).to_have_text(["Message to Ada", f"Message to {OTHER}", "Reply from Ada"])
    expect(entries.nth(1)).to_have_attribute("data-gap", "5 min later")
    expect(entries.nth(2)).to_have_attribute("data-gap", "2 h 1 min later")
    still.reset()
    expect(entries).to_have_count(0)


def test_each_entry_leads_to_its_conversation(still, open_page):
    still.created(Body="the first")
    for index in range(60):
        still.created(To=OTHER, Body=f"message {index}")
    page = open_page(still)
    page.goto(f"{still.url}/#timeline")
    entries = page.locator(".entry")
    expect(entries).to_have_count(50)
    # What changes further up stays there until it is asked for.
    advance(still, 10)
    expect(entries.locator(".status").first).to_have_text("Undelivered, 30005")
    expect(entries).to_have_count(50)
    page.get_by_role("button", name="Earlier messages").click()
    expect(entries).to_have_count(61)
    entries.first.get_by_role("link").click()
    expect(page.get_by_role("heading", name=TO)).to_be_visible()
    expect(page.locator(".message .text")).to_have_text(["the first"])
    page.go_back()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(entries).to_have_count(50)


def test_by_keyboard_alone(still, open_page):
    still.created()
    page = open_page(still)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Timeline")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Timeline")).to_be_focused()
    expect(page.locator(".entry")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("log", name="All messages")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".entry a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(1)


def test_on_a_phone(still, open_page):
    still.created(Body="x" * 300)
    page = open_page(still, viewport=PHONE, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="Timeline").tap()
    expect(page.locator(".entry")).to_be_visible()
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth")
    page.get_by_role("button", name="Back to the conversations").tap()
    expect(page.get_by_role("listbox")).to_be_visible()


def until_open(port, running):
    while not running.done():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(running.result().output)


OWN_DRILL = {
    "page_on_call_message": "Queue stuck",
    "page_on_call_tiers": [
        {"name": "ops", "numbers": {"Ana": "+15551112222"}, "wait": 300},
        {"name": "second", "numbers": {"Ben": "+15553334444", "Eve": "+15555556666"}, "wait": 600},
    ],
    "drill_people": {
        "+15551112222": ["asleep", "lets it ring"],
        "+15553334444": "unreachable",
        "+15555556666": ["asleep", {"find": r"NO (\w+)", "text": "No {1}", "after": 30}],
    },
    "drill_speed": 100,
    "drill_outage": 0,
    "drill_keep": True,
}


def test_a_drill_of_ones_own_is_watched_and_kept(tmp_path, open_page):
    """As it happens, by those who know the people's names. In five seconds for eight minutes."""
    port = free_port()
    place = SimpleNamespace(url=f"http://127.0.0.1:{port}")
    arguments = ["-e", json.dumps({**OWN_DRILL, "drill_port": port})]
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_playbook, "oncall.twilio.drill", arguments, environment)
        try:
            until_open(port, running)
            page = open_page(place)
            page.goto(f"{place.url}/#timeline")
            who = page.locator(".entry .who")
            expect(who.filter(has_text="Reply from Eve")).to_have_count(1, timeout=60_000)
            # Nobody has taken it, which does not fail a drill.
            run = running.result()
            assert run.returncode == 0, run.output
            assert page.url in run["Say where it can be watched"]["msg"]
            told = [text.removeprefix("Message to ") for text in who.all_inner_texts()]
            became: dict[str, str] = {}
            # At the end people are told that nobody has taken it.
            for name, status in zip(told, page.locator(".entry .status").all_inner_texts(), strict=False):
                became.setdefault(name, status)
            # Who was called while others were texted depends on how busy this machine is.
            chains = (
                ["Ana", "Call to Ana"],
                ["Ana", "Ben", "Call to Ben"],
                ["Ana", "Eve", "Call to Eve", "Reply from Eve"],
            )
            assert {*told} == {name for chain in chains for name in chain}
            for chain in chains:
                assert sorted(chain, key=told.index) == chain
            assert (became["Ben"], became["Call to Ana"]) == ("Undelivered, 30003", "Not answered")
            assert became["Call to Ben"] == "Not reached"
            assert became["Call to Eve"].startswith("Answered, ")
            expect(page.locator(".entry .said").first).to_contain_text("Queue stuck")
            # Ana had her minutes.
            expect(page.locator(".entry").nth(1)).to_have_attribute("data-gap", re.compile(r"\d+ min later$"))
            timeline = [line.partition("  ")[2] for line in run["Show the timeline"]["msg"]]
            # Without an outage she is paged at once.
            assert timeline[1] == "Ana is paged (ops)"
            assert any(line.startswith("Nobody has taken ") for line in timeline)
            own = run["Have a simulator of its own"]["ansible_facts"]["drill__simulator"]
            assert [folder.name for folder in tmp_path.iterdir()] == [f"twilio-simulator-{own}"]
        finally:
            said = running.result()["Say how to stop the simulator"]["msg"]
            _ansible, *words = shlex.split(said.partition("To stop it: ")[2])
            command = [str(PROGRAM.with_name("ansible")), *words]
            subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)
    assert list(tmp_path.iterdir()) == []
