# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Twilio accepts when a call is created or changed: turns a form into an order, or into Twilio's error."""

from __future__ import annotations

import re

from ..world import addresses
from ..world.calls import EVENTS, RING_LIMIT, TALK_LIMIT, Callback, Order, Words
from ..world.codes import Refused
from .form import Form
from .rules import Policy, callback_of, can_reach

# The magic numbers of test credentials are those of messages, with other errors.
MAGIC_CALLED = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
MAGIC_CALLERS = {"+15005550001": 21212}
TWIML_LIMIT = 4000
LONGEST_RING = 600
METHODS = ("GET", "POST")
BOOLEANS = ("AsyncAmd", "Record")
# The parameters of machine detection, with the lowest and highest value of each.
DETECTIONS = ("Enable", "DetectMessageEnd")
DETECTION_BOUNDS = {
    "MachineDetectionTimeout": (3, 59),
    "MachineDetectionSpeechThreshold": (1000, 6000),
    "MachineDetectionSpeechEndThreshold": (500, 5000),
    "MachineDetectionSilenceTimeout": (2000, 10_000),
}


def order(form: Form, policy: Policy) -> Order:
    """Check a create request, and return the order. Raises ``Refused`` for the first rule that it breaks."""
    to, sender = _parties(form, policy)
    words = words_of(form, policy)
    if words is None:
        raise Refused(21205)
    callback = callback_in(form, policy)
    detection = _detection(form)
    _options(form)
    return Order(
        to=to,
        sender=sender,
        words=words,
        timeout=form.whole("Timeout", 1, LONGEST_RING, code=21208) or RING_LIMIT,
        limit=limit_of(form) or TALK_LIMIT,
        detection=detection,
        waits=not form.boolean("AsyncAmd"),
        # An application has its own callback.
        callback=None if words.application else callback,
    )


def words_of(form: Form, policy: Policy) -> Words | None:
    """Return the call's instructions, if the form has any.

    An application overrides a URL, and a URL overrides TwiML.
    """
    application, url, twiml = form.one("ApplicationSid"), form.one("Url"), form.one("Twiml")
    method = form.choice("Method", METHODS, code=21209) or "POST"
    if application:
        if not re.fullmatch(r"AP[0-9a-fA-F]{32}", application):
            raise Refused(21218)
        return Words(application=application)
    if url:
        if not can_reach(url, policy):
            raise Refused(21205, url=url)
        return Words(url=url, method=method)
    if twiml and len(twiml) > TWIML_LIMIT:
        raise Refused(32018)
    return Words(twiml=twiml) if twiml else None


def callback_in(form: Form, policy: Policy) -> Callback | None:
    """Return the status callback of a form, if it has one."""
    url = callback_of(form, policy)
    method = form.choice("StatusCallbackMethod", METHODS, code=21209) or "POST"
    # Some programs send all events in one field.
    events = [event for field in form.every("StatusCallbackEvent") for event in field.split()]
    if any(event not in EVENTS for event in events):
        raise Refused(20001, detail=f"StatusCallbackEvent must be one of {', '.join(EVENTS)}.")
    return Callback(url, method, tuple(events) or ("completed",)) if url else None


def limit_of(form: Form) -> int | None:
    return form.whole("TimeLimit", 1, 86_400)


def _parties(form: Form, policy: Policy) -> tuple[str, str]:
    raw_to, raw_sender = form.one("To"), form.one("From")
    if not raw_to:
        raise Refused(21201)
    if not raw_sender:
        raise Refused(21213)
    to, sender = addresses.called(raw_to), addresses.called(raw_sender)
    if to is None:
        raise Refused(13223, to=raw_to)
    if to in MAGIC_CALLED:
        raise Refused(MAGIC_CALLED[to], to=to)
    if sender is None or sender in MAGIC_CALLERS:
        raise Refused(21212, sender=raw_sender)
    is_owned = not policy.test_credentials and (not policy.numbers or sender in policy.numbers)
    if sender != addresses.VALID_TEST_SENDER and not is_owned:
        raise Refused(21210, sender=sender)
    return to, sender


def _detection(form: Form) -> str | None:
    found = form.choice("MachineDetection", DETECTIONS)
    for name, (lowest, highest) in DETECTION_BOUNDS.items():
        form.whole(name, lowest, highest)
    digits = form.one("SendDigits")
    if digits and not re.fullmatch(r"[0-9A-D#*wW]{1,32}", digits):
        raise Refused(21206)
    # Digits are for systems that would be detected as machines.
    return None if digits else found


def _options(form: Form) -> None:
    for name in BOOLEANS:
        form.boolean(name)
    for name in ("FallbackMethod", "RecordingStatusCallbackMethod", "AsyncAmdStatusCallbackMethod"):
        form.choice(name, METHODS, code=21209)
    fallback = form.one("FallbackUrl")
    if fallback and addresses.host_of(fallback) is None:
        raise Refused(21205, url=fallback)
