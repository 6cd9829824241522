# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights in which people are asked a question, and what comes of them."""

from __future__ import annotations

from unit.paging.night import ADA, FROM, GRACE, LINUS, Night

from ansible_collections.oncall.twilio.plugins.module_utils._paging.plan import read_question
from ansible_collections.oncall.twilio.plugins.module_utils._paging.question_result import answered

TO = {"Ada": ADA, "Grace": GRACE, "Linus": LINUS}
CODE = "7F3K2M"
HINT = f"Reply YES {CODE} or NO {CODE}"
TEXT = f"Deploy 2.3?\n{HINT}"


def question(**options):
    return read_question({"body": "Deploy 2.3?", "from": FROM, "to": TO, **options}, CODE)


def asking(people=None, options=None, **happens):
    """A night in which somebody is asked, which has not begun yet."""
    night = Night(people or {}, **happens)
    night.plan = question(**(options or {}))
    assert night.plan.problems == ()
    return night


def ask(people=None, options=None, **happens):
    return asking(people, options, **happens).run()


def told(night):
    return answered(night.incident, night.began)


def outcome(night):
    """How it ended, and each person's answer."""
    found = told(night)
    return found["outcome"], found["approved"], [answer["answer"] for answer in found["answers"]]


def verdicts(night):
    """Who was told what when it was decided."""
    return [(to, text) for to, text in night.sent() if "Reply" not in text]
