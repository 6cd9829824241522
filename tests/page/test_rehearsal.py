# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rehearsal: a real playbook texts, a person at the page answers, and the playbook goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import expect

from support.playbook import run_play
from support.simulator import FROM, TO

SEND = {
    "name": "Page",
    "oncall.twilio.twilio_sms": {"to": TO, "from": FROM, "body": "Disk full on db1. Reply ACK to take it."},
}
WAIT = {
    "name": "Wait for the answer",
    "oncall.twilio.twilio_message_info": {"from": TO, "to": FROM, "direction": "inbound", "body_matches": "(?i)^ack"},
    "register": "reply",
    "until": "reply.message | default(none) is not none",
    # Whole seconds: ansible-core 2.16 knows no others.
    "retries": 60,
    "delay": 1,
}


def test_a_playbook_waits_for_an_answer_from_the_page(twilio, open_page):
    page = open_page(twilio)
    expect(page.get_by_role("heading", name="Waiting for the first message")).to_be_visible()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_play, [SEND, WAIT], twilio.connection)
        page.get_by_role("option", name=TO).click()
        expect(page.locator(".message.out .text")).to_have_text("Disk full on db1. Reply ACK to take it.")
        page.get_by_role("textbox", name="Reply").fill("ack, on it")
        page.get_by_role("button", name="Send the reply").click()
        expect(page.locator(".message.in .text")).to_have_text("ack, on it")
        run = running.result()
    assert run.returncode == 0, run.output
    message = run["Wait for the answer"]["message"]
    assert (message["body"], message["direction"], message["status"]) == ("ack, on it", "inbound", "received")
    expect(page.locator(".message.out")).to_have_attribute("data-status", "delivered")


def test_stop_is_honoured_and_start_too(still, open_page):
    still.created()
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    page.get_by_role("button", name="STOP", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("21610")
    assert still.create(Body="Disk full again").json()["code"] == 21610
    refused = page.locator(".trouble")
    expect(refused.locator(".text")).to_have_text("Disk full again")
    expect(refused.locator(".error")).to_have_text("21610 Attempt to send to unsubscribed recipient")
    page.get_by_role("textbox", name="Reply").fill("start")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_be_empty()
    still.created()
    expect(page.locator(".message.out")).to_have_count(2)
