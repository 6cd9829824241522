# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twilio's responses to requests that it rejects."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from ..world.codes import Refused


def body_of(error: Refused) -> dict[str, object]:
    """Return Twilio's JSON: ``code``, ``message``, ``more_info``, ``status``, and ``detail`` if there is one."""
    body: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return body if error.detail is None else body | {"detail": error.detail}


def refusal(error: Refused) -> web.Response:
    """Return the response to a rejected request."""
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
    return web.json_response(body_of(error), status=error.status, headers=headers)


def answer_in(response: web.StreamResponse) -> dict[str, Any]:
    """Return the JSON object in a response, empty if there is none."""
    if not isinstance(response, web.Response) or response.content_type != "application/json" or not response.text:
        return {}
    body = json.loads(response.text)
    return body if isinstance(body, dict) else {}
