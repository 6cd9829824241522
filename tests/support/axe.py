# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What axe-core, which knows the accessibility guidelines of WCAG, finds wrong with a page."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Not among its rules unless asked for: what is read aloud has to contain what is seen.
OPTIONS = {"resultTypes": ["violations"], "rules": {"label-content-name-mismatch": {"enabled": True}}}
# What depends on the colours alone.
COLOURS = ("color-contrast", "link-in-text-block")


def barriers(page: Page, *rules: str) -> list[str]:
    """Each of these rules, or else of all, that is broken, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "runOnly": [*rules]} if rules else OPTIONS
    found = page.evaluate("options => axe.run(options)", options)
    assert found["testEngine"]["name"] == "axe-core"
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]
