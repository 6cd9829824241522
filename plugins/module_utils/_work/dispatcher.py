# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send one message or place one call, and find out its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from .._twilio.client import Client
from .._twilio.errors import ErrorDetails, NotSent, RequestError, Unknown
from .._twilio.message import Form
from .find import find_duplicate, find_proof
from .medium import Medium, Resource
from .outcome import DUPLICATE, Attempt

# Returns a message or a call for a form: from Twilio, or in check mode a prediction.
Create = Callable[[Form], Mapping[str, Any]]

# After this many failed connections in a row, no further recipient is tried.
_MAX_UNCONNECTED = 3


class Dispatcher:
    """Sends forms, one after the other or several at once, until an error affects all recipients."""

    def __init__(self, medium: Medium, client: Client, create: Create, params: Mapping[str, Any]) -> None:
        self._medium = medium
        self._client = client
        self._create = create
        # Calls have no such option, because Twilio's list does not show what a call says.
        self._dedupe_window: int = params.get("dedupe_window", 0)
        self._resend_unknown: bool = params["resend_unknown"]
        self._unconnected = 0
        self.fatal_error: ErrorDetails | None = None
        self.is_stopped = False

    def stop(self) -> None:
        """Send nothing more, because the task's time is up. Requests under way finish."""
        self.is_stopped = True
        self.fatal_error = ErrorDetails(message="The task's timeout was reached before the request was made")
        self._client.stop()

    def send(self, form: Form) -> Attempt:
        """Send one form, and return the outcome. It raises no exception."""
        to = str(form["To"])
        if self.fatal_error:
            return Attempt(to, NotSent.outcome, error=self.fatal_error)
        try:
            window = self._dedupe_window
            if window and (found := find_duplicate(self._client, form, window, self._medium)):
                return Attempt(to, DUPLICATE, found)
            return self._send_or_resend(to, form)
        except RequestError as error:
            self._note_if_fatal(error)
            return Attempt(to, error.outcome, error=error.details)
        except Exception as error:
            # No error may lose the outcomes of other recipients.
            text = (
                f"An error in oncall.twilio itself. The {self._medium.noun} may have been {self._medium.made}."
                f" Please report the error ({type(error).__name__}: {error})"
            )
            return Attempt(to, Unknown.outcome, error=ErrorDetails(message=text))

    def _note_if_fatal(self, error: RequestError) -> None:
        self._unconnected = self._unconnected + 1 if isinstance(error, NotSent) else 0
        is_fatal = self._medium.is_fatal(error.details) or self._unconnected >= _MAX_UNCONNECTED
        if is_fatal and not self.fatal_error:
            self.fatal_error = error.details

    def _send_or_resend(self, to: str, form: Form) -> Attempt:
        began = datetime.now(timezone.utc)
        try:
            return self._made(to, self._create(form))
        except Unknown as error:
            unknown = Attempt(to, Unknown.outcome, error=error.details)
        if proof := self._find_proof(form, began):
            return self._made(to, proof)
        if not self._resend_unknown or self.is_stopped:
            return unknown
        try:
            return self._made(to, self._create(form))._replace(resent=True)
        except Unknown:
            proof = self._find_proof(form, began)
            return (self._made(to, proof) if proof else unknown)._replace(resent=True)
        except RequestError:
            # The second request created nothing, and the outcome of the first is still unknown.
            return unknown

    def _find_proof(self, form: Form, began: datetime) -> Resource | None:
        return find_proof(self._client, form, began, self._medium)

    def _made(self, to: str, raw: Mapping[str, Any]) -> Attempt:
        self._unconnected = 0
        return Attempt(to, self._medium.made).updated(raw, self._medium)
