# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listens to the events of the simulator's page as an open page does, and tells in JSON what it heard."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from urllib.request import ProxyHandler, build_opener

# What the page reads when it is told to read everything again, and how many seconds it lets pass in between.
READ_AGAIN = ("conversations", "thread?with=%2B15551000001", "state")
PAUSE = 1.0
OPEN = build_opener(ProxyHandler({})).open


def main(url: str) -> None:
    heard: Counter[str] = Counter()
    due, is_due = 0.0, False

    def end(_number: int, _frame: object) -> None:
        print(json.dumps(heard), flush=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    with OPEN(f"{url}/simulator/events") as events:
        for line in events:
            if line.startswith(b"event: "):
                event = line[7:].decode().strip()
                heard[event] += 1
                is_due = is_due or event in ("hello", "reload")
            if is_due and time.monotonic() > due:
                due, is_due = time.monotonic() + PAUSE, False
                _read(url)
                heard["read again"] += 1
                if heard["read again"] == 1:
                    print("ready", flush=True)


def _read(url: str) -> None:
    for path in READ_AGAIN:
        with OPEN(f"{url}/simulator/{path}") as answer:
            answer.read()


if __name__ == "__main__":
    main(sys.argv[1])
