# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A night for the pager: a Twilio that fails, lags and has a clock of its own, and people who do what they do.

Nothing sleeps: the time is a number that goes on to the next thing that happens.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ansible_collections.oncall.twilio.plugins.module_utils._paging import events
from ansible_collections.oncall.twilio.plugins.module_utils._paging import incident as plain
from ansible_collections.oncall.twilio.plugins.module_utils._paging.engine import begin, due, step
from ansible_collections.oncall.twilio.plugins.module_utils._paging.plan import read_plan
from ansible_collections.oncall.twilio.plugins.module_utils._paging.resume import start
from ansible_collections.oncall.twilio.plugins.module_utils._paging.tiers import Person
from ansible_collections.oncall.twilio.plugins.module_utils._twilio.errors import ErrorDetails

FROM = "+15557654321"
ADA, GRACE, LINUS, MARGARET = (f"+1555123000{number}" for number in range(1, 5))
TIERS = [
    {"name": "primary", "numbers": {"Ada": ADA, "Grace": GRACE}, "wait": 200},
    {"name": "secondary", "numbers": {"Linus": LINUS, "Margaret": MARGARET}, "wait": 200},
]
# Twilio's clock at the beginning, if it is right.
MIDNIGHT = 1_800_000_000.0

BUSY = ErrorDetails(status=503, message="Service unavailable")


@dataclass(frozen=True)
class Says:
    """A reply, so many seconds after the n-th text that reaches a person (from 0); {code} is filled in."""

    text: str
    after: float = 20.0
    to_text: int = 0
    to: str = FROM


@dataclass(frozen=True)
class Outage:
    """From ``start`` on, for so long, requests fail: ``loses`` says that creates are acted on all the same.

    ``number`` is whom requests concern that fail, empty for everybody.
    """

    start: float
    length: float
    loses: bool = False
    written: bool = False
    reads: bool = True
    creates: bool = True
    error: ErrorDetails = BUSY
    number: str = ""

    def covers(self, now: float, number: str) -> bool:
        return self.start <= now < self.start + self.length and self.number in ("", number)


@dataclass
class Night:
    """What happens to an incident; ``run`` lets it, and the lists then tell what did."""

    people: Mapping[str, Sequence[Says]] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    # Whose texts are accepted and then not delivered; with a code each, or 30005.
    undelivered: Iterable[str] | Mapping[str, int] = ()
    # What becomes of the n-th call to somebody; without any, it is answered.
    phones: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # How long calls wait at Twilio, in seconds.
    queued: float = 0.0
    outages: Sequence[Outage] = ()
    skew: float = 0.0
    lag: float = 0.0
    latency: Callable[[], float] = lambda: 0.2
    options: dict[str, Any] = field(default_factory=dict)
    # What a calendar answers at a moment: people, or why it cannot tell.
    calendar: Callable[[float], Mapping[str, str] | str] = lambda _now: "Nobody is on call."
    code: str = "7F3"
    # What earlier nights have left in Twilio's list.
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    now: float = 0.0
    kill_at: float = math.inf
    # Called after each event.
    watch: Callable[[Night], None] = lambda _night: None

    def __post_init__(self) -> None:
        self.began = self.now
        self.given = {"body": "Disk full on db1", "from": FROM, "tiers": TIERS, "poll_interval": 5, **self.options}
        self.plan = read_plan(self.given, self.code)
        self.history: list[tuple[float, events.Action | events.Event]] = []
        # Whom another run tells that it is resolved.
        self.resolved: list[str] = []
        self.stages: list[tuple[float, str]] = []
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count(len(self.messages))
        self._received: dict[str, int] = {}

    # What a test asks

    def sent(self, *kinds: str) -> list[tuple[str, str]]:
        """To whom which text was created, in order."""
        return [(m["to"], m["body"]) for m in self.messages if m["direction"] == "outbound-api"]

    def pages(self, number: str | None = None) -> list[tuple[float, int, str]]:
        """When which turn's page was created for whom."""
        found = []
        for message in self.messages:
            page = self.plan.texts.recognise(message["body"])
            if page and message["direction"] == "outbound-api" and number in (None, message["to"]):
                found.append((round(message["_at"], 1), page.turn, message["to"]))
        return found

    def rings(self) -> list[tuple[float, str, str]]:
        """When whose phone was called, and what has become of the call."""
        return [(round(call["_at"], 1), call["to"], call["status"]) for call in self.calls]

    def actions(self, kind: type) -> list[tuple[float, Any]]:
        return [(now, thing) for now, thing in self.history if isinstance(thing, kind)]

    def noted(self, *kinds: str) -> list[str]:
        return [note.text for note in self.incident.notes if note.kind in kinds]

    @property
    def ended_at(self) -> float:
        assert self.incident.stage == plain.DONE
        return self.now

    # How it goes

    def run(self) -> Night:
        self.incident, actions = begin(start(self.plan, self.messages, self.now, self.date()), self.now)
        self._do(actions)
        for _ in range(200_000):
            if self.incident.stage == plain.DONE or self.now >= self.kill_at:
                return self
            tick = due(self.incident)
            if self._queue and self._queue[0][0] <= tick:
                self.now, _number, happen = heapq.heappop(self._queue)
                happen()
            else:
                assert tick < math.inf, self.incident
                assert tick > self.now or not self.history or self.history[-1] != (self.now, events.Tick(self.now))
                self.now = max(self.now, tick)
                self._event(events.Tick(self.now))
        raise AssertionError("It does not end")

    def date(self) -> float:
        """Now by Twilio's clock."""
        return MIDNIGHT + self.now + self.skew

    def happens(self, after: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.now + after, next(self._count), what))

    def _event(self, event: events.Event) -> None:
        self.history.append((self.now, event))
        before = self.incident.stage
        self.incident, actions = step(self.incident, event)
        if before != self.incident.stage:
            self.stages.append((self.now, self.incident.stage))
        self._do(actions)
        self.watch(self)

    def _do(self, actions: Iterable[events.Action]) -> None:
        for action in actions:
            self.history.append((self.now, action))
            handlers: dict[type, Callable[[Any], None]] = {
                events.Send: self._send,
                events.Inform: self._inform,
                events.ReadStatus: self._read_status,
                events.ReadReplies: self._read_replies,
                events.ReadSent: self._read_sent,
                events.LookUp: self._look_up,
                events.PlaceCall: self._place_call,
                events.ReadCalls: self._read_calls,
                events.ReadCall: self._read_call,
                events.HangUp: self._hang_up,
            }
            handlers[type(action)](action)

    def _outage(self, kind: str, action: Any) -> Outage | None:
        found = (outage for outage in self.outages if outage.covers(self.now, action.number))
        return next((outage for outage in found if getattr(outage, kind)), None)

    def _answer(self, make: Callable[[], events.Event]) -> None:
        """Have a request's event happen after its latency; what Twilio does, it does half way."""
        latency = self.latency()

        def act() -> None:
            event = make()
            self.happens(latency / 2, lambda: self._event(self._dated(event)))

        self.happens(latency / 2, act)

    def _dated(self, event: events.Event) -> events.Event:
        """Say when an event happens, by both clocks."""
        tells_date = isinstance(event, (events.Replied, events.Listed, events.CallsListed))
        dated: Any = {"date": self.date()} if tells_date else {}
        return event._replace(now=self.now, **dated)

    def _create(self, number: str, body: str) -> dict[str, Any] | ErrorDetails:
        if number in self.refused:
            return ErrorDetails(status=400, code=self.refused[number], message="No such number")
        message = self._message(FROM, number, body, "outbound-api", "queued")
        self._deliver(message)
        return message

    def _send(self, action: events.Send) -> None:
        def make() -> events.Event:
            outage = self._outage("creates", action)
            if outage:
                if outage.loses:
                    self._create(action.number, action.body)
                return events.NotCreated(0, action.turn, action.number, outage.error, outage.loses or outage.written)
            made = self._create(action.number, action.body)
            if isinstance(made, ErrorDetails):
                return events.NotCreated(0, action.turn, action.number, made)
            return events.Created(0, action.turn, action.number, dict(made))

        self._answer(make)

    def _inform(self, action: events.Inform) -> None:
        def make() -> events.Event:
            outage = self._outage("creates", action)
            if outage:
                may_pass = not (outage.loses or outage.written)
                return events.Told(0, action.kind, action.number, outage.error, may_pass)
            made = self._create(action.number, action.body)
            return events.Told(0, action.kind, action.number, made if isinstance(made, ErrorDetails) else None)

        self._answer(make)

    def _read_status(self, action: events.ReadStatus) -> None:
        def make() -> events.Event:
            (message,) = [message for message in self.messages if message["sid"] == action.sid]
            return events.Seen(0, action.turn, action.number, None if self._outage("reads", action) else dict(message))

        self._answer(make)

    def _read_replies(self, action: events.ReadReplies) -> None:
        def make() -> events.Event:
            if outage := self._outage("reads", action):
                return events.Unread(0, action.number, outage.error, of_replies=True)
            return events.Replied(0, action.number, 0, self._listed("from", action.number))

        self._answer(make)

    def _read_sent(self, action: events.ReadSent) -> None:
        def make() -> events.Event:
            if outage := self._outage("reads", action):
                return events.Unread(0, action.number, outage.error, of_replies=False)
            return events.Listed(0, action.number, 0, self._listed("to", action.number))

        self._answer(make)

    def _look_up(self, action: events.LookUp) -> None:
        def make() -> events.Event:
            found = self.calendar(self.now)
            if isinstance(found, str):
                return events.NotOnCall(0, action.turn, found)
            return events.OnCall(0, action.turn, tuple(Person(number, name) for name, number in found.items()))

        self._answer(make)

    # Calls: they ring for 10 seconds, and are spoken for 20.

    def _place_call(self, action: events.PlaceCall) -> None:
        def make() -> events.Event:
            outage = self._outage("creates", action)
            if outage:
                if outage.loses:
                    self._call(action.number, action.twiml)
                return events.NotPlaced(0, action.turn, action.number, outage.error, outage.loses or outage.written)
            if self.phones.get(action.number) == ["refused"]:
                return events.NotPlaced(0, action.turn, action.number, ErrorDetails(400, 21215, "No permission"))
            # The answer to a create has no dates.
            made = {**self._call(action.number, action.twiml), "date_created": None}
            return events.Placed(0, action.turn, action.number, made)

        self._answer(make)

    def _call(self, number: str, twiml: str) -> dict[str, Any]:
        phone = number.removeprefix("whatsapp:")
        script = self.phones.get(number, ["completed"])
        end = script[min(sum(call["to"] == phone for call in self.calls), len(script) - 1)]
        date = datetime.fromtimestamp(math.floor(self.date()), timezone.utc).isoformat()
        call: dict[str, Any] = {
            "sid": f"CA{len(self.calls):032x}",
            "from": FROM,
            "to": phone,
            "direction": "outbound-api",
            "status": "queued",
            "date_created": date,
            "start_time": None,
            "_at": self.now,
            "_twiml": twiml,
        }
        self.calls.append(call)

        def become(status: str, then: Callable[[], None] = lambda: None) -> None:
            if call["status"] != "canceled":
                call["status"] = status
                then()

        def answer() -> None:
            answered = "in-progress" if end == "completed" else end
            become(answered, lambda: self.happens(20, lambda: become(end)))

        self.happens(self.queued, lambda: become("ringing", lambda: self.happens(10, answer)))
        return call

    def _read_calls(self, action: events.ReadCalls) -> None:
        def make() -> events.Event:
            phone = action.number.removeprefix("whatsapp:")
            shown = tuple(dict(c) for c in self.calls if c["to"] == phone and c["_at"] + self.lag <= self.now)
            return events.CallsListed(
                0, action.turn, action.number, 0, None if self._outage("reads", action) else shown[::-1]
            )

        self._answer(make)

    def _read_call(self, action: events.ReadCall) -> None:
        def make() -> events.Event:
            (call,) = [call for call in self.calls if call["sid"] == action.sid]
            return events.CallSeen(0, action.turn, action.number, None if self._outage("reads", action) else dict(call))

        self._answer(make)

    def _hang_up(self, action: events.HangUp) -> None:
        def make() -> events.Event:
            (call,) = [call for call in self.calls if call["sid"] == action.sid]
            if self._outage("creates", action):
                return events.HungUp(0, action.turn, action.number, None, may_pass=True)
            if call["status"] not in ("queued", "ringing"):
                return events.HungUp(0, action.turn, action.number, None)
            call["status"] = "canceled"
            return events.HungUp(0, action.turn, action.number, dict(call))

        self._answer(make)

    def _listed(self, key: str, number: str) -> tuple[dict[str, Any], ...]:
        shown = [m for m in self.messages if m[key] == number and m["_at"] + self.lag <= self.now]
        return tuple(dict(message) for message in reversed(shown))

    def _message(self, sender: str, to: str, body: str, direction: str, status: str) -> dict[str, Any]:
        date = datetime.fromtimestamp(math.floor(self.date()), timezone.utc).isoformat()
        message = {
            "sid": f"SM{len(self.messages):032x}",
            "from": sender,
            "to": to,
            "body": body,
            "direction": direction,
            "status": status,
            "error_code": None,
            "error_message": None,
            "date_created": date,
            "_at": self.now,
        }
        self.messages.append(message)
        return message

    def _deliver(self, message: dict[str, Any]) -> None:
        number = message["to"]
        codes = self.undelivered if isinstance(self.undelivered, Mapping) else dict.fromkeys(self.undelivered, 30005)

        def fail() -> None:
            message.update(status="undelivered", error_code=codes[number], error_message="Unknown handset")

        def arrive() -> None:
            message["status"] = "delivered"
            count = self._received[number] = self._received.get(number, -1) + 1
            for says in self.people.get(number, ()):
                if says.to_text == count:
                    self.happens(says.after, partial(self.reply, number, says.text, says.to))

        self.happens(2, fail if number in codes else arrive)

    def resolve(self, after: float, latency: Callable[[], float] = lambda: 0.2) -> None:
        """Have another run resolve it so many seconds from now."""

        def look() -> None:
            plan = read_plan({**self.given, "state": "resolved"}, "000")
            shown = [message for message in self.messages if message["_at"] + self.lag <= self.now]
            for tell in start(plan, shown, self.now, self.date()).tells:
                self.resolved.append(tell.number)
                self.happens(latency(), partial(self._resolve, tell))

        self.happens(after, look)

    def _resolve(self, tell: plain.Tell) -> None:
        self._create(tell.number, tell.body)

    def reply(self, number: str, text: str, to: str = FROM) -> None:
        """Have somebody reply."""
        self._message(number, to, text.replace("{code}", self.incident.code), "inbound", "received")
