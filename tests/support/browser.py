# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real browser, without a window: the machine's own Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

# The first one has no windows to draw, and takes a third of the others' time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Nothing but the page under test: no updates, no sync, no word to anybody.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Open a page in a browser that knows nothing yet.

    When it ends, nothing may have gone wrong in it, and it may have asked for nothing from elsewhere.
    """
    settings = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "UTC"} | options
    context = browser.new_context(**settings)
    context.set_default_timeout(60_000)
    page = context.new_page()
    wrong: list[str] = []

    def hear(note: ConsoleMessage) -> None:
        # That a server is gone, or that it refused, the browser calls an error by itself.
        if note.type == "error" and "Failed to load" not in note.text:
            wrong.append(note.text)

    def watch(request: Request) -> None:
        if not request.url.startswith(url):
            wrong.append(request.url)

    page.on("console", hear)
    page.on("request", watch)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert wrong == []
