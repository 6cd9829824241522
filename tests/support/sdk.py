# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twilio's own SDK, unchanged but for the host it speaks to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from support.simulator import Simulator


class Redirected(TwilioHttpClient):
    """Sends what is meant for api.twilio.com to the simulator."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        assert parts.netloc == "api.twilio.com"
        return super().request(method, parts._replace(scheme="http", netloc=self.origin).geturl(), *args, **kwargs)


def client_of(simulator: Simulator) -> Client:
    return Client(*simulator.auth, http_client=Redirected(simulator.url.removeprefix("http://")))
