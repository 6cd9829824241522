# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How hypothesis works here: the same examples each time, more of them in the matrix.

HYPOTHESIS_PROFILE=search looks for others, for long.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("checks", derandomize=True, database=None, deadline=None, max_examples=10)
settings.register_profile("matrix", derandomize=True, database=None, deadline=None, max_examples=100)
settings.register_profile("search", database=None, deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "checks"))
