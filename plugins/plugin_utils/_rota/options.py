# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the lookup ``on_call``, and of anything else that asks a calendar who is on call. Pure."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._options.addresses import lost_plus
from ...module_utils._options.dates import parse_iso_8601
from ...module_utils._twilio.numbers import read_address
from ...module_utils._work.task import CalendarError
from .source import address_of, is_url, shown

SPEC: dict[str, dict[str, Any]] = {
    "people": {"type": "dict", "required": True},
    "at": {"type": "str"},
    "timezone": {"type": "str"},
    "match": {"type": "str"},
    "free": {"type": "bool", "default": True},
    "fallback": {"type": "dict"},
    "cache": {"type": "path"},
    "max_age": {"type": "float"},
    "timeout": {"type": "float", "default": 10.0},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "headers": {"type": "dict", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}
# One process for each source is started, all at the same time.
MAX_SOURCES = 10


@dataclass(frozen=True)
class Rota:
    """A rota's sources, how to read them, and the numbers of people. ``make_rota`` creates one.

    ``people`` and ``fallback`` map names to numbers in E.164 form or channel addresses. ``problems`` has a sentence for
    each person who is left out because their number is invalid, so that one mistyped number does not keep others from
    being found. ``at`` is in UTC. ``max_age`` and ``timeout`` are in seconds. ``verify`` is true or false, or the path
    of the CA certificates to trust.
    """

    sources: tuple[str, ...] = field(repr=False)
    people: dict[str, str]
    problems: list[str]
    at: datetime | None
    timezone: str | None
    match: str | None
    free: bool
    fallback: dict[str, str] | None
    cache: str | None
    max_age: float | None
    timeout: float
    verify: bool | str
    username: str | None = field(repr=False)
    password: str | None = field(repr=False)
    headers: dict[str, str] = field(repr=False)


def make_rota(sources: Sequence[str], options: Mapping[str, Any]) -> Rota:
    """Make a rota from its sources, which are URLs or paths of files, and the options in ``SPEC``.

    It reads no source. Raises ``CalendarError`` with all problems of the options.
    """
    validation = ArgumentSpecValidator(SPEC).validate({name: options[name] for name in options if name in SPEC})
    params = validation.validated_parameters
    problems = [f"{name}: is not an option." for name in options if name not in SPEC]
    problems += [*validation.error_messages, *_source_problems(sources)]
    # Values that the spec rejects count as not set, so that all problems are reported together.
    usable = {name: _usable(params.get(name), option) for name, option in SPEC.items()}
    people, people_problems = _read_people("people", usable["people"] or {})
    fallback, fallback_problems = _read_people("fallback", usable["fallback"] or {})
    problems += _option_problems(usable)
    if usable["people"] is not None and not people:
        problems += ["people: must contain somebody.", *people_problems]
    if problems:
        lines = "".join(f"\n- {problem}" for problem in problems)
        raise CalendarError(f"The options are wrong, so nothing was read.{lines}")
    return Rota(
        sources=tuple(dict.fromkeys(sources)),
        people=people,
        problems=[*people_problems, *fallback_problems],
        at=_moment(params),
        timezone=params["timezone"] or None,
        match=params["match"] or None,
        free=params["free"],
        fallback=fallback or None,
        cache=params["cache"] or None,
        max_age=params["max_age"],
        timeout=params["timeout"],
        verify=params["validate_certs"] and (params["ca_path"] or True),
        username=params["username"] or None,
        password=params["password"] or None,
        headers=params["headers"] or {},
    )


def _usable(value: Any, option: Mapping[str, Any]) -> Any:
    types: dict[str, Any] = {"bool": bool, "dict": dict, "float": (int, float), "path": str, "str": str}
    return value if isinstance(value, types[option["type"]]) else None


def _moment(params: Mapping[str, Any]) -> datetime | None:
    if not params["at"]:
        return None
    moment = parse_iso_8601(params["at"])
    zone = ZoneInfo(params["timezone"]) if params["timezone"] else timezone.utc
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    # Converted to both zones here, so that an OverflowError is raised now: messages show it in the rota's zone.
    return moment.astimezone(zone).astimezone(timezone.utc)


def _source_problems(sources: Sequence[Any]) -> Iterator[str]:
    if not sources:
        yield "At least one source is required: the URL or the path of a calendar."
    if len(sources) > MAX_SOURCES:
        yield f"At most {MAX_SOURCES} sources can be read, not {len(sources)}."
    for source in sources:
        if not isinstance(source, str) or not source.strip():
            yield "A source must be a string: the URL or the path of a calendar."
        elif is_url(source):
            try:
                address_of(source)
            except ValueError as error:
                yield f"{shown(source)}: {error}."


def _option_problems(params: Mapping[str, Any]) -> Iterator[str]:
    zone_problem = _zone_problem(params.get("timezone"))
    yield from zone_problem
    try:
        _moment({**params, "timezone": None if zone_problem else params.get("timezone")})
    except (ValueError, OverflowError) as error:
        yield f"at: {error}."
    yield from _match_problems(params.get("match"))
    for name, most in (("timeout", 600), ("max_age", None)):
        value = params.get(name)
        if value is not None and not (0 < value <= (most or value)):
            yield f"{name}: must be more than 0 seconds{f' and at most {most}' if most else ''}, not {value:g}."
    if params.get("ca_path") and not os.path.exists(params["ca_path"]):
        yield f"ca_path: {params['ca_path']} does not exist."
    if params.get("password") and not params.get("username"):
        yield "username: is required with password."
    for name, value in (params.get("headers") or {}).items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", str(name)):
            yield f"headers: {name!r} is not a valid name of a header."
        if not (isinstance(value, str) and re.fullmatch(r"[\x21-\x7e][\x20-\x7e]*", value)):
            # The value is not quoted, since it may be a secret.
            yield f"headers: {name!r} must be a string of printable ASCII characters that does not begin with a space."


def _read_people(option: str, people: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return people with numbers that Twilio accepts, and a sentence for each person whose entry is invalid."""
    read: dict[str, str] = {}
    problems = []
    for name, number in people.items():
        given = str(number)
        try:
            if not name.strip():
                raise ValueError(f"{given!r} has no name.")
            if isinstance(number, bool) or not isinstance(number, (int, str)):
                raise ValueError(f"{given!r} is not a phone number.")
            read[name] = read_address(given)
        except ValueError as error:
            problems.append(f"{option}: {name!r} is left out. {error}{lost_plus(given)}")
    return read, problems


def _zone_problem(name: str | None) -> list[str]:
    try:
        if name:
            ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return [
            f"timezone: {name!r} is not a time zone known on this machine, such as Europe/Vienna."
            " If the machine has no time zone data, install the Python package tzdata."
        ]
    return []


def _match_problems(match: str | None) -> Iterator[str]:
    try:
        if match and not re.compile(match).groups:
            yield f"match: {match!r} must have a group in parentheses that matches the name."
    except (re.error, OverflowError, RecursionError) as error:
        yield f"match: {match!r} is not a regular expression: {error}."
