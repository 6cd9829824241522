# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends a message to each of many recipients with Twilio's SDK in a pool of threads: URL, recipients, threads."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from twilio.rest import Client

from benchmark.account import ACCOUNT_SID, AUTH_TOKEN, BODY, FROM
from support.sdk import Redirected


def main(url: str, recipients: int, threads: int) -> None:
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=Redirected(urlsplit(url).netloc))

    def send(number: int) -> str:
        return str(client.messages.create(to=f"+1555123{number}", from_=FROM, body=BODY).sid)

    with ThreadPoolExecutor(threads) as pool:
        sids = list(pool.map(send, range(1000, 1000 + recipients)))
    assert len(set(sids)) == recipients


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
