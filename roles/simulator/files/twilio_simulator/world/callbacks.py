# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status callbacks of messages and calls.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status and
https://www.twilio.com/docs/voice/api/call-resource#statuscallback
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from functools import partial

from .calls import FINAL as OVER
from .calls import Call
from .clock import Agenda
from .messages import API_VERSION, FINAL, Message, Pairs
from .settings import Settings
from .webhooks import Webhook, Webhooks


class StatusCallbacks:
    """Notifies the ``StatusCallback`` of a message of each status that it reaches, except the first one.

    The callback of a call gets the events that the request named, each with the call's status.
    """

    def __init__(self, settings: Settings, agenda: Agenda, webhooks: Webhooks) -> None:
        self._settings = settings
        self._agenda = agenda
        self._webhooks = webhooks

    def tell(self, message: Message) -> None:
        if message.draft.callback is None:
            return
        webhook = Webhook(message.sid, message, message.draft.callback, callback_form(message))
        self._post(webhook, is_final=message.status in FINAL)

    def tell_call(self, call: Call, event: str, now: datetime) -> None:
        callback = call.callback
        if callback is None or event not in callback.events:
            return
        form = progress_form(call, event, now)
        call.told += 1
        self._post(Webhook(call.sid, call, callback.url, form, callback.method), is_final=call.status in OVER)

    def _post(self, webhook: Webhook, *, is_final: bool) -> None:
        for _time in range(1 + self._settings.callback_repeats):
            if self._settings.callback_lag and not is_final:
                self._agenda.add(self._settings.callback_lag, partial(self._webhooks.post, webhook))
            else:
                self._webhooks.post(webhook)


def callback_form(message: Message) -> Pairs:
    form = [
        ("SmsSid", message.sid),
        ("SmsStatus", message.status),
        ("MessageStatus", message.status),
        ("To", message.draft.to),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.sender or ""),
        ("ApiVersion", API_VERSION),
    ]
    if message.draft.service:
        form.append(("MessagingServiceSid", message.draft.service))
    if message.error_code is not None:
        form.append(("ErrorCode", str(message.error_code)))
        form.append(("ErrorMessage", message.error_message or ""))
    return form


def call_form(call: Call, status: str | None = None) -> Pairs:
    """Return the fields that all of Twilio's requests about a call have. ``status`` overrides the call's own."""
    form = [
        ("Called", call.order.to),
        ("CallStatus", status or call.status),
        ("Direction", "outbound-api"),
        ("AccountSid", call.account_sid),
        ("Caller", call.order.sender),
        ("CallSid", call.sid),
        ("To", call.order.to),
        ("From", call.order.sender),
        ("ApiVersion", API_VERSION),
    ]
    if call.answered_by:
        form.append(("AnsweredBy", call.answered_by))
    return form


def progress_form(call: Call, event: str, now: datetime) -> Pairs:
    """Return the form of a call's status callback."""
    form = [
        *call_form(call, "initiated" if event == "initiated" else None),
        ("Timestamp", format_datetime(now)),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(call.told)),
    ]
    if call.is_over:
        form += [("CallDuration", str(call.duration or 0)), ("Duration", str(call.minutes))]
        if call.sip:
            form.append(("SipResponseCode", str(call.sip)))
    return form
