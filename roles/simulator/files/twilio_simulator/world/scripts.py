# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what a call says: in its own TwiML, or at its URL if that is on this machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import addresses
from .alerts import TWIML, Alert, Alerts
from .callbacks import call_form
from .calls import Call, Words
from .twiml import BadTwiml
from .voice import NotSimulated, Part, parts_in
from .webhooks import Answer, Webhook, Webhooks

XML = "text/xml"
# How many seconds to assume for something that the simulator cannot know.
UNKNOWN = 5.0

# Lets a call say its script, or that there is an error.
Begin = Callable[..., None]


class Scripts:
    """Gives calls their scripts. ``begin`` is called with the script, or with the error if Twilio could not read it."""

    def __init__(self, alerts: Alerts, webhooks: Webhooks) -> None:
        self._alerts = alerts
        self._webhooks = webhooks
        self.begin: Begin = lambda _call, **_more: None

    def find(self, call: Call) -> None:
        words = call.words_now
        if words.url is not None:
            self._ask(call, words, words.url)
        elif words.twiml is not None:
            self._read(call, words.twiml, XML)
        else:
            self._pretend(call, f"(what the application {words.application} says)")

    def _ask(self, call: Call, words: Words, url: str) -> None:
        """Request a call's TwiML. No requests are made to Twilio's servers and those of others."""
        if not addresses.is_this_machine(addresses.host_of(url) or ""):
            self._pretend(call, f"(what {url} says)")
            return
        webhook = Webhook(
            topic=f"words of {call.sid}",
            about=call,
            url=url,
            form=call_form(call),
            method=words.method,
            then=partial(self._take, call, words),
            otherwise=partial(self._fail, call, words),
        )
        self._webhooks.post(webhook)

    def _take(self, call: Call, words: Words, answer: Answer) -> None:
        if call.words_now is words:
            self._read(call, answer.text, answer.content_type)

    def _fail(self, call: Call, words: Words) -> None:
        if call.words_now is words:
            self.begin(call, is_error=True)

    def _pretend(self, call: Call, text: str) -> None:
        call.script = iter([Part(text, UNKNOWN)])
        self.begin(call)

    def _read(self, call: Call, text: str, content_type: str) -> None:
        try:
            call.script = parts_in(text, content_type)
        except NotSimulated as error:
            self._complain(call, None, f"the call ends here: {error}")
            call.script = iter(())
        except BadTwiml as error:
            self._complain(call, error.code, f"the TwiML of the call {error}")
            self.begin(call, is_error=True)
            return
        self.begin(call)

    def _complain(self, call: Call, code: int | None, reason: str) -> None:
        self._alerts.add(Alert(TWIML, reason, call.peer, code, call.sid, form=call.form))
