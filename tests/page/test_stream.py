# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page beside a simulator that restarts, is reset, or gets more messages than it can show."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from playwright.sync_api import expect

from support.simulator import FROM, TO, simulator

# More than the page holds of anything, and than events tell one by one.
MANY = 1_200


def show_in_roll(still, open_page, script):
    """Return what a script returns that has six messages, "1" to "6", and ``make(load)`` for a roll."""
    for index in range(1, 7):
        still.created(Body=str(index))
    messages = still.call("GET", "/simulator/messages").json()["messages"][::-1]
    function = """async (messages) => {
      const { Roll } = await import("/inbox/roll.js");
      const item = (message) => {
        const root = document.createElement("li");
        Object.assign(root, { id: message.sid, textContent: message.body }).dataset.number = message.number;
        return { root, message, update() {} };
      };
      const make = (load) => new Roll(document.createElement("ol"), { label: "", make: item, load });
      %s
    }"""
    return open_page(still).evaluate(function % script, messages)


def test_a_restart(open_page):
    with simulator(pace=0) as first:
        first.created(Body="before")
        page = open_page(first)
        page.get_by_role("option", name=TO).click()
        expect(page.locator(".message .text")).to_have_text(["before"])
    expect(page.locator(".link")).to_have_text("Reconnecting")
    with simulator(pace=0, port=first.url.rpartition(":")[2]) as second:
        expect(page.locator(".link")).to_have_text("Live")
        expect(page.locator(".message")).to_have_count(0)
        second.created(Body="after")
        expect(page.locator(".message .text")).to_have_text(["after"])
        expect(page.get_by_role("option")).to_contain_text("after")


def test_what_came_while_the_page_was_away(still, open_page):
    page = open_page(still)
    expect(page.locator(".link")).to_have_text("Live")
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    still.created(Body="missed")
    page.context.set_offline(False)
    expect(page.get_by_role("option")).to_contain_text("missed")
    expect(page.locator("#announcer")).to_have_text(f"Message to {TO}: missed")


def test_what_comes_while_an_answer_is_on_its_way(still, open_page):
    """The answer does not know of it, and must not undo it."""
    page = open_page(still)
    still.created(Body="before")
    expect(page.get_by_role("option")).to_contain_text("before")

    def answer_late(route):
        answer = route.fetch()
        still.created(Body="meanwhile")
        # More than it takes for the event to arrive; it has to wait for the answer all the same.
        page.wait_for_timeout(500)
        route.fulfill(response=answer)

    page.route("**/simulator/timeline*", answer_late, times=1)
    page.get_by_role("link", name="Timeline").click()
    expect(page.locator(".said")).to_have_text(["before", "meanwhile"])
    expect(page.get_by_role("option")).to_contain_text("meanwhile")


def test_no_gap_is_left_where_events_were_left_out(still, open_page):
    shown = show_in_roll(
        still,
        open_page,
        """
          const answers = [messages.slice(0, 2), messages.slice(1, 3), messages.slice(4)];
          const roll = make(async () => ({ messages: answers.shift().toReversed(), earlier: true, later: false }));
          const shown = [];
          const show = () => shown.push(roll.list.textContent);
          await roll.read({});
          show();
          await roll.read({});
          show();
          roll.doubt();
          roll.apply([messages[4]]);
          await roll.read({});
          show();
          return shown;
        """,
    )
    # The second answer joins on to what is there; the third one does not, whatever an event told since.
    assert shown == ["12", "123", "56"]


def test_no_gap_is_left_by_earlier_messages_of_what_is_gone_by_then(still, open_page):
    shown = show_in_roll(
        still,
        open_page,
        """
          let latest = messages.slice(2, 4);
          let release;
          const released = new Promise((resolve) => { release = resolve; });
          const roll = make(async ({ before }) => {
            before === messages[2].number && await released;
            const found = before ? messages.filter(({ number }) => number < before).slice(-2) : latest;
            return { messages: found.toReversed(), earlier: true, later: false };
          });
          await roll.read({});
          const isShown = roll.showEarlier();
          latest = messages.slice(4);
          roll.doubt();
          await roll.read({});
          release();
          await isShown;
          return roll.list.textContent;
        """,
    )
    assert shown == "3456"


def test_messages_stand_in_order_however_they_come(still, open_page):
    for body in ("one", "two", "three", "four"):
        still.created(Body=body)
    messages = still.call("GET", "/simulator/messages").json()["messages"][::-1]
    shown = open_page(still).evaluate(
        """async ([one, two, three, four]) => {
          const { Thread } = await import("/inbox/thread.js");
          const root = document.createElement("section");
          const load = async () => ({ messages: [three], earlier: false, later: false, opted_out: [] });
          const thread = new Thread(root, { load });
          await thread.open(three.to);
          thread.apply([four]);
          thread.apply([two]);
          thread.apply([one]);
          return [...root.querySelectorAll(".text")].map((text) => text.textContent);
        }""",
        messages,
    )
    assert shown == ["one", "two", "three", "four"]


def test_earlier_messages_stay_while_new_ones_come(still, open_page):
    for index in range(60):
        still.created(Body=f"message {index}")
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    expect(page.locator(".message")).to_have_count(50)
    page.get_by_role("button", name="Earlier messages").click()
    expect(page.locator(".message")).to_have_count(60)
    expect(page.get_by_role("button", name="Earlier messages")).to_be_hidden()
    page.get_by_role("textbox", name="Reply").fill("enough")
    page.keyboard.press("Enter")
    expect(page.locator(".message.in .text")).to_have_text("enough")
    still.created(Body="the last one")
    expect(page.locator(".message .text").last).to_have_text("the last one")
    expect(page.locator(".message .text").first).to_have_text("message 0")
    expect(page.locator(".message")).to_have_count(62)


def test_a_reset(still, open_page):
    still.created()
    page = open_page(still)
    page.get_by_role("option", name=TO).click()
    expect(page.locator(".message")).to_have_count(1)
    still.reset()
    expect(page.locator(".message")).to_have_count(0)
    expect(page.get_by_role("option")).to_have_count(0)
    still.created(Body="anew")
    expect(page.locator(".message .text")).to_have_text(["anew"])


async def flood(of, numbers):
    """Create a message to each of these numbers, twenty at a time."""
    login = {"Authorization": aiohttp.encode_basic_auth(*of.auth)}
    waiting = iter(list(enumerate(numbers)))

    async def work(session):
        for index, number in waiting:
            form = {"To": number, "From": FROM, "Body": f"message {index}"}
            async with session.post(of.url + of.messages, data=form) as answer:
                assert answer.status == 201

    async with aiohttp.ClientSession(headers=login) as session:
        await asyncio.gather(*(work(session) for _worker in range(20)))


def run_apart(work):
    """Run a coroutine in a loop of its own thread: Playwright has one in this thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def test_a_flood(open_page):
    """Half of them in one conversation, which is open, and half in as many conversations."""
    with simulator(pace=0, keep=MANY) as crowded:
        crowded.created()
        page = open_page(crowded)
        page.get_by_role("option", name=TO).click()
        others = [f"+1555{index:07}" for index in range(MANY // 2)]
        run_apart(flood(crowded, [number for other in others for number in (other, TO)]))
        crowded.created(Body="the last one")
        expect(page.locator(".message .text").last).to_have_text("the last one")
        expect(page.locator(".message").last).to_be_in_viewport()
        expect(page.get_by_role("option").first).to_contain_text("the last one")
        assert page.get_by_role("option").count() < 50
        assert page.locator(".message").count() <= 300
        page.get_by_role("button", name="Earlier messages").click()
        # Where events were left out all is read again, so that how many are shown may change once more.
        page.wait_for_function(
            """(all) => {
              const shown = [...document.querySelectorAll(".message .text")].map((text) => text.textContent);
              return shown.length > 51 && shown.join() === all.slice(-shown.length).join();
            }""",
            arg=[*(f"message {index}" for index in range(1, MANY, 2)), "the last one"],
        )
        page.get_by_role("listbox").focus()
        for _screen in range(15):
            page.keyboard.press("PageDown")
        expect(page.locator(".row.active")).to_be_in_viewport()
        assert page.get_by_role("option").count() < 50
        page.get_by_role("searchbox").fill(f"message {MANY // 2}")
        expect(page.get_by_role("option")).to_have_count(1)
