# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Twilio accepts when a message is created: a form in, a draft or Twilio's error out."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from . import addresses
from .errors import ApiError
from .form import Form

BODY_LIMIT = 1600
MEDIA_LIMIT = 10
VALIDITY_LIMIT = 36_000
SEND_AT_WINDOW = (timedelta(minutes=5), timedelta(days=35))
CHOICES = {
    "ContentRetention": ("retain", "discard"),
    "AddressRetention": ("retain", "obfuscate"),
    "RiskCheck": ("enable", "disable"),
    "TrafficType": ("free",),
}
BOOLEANS = ("ForceDelivery", "ProvideFeedback", "SendAsMms", "ShortenUrls", "SmartEncoded")
NO_SUCH_SERVICE = f"MG{'0' * 32}"

_HOST_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Policy:
    """The account's side of the rules: the senders it owns (empty: any), and how strict it is."""

    numbers: Collection[str] = ()
    strict_callbacks: bool = False
    test_credentials: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that may be created. ``send_at`` is set only when it will in fact be held back.

    ``validity`` is in seconds, ``callback`` a URL.
    """

    to: str
    sender: str | None
    service: str | None
    body: str
    media: tuple[str, ...]
    send_at: datetime | None = None
    as_mms: bool = False
    smart_encoded: bool = False
    provide_feedback: bool = False
    validity: int = VALIDITY_LIMIT
    callback: str | None = None


def draft(form: Form, policy: Policy, now: datetime) -> Draft:
    """Check a create request; the first rule it breaks is raised as ``ApiError``."""
    _demand_the_necessary(form)
    if policy.test_credentials and form.one("MessagingServiceSid"):
        raise ApiError(20008)
    to, sender = _parties(form, policy)
    service = _service(form)
    media = media_of(form)
    _content(form)
    _callback(form, policy)
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
        callback=form.one("StatusCallback"),
    )


def _demand_the_necessary(form: Form) -> None:
    to = form.one("To")
    if not to:
        raise ApiError(21604)
    if not form.one("From") and not form.one("MessagingServiceSid"):
        raise ApiError(21603)
    if not any(form.one(name) for name in ("Body", "MediaUrl", "ContentSid")):
        raise ApiError(21619 if addresses.is_channel(to) else 21602)
    if len(form.one("Body") or "") > BODY_LIMIT:
        raise ApiError(21617)


def _parties(form: Form, policy: Policy) -> tuple[str, str | None]:
    raw_to, raw_sender = form.one("To") or "", form.one("From")
    to = addresses.recipient(raw_to)
    if to is None:
        raise ApiError(21211, to=raw_to)
    if to in addresses.MAGIC_RECIPIENTS:
        raise ApiError(addresses.MAGIC_RECIPIENTS[to], to=to, sender=raw_sender or "")
    if raw_sender is None:
        return to, None
    sender = addresses.sender(raw_sender)
    if sender is None:
        raise ApiError(21212, sender=raw_sender)
    if sender in addresses.MAGIC_SENDERS:
        raise ApiError(addresses.MAGIC_SENDERS[sender], sender=sender)
    if sender != addresses.VALID_TEST_SENDER:
        if policy.test_credentials:
            raise ApiError(21606, sender=sender)
        if policy.numbers and addresses.must_be_owned(sender) and sender not in policy.numbers:
            raise ApiError(21659, sender=sender)
    return to, sender


def _service(form: Form) -> str | None:
    service = form.one("MessagingServiceSid")
    if service is None:
        return None
    if not _is_sid("MG", service):
        raise ApiError(21705)
    if service == NO_SUCH_SERVICE:
        raise ApiError(21701)
    return service


def media_of(form: Form) -> tuple[str, ...]:
    """The media of a form, few enough and each a URL (21623, 21620)."""
    media = tuple(form.every("MediaUrl"))
    if len(media) > MEDIA_LIMIT:
        raise ApiError(21623)
    if not all(re.match(r"https?://[^\s/?#]+\S*$", url) for url in media):
        raise ApiError(21620)
    return media


def _content(form: Form) -> None:
    template, variables = form.one("ContentSid"), form.one("ContentVariables")
    if template and not _is_sid("HX", template):
        raise ApiError(21655)
    if variables is None:
        return
    if not template:
        raise ApiError(21654)
    try:
        decoded = json.loads(variables)
    except (ValueError, RecursionError):
        decoded = None
    if not isinstance(decoded, dict):
        raise ApiError(21656)


def _callback(form: Form, policy: Policy) -> None:
    url = form.one("StatusCallback")
    if url is None:
        return
    host = host_of(url)
    if host is None or (policy.strict_callbacks and _is_local(host)):
        raise ApiError(21609, url=url)


def _options(form: Form) -> None:
    form.whole("Attempt", 1)
    form.amount("MaxPrice")
    for name in BOOLEANS:
        form.boolean(name)
    for name, choices in CHOICES.items():
        form.choice(name, choices)
    application = form.one("ApplicationSid")
    if application and not _is_sid("AP", application):
        raise ApiError(20001, detail="ApplicationSid is not the SID of an application.")
    if form.one("ScheduleType") not in (None, "fixed"):
        raise ApiError(35126)


def _send_at(form: Form, now: datetime) -> datetime | None:
    """When to send. Called with a Messaging Service only: without one Twilio drops the schedule and sends at once."""
    if form.one("ScheduleType") is None:
        return None
    raw = form.one("SendAt")
    if raw is None:
        raise ApiError(35111)
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        raise ApiError(35114) from None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    soonest, latest = SEND_AT_WINDOW
    if moment - now < soonest:
        raise ApiError(35115)
    if moment - now > latest:
        raise ApiError(35117)
    return moment


def _is_sid(prefix: str, text: str) -> bool:
    return re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", text) is not None


def host_of(url: str) -> str | None:
    """The host of a usable http(s) URL, else None. Twilio takes no underscores in host names."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        return None
    if ":" in host or all(_HOST_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")):
        return host
    return None


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host
    return not address.is_global
