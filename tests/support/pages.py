# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages and questions in this process: the work of ``twilio_page`` and ``twilio_ask``, and what they say on the way."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from support.simulator import FROM
from support.work import work

# More than any test takes.
LONG = 100_000
HINT = "Reply ACK {0} to take it, NO {0} to pass"


class Paged:
    """A task that has ended: its result, and what it said on the way."""

    def __init__(self, result, warnings, progress):
        self.result, self.warnings, self.progress = result, warnings, progress

    def __getitem__(self, key):
        return self.result[key]

    def names(self, kind):
        return [entry["who"] for entry in self["timeline"] if entry["kind"] == kind]


def tier(*numbers, wait=LONG, **more):
    return {"name": "first", "numbers": list(numbers), "wait": wait, **more}


def page(server, tiers, *, connection=None, progress=lambda _line: None, **options):
    """Page people, and return what has become of it."""
    told: list[str] = []

    def tell(line):
        told.append(line)
        progress(line)

    given = {"body": "Disk full", "from": FROM, "tiers": tiers, "poll_interval": 0.1, **options}
    result = work("twilio_page", connection or server.connection, progress=tell, **given)
    return Paged(result, result.pop("warnings"), told)


def ask(server, to, **options):
    """Ask a question, and return what has become of it."""
    told: list[str] = []
    given = {"body": "Deploy?", "from": FROM, "to": to, "wait": LONG, "poll_interval": 0.1, **options}
    result = work("twilio_ask", server.connection, progress=told.append, **given)
    return Paged(result, result.pop("warnings"), told)


def sent(twilio):
    """To whom which text was sent, in order."""
    messages = twilio.call("GET", "/simulator/messages", auth=None).json()["messages"]
    return [(message["to"], message["body"]) for message in messages[::-1] if message["direction"] != "inbound"]


def moment(text):
    return datetime.fromisoformat(text).timestamp()


def killed(twilio, tiers, texts=1, **options):
    """Page until that many texts are out, and end as if whoever started it had gone."""
    gone = threading.Event()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(page, twilio, tiers, is_abandoned=gone.is_set, **options)
        twilio.wait(texts)
        gone.set()
        return running.result()


def lack_a_thread(monkeypatch, started):
    """Let the machine have no thread for a request once so many have started; the iterator ends above 0 if it did."""
    start, left = threading.Thread.start, itertools.count(-started)

    def fails_once(thread):
        # The threads of the simulator's side are not daemons.
        if thread.daemon and next(left) == 0:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fails_once)
    return left
