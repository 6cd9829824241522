# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status callbacks: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""

from __future__ import annotations

from functools import partial

from .clock import Agenda
from .messages import API_VERSION, FINAL, Message, Pairs
from .settings import Settings
from .webhooks import Webhook, Webhooks


class StatusCallbacks:
    """Tells the ``StatusCallback`` of a message each status that it reaches, the first one apart."""

    def __init__(self, settings: Settings, agenda: Agenda, webhooks: Webhooks) -> None:
        self._settings = settings
        self._agenda = agenda
        self._webhooks = webhooks

    def tell(self, message: Message) -> None:
        if message.draft.callback is None:
            return
        webhook = Webhook(message.sid, message, message.draft.callback, callback_form(message))
        for _time in range(1 + self._settings.callback_repeats):
            if self._settings.callback_lag and message.status not in FINAL:
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
