# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of ``twilio_reply``: wait until a recipient accepts, or until none can accept any more."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from .._options.checks import range_problems
from .._options.message_specs import REPLY
from .._paging.answer import ACCEPTED, DECLINED, STOP_WORDS, STOPPED, Words, read_reply, squeeze
from .._twilio.account import connect
from .._twilio.client import Client
from .._twilio.errors import ReadFailed
from .._twilio.message import FINAL, NOT_DELIVERED, Message, normalise
from .._twilio.values import MESSAGE_PREFIXES, seconds_of, sid_problems
from .job import Job
from .parallel import fan_out, on_timeout, sleep_until
from .task import Task

PASSED = "passed"
TIMEOUT = "timeout"

# How often the task shows for whom it is waiting, in seconds.
PROGRESS_EVERY = 30.0

_CONCURRENCY = 8
# More replies than anybody sends to a message.
_PAGE_SIZE = 50
_LEAST_PAUSE = 0.1


class Asked(NamedTuple):
    """A message that asks for a reply, as it was last read, and its recipient's replies, oldest first.

    ``message`` is None until Twilio returns it, which may take a moment after it was created.
    """

    sid: str
    message: Message | None = None
    replies: Sequence[dict[str, Any]] = ()

    @property
    def answer(self) -> str | None:
        """The recipient's latest answer, since people may change their minds."""
        answers = [reply["answer"] for reply in self.replies if reply["answer"]]
        return answers[-1] if answers else None

    @property
    def acceptance(self) -> dict[str, Any] | None:
        """The first reply that accepts, after whatever was declined."""
        found = None
        for reply in self.replies:
            if reply["answer"] == DECLINED:
                found = None
            elif reply["answer"] == ACCEPTED and not found:
                found = reply
        return found

    @property
    def has_passed(self) -> bool:
        """Whether there is no point in waiting for the recipient to accept."""
        return self.answer == DECLINED or (self.message is not None and self.message["status"] in NOT_DELIVERED)


def wait_for_reply(params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Wait for a reply and return the task's result; ``params`` are those of ``REPLY``.

    In check mode it polls once. Raises ``ReadFailed`` if these credentials cannot read.
    """
    awaited = len({*params["sid"]})
    asked = [Asked(sid) for sid in dict.fromkeys([*params["sid"], *(params["earlier_sid"] or ())])]
    timeout = 0.0 if task.check_mode else params["wait_timeout"]
    told = time.monotonic()
    with Client(connect(params)) as client, on_timeout(client.stop):
        poll = _Poll(client, params, task)
        poll.until = time.monotonic() + timeout
        began = None
        while True:
            asked = fan_out(poll, asked, _CONCURRENCY) if asked else []
            # Only a response shows Twilio's clock.
            began = poll.now if began is None else began
            outcome = _outcome(asked, awaited)
            left = _latest(asked[:awaited], began) + timeout - poll.now
            if outcome != TIMEOUT or left <= 0 or client.is_stopped or task.is_abandoned():
                break
            if time.monotonic() - told >= PROGRESS_EVERY:
                told = time.monotonic()
                task.progress(f"{left:.0f} seconds left for {_silent(asked[:awaited])} to reply")
            poll.until = time.monotonic() + left
            # Twilio dates its responses in whole seconds, so very little may be left for a second.
            pause = min(max(left, _LEAST_PAUSE), params["poll_interval"])
            sleep_until(time.monotonic() + pause, lambda: client.is_stopped)
    missing = [item.sid for item in asked if not item.message]
    if poll.failure and len(missing) == len(asked):
        raise poll.failure
    if missing:
        task.warn(f"Replies to {', '.join(missing)} could not be read. Check the SID and account_sid.")
    return _result(outcome, asked)


def reply_problems(params: Mapping[str, Any], _now: datetime) -> Iterator[str]:
    """Yield what is wrong with a task's options."""
    for name in ("sid", "earlier_sid"):
        for sid in params[name] or ():
            yield from sid_problems(name, sid, *MESSAGE_PREFIXES)
    for name in ("accept", "decline"):
        for word in params[name] or ():
            if not squeeze(word):
                yield f"{name}: {word!r} has no letter or digit."
            elif word.strip().casefold() in STOP_WORDS:
                yield f"{name}: {word!r} cannot be used, since Twilio takes it as an opt-out."
            elif word in ("True", "False"):
                yield f"{name}: {word!r} is what YAML makes of words such as yes and no. Quote the word."
    if not params["accept"]:
        yield "accept: contains no word. Set those that accept."
    declined = set(map(squeeze, params["decline"] or ()))
    for word in params["accept"] or ():
        if squeeze(word) in declined:
            yield f"accept: {word!r} is also in decline."
    if params["code"] and not params["code"].isalnum():
        yield f"code: must be letters and digits only, not {params['code']!r}."
    yield from range_problems(params, {"wait_timeout": (0, None), "poll_interval": (0.1, None)})


class _Poll:
    """Reads a message and its recipient's replies."""

    def __init__(self, client: Client, params: Mapping[str, Any], task: Task) -> None:
        self._client = client
        self._task = task
        self._request_time: float = params["timeout"]
        # When waiting ends, on the monotonic clock.
        self.until = 0.0
        self._code = params["code"] or ""
        self._words = Words(params["accept"], params["decline"])
        self.failure: ReadFailed | None = None

    @property
    def now(self) -> float:
        """Now by Twilio's clock, which dates messages, in seconds since 1970."""
        return time.time() + self._client.clock_offset

    def __call__(self, asked: Asked) -> Asked:
        # The last look may take the time of one request, not that of all its retries.
        deadline = max(self.until, time.monotonic() + self._request_time)
        try:
            message = asked.message
            if not message or message["status"] not in FINAL:
                message = normalise(self._client.messages.fetch(asked.sid, deadline))
            return Asked(asked.sid, message, self._replies(message, deadline))
        except ReadFailed as error:
            if error.details.status in (401, 403):
                raise
            # The next try may succeed. For people on call, that is better than giving up.
            if error.details.status != 404 and not self.failure:
                self.failure = error
                self._task.warn(f"Reading the replies failed and was retried: {error}")
            return asked

    def _replies(self, message: Message, deadline: float) -> list[dict[str, Any]]:
        # With a Messaging Service, the sender is not known at first.
        filters = {"From": message["to"], **({"To": message["from"]} if message["from"] else {})}
        replies = []
        for raw in self._client.messages.list({**filters, "PageSize": _PAGE_SIZE}, deadline):
            reply = normalise(raw)
            if (reply["date_created"] or "") < (message["date_created"] or ""):
                break
            if reply["direction"] == "inbound":
                answer = self._answer(str(reply["body"] or ""))
                named = {name: reply[name] for name in ("sid", "from", "to", "body")}
                replies.append({**named, "date": reply["date_created"], "answer": answer})
        return replies[::-1]

    def _answer(self, text: str) -> str | None:
        # A word without the code may be a reply to another message.
        reading = read_reply(text, self._code, self._words)
        if reading.meaning == STOPPED:
            return DECLINED
        is_clear = reading.meaning in (ACCEPTED, DECLINED) and (reading.has_code or not self._code)
        return reading.meaning if is_clear else None


def _outcome(asked: Sequence[Asked], awaited: int) -> str:
    if any(item.answer == ACCEPTED for item in asked):
        return ACCEPTED
    return PASSED if all(item.has_passed for item in asked[:awaited]) else TIMEOUT


def _latest(asked: Sequence[Asked], began: float) -> float:
    """Return when the last of the messages was created, by Twilio's clock; ``began`` for those not found yet."""
    found = [seconds_of(item.message["date_created"]) if item.message else None for item in asked]
    return max((moment or began for moment in found), default=began)


def _silent(asked: Sequence[Asked]) -> str:
    return ", ".join(str(item.message["to"]) if item.message else item.sid for item in asked if not item.has_passed)


def _result(outcome: str, asked: Sequence[Asked]) -> dict[str, Any]:
    replies = {reply["sid"]: reply for item in asked for reply in item.replies}
    in_order = sorted(replies.values(), key=lambda reply: str(reply["date"]))
    # Of several people who have accepted, the first one counts.
    accepted = [item.acceptance for item in asked if item.acceptance]
    return {
        "changed": False,
        "outcome": outcome,
        "reply": min(accepted, key=in_order.index) if accepted else None,
        "replies": in_order,
        "recipients": [_recipient(item) for item in asked],
        "messages": [item.message for item in asked],
    }


def _recipient(item: Asked) -> dict[str, Any]:
    message = item.message or dict.fromkeys(("to", "date_created", "status", "error_code"))
    return {
        "to": message["to"],
        "sid": item.sid,
        "date": message["date_created"],
        "status": message["status"],
        "error_code": message["error_code"],
        "answer": item.answer,
        "has_passed": item.has_passed,
    }


JOB = Job(REPLY, reply_problems, wait_for_reply)
