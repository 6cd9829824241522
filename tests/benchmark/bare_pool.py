# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends a message to each of many recipients with Python's own HTTP client in threads: URL, recipients, threads.

It does no more than it must: how near a client can come to the bound, on this machine and with this stub.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from benchmark.account import ACCOUNT_SID, AUTH_TOKEN, BODY, FROM

_PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
_HEADERS = {
    "Authorization": f"Basic {b64encode(f'{ACCOUNT_SID}:{AUTH_TOKEN}'.encode()).decode()}",
    "Content-Type": "application/x-www-form-urlencoded",
}


def main(url: str, recipients: int, threads: int) -> None:
    def send_share(first: int) -> None:
        connection = HTTPConnection(urlsplit(url).netloc)
        for number in range(1000 + first, 1000 + recipients, threads):
            form = {"To": f"+1555123{number}", "From": FROM, "Body": BODY}
            connection.request("POST", _PATH, urlencode(form).encode(), _HEADERS)
            reply = connection.getresponse()
            reply.read()
            assert reply.status == 201

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send_share, range(threads)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
