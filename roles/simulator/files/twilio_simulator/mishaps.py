# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a request goes wrong: one function for each kind of fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from .errors import ApiError
from .faults import Fault

# Where the handler of lists finds the fault that befell it.
LAG = "lag"

Act = Callable[[], Awaitable[web.StreamResponse]]
Mishap = Callable[[Fault, web.Request, Act], Awaitable[web.StreamResponse]]

PAGE = """<!DOCTYPE html>
<html><head><title>{status} {reason}</title></head>
<body><center><h1>{status} {reason}</h1></center><hr><center>gateway</center></body></html>
"""


async def rate_limited(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    code, retry_after = fault.parameters["code"], fault.parameters["retry_after"]
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    if code is None:
        return web.Response(status=429, headers=headers)
    return web.json_response(ApiError(code).body(), status=429, headers=headers)


async def server_error(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    status = int(fault.parameters["status"])
    return web.json_response(ApiError(20500).body() | {"status": status}, status=status)


async def server_error_after(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    await act()
    return await server_error(fault, request, act)


async def lost_response(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    response = await act()
    if request.transport:
        request.transport.close()
    return response


async def slow(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    response = await act()
    await asyncio.sleep(fault.parameters["seconds"])
    return response


async def html_page(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    response = web.Response(status=int(fault.parameters["status"]), content_type="text/html")
    response.text = PAGE.format(status=response.status, reason=response.reason)
    return response


async def list_lag(fault: Fault, request: web.Request, act: Act) -> web.StreamResponse:
    request[LAG] = fault
    return await act()


MISHAPS: dict[str, Mishap] = {
    mishap.__name__: mishap
    for mishap in (rate_limited, server_error, server_error_after, lost_response, slow, html_page, list_lag)
}
