# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state file, an SQLite database: what must survive the end of the process, even if it is killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime

from ...module_utils._twilio.errors import TwilioError

_TABLES = """
CREATE TABLE IF NOT EXISTS source (account_sid TEXT NOT NULL, number TEXT PRIMARY KEY, since TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (sid TEXT PRIMARY KEY, date TEXT NOT NULL) WITHOUT ROWID;
"""


class State:
    """An open state file. Methods return once their change is on the disk, and raise ``sqlite3.Error`` if it fails."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def since(self, account_sid: str) -> dict[str, datetime]:
        """Return the earliest date that counts, by number; nothing in a new file.

        Raises ``TwilioError`` if it is another account's file.
        """
        dates = {}
        for owner, number, since in self._database.execute("SELECT account_sid, number, since FROM source"):
            if owner != account_sid:
                raise TwilioError(
                    f"state: the file belongs to the account {owner}, not {account_sid}. Use another file."
                )
            dates[number] = datetime.fromisoformat(since)
        return dates

    def sids(self) -> dict[str, str]:
        """Return the SIDs of the handled messages with their dates, in the order of the dates."""
        return dict(self._database.execute("SELECT sid, date FROM message ORDER BY date"))

    def begin(self, account_sid: str, since: Mapping[str, datetime], sids: Mapping[str, str]) -> None:
        """Store the account, and the numbers with the dates from which messages count, in place of other numbers."""
        rows = [(account_sid, number, date.isoformat()) for number, date in since.items()]
        with self._database:
            self._database.execute("DELETE FROM source")
            self._database.executemany("INSERT INTO source VALUES (?, ?, ?)", rows)
            self._note(sids)

    def note(self, sids: Mapping[str, str]) -> None:
        """Store that messages have been handled."""
        with self._database:
            self._note(sids)

    def _note(self, sids: Mapping[str, str]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO message VALUES (?, ?)", sids.items())

    def advance(self, since: Mapping[str, datetime]) -> None:
        """Store the new ``since``, and forget all messages from before."""
        dates = {number: date.isoformat() for number, date in since.items()}
        with self._database:
            self._database.executemany(
                "UPDATE source SET since = ? WHERE number = ?", [(d, n) for n, d in dates.items()]
            )
            self._database.execute("DELETE FROM message WHERE date < ?", (min(dates.values()),))

    def forget(self, sids: Iterable[str]) -> None:
        """Forget these messages."""
        with self._database:
            self._database.executemany("DELETE FROM message WHERE sid = ?", [(sid,) for sid in sids])


@contextmanager
def open_state(path: str | None) -> Iterator[State]:
    """Open a state file, and create it if there is none. Without a path, the state is kept only in memory.

    No other process can open it meanwhile. Raises ``TwilioError`` if it cannot be used.
    """
    try:
        database = sqlite3.connect(path or ":memory:", timeout=0)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        # Writing acquires the lock, which is kept until the file is closed or the process ends.
        database.executescript(f"BEGIN EXCLUSIVE;{_TABLES}COMMIT;")
    except sqlite3.Error as error:
        reason = "another event source is using it" if "locked" in str(error) else str(error)
        raise TwilioError(f"state: {path} cannot be used: {reason}. Name a file in a folder that exists.") from None
    with closing(database):
        yield State(database)
