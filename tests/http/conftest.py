# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate authority for tests with TLS."""

from __future__ import annotations

import pytest
import trustme


@pytest.fixture(scope="module")
def ca():
    return trustme.CA()
