# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator where clients look for Twilio: at https://api.twilio.com."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import trustme

from support.faults import Behaviour, FaultyServer, Request, answer
from support.simulator import Simulator

HOST = "api.twilio.com"


class FrontDoor(NamedTuple):
    """The proxy that leads to the simulator whatever is sought, and the file of the CA that vouches for it."""

    proxy: str
    ca_file: Path


class _Tunnel(FaultyServer):
    """Takes what comes through a tunnel to the simulator."""

    def __init__(self, simulator: Simulator, tls: ssl.SSLContext) -> None:
        super().__init__(tls=tls, is_proxy=True)
        self.simulator = simulator

    def behaviour(self, request: Request) -> Behaviour:
        assert request.headers["Host"] == HOST
        method, path, _version = request.line.split(" ")
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        response = self.simulator.call(method, path, data=request.body, headers=headers, auth=None)
        return answer(response.status_code, response.content, response.headers.get("Content-Type", ""))


@contextmanager
def front_door(simulator: Simulator, directory: Path) -> Iterator[FrontDoor]:
    """Open a way to the simulator for clients that know no host but Twilio's."""
    ca, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(HOST).configure_cert(tls)
    ca.cert_pem.write_to_path(str(directory / "ca.pem"))
    with _Tunnel(simulator, tls).running() as tunnel:
        yield FrontDoor(tunnel.url, directory / "ca.pem")
