# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions of the collection, with their details.

::

    TwilioError                 any error that fails a task; ``result`` is what the task returns
     ├── InvalidOptions         wrong options: nothing was sent, every problem is listed
     ├── SendFailed             some recipients failed: the result has every outcome
     ├── PageFailed             nobody took a page, or could be asked a question: the result says who was paged
     └── RequestError           one request failed; ``outcome`` is its recipient's
          ├── NotSent           no request reached Twilio (DNS, refused connection, TLS, proxy)
          ├── Rejected          Twilio rejected the request: it created nothing
          ├── Unknown           Twilio may have acted: a 5xx, a lost connection, an unreadable answer
          └── ReadFailed        reading failed; nothing was changed
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .codes import advice


class ErrorDetails(NamedTuple):
    """An error in Twilio's terms, as results show it: ``status`` is HTTP's, ``code`` and ``message`` Twilio's."""

    status: int | None = None
    code: int | None = None
    message: str = ""
    more_info: str | None = None
    request_id: str | None = None

    @property
    def numbers(self) -> str:
        """The HTTP status and the error code, as words; empty if neither is known."""
        given = (f"HTTP {self.status}" if self.status else "", f"code {self.code}" if self.code else "")
        return ", ".join(filter(None, given))

    def __str__(self) -> str:
        known = ", ".join(filter(None, [self.numbers, self.more_info]))
        text = f"{self.message.rstrip('.')} ({known})." if known else f"{self.message.rstrip('.')}."
        return f"{text} {advice(self.code, self.message)}".rstrip()


class TwilioError(Exception):
    """An error that fails a task. ``result`` holds ``msg`` and everything else that the task returns."""

    def __init__(self, msg: str, **result: Any) -> None:
        super().__init__(msg)
        self.result: dict[str, Any] = {"msg": msg, **result}


class InvalidOptions(TwilioError):
    """The options are wrong. ``problems`` lists every one of them; no request was made."""

    def __init__(self, problems: list[str]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n- {problem}" for problem in problems)
        super().__init__(f"Nothing was done: {count} with the task's options.{lines}", problems=problems)


class SendFailed(TwilioError):
    """Some messages were not sent, or some calls not answered. The result contains every recipient's outcome."""


class PageFailed(TwilioError):
    """Nobody took a page, or nobody could be asked a question. The result contains everything that happened."""


class RequestError(TwilioError):
    """One request failed. ``details`` has the reason, ``outcome`` the recipient's outcome."""

    outcome: str

    def __init__(self, details: ErrorDetails) -> None:
        super().__init__(str(details), error=details._asdict())
        self.details = details


class NotSent(RequestError):
    """No request reached Twilio, so nothing can have been created."""

    outcome = "not_tried"


class Rejected(RequestError):
    """Twilio rejected the request and created nothing."""

    outcome = "rejected"


class Unknown(RequestError):
    """The request was written, but the response is missing or unreadable: Twilio may have acted on it."""

    outcome = "unknown"


class ReadFailed(RequestError):
    """Messages could not be read. Nothing that depends on them was tried."""

    outcome = "not_tried"
