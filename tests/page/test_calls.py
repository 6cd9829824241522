# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A phone that rings on the page, for somebody who answers it there."""

from __future__ import annotations

from playwright.sync_api import expect

from support.browser import PHONE
from support.simulator import FROM

# Of the simulator in conftest.
RINGS = "+15550009999"
TWIML = "<Response><Say loop='2'>Disk full on db1</Say><Pause length='60'/><Say>Goodbye</Say></Response>"


def test_it_is_answered_and_heard(still, open_page):
    """With keys alone, and told to those who do not see it."""
    still.call("PUT", "/simulator/names", json={RINGS: "Ada"}, auth=None)
    page = open_page(still)
    expect(page.locator(".link")).to_have_attribute("data-state", "live")
    still.placed(To=RINGS, Twiml=TWIML)
    still.set_clock(advance=1)
    row = page.get_by_role("option", name="Ada")
    expect(row).to_contain_text("The phone rings")
    expect(page.locator("#announcer")).to_contain_text("The phone of Ada rings")
    row.click()
    card = page.get_by_role("group", name=f"Call from {FROM}")
    expect(card).to_contain_text("The phone rings")
    card.get_by_role("button", name="Answer").focus()
    page.keyboard.press("Enter")
    hang_up = card.get_by_role("button", name="Hang up")
    expect(hang_up).to_be_focused()
    expect(card.get_by_role("button")).to_have_count(1)
    words = card.get_by_role("list", name="What was said")
    expect(words.get_by_role("listitem")).to_have_text(["Disk full on db1"])
    expect(words).to_have_attribute("aria-live", "polite")
    still.set_clock(advance=10)
    expect(words.get_by_role("listitem")).to_have_text(["Disk full on db12 times"])
    page.keyboard.press("Enter")
    summary = page.locator(".call summary")
    expect(summary).to_contain_text("Answered, 10 s")
    expect(summary).to_be_focused()
    expect(card.get_by_role("button")).to_have_count(0)
    expect(words).to_have_attribute("aria-live", "off")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Statuses").get_by_role("listitem")).to_contain_text(
        ["queued", "ringing", "in-progress", "completed"]
    )
    assert [call["status"] for call in still.rung()] == ["completed"]


def test_it_is_declined_or_comes_too_late_on_a_phone(still, open_page):
    still.created(To=RINGS, Body="Disk full on db1")
    for _number in range(2):
        still.placed(To=RINGS)
    still.set_clock(advance=3)
    page = open_page(still, viewport=PHONE, has_touch=True, is_mobile=True)
    page.get_by_role("option", name=RINGS).tap()
    cards = page.get_by_role("group", name=f"Call from {FROM}")
    expect(cards).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cards.first.get_by_role("button", name="Decline").tap()
    summaries = page.locator(".call summary")
    expect(summaries.first).to_contain_text("Busy")
    # What the caller does meanwhile, a page that has lost its connection does not hear of.
    page.route("**/simulator/calls/*/answer", lambda route: (still.set_clock(advance=60), route.continue_()))
    cards.last.get_by_role("button", name="Answer").tap()
    expect(cards.last.get_by_role("alert")).to_have_text("That was too late: the call is no-answer, not ringing")
    expect(summaries.last).to_contain_text("Not answered")
    page.goto(f"{still.url}/#timeline")
    entries = page.locator(".entry")
    expect(entries.locator(".who")).to_have_text([f"Message to {RINGS}", *[f"Call to {RINGS}"] * 2])
    expect(entries.locator(".status")).to_have_text(["Delivered", "Busy", "Not answered"])
    page.get_by_role("button", name="Back to the conversations").tap()
    page.get_by_role("searchbox").fill("Disk full")
    expect(page.get_by_role("option")).to_have_count(3)
