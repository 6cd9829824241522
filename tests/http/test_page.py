# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages over HTTP, to people who answer by script, with a clock that runs ten times as fast.

What a page does in which night is tested in tests/unit/paging; here it is that Twilio's answers reach the pager, and
the pager's requests Twilio.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work import page as work
from ansible_collections.oncall.twilio.plugins.module_utils._work.clock import Clock
from support.cast import ASKS, DEAD, OTHER, PASSES, QUOTES, REFUSED, SECOND_NUMBER, SILENT, STOPS, TAKES, TAKES_ALONE
from support.pages import HINT, LONG, killed, lack_a_thread, moment, page, sent, tier
from support.simulator import FROM, SERVICE


@pytest.fixture
def twilio(cast):
    return cast


@pytest.mark.parametrize("number", [TAKES, TAKES_ALONE, QUOTES, ASKS])
def test_what_takes_it(twilio, number):
    twilio.set_clock(speed=0)
    with ThreadPoolExecutor() as threads:
        tiers = [{"name": "first", "numbers": {"Ada": SILENT, "Grace": number}, "wait": LONG}]
        running = threads.submit(page, twilio, tiers)
        # Nobody answers before both texts are out.
        twilio.wait(2)
        twilio.set_clock(speed=10)
        paged = running.result()
    code = paged["code"]
    assert (paged["acknowledged"], paged["outcome"], paged["changed"]) == (True, "acknowledged", True)
    assert paged["by"] == {"name": "Grace", "number": number}
    assert (paged["tier"], paged["round"], paged["resumed"]) == ("first", 1, False)
    assert moment(paged["at"]) - moment(paged["pages"][0]["date"]) >= 4
    texts = sent(twilio)
    assert sorted(texts[:2]) == sorted((to, f"Disk full\n{HINT.format(code)}") for to in (SILENT, number))
    assert set(texts[-2:]) == {
        (number, f"You have taken {code}: Disk full"),
        (SILENT, f"Taken by Grace: {code}: Disk full"),
    }
    answers = [text for to, text in texts if to == number and text.startswith("Your reply was not understood")]
    assert answers == ([f"Your reply was not understood. {HINT.format(code)}"] if number == ASKS else [])
    created = [dict(map(tuple, request["form"])) for request in twilio.ledger() if request["method"] == "POST"]
    assert {form["ValidityPeriod"] for form in created} == {"600"}


@pytest.mark.parametrize("number", [PASSES, DEAD, STOPS, REFUSED])
def test_whoever_passes_is_not_waited_for(twilio, number):
    paged = page(twilio, [tier(number), {"name": "second", "numbers": [TAKES], "wait": LONG}])
    assert paged["by"] == {"name": "second", "number": TAKES}
    first = paged["pages"][0]
    assert first["has_passed"]
    assert first["answer"] == ("declined" if number == PASSES else None)
    assert (first["outcome"], (first["error"] or {}).get("code")) == {
        REFUSED: ("rejected", 21211),
        DEAD: ("sent", 30005),
    }.get(number, ("sent", None))
    assert paged["opted_out"] == ([{"name": "", "number": STOPS}] if number == STOPS else [])
    assert paged["refused"] == ([{"name": "", "number": REFUSED}] if number == REFUSED else [])
    assert next(text for to, text in sent(twilio) if to == TAKES).startswith("Escalation 1 of 1: Disk full")


def test_nobody_takes_it(twilio):
    first = {"name": "first", "numbers": {"Ada": SILENT}, "wait": 10}
    tiers = [first, {"name": "second", "numbers": [OTHER], "wait": 10}]
    paged = page(twilio, tiers, repeat=2)
    assert paged["failed"]
    assert paged["msg"] == f"Nobody has taken {paged['code']} (Disk full). Paged: Ada ({SILENT}), {OTHER}."
    assert [(entry["to"], entry["round"]) for entry in paged["pages"]] == [
        *((SILENT, 1), (OTHER, 1), (SILENT, 2), (OTHER, 2))
    ]
    nobody = f"Nobody has taken {paged['code']}, and the page has ended: Disk full"
    assert sorted(to for to, text in sent(twilio) if text == nobody) == [SILENT, OTHER]
    dates = [moment(entry["date"]) for entry in paged["pages"]]
    # By the server's clock, which runs faster than this machine's.
    assert dates[-1] - dates[0] >= 29
    begun, entry = paged["timeline"][:2]
    assert begun["text"].startswith(f"The code is {paged['code']}. If this run is interrupted")
    assert (entry["kind"], entry["who"], entry["number"]) == ("paged", "Ada", SILENT)
    assert any(line.endswith("Ada is paged (first)") for line in paged.progress)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "server_error", "times": 4},
        {"kind": "rate_limited", "times": 4, "retry_after": 3600},
        {"kind": "html_page", "times": 4},
        {"kind": "rate_limited", "times": 4, "code": 21611},
    ],
    ids=lambda fault: fault["kind"],
)
def test_an_outage_delays_a_page(twilio, fault):
    twilio.fault(operation="create", **fault)
    paged = page(twilio, [tier(TAKES)])
    assert paged["acknowledged"]
    assert paged["pages"][0]["attempts"] == 5
    assert sum("is not paged yet" in line for line in paged.progress) == 4


def test_no_server_at_all_for_a_while(twilio):
    connection = {**twilio.connection, "api_url": "http://127.0.0.1:9"}
    paged = page(twilio, [tier(TAKES, wait=3)], connection=connection, retries=0)
    assert paged["failed"]
    assert "Paged: nobody. Not paged: " + TAKES in paged["msg"]
    assert paged["pages"][0]["attempts"] >= 2
    assert paged["pages"][0]["outcome"] == "not_tried"


def test_a_hanging_list_holds_up_a_page_for_five_seconds_in_all(twilio, monkeypatch):
    monkeypatch.setattr(work, "LOOK_UP_TIME", 0.3)
    twilio.fault("slow", operation="list", times=4, seconds=100)
    tiers = [{"name": "first", "numbers": [SILENT, OTHER, TAKES], "wait": LONG}]
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, tiers)
        # It waits for less long than the lists hang.
        pages = twilio.wait(3, body="Reply ACK")
        twilio.call("DELETE", "/simulator/faults", auth=None)
        twilio.inbound("ack", OTHER, To=FROM)
        paged = running.result()
    assert sorted(message["to"] for message in pages) == sorted([SILENT, OTHER, TAKES])
    assert paged["acknowledged"]
    # Whose patience ends first, that of the request or of whoever waits for it, is for the operating system to say.
    (warning,) = paged.warnings
    assert warning.startswith("An earlier page may be repeated, since Twilio's list could not be read: ")


def test_a_slow_request_holds_up_nobody_elses_page(twilio):
    twilio.fault("slow", operation="create", times=1, seconds=1.5, number=SILENT)
    paged = page(twilio, [tier(SILENT, TAKES)])
    assert paged["acknowledged"]
    assert paged.names("paged")[0] == TAKES


def test_a_key_that_may_send_and_not_read(twilio):
    for operation in ("list", "fetch"):
        twilio.fault("twilio_error", operation=operation, code=20008)
    # The last look takes half a minute.
    twilio.set_clock(speed=50)
    paged = page(twilio, [tier(SILENT, wait=10), {"name": "second", "numbers": [OTHER], "wait": 10}])
    # At this speed, the first text may be written after the second one.
    assert {to for to, text in sent(twilio) if HINT.format(paged["code"]) in text} == {SILENT, OTHER}
    assert "Replies could not be read: Resource not accessible with Test Account Credentials" in paged["msg"]
    assert sum("Replies cannot be read" in line for line in paged.progress) == 1


def test_an_answer_that_is_lost_is_found_in_the_list(twilio):
    # After the sixth attempt there is half a minute, in which the list shows that it was not in vain.
    twilio.fault("server_error", operation="create", times=5)
    twilio.fault("lost_response", operation="create", times=1)
    paged = page(twilio, [tier(TAKES)])
    assert paged["acknowledged"]
    assert paged["pages"][0]["attempts"] == 6
    assert len([to for to, text in sent(twilio) if "Reply" in text]) == 1


def test_the_reply_to_another_number_of_the_pool(twilio):
    sender = {"from": None, "messaging_service_sid": SERVICE}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, [tier(SILENT)], code="7F3", **sender)
        twilio.wait()
        twilio.inbound("ack 7f3", SILENT, To=SECOND_NUMBER)
        paged = running.result()
    assert paged["by"]["number"] == SILENT
    assert paged["replies"][0]["to"] == SECOND_NUMBER


def test_a_stranger_does_not_count(twilio):
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, [tier(TAKES), tier(OTHER)], code="7F3")
        twilio.wait()
        twilio.inbound("ACK 7F3", OTHER, To=FROM)
        paged = running.result()
    assert paged["by"]["number"] == TAKES


@pytest.mark.parametrize("started", [0, 1, 2, 5])
def test_a_machine_without_a_thread_to_spare_ends_no_page(twilio, monkeypatch, started):
    left = lack_a_thread(monkeypatch, started)
    assert page(twilio, [tier(TAKES)])["by"]["number"] == TAKES
    assert next(left) > 0


def test_a_code_that_another_text_contains_is_not_used(twilio, monkeypatch):
    codes = iter(["7F3", "7F3", "9XZ"])
    monkeypatch.setattr(work, "_fresh_code", lambda: next(codes))
    twilio.created(To=TAKES, From=FROM, Body="Queue stuck\nReply ACK 7F3 to take it, NO 7F3 to pass")
    assert page(twilio, [tier(TAKES)])["code"] == "9XZ"


def test_two_incidents_at_once(twilio):
    with ThreadPoolExecutor() as threads:
        disk, queue = (
            threads.submit(page, twilio, [tier(SILENT, OTHER)], body=message, code=code)
            for message, code in (("Disk full", "7F3"), ("Queue stuck", "9XZ"))
        )
        twilio.wait(4)
        twilio.inbound("ack 9xz", SILENT, To=FROM)
        twilio.inbound("no 7f3", SILENT, To=FROM)
        twilio.inbound("ack 7f3", OTHER, To=FROM)
        disk, queue = disk.result(), queue.result()
    assert (disk["by"]["number"], queue["by"]["number"]) == (OTHER, SILENT)
    # Each answers to one of them, and to nothing else.
    assert not [text for _to, text in sent(twilio) if "not understood" in text]


def test_killed_and_run_again_it_goes_on(twilio):
    tiers = [{"name": "first", "numbers": [DEAD], "wait": LONG}, {"name": "second", "numbers": [SILENT], "wait": LONG}]
    first = killed(twilio, tiers, 2)
    assert first["failed"]
    assert first["msg"].startswith(f"Interrupted. The page {first['code']} is still open. Run it again to continue it")
    twilio.inbound("ack", SILENT, To=FROM)
    second = page(twilio, tiers)
    assert (second["resumed"], second["code"]) == (True, first["code"])
    assert [entry["outcome"] for entry in second["pages"]] == ["duplicate", "duplicate"]
    assert [text for _to, text in sent(twilio)][2:] == [f"You have taken {first['code']}: Disk full"]
    # What was taken is over.
    third = killed(twilio, tiers, 4)
    assert (third["resumed"], third["code"] == first["code"]) == (False, False)


def test_check_mode_shows_the_plan_and_sends_nothing(twilio):
    tiers = [{"name": "first", "numbers": {"Ada": SILENT}, "wait": "5m"}, {"name": "second", "numbers": [OTHER]}]
    paged = page(twilio, tiers, check_mode=True, code="7F3", repeat=2)
    assert (paged["changed"], paged["acknowledged"], paged["pages"]) == (True, False, [])
    assert [(entry["tier"], entry["round"], entry["after_seconds"]) for entry in paged["plan"]] == [
        ("first", 1, 0),
        ("second", 1, 300),
        ("first", 2, 600),
        ("second", 2, 900),
    ]
    assert paged["plan"][0]["recipients"] == [{"name": "Ada", "to": SILENT, "outcome": "planned"}]
    assert (paged["plan"][0]["text"], paged["plan"][0]["segments"]) == (f"Disk full\n{HINT.format('7F3')}", 1)
    assert {request["method"] for request in twilio.ledger()} == {"GET"}
    killed(twilio, tiers, code="7F3", repeat=2)
    again = page(twilio, tiers, check_mode=True, code="7F3", repeat=2)
    outcomes = [recipient["outcome"] for entry in again["plan"] for recipient in entry["recipients"]]
    assert outcomes == ["duplicate", "planned", "planned", "planned"]


WRONG = {
    "tiers": [{"numbers": ["5551230002", None, TAKES], "wait": None, "note": 1}, {"name": "empty", "numbers": []}],
    "poll_interval": 0,
    "accept": ["👍"],
    "code": "7 F3",
}


def test_check_mode_refuses_what_is_wrong_all_together(twilio):
    connection = {**twilio.connection, "account_sid": "AC1"}
    paged = page(twilio, check_mode=True, connection=connection, **WRONG)
    assert paged["failed"]
    options = [problem.partition(":")[0] for problem in paged["problems"]]
    assert options == ["account_sid", *["tiers"] * 5, "accept", "accept", "code", "poll_interval"]
    assert twilio.ledger() == []


def test_at_night_everybody_else_is_paged(twilio):
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, **WRONG)
        paged = running.result()
    assert paged["by"]["number"] == TAKES
    assert len(paged.warnings) == 9
    assert paged["left_out"] == paged.warnings


def test_nobody_to_page_fails_before_anything(twilio):
    paged = page(twilio, [tier("5551230002")])
    assert paged["failed"]
    assert "contains nobody to page" in paged["msg"]
    assert page(twilio, None)["problems"] == ["tiers: is required. Name the people to page, tier by tier."]
    assert twilio.ledger() == []


def test_no_log_leaves_numbers_and_texts_off_the_screen(twilio):
    paged = page(twilio, [tier(TAKES, "x", DEAD)], no_log=True)
    assert paged["acknowledged"]
    screen = "\n".join(paged.progress + paged.warnings)
    assert not any(word in screen for word in ("+1", "5551", "Disk", "ack", paged["code"]))
    assert "Somebody is paged (first)" in screen
    assert "It is taken" in screen


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="Only Linux has a clock that stands still in sleep")
def test_the_clock_goes_on_while_the_machine_sleeps(monkeypatch):
    clock, now = Clock(SimpleNamespace(clock_offset=0.0), follows_server=False), time.clock_gettime  # type: ignore[arg-type]
    monkeypatch.setattr(time, "clock_gettime", lambda which: now(which) + 600 * (which == time.CLOCK_BOOTTIME))
    assert 600 <= clock() < 700


def test_a_date_from_elsewhere_does_not_end_a_page():
    """Twilio's dates are not relied on, since a proxy's error page may have another one."""
    client: Any = SimpleNamespace(clock_offset=0.0)
    clock = Clock(client, follows_server=False)
    client.clock_offset = 1e6
    assert clock() < 1e5
    # On this machine, the server may be a simulator with a fast clock; it never goes back.
    client.clock_offset = 0.0
    clock = Clock(client, follows_server=True)
    client.clock_offset = 1e6
    assert clock() < 1e5
    client.clock_offset = 1e6 + 500
    assert 500 <= clock() < 1000
    client.clock_offset = 1e6
    assert clock() >= 500
