# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page for everybody: nothing for axe-core to find, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.axe import COLOURS, barriers
from support.browser import DESKTOP, PHONE
from support.simulator import FROM, TO

ARABIC = "قرص ممتلئ على db1."
# The parts of the page, and dialogs by what opens them.
STATES = (
    "list",
    "conversation",
    "search",
    "problems",
    "timeline",
    *(f"#open-{name}" for name in ("help", "compose", "connection", "controls")),
)


@pytest.fixture
def eventful(still):
    """A conversation with Ada in which all that a page can show has happened, and one that is unread."""
    still.call("PUT", "/simulator/names", json={TO: "Ada"}, auth=None)
    still.created(To="+15557779999", Body="Replication of db2 lags")
    still.inbound("on it", To=FROM)
    still.fault("twilio_error", number=TO, times=1)
    still.create(Body="Disk full on db1")
    still.fault("slow", seconds=0)
    still.scheduled()
    still.created(Body=ARABIC, MediaUrl="https://x.example/a.png")
    still.set_clock(advance=10)
    return still


def test_axe_finds_nothing(eventful, open_page):
    eventful.placed()
    eventful.set_clock(advance=10)
    eventful.placed()
    eventful.set_clock(advance=2)
    page = open_page(eventful)

    def look(scheme, size, states, *rules):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        for state in states:
            # Back to the list, out of whatever was open.
            page.keyboard.press("Escape")
            page.evaluate("location.hash = ''")
            expect(page.get_by_role("listbox")).to_be_visible()
            if state == "conversation":
                page.get_by_role("option", name="Ada").click()
                page.locator(".message summary").last.click()
                expect(page.locator(".card table")).to_be_visible()
            elif state == "search":
                page.get_by_role("searchbox").fill("nowhere")
                expect(page.get_by_role("button", name="Clear the search")).to_be_visible()
            elif state.startswith("#open-"):
                page.locator(state).click()
                expect(page.get_by_role("dialog")).to_be_visible()
            elif state != "list":
                page.locator(f"a[href='#{state}']").click()
                expect(page.locator(".entry").last).to_be_visible()
            assert barriers(page, *rules) == [], (scheme, size, state)

    expect(page.get_by_role("option")).to_have_count(2)
    for size in (DESKTOP, PHONE):
        look("light", size, STATES)
        # The same page in other colours.
        look("dark", size, STATES, *COLOURS)
    # It can tell: axe-core sees what is wrong where something is.
    look("light", DESKTOP, ["list"])
    page.locator("#open-help").evaluate("node => ['aria-label', 'title'].forEach((name) => node.removeAttribute(name))")
    assert [each.partition(":")[0] for each in barriers(page)] == ["button-name"]
    page.emulate_media(color_scheme="dark")
    page.locator("#open-controls").evaluate("node => { node.textContent = 'Grey'; node.style = 'color: #333' }")
    assert {each.partition(":")[0] for each in barriers(page, *COLOURS)} == {"color-contrast"}


def test_every_script_in_its_direction(eventful, open_page):
    page = open_page(eventful)
    option = page.get_by_role("option", name="Ada")
    expect(option).to_contain_text(ARABIC)
    option.click()
    text = page.locator(".message .text").last
    expect(text).to_have_text(ARABIC)
    expect(option.locator(".snippet")).to_have_css("direction", "rtl")
    for text, direction in zip(page.locator(".message .text").all()[-2:], ["ltr", "rtl"]):
        expect(text).to_have_css("direction", direction)
    page.get_by_role("link", name="Timeline").click()
    expect(page.locator(".entry .said").last).to_have_css("direction", "rtl")
