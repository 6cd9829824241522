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

_TABLES = (
    "CREATE TABLE source (account_sid TEXT NOT NULL, number TEXT PRIMARY KEY, since TEXT NOT NULL)",
    "CREATE TABLE message (sid TEXT PRIMARY KEY, date TEXT NOT NULL) WITHOUT ROWID",
)
# SQLite keeps this number in the file. It tells a state file from other programs' databases.
_APPLICATION = 0x6F6E6361

# What to do about SQLite's errors, by a part of their texts.
_ADVICE = {
    "is locked": "Another program is using it, such as another event source. Name a file for each source",
    "unable to open": "Name a file in a folder that exists and that this user can write to",
    "readonly": "Let this user write to it and to its folder, or name another file",
    "not a database": "Name another file, or one that does not exist yet",
    "another program": "Name another file, or one that does not exist yet",
    "full": "Make room on the disk, or name a file on another one",
}
_OTHER_ADVICE = "Name another file, or delete this one. The source then starts as if for the first time"


class State:
    """An open state file. Methods return once their change is on the disk, and raise ``sqlite3.Error`` if it fails."""

    def __init__(self, database: sqlite3.Connection, path: str = ":memory:") -> None:
        self._database = database
        self.path = path

    def since(self, account_sid: str) -> dict[str, datetime]:
        """Return the earliest date that counts, by number; nothing in a new file.

        Raises ``TwilioError`` if it is another account's file, and ``sqlite3.DataError`` if a date is damaged.
        """
        dates = {}
        for owner, number, since in self._database.execute("SELECT account_sid, number, since FROM source"):
            if owner != account_sid:
                raise TwilioError(
                    f"state: {self.path} belongs to the account {owner}, not {account_sid}. Name another file."
                )
            try:
                dates[number] = datetime.fromisoformat(since)
            except ValueError:
                raise sqlite3.DataError(f"the date {since!r} in it is damaged") from None
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

    No other process can open it meanwhile. Raises ``TwilioError`` if it cannot be used. That goes for errors in the
    block as well.
    """
    name = path or ":memory:"
    try:
        with closing(sqlite3.connect(name, timeout=0)) as database:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            # The lock is kept until the file is closed or the process ends.
            database.execute("BEGIN EXCLUSIVE")
            _prepare(database)
            database.commit()
            yield State(database, name)
    except sqlite3.Error as error:
        advice = next((advice for part, advice in _ADVICE.items() if part in str(error)), _OTHER_ADVICE)
        raise TwilioError(f"state: {name} cannot be used: {error}. {advice}.") from None


def _prepare(database: sqlite3.Connection) -> None:
    """Create the tables in an empty file."""
    if database.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        for table in _TABLES:
            database.execute(table)
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
    elif database.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
        raise sqlite3.DatabaseError("it is another program's database")
