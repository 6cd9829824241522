# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People who are paged or asked, each of whom always does the same; so one simulator serves all nights."""

from __future__ import annotations

TAKES, TAKES_ALONE, PASSES, DEAD, ASKS, QUOTES, STOPS = (f"+1555123010{number}" for number in range(7))
SILENT, OTHER = "+15551230201", "+15551230202"
SAYS_YES, SAYS_NO = "+15551230205", "+15551230206"
SLEEPER, BUSY = "+15551230203", "+15551230204"
REFUSED = "+15005550001"
SECOND_NUMBER = "+15552224444"
CAST = {
    TAKES: {"text": "ok, ack {code}!", "after": 4, "find": r"ACK (?P<code>\w+) to"},
    TAKES_ALONE: {"text": "Ack.", "after": 4, "find": "ACK"},
    PASSES: {"text": "No  {code}, sorry", "after": 4, "find": r"NO (?P<code>\w+) to"},
    DEAD: {"undeliverable": 30005},
    ASKS: [
        {"text": "what is this", "after": 2, "find": "^Disk"},
        {"text": "ACK {code}", "after": 2, "find": r"not understood[^$]*ACK (?P<code>\w+)"},
    ],
    QUOTES: {"text": "ack {code}\n> ACK {code} to take it, NO {code}", "after": 4, "find": r"ACK (?P<code>\w+) to"},
    SLEEPER: ["asleep", {"text": "ACK {code}", "after": 1, "find": r"ACK (?P<code>\w+) to"}],
    BUSY: "busy",
    SAYS_YES: {"text": "ok, yes {code} thanks", "after": 4, "find": r"YES (?P<code>\w+) or"},
    SAYS_NO: {"text": "No {code}", "after": 4, "find": r"NO (?P<code>\w+)"},
    STOPS: {"text": "STOP", "after": 4, "find": "ACK"},
}  # fmt: skip
