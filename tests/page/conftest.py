# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's page in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import chromium, find_chromium, opened
from support.simulator import Simulator, simulator

expect.set_options(timeout=60_000)

RINGS = "+15550009999"

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the page last: once the browser lives, Playwright's event loop runs in this thread, no other."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    if find_chromium() is None:
        pytest.skip("there is no Chromium on this machine; `nox --session programs` installs it where it can")
    with ExitStack() as stack:
        yield stack.enter_context(chromium())


@pytest.fixture(scope="session")
def _still() -> Iterator[Simulator]:
    with ExitStack() as stack:
        yield stack.enter_context(
            simulator(pace=1, speed=0, undeliverable={"+15557779999": 30005}, people={RINGS: "lets it ring"})
        )


@pytest.fixture
def still(_still: Simulator) -> Simulator:
    """A simulator whose clock stands: nothing happens until `advance`.

    +15557779999 is undeliverable, and whose phone +15550009999 is waits for somebody to answer it on the page.
    """
    _still.reset()
    return _still


@pytest.fixture
def open_page(_browser: Browser) -> Iterator[Open]:
    """Open the page of a simulator, with options of a browser context."""
    with ExitStack() as stack:

        def open_it(of: Simulator, **options: Any) -> Page:
            return stack.enter_context(opened(_browser, of.url, **options))

        yield open_it
