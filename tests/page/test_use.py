# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding one's way on the page: with keys alone, on a phone, by searching, in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.browser import PHONE
from support.simulator import FROM, TO

OTHER = "+15550100142"


@pytest.fixture
def two(still):
    """Two conversations; the latest message is with TO."""
    still.created(To=OTHER, Body="Replication of db2 lags")
    still.created(Body="Disk full on db1")
    return still


def test_by_keyboard_alone(two, open_page):
    page = open_page(two)
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    conversations = page.get_by_role("listbox", name="Conversations")
    expect(conversations).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name=OTHER)).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("heading", name=TO)).to_be_visible()
    active = page.locator(f"#{conversations.get_attribute('aria-activedescendant')}")
    expect(active).to_contain_text(TO)
    expect(active).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    # The answer to the reply comes once the reader has gone on, whose focus it leaves alone.
    held = []
    page.route("**/simulator/inbound", lambda route: held.append((route, route.fetch())))
    page.keyboard.type("on it")
    page.keyboard.press("Enter")
    expect(page.locator(".message.in .text")).to_have_text("on it")
    page.keyboard.press("Escape")
    expect(conversations).to_be_focused()
    # The message may be shown before its request is answered.
    for _look in range(200):
        if not held:
            page.wait_for_timeout(50)
    ((route, response),) = held
    route.fulfill(response=response)
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("")
    expect(conversations).to_be_focused()
    page.keyboard.press("?")
    version = two.call("GET", "/simulator/health").json()["version"]
    expect(page.get_by_role("dialog", name="Help")).to_contain_text(f"Twilio simulator {version}")
    expect(page.get_by_role("row", name="Esc Go back to the list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(conversations).to_be_focused()


def replies(simulator):
    messages = simulator.call("GET", "/simulator/messages?direction=inbound").json()["messages"]
    return [(message["from"], message["to"], message["body"]) for message in messages]


def test_a_reply_that_is_typed_while_the_conversation_is_read(two, open_page):
    """It is sent, even to a reader who does not wait for it either."""
    page = open_page(two)
    # Never answered.
    page.route("**/simulator/thread*", lambda route: None)
    page.get_by_role("option", name=TO).click()
    page.get_by_role("textbox", name="Reply").fill("on it")
    page.keyboard.press("Enter")
    page.get_by_role("option", name=OTHER).click()
    two.wait(direction="inbound")
    assert replies(two) == [(TO, FROM, "on it")]


def test_a_reply_is_sent_once_and_its_answer_calls_nobody_back(two, open_page):
    page = open_page(two)
    held = []
    page.route("**/simulator/inbound", lambda route: held.append(route))
    page.get_by_role("option", name=TO).click()
    page.get_by_role("textbox", name="Reply").fill("on it")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("option", name=OTHER).click()
    expect(page.get_by_role("heading", name=OTHER)).to_be_visible()
    while not held:
        page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    expect(page.get_by_role("option", name=TO)).to_contain_text("on it")
    expect(page.get_by_role("heading", name=OTHER)).to_be_visible()
    assert replies(two) == [(TO, FROM, "on it")]


def test_every_control_can_be_reached_and_shows_its_focus(two, open_page):
    page = open_page(two)
    page.get_by_role("option", name=TO).click()
    expect(page.locator(".message")).to_have_count(1)
    page.locator("h1").click()
    reached = []
    for _step in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              if (document.activeElement === document.body) { // past the last one
                return null;
              }
              const shown = document.activeElement.closest(".box, .list") ?? document.activeElement;
              const { outlineStyle, boxShadow } = getComputedStyle(shown.querySelector(".active") ?? shown);
              const { ariaLabel, textContent } = document.activeElement;
              return [ariaLabel ?? textContent.trim(), outlineStyle !== "none" || boxShadow.includes("3px")];
            }"""
        )
        if focused is None or focused in reached:
            break
        reached.append(focused)
    names = [name for name, _is_seen in reached]
    assert {"Connection settings", "Help", "Search messages", "Conversations", "Messages"} <= set(names)
    assert {"Mark all as read", "Delete all messages", "Delete this conversation"} <= set(names)
    assert {"STOP", "START", "Reply", "Send the reply"} <= set(names)
    assert [name for name, is_seen in reached if not is_seen] == []


def test_a_screen_reader_hears_of_messages(still, open_page):
    page = open_page(still)
    expect(page.get_by_role("heading", name="Waiting for the first message")).to_be_visible()
    still.created()
    announcer = page.locator("#announcer")
    expect(announcer).to_have_text(f"Message to {TO}: Disk full")
    expect(announcer).to_have_attribute("aria-live", "polite")


def test_on_a_phone(two, open_page):
    page = open_page(two, viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("option", name=TO).tap()
    expect(page.locator(".message .text")).to_have_text("Disk full on db1")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("heading", level=1)).to_have_text("Twilio simulator")
    page.get_by_role("textbox", name="Reply").fill("on it")
    page.get_by_role("button", name="Send the reply").tap()
    expect(page.locator(".message.in .text")).to_have_text("on it")
    page.get_by_role("button", name="Back to the conversations").tap()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name=OTHER).tap()
    expect(page.locator(".message .text")).to_have_text("Replication of db2 lags")
    page.go_back()
    expect(page.get_by_role("listbox")).to_be_visible()


def test_search(two, open_page):
    two.created(To=OTHER, Body="And the replica too", Attempt="7")
    page = open_page(two)
    search = page.get_by_role("searchbox")
    for wanted, found in {
        "REPLICA": ["And the replica too", "Replication of db2 lags"],
        OTHER[-4:]: ["And the replica too", "Replication of db2 lags"],
        "disk": ["Disk full on db1"],
        "nowhere": [],
    }.items():
        search.fill(wanted)
        told = f"{len(found)} message" if found else "No message has “nowhere” in its text, its numbers"
        expect(page.locator(".found")).to_contain_text(told)
        expect(page.locator(".row .snippet")).to_have_text(found)
    page.get_by_role("button", name="Clear the search").click()
    expect(search).to_be_focused()
    expect(page.locator(".row")).to_have_count(2)
    search.fill("lags")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("option").click()
    expect(page.locator(".sought .text, .message .text").first).to_have_text("Replication of db2 lags")
    page.keyboard.press("Escape")
    expect(page.locator(".row")).to_have_count(2)


def test_what_is_unread(two, open_page):
    page = open_page(two)
    expect(page.locator(".row.unread")).to_have_count(2)
    expect(page).to_have_title("(2) Twilio simulator")
    page.get_by_role("option", name=TO).click()
    expect(page.locator(".row.unread")).to_have_count(1)
    page.reload()
    expect(page.locator(".row.unread")).to_have_count(1)
    two.created(Body="once more")
    # It is open, so it is read.
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator(".row.unread")).to_have_count(1)
    page.get_by_role("button", name="Unread").click()
    # What is open stays in sight.
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text(OTHER)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.get_by_text("You have read everything.")).to_be_visible()
    expect(page).to_have_title("Twilio simulator")
    page.reload()
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.locator(".row.unread")).to_have_count(0)
    two.created(To=OTHER)
    expect(page.locator(".row.unread")).to_have_count(1)


def test_a_text_from_any_number(still, open_page):
    page = open_page(still, viewport=PHONE)
    page.get_by_role("button", name="Connection settings").click()
    expect(page.get_by_role("dialog")).to_contain_text(still.auth[1])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Connection settings")).to_be_focused()
    still.created(To=OTHER)
    # Before it has come, the page cannot know which number people write to.
    expect(page.get_by_role("option")).to_contain_text("Disk full")
    page.get_by_role("button", name="Send a text as any number").click()
    sender = page.get_by_role("textbox", name="From")
    expect(sender).to_be_focused()
    sender.fill("nobody")
    page.get_by_role("textbox", name="Text", exact=True).fill("Who is this?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("From must be")
    sender.fill(TO)
    expect(page.get_by_role("textbox", name="To", exact=True)).to_have_value(FROM)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name=TO)).to_be_visible()
    expect(page.locator(".message.in .text")).to_have_text("Who is this?")


def test_the_clock(two, open_page):
    page = open_page(two)
    page.get_by_role("button", name="Clock and faults").click()
    speeds = page.get_by_role("group", name="Speed")
    expect(speeds.get_by_role("button", name="Stopped")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".row [data-kind=queued]")).to_have_count(2)
    page.get_by_role("button", name="1 min").click()
    expect(page.locator(".row [data-kind=delivered]")).to_have_count(2)
    speeds.get_by_role("button", name="60").first.click()
    expect(speeds.get_by_role("button", name="60").first).to_have_attribute("aria-pressed", "true")
    assert two.call("GET", "/simulator/state").json()["clock"]["speed"] == 60
    expect(page.locator("#pace")).to_contain_text("60×")
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("dialog", name="Start over?").get_by_role("button", name="Start over").click()
    expect(page.locator(".row")).to_have_count(0)
    # What asked is gone, and the focus is back at what asked for that.
    expect(page.get_by_role("button", name="Start over")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Clock and faults")).to_be_focused()


def test_what_is_forgotten(two, open_page):
    page = open_page(two)
    two.scheduled()
    page.get_by_role("option", name=OTHER).click()
    page.get_by_role("button", name="Delete this conversation").click()
    question = page.get_by_role("dialog", name=f"Delete the conversation with {OTHER}?")
    expect(question).to_contain_text("1 message or call and all problems with this number")
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Delete this conversation")).to_be_focused()
    page.get_by_role("button", name="Delete this conversation").click()
    question.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    two.fault("slow", seconds=0)
    page.get_by_role("button", name="Delete all messages").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all messages").click()
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.locator("[data-count=scheduled] dd")).to_have_text("0")
    assert [fault["kind"] for fault in two.call("GET", "/simulator/faults").json()["faults"]] == ["slow"]


def test_a_fault(still, open_page):
    page = open_page(still, viewport=PHONE)
    page.get_by_role("button", name="Clock and faults").click()
    page.get_by_role("combobox", name="Kind").select_option("server_error")
    page.get_by_role("spinbutton", name="status").fill("599")
    page.get_by_role("spinbutton", name="Times").fill("2")
    page.get_by_role("textbox", name="Only for number").fill(TO)
    page.get_by_role("button", name="Add the fault").click()
    faults = page.get_by_role("list", name="Faults in force").get_by_role("listitem")
    expect(faults).to_have_text(f"server error: the next 2 creates for {TO}")
    expect(page.locator("#open-controls .badge")).to_have_text("1")
    assert still.create().status_code == 599
    expect(faults).to_have_text(f"server error: the next create for {TO}")
    page.get_by_role("spinbutton", name="status").fill("")
    page.get_by_role("button", name="Add the fault").click()
    expect(page.get_by_role("alert").last).to_contain_text("status must be")
    page.get_by_role("button", name="Remove").click()
    expect(faults).to_have_count(0)
    # What had the focus is gone, and Tab goes on from there.
    expect(page.get_by_role("heading", name="Faults", exact=True)).to_be_focused()
    still.created()
    page.keyboard.press("Escape")
    page.get_by_role("option", name=TO).click()
    page.get_by_role("button", name="Fail messages to this number").click()
    code = page.get_by_role("spinbutton", name="Code")
    meaning = page.get_by_role("dialog").locator("small")
    expect(meaning.filter(has_text="Attempt to send to unsubscribed recipient")).to_be_visible()
    code.fill("30007")
    expect(meaning.filter(has_text="Message filtered")).to_be_visible()
    page.get_by_role("button", name="Add the fault").click()
    expect(faults).to_have_text(f"Twilio's error 30007: the next create for {TO}")
    still.created(To=OTHER)
    message = still.created()
    still.set_clock(advance=10)
    assert still.call("GET", message["uri"]).json()["error_code"] == 30007
