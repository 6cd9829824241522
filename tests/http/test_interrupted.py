# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A send or a page that ends early: a task's timeout, or an Ansible that has gone."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from support.cast import SILENT
from support.faults import FaultyTwilio, refusal
from support.pages import page, tier
from support.send import WELL, outcomes, recipients, send


@pytest.fixture(autouse=True)
def _kept_handlers():
    """Ansible's handler of a task's timeout, which raises, and those of other signals are the same afterwards."""

    def handler(_number, _frame):
        raise AssertionError

    before = signal.signal(signal.SIGALRM, handler)
    yield
    assert signal.signal(signal.SIGALRM, before) is handler


def test_a_tasks_timeout_tells_what_went_out():
    def choose(_request):
        if len(server.accepted) == 10:
            handlers.append([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)])
            os.kill(os.getpid(), signal.SIGALRM)
        time.sleep(0.01)
        return WELL

    handlers: list[object] = []
    untouched = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with FaultyTwilio(choose).running() as server:
        result = send(server.url, to=recipients(200), concurrency=4)
    assert 10 <= outcomes(result).count("sent") == len(server.accepted) < 200
    assert set(outcomes(result)) == {"sent", "not_tried"}
    assert "The task's timeout was reached before the request was made" in result["msg"]
    # Ansible does not wait for its workers after any other signal.
    assert handlers[0] == untouched


def ring_after(fate):
    """Each create request gets this, and the task's timeout is up soon after it."""

    def choose(_request):
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGALRM)).start()
        return fate

    return choose


def test_a_tasks_timeout_ends_waiting():
    with FaultyTwilio(ring_after(WELL)).running() as server:
        result = send(server.url, to=recipients(1), wait=True, wait_timeout=60, wait_timeout_fails=True)
    assert outcomes(result) == ["sent"]
    assert result["msg"].startswith(f"Not delivered at the task's timeout: {recipients(1)[0]}")


def test_a_tasks_timeout_starts_no_request_after_a_pause():
    slow_down = refusal(429, 20429, Retry_After="50")
    with FaultyTwilio(ring_after((False, slow_down))).running() as server:
        began = time.monotonic()
        result = send(server.url, to=recipients(3), concurrency=1, retries=1)
    assert time.monotonic() - began < 25
    assert len(server.posts()) == 1
    assert server.accepted == []
    assert "sent" not in outcomes(result)


def test_a_tasks_timeout_ends_a_page_that_can_be_continued(cast):
    def stop(line):
        if "is paged" in line:
            os.kill(os.getpid(), signal.SIGALRM)

    paged = page(cast, [tier(SILENT)], progress=stop)
    assert paged["failed"]
    assert paged["msg"].startswith(f"Interrupted. The page {paged['code']} is still open. Run it again")


def test_who_has_gone_needs_no_more_messages():
    def choose(_request):
        time.sleep(0.05)
        return WELL

    with FaultyTwilio(choose).running() as server:
        result = send(server.url, to=recipients(100), concurrency=1, is_abandoned=lambda: len(server.accepted) >= 5)
    assert result["failed"]
    assert 5 <= len(server.accepted) < 20


@pytest.mark.parametrize("wait", [False, True])
def test_a_task_that_begins_after_its_run_has_gone_sends_nothing(wait):
    with FaultyTwilio(lambda _request: WELL).running() as server:
        result = send(server.url, to=recipients(3), wait=wait, is_abandoned=lambda: True)
    assert result["failed"]
    assert server.posts() == []


def test_who_has_gone_waits_for_no_delivery():
    began = time.monotonic()
    with FaultyTwilio(lambda _request: WELL).running() as server:
        send(server.url, wait=True, wait_timeout=60, is_abandoned=lambda: bool(server.accepted))
    assert time.monotonic() - began < 30
