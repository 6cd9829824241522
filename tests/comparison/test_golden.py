# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files in tests/golden are what Twilio's packages say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from golden import make

FILES = {
    "twilio_api.json": make.api,
    "segments.json": make.segments,
    "smart_encoding.json": make.smart_encoding,
}


@pytest.mark.parametrize(("name", "made"), FILES.items())
def test_made_anew(name: str, made: Callable[[], str]) -> None:
    assert (make.HERE / name).read_text() == made()
