# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index page, as a browser would read it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from support.simulator import Simulator

EVIL = '"><script>alert(1)</script>&amp;'
VOID = {"meta", "link"}


class Reader(HTMLParser):
    """Collects tags, attributes and text; fails on tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [value for name, value in attrs if name in ("src", "href") and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(simulator: Simulator) -> Reader:
    response = simulator.call("GET", "/", auth=None)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return Reader(response.text)


def test_empty_page_tells_how_to_send(slow: Simulator) -> None:
    page = read(slow)
    assert f"curl {slow.url}{slow.messages}" in page.text
    assert "article" not in page.tags


@pytest.mark.parametrize("field", ["Body", "To", "From", "MediaUrl", "NotOfTwilio", EVIL])
def test_everything_is_escaped(swift: Simulator, field: str) -> None:
    value = {"To": f"messenger:{EVIL}", "From": EVIL, "MediaUrl": f"https://x.example/{EVIL}"}.get(field, EVIL)
    refused = field in ("To", "From")
    assert swift.create(**{field: value}).status_code == (400 if refused else 201)
    page = read(swift)
    assert "script" not in page.tags
    assert (value in page.text) is not refused


def test_messages_newest_first(swift: Simulator) -> None:
    swift.eventually(swift.created(Body="первое")["uri"], "delivered")
    second = swift.created(Body="second", To="+15557779999", MediaUrl="https://x.example/a.png", Attempt="2")
    swift.eventually(second["uri"], "undelivered")
    page = read(swift)
    assert page.tags.count("article") == page.tags.count("details") == 2
    newer, older = page.text.split("Form fields")[:2]
    assert re.search(r"\+15557779999\s+undelivered 30005\s+from \S+\s+second", newer)
    assert all(part in newer for part in ("+15557779999", "https://x.example/a.png", "MMS", second["sid"]))
    assert all(part in older for part in ("первое", "1 segment, UCS-2", "delivered", "Attempt"))


def test_nothing_from_outside(slow: Simulator) -> None:
    page = read(slow)
    assert page.outside == ["data:,"]
    assert "url(" not in page.text
