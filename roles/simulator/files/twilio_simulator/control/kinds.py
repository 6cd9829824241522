# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of faults: the name, the parameters and the effect of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..api.errors import body_of, refusal
from ..api.form import Form
from ..api.requests import FATE, FORM, LAG, Lag
from ..world.codes import ERRORS, Refused, error_of
from ..world.reading import BadInput

# The names of the API's routes for messages and for calls.
OPERATIONS = (
    *("create", "list", "fetch", "update", "delete"),
    *("create_call", "list_calls", "fetch_call", "update_call", "delete_call"),
)
# Parameters that new trial accounts may not set when they place a call.
TRIAL_REFUSES = ("Twiml", "Timeout", "Method", "MachineDetection")

PAGE = """<!DOCTYPE html>
<html><head><title>{status} {reason}</title></head>
<body><center><h1>{status} {reason}</h1></center><hr><center>gateway</center></body></html>
"""

Act = Callable[[], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a kind of fault: a number from ``lowest`` to ``highest``, or one of ``choices``; None if left out.

    ``known`` are values with their meanings, among others.
    """

    name: str
    description: str
    default: float | None
    lowest: float = 0
    highest: float = 3600
    choices: tuple[int | None, ...] = ()
    is_whole: bool = False
    known: tuple[tuple[int, str], ...] = ()

    def check(self, value: object) -> Any:
        if value is None and self.default is None:
            return None
        if self.choices:
            if value not in self.choices:
                raise BadInput(f"{self.name} must be one of {', '.join(map(str, self.choices))}")
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not self.lowest <= value <= self.highest:
            raise BadInput(f"{self.name} must be a number from {self.lowest} to {self.highest}")
        elif self.is_whole and not float(value).is_integer():
            raise BadInput(f"{self.name} must be a whole number")
        return value

    def as_json(self) -> dict[str, object]:
        bounds = {"choices": self.choices} if self.choices else {"lowest": self.lowest, "highest": self.highest}
        known = {"known": self.known} if self.known else {}
        return {"name": self.name, "description": self.description, "default": self.default, **bounds, **known}


@dataclass(slots=True)
class Fault:
    """One kind of fault for one operation, ``times`` more times (None: until removed), for one ``number`` or all."""

    id: int
    kind: Kind
    operation: str
    times: int | None
    number: str | None
    parameters: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind.name,
            "operation": self.operation,
            "times": self.times,
            "number": self.number,
            **self.parameters,
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault, which can affect these operations. The first one is the default.

    ``befall`` handles a request. It may call ``Act``, which does what was requested.
    """

    befall: Callable[[Fault, web.Request, Act], Awaitable[web.StreamResponse]]
    description: str
    parameters: tuple[Parameter, ...] = ()
    operations: tuple[str, ...] = OPERATIONS

    @property
    def name(self) -> str:
        return self.befall.__name__

    def as_json(self) -> dict[str, object]:
        return {
            "kind": self.name,
            "description": self.description,
            "operations": self.operations,
            "parameters": [parameter.as_json() for parameter in self.parameters],
        }


async def twilio_error(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    code = int(fault.parameters["code"])
    if error_of(code).later and fault.operation == "create":
        request[FATE] = code
        return await act()
    form = Form(request.get(FORM, []))
    values = {"to": form.one("To"), "sender": form.one("From"), "url": form.one("StatusCallback"), "path": request.path}
    return refusal(Refused(code, **{name: text or "" for name, text in values.items()}))


async def rate_limited(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    code, retry_after = fault.parameters["code"], fault.parameters["retry_after"]
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    if code is None:
        return web.Response(status=429, headers=headers)
    return web.json_response(body_of(Refused(code)), status=429, headers=headers)


async def server_error(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    status = int(fault.parameters["status"])
    return web.json_response(body_of(Refused(20500)) | {"status": status}, status=status)


async def _response_of(act: Act) -> web.StreamResponse:
    """Do what was requested, and return the response, if it is refused as well."""
    try:
        return await act()
    except Refused as error:
        return refusal(error)


async def server_error_after(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    await _response_of(act)
    return await server_error(fault, request, act)


async def lost_response(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    response = await _response_of(act)
    if request.transport:
        request.transport.close()
    return response


async def slow(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    response = await _response_of(act)
    await asyncio.sleep(fault.parameters["seconds"])
    return response


async def html_page(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    response = web.Response(status=int(fault.parameters["status"]), content_type="text/html")
    response.text = PAGE.format(status=response.status, reason=response.reason)
    return response


async def list_lag(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    request[LAG] = Lag(fault.number, fault.parameters["seconds"])
    return await act()


async def trial_account(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    form = Form(request.get(FORM, []))
    if not any(form.given(name) for name in TRIAL_REFUSES):
        return await act()
    text = "This operation is not available: trial accounts have limited parameter access for this API"
    return web.json_response({"message": text, "status": 400}, status=400)


_STATUS = "The HTTP status"
_CODE = Parameter(
    "code",
    "Twilio's error code, such as 21610 or 30007",
    default=21610,
    lowest=10_000,
    highest=99_999,
    is_whole=True,
    known=tuple((code, Refused(code).message) for code in ERRORS),
)

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            twilio_error,
            "One of Twilio's errors: the request is rejected, or the message ends with it if it comes later",
            (_CODE,),
        ),
        Kind(
            rate_limited,
            "Reject with status 429, without acting",
            (
                Parameter("code", "Twilio's error code; no body without it", 20429, choices=(20429, 21611, None)),
                Parameter("retry_after", "Seconds in Retry-After; no such header without it", None),
            ),
        ),
        Kind(
            server_error,
            "Respond with a server error, without acting",
            (Parameter("status", _STATUS, 503, 500, 599, is_whole=True),),
        ),
        Kind(
            server_error_after,
            "Act as requested, and respond with a server error",
            (Parameter("status", _STATUS, 500, 500, 599, is_whole=True),),
        ),
        Kind(lost_response, "Act as requested, and close the connection without a response"),
        Kind(slow, "Act as requested, and respond late", (Parameter("seconds", "Seconds of real time", 5.0),)),
        Kind(
            html_page,
            "Respond with a gateway's HTML page, without acting",
            (Parameter("status", _STATUS, 502, 200, 599, is_whole=True),),
        ),
        Kind(
            list_lag,
            "Leave new messages out of lists",
            (Parameter("seconds", "Seconds by the simulator's clock after which they appear", 60.0, 0, 86_400),),
            ("list", "list_calls"),
        ),
        Kind(
            trial_account,
            f"Reject calls with {', '.join(TRIAL_REFUSES[:-1])} or {TRIAL_REFUSES[-1]}, as for a new trial account",
            operations=("create_call",),
        ),
    )
}
