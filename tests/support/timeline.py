# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of a drill's timeline for the documentation: `make timeline` runs the drill and draws what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from support.paths import CHECKOUT
from support.playbook import run_playbook

PICTURE = CHECKOUT / "docs" / "docsite" / "rst" / "images" / "drill_timeline.svg"

# In pixels.
WIDTH, LEFT, RIGHT, TOP, LANE = 760, 110, 30, 40, 62
COLOURS = {"accepted": "#1a7f37", "declined": "#9a6700", "undelivered": "#cf222e", "failed": "#cf222e"}
PAGED = "#0969da"
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.muted{fill:#6e7781;font-size:11px}"
    "line{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#9198a1}line{stroke:#3d444d}}"
)


def draw(timeline: Sequence[Mapping[str, Any]]) -> str:
    """Draw entries as of ``drill_timeline`` (``seconds``, ``clock``, ``who``, ``kind``, ``text``), a lane a person."""
    people = list(dict.fromkeys(entry["who"] for entry in timeline))
    last = max(int(entry["seconds"]) for entry in timeline) or 1
    height = TOP + LANE * len(people)
    parts = []
    for lane, who in enumerate(people):
        y = TOP + LANE * lane + LANE // 2
        parts.append(f'<text x="12" y="{y + 4}">{escape(who)}</text>')
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>')
    for minute in range(0, last // 60 + 1, 2 if last > 360 else 1):
        x = _x(minute * 60, last)
        parts.append(f'<line x1="{x}" y1="{TOP - 10}" x2="{x}" y2="{height}" stroke-dasharray="2 4"/>')
        parts.append(f'<text class="muted" text-anchor="middle" x="{x}" y="{TOP - 18}">{minute} min</text>')
    told: list[str] = []
    for entry in timeline:
        who = entry["who"]
        x, y = _x(int(entry["seconds"]), last), TOP + LANE * people.index(who) + LANE // 2
        label = f"{entry['clock']} {str(entry['text']).removeprefix(f'{who} ')}"
        # Near the right edge there is more room on the left. Every other label of a lane is below it.
        anchor = "end" if x > WIDTH / 2 else "start"
        below = told.count(who) % 2
        told.append(who)
        parts.append(f'<circle cx="{x}" cy="{y}" r="6" fill="{COLOURS.get(str(entry["kind"]), PAGED)}"/>')
        parts.append(f'<text text-anchor="{anchor}" x="{x}" y="{y + 22 if below else y - 12}">{escape(label)}</text>')
    title = "A page goes from tier to tier until somebody takes it"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
    return "\n".join([head, f"<title>{title}</title><style>{STYLE}</style>", *parts, "</svg>", ""])


def _x(seconds: int, last: int) -> int:
    return LEFT + 10 + round((WIDTH - LEFT - RIGHT - 20) * seconds / last)


def rehearse() -> list[dict[str, Any]]:
    """Run the drill and return its timeline."""
    run = run_playbook("oncall.twilio.drill")
    if run.returncode:
        raise SystemExit(run.output)
    timeline: list[dict[str, Any]] = run["Put the timeline together"]["results"][-1]["ansible_facts"]["drill_timeline"]
    return timeline


if __name__ == "__main__":
    PICTURE.write_text(draw(rehearse()))
