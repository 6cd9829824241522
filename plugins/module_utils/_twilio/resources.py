# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations on one kind of an account's resources, messages or calls, and what the responses mean.

A failed create request certainly created nothing only if its body was never sent, or if Twilio returned a 4xx
(https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from .bodies import MIB
from .errors import ErrorDetails, NotSent, ReadFailed, Rejected, Unknown
from .exchange import NoAnswer, Response
from .message import Form
from .responses import described, details, twilio_text
from .transport import Transport

# The maximum size of a list's page, in bytes. For any other response it is 1 MiB.
_PAGE_LIMIT = 32 * MIB

MAY_BE_DONE = "The change may have been made. Run the task again: it checks first"


class Kind(NamedTuple):
    """A kind of resource.

    ``name`` is its name in URLs and its key in lists, ``noun`` what one is called, and ``caution`` what an error adds
    when the response to a create request is lost.
    """

    name: str
    noun: str
    may_be_created: str


class Resources:
    """An account's resources of one kind. Threads may share it.

    ``deadline`` is when, on the monotonic clock, to give up; ``retries`` overrides the connection's number of retries.
    """

    def __init__(self, transport: Transport, account: str, kind: Kind) -> None:
        self._transport = transport
        self._kind = kind
        self._path = f"{account}/{kind.name}"

    def create(self, form: Form, deadline: float = math.inf, retries: int | None = None) -> dict[str, Any]:
        """Create a resource and return Twilio's description of it.

        Raises ``NotSent`` or ``Rejected`` if none was created, and ``Unknown`` if one may have been.
        """
        caution = self._kind.may_be_created
        response = self._change("POST", f"{self._path}.json", form, caution, deadline, retries)
        if isinstance(response.payload, dict) and isinstance(response.payload.get("sid"), str):
            return response.payload
        raise Unknown(details(response, f"{described(response)} instead of the {self._kind.noun}. {caution}"))

    def update(self, sid: str, form: Form, deadline: float = math.inf, retries: int | None = None) -> dict[str, Any]:
        """Change a resource and return Twilio's description of it; raises like ``create``.

        ``Status=canceled`` cancels a scheduled message or a call that nobody has answered yet; an empty ``Body``
        removes a message's text.
        """
        response = self._change("POST", f"{self._path}/{sid}.json", form, MAY_BE_DONE, deadline, retries)
        if isinstance(response.payload, dict) and response.payload.get("sid") == sid:
            return response.payload
        raise Unknown(details(response, f"{described(response)} instead of the {self._kind.noun}. {MAY_BE_DONE}"))

    def delete(self, sid: str) -> None:
        """Delete a resource; raises like ``create``."""
        response = self._change("DELETE", f"{self._path}/{sid}.json", None, MAY_BE_DONE)
        if response.status != 204:
            raise Unknown(details(response, f"{described(response)} instead of a confirmation. {MAY_BE_DONE}"))

    def fetch(self, sid: str, deadline: float = math.inf) -> dict[str, Any]:
        """Return Twilio's description of a resource; raises ``ReadFailed``."""
        resource = self._read(f"{self._path}/{sid}.json", deadline)
        if resource.get("sid") != sid:
            raise ReadFailed(ErrorDetails(message=f"The server did not return the {self._kind.noun} {sid}"))
        return resource

    def list(self, filters: Mapping[str, str | int], deadline: float = math.inf) -> Iterator[dict[str, Any]]:
        """Yield resources, newest first. A page is read only when its first resource is needed.

        ``filters`` are the API's own, such as ``To``, ``DateSent>`` and ``PageSize``. Raises ``ReadFailed``.
        """
        uri, nouns = f"{self._path}.json?{urlencode(filters, errors='replace')}", f"{self._kind.noun}s"
        seen = set()
        while True:
            seen.add(uri)
            page = self._read(uri, deadline, _PAGE_LIMIT)
            resources = page.get(self._kind.name.lower())
            if not isinstance(resources, list):
                raise ReadFailed(ErrorDetails(message=f"The server did not return a list of {nouns}"))
            yield from (resource for resource in resources if isinstance(resource, dict))
            uri = str(page.get("next_page_uri") or "")
            if not uri:
                return
            if uri in seen:
                raise ReadFailed(ErrorDetails(message=f"The server's pages of {nouns} form a loop"))
            # Credentials are sent only to the address in the task's options.
            if not uri.startswith(f"{self._path}.json?"):
                raise ReadFailed(
                    ErrorDetails(message=f"The next page of {nouns} is at another address ({uri}), and was not read")
                )

    def _change(
        self,
        method: str,
        uri: str,
        form: Form | None,
        caution: str,
        deadline: float = math.inf,
        retries: int | None = None,
    ) -> Response:
        """Make a request that changes something and return its 2xx response; ``caution`` is for lost responses."""
        try:
            response = self._transport.exchange(method, uri, form, deadline=deadline, retries=retries)
        except NoAnswer as error:
            if error.written:
                raise Unknown(ErrorDetails(message=f"{error}. {caution}")) from None
            raise NotSent(ErrorDetails(message=str(error))) from None
        if 200 <= response.status < 300:
            return response
        if response.status >= 500:
            raise Unknown(details(response, f"{twilio_text(response)}. {caution}"))
        raise Rejected(details(response, twilio_text(response)))

    def _read(self, uri: str, deadline: float, limit: int = MIB) -> dict[str, Any]:
        try:
            response = self._transport.exchange("GET", uri, limit=limit, deadline=deadline)
        except NoAnswer as error:
            raise ReadFailed(ErrorDetails(message=str(error))) from None
        if response.status == 200 and isinstance(response.payload, dict):
            return response.payload
        raise ReadFailed(details(response, twilio_text(response)))
