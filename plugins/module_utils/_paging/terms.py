# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words for a page or a question in problems, on the screen and in the timeline. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Terms(NamedTuple):
    """The noun for a text, the verb for sending it to somebody, and its participle."""

    noun: str
    verb: str
    done: str


PAGE = Terms("page", "page", "paged")
QUESTION = Terms("question", "ask", "asked")
