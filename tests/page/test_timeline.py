# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeline of all conversations, beside a simulator and beside the drill."""

from __future__ import annotations

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from playwright.sync_api import expect

from support.browser import PHONE
from support.playbook import run_playbook
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


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_open(port, running):
    while not running.done():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(running.result().output)


def test_the_drill_is_watched(tmp_path, open_page):
    """As it happens, by those who know the people's names. In seven seconds for eleven minutes."""
    port = free_port()
    place = SimpleNamespace(url=f"http://127.0.0.1:{port}")
    # So that a busy machine has read Grace's reply before she would be called.
    settings = {"drill_port": port, "drill_speed": 100, "drill_outage": 0, "page_on_call_ring": 240}
    arguments = ["-e", json.dumps(settings)]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_playbook, "oncall.twilio.drill", arguments, {"XDG_RUNTIME_DIR": str(tmp_path)})
        until_open(port, running)
        page = open_page(place)
        page.goto(f"{place.url}/#timeline")
        who = page.locator(".entry .who")
        expect(who.filter(has_text="Reply from Margaret")).to_have_count(1, timeout=60_000)
        run = running.result()
    assert run.returncode == 0, run.output
    assert page.url in run["Say where it can be watched"]["msg"]
    told = [text.removeprefix("Message to ") for text in who.all_inner_texts()]
    became: dict[str, str] = {}
    # Later on they are told who has taken it.
    for name, status in zip(told, page.locator(".entry .status").all_inner_texts(), strict=False):
        became.setdefault(name, status)
    # Who was called while others were texted depends on how busy this machine is.
    chains = (
        ["Ada", "Call to Ada"],
        ["Ada", "Linus", "Call to Linus"],
        ["Ada", "Grace", "Reply from Grace", "Margaret", "Call to Margaret", "Reply from Margaret"],
    )
    # A very busy one calls Grace before it has read her reply.
    assert {*told} - {"Call to Grace"} == {name for chain in chains for name in chain}
    for chain in chains:
        assert sorted(chain, key=told.index) == chain
    assert (became["Linus"], became["Call to Ada"]) == ("Undelivered, 30003", "Not answered")
    assert became["Call to Linus"] == "Not reached"
    assert became["Call to Margaret"].startswith("Answered, ")
    # Ada had her minutes.
    expect(page.locator(".entry").nth(1)).to_have_attribute("data-gap", re.compile(r"\d+ min later$"))
