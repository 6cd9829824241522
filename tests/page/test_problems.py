# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a text is that did not arrive: the page says what was rejected, which callbacks failed, what was dropped."""

from __future__ import annotations

from playwright.sync_api import expect

from support.simulator import FROM, TO, simulator

OTHER = "+15550100142"
NOWHERE = "http://127.0.0.1:9/status"


def test_what_went_wrong(open_page):
    """In a simulator that keeps five messages, and as many problems."""
    with simulator(pace=1, speed=0, keep=5, names={TO: "Ada"}) as small:
        page = open_page(small)
        small.create(To="(555) 1", Body="To nobody")
        problems = page.get_by_role("link", name="Problems")
        expect(problems).to_have_text("Problems 1")
        page.get_by_role("link", name="1 request failed or was rejected").click()
        entries = page.locator(".entry")
        expect(entries.locator(".who")).to_have_text(["Request rejected for (555) 1"])
        expect(entries.locator(".said")).to_have_text(["21211 The 'To' number (555) 1 is not a valid phone number."])
        expect(entries.locator(".aside")).to_have_text("“To nobody”\nPOST …/Messages.json")

        # What is there already when a page is opened, and what comes while it is.
        small.created(Body="first", StatusCallback=NOWHERE)
        small.set_clock(advance=1)
        expect(entries).to_have_count(2)
        page.get_by_role("link", name="Timeline").click()
        small.fault("server_error", times=1)
        small.create(Body="second")
        small.created(Body="third")
        expect(entries.locator(".who")).to_have_text(
            [
                "Request rejected for (555) 1",
                "Message to Ada",
                "Status callback “sending” failed for Ada",
                "Request failed for Ada",
                "Message to Ada",
            ]
        )
        expect(page.locator("#announcer")).to_contain_text("Message to Ada: third")

        # From there to the conversation, where all about it unfolds in sight.
        entries.nth(3).get_by_role("link").click()
        expect(page.get_by_role("heading", name="Ada")).to_be_visible()
        failed = page.locator(".trouble").last
        expect(failed).to_have_class("message trouble sought")
        expect(failed.locator(".text")).to_have_text("second")
        expect(failed.locator(".error")).to_have_text("20500 Internal Server Error")
        expect(failed.locator(".advice")).to_have_text("The fault “server error” that you added has caused this.")
        callback = page.locator(".trouble").first
        expect(callback.locator(".error")).to_have_text("11205 No connection to 127.0.0.1:9: Connection refused")
        callback.locator("summary").click()
        expect(callback.locator("dl")).to_contain_text(f"POST {NOWHERE}")
        expect(callback.get_by_role("row", name="MessageStatus sending")).to_be_visible()
        expect(callback.get_by_role("link")).to_have_attribute("href", "https://www.twilio.com/docs/errors/11205")
        page.locator(".message summary").last.click()
        expect(page.locator(".message.out .card").last).to_be_in_viewport(ratio=1)

        # A message that makes room for others while it is scheduled.
        small.scheduled()
        for number in range(5):
            small.inbound(str(number), sender=OTHER, To=FROM)
        dropped = page.locator(".trouble[data-kind=dropped]").filter(has_text="scheduled")
        expect(dropped.locator(".status")).to_have_text("Dropped")
        expect(dropped.locator(".error")).to_contain_text("Dropped while it was scheduled, as the simulator keeps 5")
        expect(dropped.locator(".advice")).to_contain_text("simulator_keep")
        page.reload()
        expect(dropped.locator(".text")).to_have_text("Disk full")
        expect(problems).to_have_text("Problems 5")
