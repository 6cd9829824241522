# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of calls, status by status, and requests to change it.

https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from .calls import Call, Order, Words
from .clock import Clock
from .codes import Refused
from .limits import Throttle
from .messages import Pairs
from .people import NOBODY, People
from .reading import BadInput
from .settings import Settings
from .store import Store
from .voice import APOLOGY, SHORTEST, Part

# How many seconds Twilio takes to detect a person, a machine, and the end of its greeting.
PERSON, MACHINE, GREETING = 2.0, 4.0, 8.0
# SIP codes.
OK, BUSY, GIVEN_UP = 200, 486, 487
TOO_LATE = 21220

# Finds the script of a call, and passes it to ``begin``.
Find = Callable[[Call], None]
# Called for each event of a call: initiated, ringing, answered or completed.
Happened = Callable[[Call, str], None]


class Phones:
    """Moves calls from the API to people's phones, by the simulator's clock."""

    def __init__(
        self, settings: Settings, clock: Clock, store: Store[Call], people: People, find: Find, happened: Happened
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._store = store
        self._people = people
        self._find = find
        self._happened = happened
        self._throttle = Throttle(settings.call_rate, math.inf)
        clock.on_back.append(self._throttle.reset)

    def reset(self) -> None:
        """Empty the queues."""
        self._throttle.reset()

    def take(self, account_sid: str, order: Order, form: Pairs) -> Call:
        """Create a call and start its progress."""
        call = Call.create(self._store.next_number(), account_sid, order, form, self._clock.now())
        self._store.add(call)
        begun = self._clock.timestamp()
        turn = self._throttle.turn(account_sid, 1, begun)
        call.timer = self._clock.call_at(turn + self._settings.pace, partial(self._dial, call, turn - begun))
        return call

    def hang_up(self, call: Call, status: str) -> None:
        """End a call: with "completed" at any time, with "canceled" only before somebody answers.

        :raises Refused: if it has already ended.
        """
        self._demand_unfinished(call)
        if call.status != "in-progress":
            self._end(call, "canceled", GIVEN_UP if call.status == "ringing" else None)
        elif status == "completed":
            self._end(call, "completed", OK)

    def redirect(self, call: Call, words: Words) -> None:
        """Switch a call to other instructions.

        :raises Refused: if the call is not in progress.
        """
        if call.status != "in-progress":
            raise Refused(TOO_LATE)
        self._stop(call)
        call.words_now = words
        self._find(call)

    def changed(self, call: Call) -> None:
        self._demand_unfinished(call)
        call.updated = self._clock.now()
        self._store.changed(call)

    def delete(self, call: Call) -> None:
        if not call.is_over:
            raise Refused(20009)
        self._store.forget(call)

    def answer(self, call: Call) -> None:
        """Answer by hand."""
        self._demand(call, "ringing")
        self._pick_up(call, "human")

    def decline(self, call: Call) -> None:
        self._demand(call, "ringing")
        self._end(call, "busy", BUSY)

    def put_down(self, call: Call) -> None:
        """Hang up by hand."""
        self._demand(call, "in-progress")
        self._end(call, "completed", OK)

    def begin(self, call: Call, *, is_error: bool = False) -> None:
        """Begin to say a call's script. If it has an error, Twilio says so and hangs up."""
        # It may have ended or been dropped while a server was asked for its TwiML.
        if call.status != "in-progress" or self._store.find(call.sid) is not call:
            return
        if is_error:
            call.script = iter([Part(APOLOGY, 4.0)])
        self._go_on(call)

    @staticmethod
    def _demand(call: Call, status: str) -> None:
        if call.status != status:
            raise BadInput(f"the call is {call.status}, not {status}")

    @staticmethod
    def _demand_unfinished(call: Call) -> None:
        if call.is_over:
            raise Refused(TOO_LATE)

    @staticmethod
    def _stop(call: Call) -> None:
        if call.timer:
            call.timer.cancel()
            call.timer = None

    def _dial(self, call: Call, waited: float) -> None:
        call.queued = round(waited * 1000)
        self._happened(call, "initiated")
        handset = self._people.get(call.peer, NOBODY).when_called()
        if handset.does in ("busy", "fails"):
            self._end(call, {"busy": "busy", "fails": "failed"}[handset.does], handset.sip)
            return
        self._enter(call, "ringing", "ringing")
        after = handset.after if handset.does in ("answers", "voicemail") else math.inf
        if after < call.order.timeout:
            by = "machine" if handset.does == "voicemail" else "human"
            call.timer = self._clock.call_later(after, partial(self._pick_up, call, by))
        else:
            call.timer = self._clock.call_later(call.order.timeout, partial(self._end, call, "no-answer", GIVEN_UP))

    def _pick_up(self, call: Call, by: str) -> None:
        self._stop(call)
        call.sip, call.by = OK, by
        self._enter(call, "in-progress", "answered")
        detection, wait = call.order.detection, 0.0
        if detection:
            call.answered_by, wait = _heard(by, detection)
        if call.order.waits and wait:
            # Twilio does not return the result of machine detection earlier.
            heard, call.answered_by = call.answered_by, None
            call.timer = self._clock.call_later(wait, partial(self._hear, call, heard))
        else:
            self._find(call)

    def _hear(self, call: Call, heard: str | None) -> None:
        call.answered_by = heard
        self._store.changed(call)
        self._find(call)

    def _go_on(self, call: Call) -> None:
        """Say the next words, or hang up after the last ones or at the call's time limit."""
        call.timer = None
        part = next(call.script, None)
        talked = (self._clock.now() - (call.answered or call.created)).total_seconds()
        if part is None or talked >= call.limit:
            self._end(call, "completed", OK)
            return
        if part.text:
            call.say(part.text, self._clock.now())
            self._store.changed(call)
        seconds = min(max(part.seconds, SHORTEST), call.limit - talked)
        call.timer = self._clock.call_later(seconds, partial(self._go_on, call))

    def _end(self, call: Call, status: str, sip: int | None) -> None:
        self._stop(call)
        call.sip = sip
        self._enter(call, status, "completed")

    def _enter(self, call: Call, status: str, event: str) -> None:
        call.enter(status, self._clock.now())
        self._store.changed(call)
        self._happened(call, event)


def _heard(by: str, detection: str) -> tuple[str, float]:
    """Return the result of machine detection, and after how many seconds it comes."""
    if by == "human":
        return "human", PERSON
    return ("machine_start", MACHINE) if detection == "Enable" else ("machine_end_beep", GREETING)
