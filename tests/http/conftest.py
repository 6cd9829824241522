# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate authority, and the event source as ansible-rulebook loads it."""

from __future__ import annotations

import runpy

import pytest
import trustme

from support.inbound import COLLECTIONS, PATH


@pytest.fixture(scope="module")
def ca():
    return trustme.CA()


@pytest.fixture(scope="module")
def main():
    """The source's entry point."""
    return runpy.run_path(f"{COLLECTIONS}/{PATH}")["main"]
