# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Twilio accepts when a message is created: turns a form into a draft, or into Twilio's error."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..world import addresses
from ..world.codes import Refused
from ..world.messages import VALIDITY_LIMIT, Draft
from .form import Form

BODY_LIMIT = 1600
MEDIA_LIMIT = 10
SEND_AT_WINDOW = (timedelta(minutes=5), timedelta(days=35))
# The allowed values of parameters, and the error code for any other value.
CHOICES = {
    "ContentRetention": (("retain", "discard"), 30029),
    "AddressRetention": (("retain", "obfuscate"), 30030),
    "RiskCheck": (("enable", "disable"), 20001),
    "TrafficType": (("free",), 20001),
}
BOOLEANS = ("ForceDelivery", "ProvideFeedback", "SendAsMms", "ShortenUrls", "SmartEncoded")
NO_SUCH_SERVICE = f"MG{'0' * 32}"


@dataclass(frozen=True, slots=True)
class Policy:
    """An account's settings for the rules: the senders that it owns (empty: any), and how strict it is."""

    numbers: Collection[str] = ()
    strict_callbacks: bool = False
    test_credentials: bool = False


def draft(form: Form, policy: Policy, now: datetime) -> Draft:
    """Check a create request, and return the draft. Raises ``Refused`` for the first rule that it breaks."""
    _demand_the_necessary(form)
    if policy.test_credentials and form.one("MessagingServiceSid"):
        raise Refused(20008)
    to, sender = _parties(form, policy)
    service = _service(form)
    media = media_of(form)
    _content(form)
    callback = callback_of(form, policy)
    _options(form)
    return Draft(
        to=to,
        sender=sender,
        service=service,
        body=form.one("Body") or "",
        media=media,
        send_at=_send_at(form, now) if service else None,
        as_mms=form.boolean("SendAsMms"),
        smart_encoded=form.boolean("SmartEncoded"),
        provide_feedback=form.boolean("ProvideFeedback"),
        validity=form.whole("ValidityPeriod", 1, VALIDITY_LIMIT, code=21624) or VALIDITY_LIMIT,
        callback=callback,
    )


def _demand_the_necessary(form: Form) -> None:
    to = form.one("To")
    if not to:
        raise Refused(21604)
    if not form.one("From") and not form.one("MessagingServiceSid"):
        raise Refused(21603)
    if not any(form.one(name) for name in ("Body", "MediaUrl", "ContentSid")):
        raise Refused(21619 if addresses.is_channel(to) else 21602)
    if len(form.one("Body") or "") > BODY_LIMIT:
        raise Refused(21617)


def _parties(form: Form, policy: Policy) -> tuple[str, str | None]:
    raw_to, raw_sender = form.one("To") or "", form.one("From")
    to = addresses.recipient(raw_to)
    if to is None:
        raise Refused(21265 if addresses.is_short_code(raw_to) else 21211, to=raw_to)
    if to in addresses.MAGIC_RECIPIENTS:
        raise Refused(addresses.MAGIC_RECIPIENTS[to], to=to, sender=raw_sender or "")
    if raw_sender is None:
        return to, None
    sender = addresses.sender(raw_sender)
    if sender is None:
        raise Refused(21212, sender=raw_sender)
    if sender in addresses.MAGIC_SENDERS:
        raise Refused(addresses.MAGIC_SENDERS[sender], sender=sender)
    if sender != addresses.VALID_TEST_SENDER:
        if policy.test_credentials:
            raise Refused(21606, sender=sender)
        if policy.numbers and not addresses.is_owned(sender, policy.numbers):
            raise Refused(63007 if addresses.is_channel(sender) else 21659, sender=sender)
    _pair(to, sender)
    return to, sender


def _pair(to: str, sender: str) -> None:
    """Check that the sender can send to the recipient. A sender on RCS reaches plain numbers too, by SMS."""
    if to == sender:
        raise Refused(63031 if addresses.is_channel(to) else 21266, to=to)
    channels = addresses.channel_of(to), addresses.channel_of(sender)
    if channels[0] != channels[1] and channels != ("", "rcs"):
        raise Refused(21910)
    # Twilio documents two errors for this, 21612 and 21657. This is the one that users have reported.
    if addresses.is_name(sender) and addresses.is_without_names(to):
        raise Refused(21612, to=to, sender=sender)


def _service(form: Form) -> str | None:
    service = form.one("MessagingServiceSid")
    if service is None:
        return None
    if not _is_sid("MG", service):
        raise Refused(21705)
    if service == NO_SUCH_SERVICE:
        raise Refused(21701)
    return service


def media_of(form: Form) -> tuple[str, ...]:
    """Return the media of a form, after checking their number (21623) and that each is a URL (21620)."""
    media = tuple(form.every("MediaUrl"))
    if len(media) > MEDIA_LIMIT:
        raise Refused(21623)
    if not all(re.match(r"https?://[^\s/?#]+\S*$", url) for url in media):
        raise Refused(21620)
    return media


def _content(form: Form) -> None:
    template, variables = form.one("ContentSid"), form.one("ContentVariables")
    if template and not _is_sid("HX", template):
        raise Refused(21655)
    if variables is None:
        return
    if not template:
        raise Refused(21654)
    try:
        decoded = json.loads(variables)
    except (ValueError, RecursionError):
        decoded = None
    if not isinstance(decoded, dict):
        raise Refused(21656)


def callback_of(form: Form, policy: Policy) -> str | None:
    """Return the status callback's URL, after checking it (21609)."""
    url = form.one("StatusCallback")
    if url is None:
        return None
    if not can_reach(url, policy):
        raise Refused(21609, url=url)
    return url


def can_reach(url: str, policy: Policy) -> bool:
    """Whether Twilio could request this URL."""
    host = addresses.host_of(url)
    return host is not None and not (policy.strict_callbacks and addresses.is_local(host))


def _options(form: Form) -> None:
    form.whole("Attempt", 1)
    form.amount("MaxPrice", code=21627)
    for name in BOOLEANS:
        form.boolean(name)
    for name, (choices, code) in CHOICES.items():
        form.choice(name, choices, code=code)
    application = form.one("ApplicationSid")
    if application and not _is_sid("AP", application):
        raise Refused(20001, detail="ApplicationSid is not the SID of an application.")
    if form.one("ScheduleType") not in (None, "fixed"):
        raise Refused(35126)


def _send_at(form: Form, now: datetime) -> datetime | None:
    """Return when to send.

    Only called with a Messaging Service: without one, Twilio ignores the schedule and sends at once.
    """
    if form.one("ScheduleType") is None:
        return None
    raw = form.one("SendAt")
    if raw is None:
        raise Refused(35111)
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        raise Refused(35114) from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    soonest, latest = SEND_AT_WINDOW
    if moment - now < soonest:
        raise Refused(35115)
    if moment - now > latest:
        raise Refused(35117)
    return moment


def _is_sid(prefix: str, text: str) -> bool:
    return re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", text) is not None
