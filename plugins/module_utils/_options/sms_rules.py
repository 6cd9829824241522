# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the options of a send, so that a task reports all problems before anything is sent. Pure.

The rules are Twilio's (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource), unless a
comment gives another reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from .._twilio.numbers import read_recipients
from .._twilio.values import is_channel_address, is_url, sid_problems
from .addresses import lost_plus, sender_problem, usable_recipients
from .checks import Ranges, callback_problems, extra_parameter_problems, range_problems, recipient_warnings
from .dates import COMFORTABLE, FARTHEST, NEAREST, parse_send_at
from .form import form_name
from .sms_form import CONTENTS, SENDERS, choose, template_variables
from .sms_spec import MESSAGE

MAX_BODY = 1600
MAX_MEDIA = 10
MAX_VALIDITY = 36000

_SIDS = {"messaging_service_sid": "MG", "application_sid": "AP", "content_sid": "HX"}
_RANGES: Ranges = {"attempt": (1, None), "validity_period": (1, MAX_VALIDITY)}
# With these values, the text or the number does not appear in Twilio's list.
_HIDDEN = {"content_retention": "discard", "address_retention": "obfuscate"}
_SENDING_RANGES: Ranges = {"concurrency": (1, 100), "dedupe_window": (0, 604800), "wait_timeout": (0, 86400)}

# Options that extra_parameters must not set.
_TAKEN = ("to", *MESSAGE)


def sms_problems(params: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield the problems with a send's options, each with the option's name; None counts as not set.

    The options are those of ``SMS``; ``connection_problems`` checks those of the connection. ``now`` is a moment in
    UTC.
    """
    options = choose(params)
    yield from _choice_problems(options, params["source"], params["content"])
    yield from _recipient_problems(params["to"] or [], options.get("from"))
    yield from _sender_problems(options)
    yield from _content_problems(options)
    for name, prefix in _SIDS.items():
        if name in options:
            yield from sid_problems(name, options[name], prefix)
    yield from range_problems(options, _RANGES)
    if "max_price" in options:
        yield from _max_price_problems(options["max_price"])
    if "status_callback" in options:
        yield from callback_problems("status_callback", options["status_callback"], params["api_url"])
    yield from _schedule_problems(options, now)
    yield from extra_parameter_problems(params["extra_parameters"] or {}, {form_name(name): name for name in _TAKEN})
    yield from _sending_problems(params, options)


def sms_warnings(params: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield warnings about options that are allowed but rarely wise; the options have no problems."""
    options = choose(params)
    yield from recipient_warnings(params["to"], read_recipients(params["to"])[0], "is sent one message")
    if options.get("validity_period", MAX_VALIDITY) <= 5:
        yield (
            f"validity_period: {options['validity_period']} seconds is so short that Twilio may drop the message"
            " before it is sent. Use more than 5."
        )
    if "send_at" in options and parse_send_at(options["send_at"], now) - now < COMFORTABLE:
        yield "send_at: is less than 15 minutes ahead. Twilio does not accept that from every account."


def _choice_problems(options: Mapping[str, Any], source: str | None, content: str | None) -> Iterator[str]:
    """Yield which sender or content is missing from the options that ``choose`` returned."""
    if source and source not in options:
        yield f"{source}: is required when source={source}."
    elif not any(name in options for name in SENDERS):
        yield "from: is required. Set from or messaging_service_sid."
    if content and content not in options:
        yield f"{content}: is required when content={content}."
    elif not any(name in options for name in CONTENTS):
        yield "body: is required. Set body, media_url or content_sid."


def _sending_problems(params: Mapping[str, Any], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems with options for sending; ``options`` are those that ``choose`` returns."""
    yield from range_problems(params, _SENDING_RANGES)
    if params["dedupe_window"]:
        yield from _dedupe_problems(options)
    if params["wait"] and "send_at" in options:
        yield "wait: cannot be used with send_at. A scheduled message does not change until its time."


def _dedupe_problems(options: Mapping[str, Any]) -> Iterator[str]:
    hidden = [name for name in ("content_sid", "shorten_urls", "send_at") if options.get(name)]
    hidden += [f"{name} {value}" for name, value in _HIDDEN.items() if options.get(name) == value]
    if "media_url" in options and "body" not in options:
        hidden.append("media_url without body")
    for name in hidden:
        yield f"dedupe_window: cannot be used with {name}. Twilio's list does not distinguish such messages."


def _recipient_problems(to: Sequence[str], sender: str | None) -> Iterator[str]:
    usable, problems = usable_recipients(to, sender)
    yield from (f"to: {problem}{lost_plus(given)}" for given, problem in problems.items())
    if not usable and not problems:
        yield "to: contains no recipient."


def _sender_problems(options: Mapping[str, Any]) -> Iterator[str]:
    for name in ("from", "fallback_from"):
        if name in options and (problem := sender_problem(options[name])):
            yield f"{name}: {problem}{lost_plus(options[name])}"
    # Source: https://www.twilio.com/docs/api/errors/21664, 21665 and 21666
    if "fallback_from" in options:
        if "messaging_service_sid" not in options:
            yield "fallback_from: requires messaging_service_sid, for a Service with an RCS sender."
        if "from" in options:
            yield "fallback_from: cannot be used with from. The Service chooses the RCS sender."
        if is_channel_address(options["fallback_from"]):
            yield "fallback_from: must be a sender of SMS: a phone number, a short code or a sender ID."
    if options.get("shorten_urls") and "messaging_service_sid" not in options:
        yield "shorten_urls: requires messaging_service_sid, for a Service with Link Shortening."


def _content_problems(options: Mapping[str, Any]) -> Iterator[str]:
    if len(options.get("body", "")) > MAX_BODY:
        yield f"body: has {len(options['body']):,} characters. Twilio accepts at most {MAX_BODY:,}."
    media = options.get("media_url", [])
    if len(media) > MAX_MEDIA:
        yield f"media_url: has {len(media)} URLs. Twilio accepts at most {MAX_MEDIA}."
    for url in media:
        if not is_url(url):
            hint = " Write spaces as %20." if re.search(r"\S\s\S", url) else ""
            yield f"media_url: {url!r} is not an http or https URL.{hint}"
    if "content_variables" in options:
        if "content_sid" not in options:
            yield "content_variables: requires content_sid, the template to fill."
        try:
            template_variables(options["content_variables"])
        except ValueError as error:
            yield f"content_variables: {error}."


def _max_price_problems(price: float) -> Iterator[str]:
    if not math.isfinite(price) or price < 0:
        yield f"max_price: must be 0 or more US dollars, not {price}."
    elif round(price, 4) != price:
        yield f"max_price: must have at most four decimals, not {price}."


def _schedule_problems(options: Mapping[str, Any], now: datetime) -> Iterator[str]:
    if "send_at" not in options:
        if "schedule_type" in options:
            yield "schedule_type: requires send_at, the time to send."
        return
    if "messaging_service_sid" not in options:
        # Twilio ignores the schedule of a message without a Service, and sends it at once.
        yield "send_at: requires messaging_service_sid. Without a Service, Twilio would send the message at once."
    try:
        ahead = parse_send_at(options["send_at"], now) - now
    except ValueError as error:
        yield f"send_at: {error}."
        return
    if not NEAREST < ahead <= FARTHEST:
        given = _in_words(ahead.total_seconds())
        yield f"send_at: must be more than 5 minutes and at most 35 days ahead. It is {given}."


def _in_words(seconds: float) -> str:
    size, unit = next(
        ((size, unit) for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")) if abs(seconds) >= size),
        (1, "seconds"),
    )
    return f"{abs(seconds) / size:.1f} {unit} {'ahead' if seconds >= 0 else 'ago'}"
