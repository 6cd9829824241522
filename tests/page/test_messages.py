# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page shows of a message."""

from __future__ import annotations

from playwright.sync_api import expect

from support.browser import PHONE
from support.simulator import FROM, SERVICE, TO

EVIL = "<img src=x onerror=\"document.title='run'\"><script>document.title = 'run'</script>&amp;"


def advance(simulator, seconds=1):
    answer = simulator.call("PUT", "/simulator/clock", json={"advance": seconds})
    assert answer.status_code == 200, answer.text


def test_statuses_change_in_sight(still, open_page):
    page = open_page(still)
    message = still.created()
    page.get_by_role("option", name=TO).click()
    bubble = page.locator(f"#{message['sid']}")
    for status in ("Queued", "Sending", "Sent", "Delivered"):
        expect(bubble.locator(".status")).to_have_text(status)
        expect(page.locator("[data-count=queued] dd")).to_have_text("1" if status in ("Queued", "Sending") else "0")
        advance(still)
    expect(bubble.locator("summary")).to_contain_text("1 segment, GSM-7")
    expect(bubble.locator("summary")).to_contain_text("$0.0079")


def test_all_is_told_of_a_message(still, open_page):
    message = still.created(Body="größer 😀", MediaUrl="https://x.example/plots/a.png?b=c", Attempt="2")
    advance(still, 3)
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    bubble = page.locator(f"#{message['sid']}")
    expect(bubble.locator(".text")).to_have_text("größer 😀")
    link = bubble.get_by_role("link", name="a.png")
    expect(link).to_have_attribute("href", "https://x.example/plots/a.png?b=c")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    bubble.locator("summary").click()
    card = bubble.locator(".card")
    facts = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
    assert facts == {
        "SID": message["sid"],
        "From": FROM,
        "To": TO,
        "Account": message["account_sid"],
        "Size": "MMS",
        "Price": "$0.0200",
        "Media": "https://x.example/plots/a.png?b=c",
    }
    expect(card.get_by_role("list", name="Statuses").locator("li span")).to_have_text(
        ["queued", "sending", "sent", "delivered"]
    )
    rows = card.get_by_role("row")
    expect(rows).to_have_count(5)
    assert [row.inner_text().split("\t") for row in rows.all()] == [
        ["To", TO],
        ["From", FROM],
        ["Body", "größer 😀"],
        ["MediaUrl", "https://x.example/plots/a.png?b=c"],
        ["Attempt", "2"],
    ]


def test_all_fits_a_phone(still, open_page):
    still.created(
        Body="x" * 300, MediaUrl=f"https://x.example/{'y' * 300}", StatusCallback=f"https://{'z' * 60}.example"
    )
    page = open_page(still, viewport=PHONE)
    page.get_by_role("option", name=TO).click()
    page.locator(".message summary").click()
    expect(page.locator(".card table")).to_be_visible()
    assert page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth")
    # The names take what they need, and the values the rest.
    assert page.evaluate("document.querySelector('.card dt').offsetWidth") < 100


def test_an_error_with_its_meaning(still, open_page):
    still.created(To="+15557779999")
    advance(still, 3)
    page = open_page(still)
    page.get_by_role("option", name="+15557779999").click()
    expect(page.locator(".message .error")).to_have_text("30005 Unknown destination handset")
    expect(page.locator("[data-count=failed] dd")).to_have_text("1")


def test_a_scheduled_message(still, open_page):
    message = still.scheduled()
    page = open_page(still)
    expect(page.locator("[data-count=scheduled] dd")).to_have_text("1")
    page.get_by_role("option", name=TO).click()
    expect(page.locator(f"#{message['sid']} .status")).to_contain_text("Scheduled for")
    # The pool has not chosen a sender yet, so there is none to answer.
    page.get_by_role("button", name="STOP", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Messaging Service")
    still.call("POST", message["uri"], data={"Status": "canceled"})
    expect(page.locator(f"#{message['sid']} .status")).to_have_text("Canceled")
    expect(page.locator("[data-count=scheduled] dd")).to_have_text("0")


def test_a_redacted_and_a_deleted_message(still, open_page):
    first, second = still.created(Body="one"), still.created(Body="two")
    advance(still, 3)
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    still.call("POST", first["uri"], data={"Body": ""})
    expect(page.locator(".message .text")).to_have_text(["(no text)", "two"])
    still.call("DELETE", second["uri"])
    expect(page.locator(".message")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text("(no text)")
    still.call("DELETE", first["uri"])
    expect(page.get_by_role("option")).to_have_count(0)


def test_markup_is_shown_and_not_run(still, open_page):
    media = f"https://x.example/{EVIL}".replace(" ", "%20")
    still.call("PUT", "/simulator/names", json={TO: EVIL[:100]}, auth=None)
    still.created(Body=EVIL, MediaUrl=media, NotOfTwilio=EVIL)
    still.create(Body=EVIL, MessagingServiceSid=EVIL)
    page = open_page(still)
    page.get_by_role("option").click()
    expect(page.locator(".trouble .text")).to_have_text(EVIL)
    page.locator(".message.out summary").click()
    expect(page.locator(".card td")).to_have_text([TO, FROM, EVIL, media, EVIL])
    page.locator(".trouble summary").click()
    page.get_by_role("link", name="Timeline").click()
    expect(page.locator(".entry .said").first).to_have_text(EVIL)
    assert page.locator("img:not([src='inbox/icon.svg']), script:not([src='inbox/main.js'])").count() == 0
    assert "run" not in page.title()


def test_markup_from_a_phone_is_shown_and_not_run(still, open_page):
    page = open_page(still)
    answer = still.call("POST", "/simulator/inbound", json={"From": TO, "To": FROM, "Body": EVIL})
    assert answer.status_code == 201
    expect(page.get_by_role("option")).to_contain_text("<script>document.title = 'run'</script>&amp;")
    page.get_by_role("option").click()
    expect(page.locator(".message.in .text")).to_have_text(EVIL)
    page.get_by_role("searchbox").fill("<script>")
    expect(page.locator("mark")).to_have_text("<script>")
    assert "run" not in page.title()


def test_several_senders_in_one_conversation(still, open_page):
    still.created(Body="from one")
    still.created(Body="from the other", From="+15554445555")
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    expect(page.locator(".message .ours")).to_have_text([f"from {FROM}", "from +15554445555"])
    choice = page.get_by_role("combobox", name="Reply to")
    expect(choice).to_have_value("+15554445555")
    choice.select_option(FROM)
    page.get_by_role("textbox", name="Reply").fill("to the first")
    page.keyboard.press("Enter")
    expect(page.locator(".message.in .ours")).to_have_text(f"to {FROM}")


def test_a_message_of_a_service_has_no_sender_yet(still, open_page):
    still.created(From="", MessagingServiceSid=SERVICE)
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    expect(page.locator(".message .status")).to_have_text("Accepted")
    expect(page.locator(".message summary")).to_contain_text("not yet counted")
