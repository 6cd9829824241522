# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the pager reads replies and statuses, and how long it waits between tries. Pure."""

from __future__ import annotations

from .._twilio.call import ENDED
from .._twilio.errors import ErrorDetails
from .._twilio.message import FINAL
from .events import ReadCall, ReadReplies, ReadSent, ReadStatus
from .incident import OUT
from .work import Work

# The pauses between retries double up to this; in seconds.
LONGEST_PAUSE = 30.0

# How many seconds before a call, and before the next turn of an earlier run's page, to read replies once more: somebody
# may have answered.
LOOK_TIME = 3.0

# How much Twilio's dates, which are whole seconds, and the pager's clock may differ; in seconds.
SLACK = 2.0


def pause_after(attempts: int) -> float:
    """Return how many seconds to wait after this many tries."""
    return float(min(LONGEST_PAUSE, 2 ** min(attempts - 1, 10)))


def brief(error: ErrorDetails) -> str:
    """Return an error as one sentence without the full stop."""
    sentence = error.message.split(". ")[0].rstrip(".")
    return f"{sentence} ({error.numbers})" if error.numbers else sentence


def look_at_the_latest(work: Work, due: float) -> None:
    """Read the replies of everybody whose look is due until then, and the statuses of their pages and calls.

    Also read what they were sent: another run may have told them that it is resolved.
    """
    for number, look in work.incident.looks.items():
        if look.due <= due:
            work.put_look(number, due=work.now + work.incident.plan.poll_interval)
            read_replies(work, number)
            read_sent(work, number)
            _read_statuses(work, number)
            _read_calls(work, number)


def look_soon(work: Work, number: str) -> None:
    """Read somebody's replies after one poll interval at the latest."""
    look = work.incident.looks.get(number)
    soon = work.now + work.incident.plan.poll_interval
    work.put_look(number, due=min(soon, look.due) if look else soon)


def _read_statuses(work: Work, number: str) -> None:
    for page in work.incident.pages:
        is_ours = page.number == number and page.state == OUT and not page.is_read
        if is_ours and page.message and page.message["status"] not in FINAL:
            work.put_page(page, is_read=True)
            work.do(ReadStatus(page.turn, number, page.message["sid"]))


def _read_calls(work: Work, number: str) -> None:
    for ring in work.incident.rings:
        is_ours = ring.number == number and ring.state == OUT and not ring.is_read
        if is_ours and ring.call and ring.call["status"] not in ENDED:
            work.put_ring(ring, is_read=True)
            work.do(ReadCall(ring.turn, number, ring.call["sid"]))


def read_replies(work: Work, number: str) -> None:
    """Read somebody's replies, unless that is under way."""
    if not work.incident.looks[number].reads_replies:
        work.put_look(number, reads_replies=True, is_wanted=False)
        work.do(ReadReplies(number, _age(work, number)))


def read_sent(work: Work, number: str) -> None:
    """Read what somebody was sent, unless that is under way."""
    if not work.incident.looks[number].reads_sent:
        work.put_look(number, reads_sent=True)
        work.do(ReadSent(number, _age(work, number)))


def _age(work: Work, number: str) -> float:
    """Return how long ago somebody was first paged, or may have been by an earlier run."""
    incident = work.incident
    if incident.is_resumed:
        return work.now - incident.began
    return work.now - min(page.at for page in incident.pages if page.number == number)
