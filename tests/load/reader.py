# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listens to the events of the simulator's page as an open page does, and tells in JSON what it heard."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from urllib.request import ProxyHandler, build_opener


class Ended(Exception):
    """There is no more to hear."""


def end(_number: int, _frame: object) -> None:
    raise Ended


def main(url: str) -> None:
    heard: Counter[str] = Counter()
    signal.signal(signal.SIGTERM, end)
    try:
        with build_opener(ProxyHandler({})).open(url) as events:
            for line in events:
                if line.startswith(b"event: "):
                    heard[line[7:].decode().strip()] += 1
                    if heard.total() == 1:
                        print("ready", flush=True)
    except Ended:
        pass
    print(json.dumps(heard))


if __name__ == "__main__":
    main(sys.argv[1])
