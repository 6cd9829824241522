# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stub, from the side of those who use it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple


class Server(NamedTuple):
    """A running stub; its ports are named after what they speak and their latency in ms, as in http-100."""

    ports: dict[str, int]
    ca_file: Path

    def url(self, port: str) -> str:
        scheme = "https" if port.startswith("https") else "http"
        return f"{scheme}://127.0.0.1:{self.ports[port]}"

    def counts(self) -> dict[str, Any]:
        """Return what the stub has counted since it was asked last, and when the first message came."""
        # urllib would load all CA certificates each time, and `measure` wants this process small.
        with closing(HTTPConnection("127.0.0.1", self.ports["http-0"])) as connection:
            connection.request("GET", "/counts")
            counts: dict[str, Any] = json.load(connection.getresponse())
        return counts


@contextmanager
def running_server(ca_file: Path) -> Iterator[Server]:
    """Run a stub, which writes its CA's certificate to that file."""
    command = [sys.executable, "-m", "benchmark.stub", str(ca_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(json.loads(process.stdout.readline()), ca_file)
        finally:
            process.terminate()
