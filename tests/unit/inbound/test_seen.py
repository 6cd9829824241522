# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which messages are new: late ones, those of the same second, and none twice."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.message import normalise
from ansible_collections.oncall.twilio.plugins.plugin_utils.inbound.seen import Seen

NOON = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
NUMBER = "+15557654321"


def message(number, seconds=0.0, **fields):
    """The message of that number, which came in so many seconds after noon."""
    date = (NOON + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    raw = {"sid": f"SM{number:032x}", "direction": "inbound", "status": "received", "date_sent": date, "to": NUMBER}
    return normalise({**raw, **fields})


def numbers(messages):
    return [int(item["sid"][2:], 16) for item in messages]


def test_what_was_there_at_first_is_no_news():
    listed = [message(number, seconds) for number, seconds in ((5, 2), (4, 1), (3, 0), (2, -1), (1, -100))]
    seen = Seen({NUMBER: NOON}, {})
    seen.skip(NOON, listed)
    assert numbers({"sid": sid} for sid in seen.sids) == [3, 4]
    assert numbers(seen.news([message(6, 0), *listed])) == [6, 5]


def test_news_come_once_and_oldest_first():
    seen = Seen({NUMBER: NOON}, {})
    listed = [message(4, 9), message(3, 5), message(2, 5), message(1, 0)]
    news = seen.news(listed)
    assert numbers(news) == [1, 2, 3, 4]
    for item in news[:3]:
        seen.note(item)
    assert numbers(seen.news(listed)) == [4]


def test_lists_of_several_numbers_are_merged():
    assert numbers(Seen({NUMBER: NOON}, {}).news([message(5, 9), message(1, 1), message(7, 5), message(2, 2)])) == [
        1,
        2,
        7,
        5,
    ]


def test_a_message_that_shows_up_late_is_news():
    seen = Seen({NUMBER: NOON}, {})
    seen.note(message(2, 1800))
    assert numbers(seen.news([message(2, 1800), message(1, 3)])) == [1]


@pytest.mark.parametrize(
    "other",
    [
        message(1, -1),
        message(1, direction="outbound-api"),
        message(1, status="receiving"),
        message(1, sid="SM1"),
        message(1, sid=None),
    ],
)
def test_what_is_no_news(other):
    assert Seen({NUMBER: NOON}, {}).news([other]) == []


def test_the_same_message_on_two_pages_is_one():
    assert numbers(Seen({NUMBER: NOON}, {}).news([message(2), message(1), message(1)])) == [1, 2]


def test_the_date_of_creation_counts_where_there_is_no_other():
    created = message(1)["date_sent"]
    assert Seen({NUMBER: NOON}, {}).news([message(1, date_sent=None, date_created=created)])
    assert not Seen({NUMBER: NOON + HOUR}, {}).news([message(1, date_sent=None, date_created=created)])


def test_each_number_counts_from_its_own_date():
    added = "+15557654322"
    seen = Seen({NUMBER: NOON, added: NOON + 2 * HOUR}, {})
    listed = [message(4, 7200, to=added), message(3, 7199, to=added), message(2, 0), message(1, -1)]
    assert numbers(seen.news(listed)) == [2, 4]
    assert seen.advance(NOON + 2 * HOUR + timedelta(seconds=1), HOUR)
    assert seen.since == {NUMBER: NOON + HOUR + timedelta(seconds=1), added: NOON + 2 * HOUR}


def test_since_moves_in_steps_of_the_overlap():
    seen = Seen({NUMBER: NOON}, {})
    for number, seconds in enumerate((0, 3599, 3600, 7000)):
        seen.note(message(number, seconds))
    assert not seen.advance(NOON + 2 * HOUR, HOUR)
    assert len(seen.sids) == 4
    assert seen.advance(NOON + 2 * HOUR + timedelta(seconds=0.5), HOUR)
    assert seen.since == {NUMBER: NOON + HOUR}
    assert numbers({"sid": sid} for sid in seen.sids) == [2, 3]
    # What was forgotten is too old to be news again.
    assert seen.news([message(3, 7000), message(2, 3600), message(1, 3599)]) == []
