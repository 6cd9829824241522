# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pictures of what happens when, for the guides: `nox -s pictures` runs the jobs against simulators and draws that."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from support.paths import CHECKOUT
from support.playbook import GROUP, Run, run_playbook, run_plays
from support.simulator import FROM, TO, Simulator, simulator

IMAGES = CHECKOUT / "docs" / "docsite" / "rst" / "images"

# In pixels.
WIDTH, LEFT, RIGHT, TOP, LANE, CHARACTER = 760, 110, 30, 40, 62, 7
GREEN, AMBER, RED, BLUE = "#1a7f37", "#9a6700", "#cf222e", "#0969da"
COLOURS = {"accepted": GREEN, "ok": GREEN, "declined": AMBER, "undelivered": RED, "failed": RED, "failing": RED}
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.muted{fill:#6e7781;font-size:11px}"
    "line{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#9198a1}line{stroke:#3d444d}}"
)
PHONE = "phone"

# Where the guide shows what the drill prints.
GUIDE = CHECKOUT / "docs" / "docsite" / "rst" / "guide_paging.rst"
PRINTED = "  $ ansible-playbook oncall.twilio.drill\n  ..."
SHOWN = ("failing", "paged", "undelivered", "rung", "accepted", "declined")

# As in the timeline of a page: ``seconds``, ``clock``, ``who``, ``kind`` and ``text``.
Entry = Mapping[str, Any]


def draw(timeline: Sequence[Entry], title: str) -> str:
    """Draw what happened as SVG, a lane for everybody in the order in which they come up."""
    lanes = list(dict.fromkeys(entry["who"] for entry in timeline))
    last = max(int(entry["seconds"]) for entry in timeline) or 1
    height = TOP + LANE * len(lanes)
    parts = []
    for lane, who in enumerate(lanes):
        y = TOP + LANE * lane + LANE // 2
        parts.append(f'<text x="12" y="{y + 4}">{escape(who)}</text>')
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>')
    unit, name = (60, "min") if last >= 120 else (1, "s")
    for number in range(0, last // unit + 1, 2 if last > 6 * unit else 1):
        x = _x(number * unit, last)
        parts.append(f'<line x1="{x}" y1="{TOP - 10}" x2="{x}" y2="{height}" stroke-dasharray="2 4"/>')
        parts.append(f'<text class="muted" text-anchor="middle" x="{x}" y="{TOP - 18}">{number} {name}</text>')
    taken: list[tuple[int, int, int]] = []
    for entry in timeline:
        who = entry["who"]
        x, y = _x(int(entry["seconds"]), last), TOP + LANE * lanes.index(who) + LANE // 2
        label = f"{entry['clock']} {str(entry['text']).removeprefix(f'{who} ').removeprefix('is ')}"
        anchor, line = _place(x, y, CHARACTER * len(label), taken)
        parts.append(f'<circle cx="{x}" cy="{y}" r="6" fill="{COLOURS.get(str(entry["kind"]), BLUE)}"/>')
        parts.append(f'<text text-anchor="{anchor}" x="{x}" y="{line}">{escape(label)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
    return "\n".join([head, f"<title>{title}</title><style>{STYLE}</style>", *parts, "</svg>", ""])


def _place(x: int, y: int, width: int, taken: list[tuple[int, int, int]]) -> tuple[str, int]:
    """Return where a label has room: its anchor and its line; ``taken`` is left, right and line of others."""
    # Near the right edge there is more room on the left.
    anchors = ("end", "start") if x > WIDTH / 2 else ("start", "end")
    places = [(anchor, line) for anchor in anchors for line in (y - 12, y + 22)]
    for anchor, line in places:
        left, right = (x - width, x) if anchor == "end" else (x, x + width)
        if (
            left >= LEFT
            and right <= WIDTH
            and not any(line == other and left < end and begin < right for begin, end, other in taken)
        ):
            taken.append((left, right, line))
            return anchor, line
    return places[0]


def _x(seconds: int, last: int) -> int:
    return LEFT + 10 + round((WIDTH - LEFT - RIGHT - 20) * seconds / last)


def rehearse() -> list[Entry]:
    """Run the drill, show in the guide what it prints, and return what its picture shows."""
    run = run_playbook("oncall.twilio.drill")
    if run.returncode:
        raise SystemExit(run.output)
    before, _mark, after = GUIDE.read_text().partition(PRINTED)
    rest = after[after.index("\n\n") :]
    lines = "".join(f'\n      "{line}",' for line in run["Show the timeline"]["msg"])
    GUIDE.write_text(f"{before}{PRINTED}{lines}{rest}")
    return shown(result_of(run)["timeline"])


def result_of(run: Run) -> dict[str, Any]:
    """Return the result of the page in a run of the drill."""
    facts = run["oncall.twilio.page_on_call : Put the result into a fact"]["ansible_facts"]
    result: dict[str, Any] = facts["page_on_call_result"]
    return result


def shown(timeline: Sequence[Entry]) -> list[Entry]:
    """Return what of a page's timeline its picture has room for."""
    found: list[Entry] = []
    for entry in timeline:
        is_news = entry["kind"] in SHOWN and (entry["kind"], entry["who"]) not in {(e["kind"], e["who"]) for e in found}
        if is_news:
            end = {"accepted": "\n", "declined": "\n", "rung": " ("}.get(str(entry["kind"]), ":")
            found.append({**entry, "text": str(entry["text"]).partition(end)[0]})
    return found


def deploy() -> list[Entry]:
    """Deploy to three hosts, one of which fails and is rolled back, and tell of it."""
    notify = {"name": "oncall.twilio.notify_deployment"}
    tell = {"ansible.builtin.include_role": notify, "name": "Tell how it went"}
    started = {"ansible.builtin.include_role": {**notify, "tasks_from": "started"}, "name": "Tell that it begins"}
    works = [
        _task("Install", "sleep {{ 2 + groups.all.index(inventory_hostname) }}"),
        _task("Check", "sleep 1; test {{ inventory_hostname }} != web2"),
    ]
    block = {"block": works, "rescue": [_task("Roll back", "sleep 2")], "always": [tell]}
    variables = {
        "notify_deployment_application": "shop",
        "notify_deployment_version": "2.4",
        "notify_deployment_to": TO,
        "notify_deployment_from": FROM,
    }
    with simulator(pace=0) as twilio:
        run = _run(twilio, [started, block], variables)
    return _entries(run, ("Install", "Check", "Roll back"), "oncall.twilio.notify_deployment : Send the text")


def fail() -> list[Entry]:
    """Run a play that fails, with the callback enabled."""
    settings = {"ANSIBLE_CALLBACKS_ENABLED": "oncall.twilio.twilio_sms", "TWILIO_SMS_TO": TO, "TWILIO_SMS_FROM": FROM}
    tasks = [
        _task("Begin", "true"),
        _task("Back up", "sleep 2"),
        _task("Restart the shop", "sleep 1; test {{ inventory_hostname }} != web2"),
    ]
    with simulator(pace=0) as twilio:
        account, token = twilio.auth
        credentials = {"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_URL": twilio.url}
        run = _run(twilio, tasks, {}, {**settings, **credentials})
        (message,) = twilio.wait()
    entries = _entries(run, ("Back up", "Restart the shop"), "")
    last = entries[-1]
    return [*entries, {**last, "who": PHONE, "kind": "sent", "text": message["body"].splitlines()[0]}]


def _task(name: str, command: str) -> dict[str, Any]:
    return {"name": name, "ansible.builtin.shell": command}


def _run(
    twilio: Simulator, tasks: Sequence[Entry], variables: Entry, environment: Mapping[str, str] | None = None
) -> Run:
    hosts = ("web1", "web2", "web3")
    play = {
        "name": "Deploy the shop",
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {GROUP: twilio.connection},
        "vars": {**variables, "ansible_python_interpreter": sys.executable},
        "tasks": tasks,
    }
    return run_plays([play], ["-i", f"{','.join(hosts)},", "-c", "local"], environment)


def _entries(run: Run, shown: Sequence[str], sends: str) -> list[Entry]:
    """Return what came of these tasks on their hosts, and of the one that sends on the phone."""
    began = run.outcomes[0].at
    entries = []
    for outcome in run.outcomes:
        seconds = round(outcome.at - began)
        common = {"seconds": seconds, "clock": f"{seconds} s"}
        if outcome.task == sends:
            text = outcome.result["message"]["body"].splitlines()[0]
            entries.append({**common, "who": PHONE, "kind": "sent", "text": text})
        elif outcome.task in shown and outcome.status in ("ok", "failed"):
            words = f"{outcome.task}: {outcome.status}"
            entries.append({**common, "who": outcome.host, "kind": outcome.status, "text": words})
    return sorted(entries, key=lambda entry: (entry["seconds"], entry["who"]))


PICTURES = {
    "drill_timeline.svg": (rehearse, "A page goes from tier to tier until somebody takes it"),
    "deployment_timeline.svg": (
        deploy,
        "A deployment fails on one of three hosts, is rolled back, and is reported",
    ),
    "callback_timeline.svg": (fail, "A playbook fails on one of three hosts, and a text says so"),
}


if __name__ == "__main__":
    for name, (happen, title) in PICTURES.items():
        (IMAGES / name).write_text(draw(happen(), title))
