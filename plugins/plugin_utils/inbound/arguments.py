# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the arguments of the event source from a rulebook and the environment. Pure.

ansible-rulebook passes what its templates return, and checks no types: ``"{{ number }}"`` turns ``+15551234567`` into
an integer.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...module_utils._twilio.account import IN_RULEBOOK, connection_problems
from ...module_utils._twilio.errors import TwilioError
from ...module_utils._twilio.numbers import read_address, split_addresses
from ...module_utils._twilio.values import is_url

POLL = "poll"
WEBHOOK = "webhook"

ANYBODY = "*"

_SHORT_CODE = re.compile(r"[0-9]{3,6}")


class Arguments(NamedTuple):
    """Valid arguments. ``connection`` has the arguments of ``connect``; ``url`` is the webhook's, as set in Twilio.

    ``poll_interval`` and ``overlap`` are in seconds.
    """

    mode: str
    connection: Mapping[str, Any]
    to: Sequence[str]
    allow: Sequence[str]
    poll_interval: float
    overlap: float
    state: str | None
    host: str
    port: int
    url: str
    feedback: bool

    def is_wanted(self, message: Mapping[str, Any]) -> bool:
        """Say whether a message's sender is in ``allow``, and its recipient in ``to`` if that is set."""
        is_allowed = ANYBODY in self.allow or message["from"] in self.allow
        return is_allowed and (not self.to or message["to"] in self.to)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {value!r}")
    return value


def _path(value: Any) -> str:
    """Expand what Ansible expands in an option of type path."""
    return os.path.expanduser(os.path.expandvars(_text(value)))


def _secret(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(
            "is not a string: templates turn some secrets into numbers. Remove it, and set the environment variable"
        )
    return value


def _flag(value: Any) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if str(value).lower() not in words:
        raise ValueError(f"must be true or false, not {value!r}")
    return words[str(value).lower()]


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"must be a number, not {value!r}") from None


def _whole(value: Any) -> int:
    number = _number(value)
    if not number.is_integer():
        raise ValueError(f"must be a whole number, not {value!r}")
    return int(number)


def _addresses(value: Any) -> list[str]:
    texts = [_with_plus(item) for item in (value if isinstance(value, list) else [value])]
    addresses = [
        part if part == ANYBODY or _SHORT_CODE.fullmatch(part) else read_address(part)
        for part in split_addresses(texts)
    ]
    return list(dict.fromkeys(addresses))


def _with_plus(value: Any) -> str:
    """Restore the plus sign of a number that a template has turned into an integer."""
    if isinstance(value, int):
        return str(value) if _SHORT_CODE.fullmatch(str(value)) else f"+{value}"
    return _text(value)


class _Argument(NamedTuple):
    """How to read an argument. ``variable`` is the environment variable that is used if it is not set."""

    convert: Callable[[Any], Any] = _text
    default: Any = None
    variable: str | None = None


# The connection options are those of the modules; a test compares them.
CONNECTION = {
    "account_sid": _Argument(variable="TWILIO_ACCOUNT_SID"),
    "auth_account_sid": _Argument(),
    "auth_token": _Argument(_secret, variable="TWILIO_AUTH_TOKEN"),
    "api_key": _Argument(variable="TWILIO_API_KEY"),
    "api_secret": _Argument(_secret, variable="TWILIO_API_SECRET"),
    "region": _Argument(variable="TWILIO_REGION"),
    "edge": _Argument(variable="TWILIO_EDGE"),
    "api_url": _Argument(variable="TWILIO_API_URL"),
    "validate_certs": _Argument(_flag, True),
    "ca_path": _Argument(_path),
    "proxy": _Argument(_secret),
    "timeout": _Argument(_number, 30.0),
    "retries": _Argument(_whole, 4),
}
SOURCE = {
    "mode": _Argument(default=POLL),
    "to": _Argument(_addresses, []),
    "allow": _Argument(_addresses, []),
    "poll_interval": _Argument(_number, 5.0),
    "overlap": _Argument(_number, 3600.0),
    "state": _Argument(_path),
    "host": _Argument(default="127.0.0.1"),
    "port": _Argument(_whole, 5000),
    "url": _Argument(),
    "feedback": _Argument(_flag, False),
}
# What ansible-rulebook adds if feedback is set.
QUEUE = "eda_feedback_queue"


def read_arguments(given: Mapping[str, Any], environment: Mapping[str, str]) -> Arguments:
    """Return the arguments. Raises ``TwilioError`` with all problems. Secrets are never quoted."""
    known = {**CONNECTION, **SOURCE}
    problems = [f"{name}: is not an argument." for name in given if name not in known and name != QUEUE]
    values = {}
    for name, argument in known.items():
        try:
            values[name] = _value(given.get(name), argument)
        except ValueError as error:
            problems.append(f"{name}: {str(error).rstrip('.')}.")
    # The rest needs arguments that could be read.
    if not problems:
        if values["auth_token"] and not values["api_key"]:
            # A key in the environment would count more than this token.
            values.update(api_key="", api_secret="")
        for name, argument in known.items():
            if values[name] is None:
                values[name] = environment.get(argument.variable or "", argument.default)
        problems.extend(_problems(values))
    if problems:
        lines = "".join(f"\n- {problem}" for problem in problems)
        raise TwilioError(f"The event source cannot start with these arguments.{lines}", problems=problems)
    connection = {name: values.pop(name) for name in CONNECTION}
    return Arguments(connection=connection, **values)


def _value(value: Any, argument: _Argument) -> Any:
    # A template with an undefined variable is an object that raises an error when it is used.
    if type(value).__name__.endswith("Undefined"):
        raise ValueError("is a template whose variable is not defined")
    return None if value is None else argument.convert(value)


def _problems(values: Mapping[str, Any]) -> Iterator[str]:
    if values["mode"] == POLL:
        yield from connection_problems(values, IN_RULEBOOK)
        if not values["to"]:
            yield "to: is required. Name your numbers whose messages produce events."
        if not 0.1 <= values["poll_interval"] <= 86400:
            yield f"poll_interval: must be 0.1 to 86400 seconds, not {values['poll_interval']:g}."
        if not 60 <= values["overlap"] <= 604800:
            yield f"overlap: must be 60 to 604800 seconds, not {values['overlap']:g}."
    elif values["mode"] == WEBHOOK:
        if not values["auth_token"]:
            yield "auth_token: is required with mode=webhook, since Twilio signs its requests with it."
        if not is_url(values["url"] or ""):
            yield "url: is required with mode=webhook. Set the URL as it is in Twilio's settings, with its query."
        if not 0 <= values["port"] <= 65535:
            yield f"port: must be 0 to 65535, not {values['port']}."
    else:
        yield f"mode: must be {POLL} or {WEBHOOK}, not {values['mode']!r}."
    if values["state"] == "":
        yield "state: must name a file. Remove it if the state need not survive a restart."
    if ANYBODY in values["to"]:
        yield "to: must contain phone numbers. Only allow can be *."
    if not values["allow"]:
        yield 'allow: is required. Name the numbers whose messages produce events, or ["*"] for everybody\'s.'
