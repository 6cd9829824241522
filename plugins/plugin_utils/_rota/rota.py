# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find out who is on call from a rota's sources."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from ...module_utils._twilio.version import VERSION
from ...module_utils._work.task import CalendarError, OnCallNow
from .options import Rota
from .process import Answer, read_all
from .source import is_url, shown


def on_call(rota: Rota, moment: datetime | None = None) -> OnCallNow:
    """Read a rota's sources and return who is on call at ``moment``, or else at the rota's ``at``, or else now.

    A source that cannot be read gives a warning if another source names somebody. If nobody is found, this returns
    ``fallback`` with a warning, or raises ``CalendarError`` if there is none. It takes at most ``timeout`` seconds, and
    some more to read events.
    """
    moment = moment or rota.at or datetime.now(timezone.utc)
    problems = list(rota.problems)
    names, answers = [shown(source) for source in rota.sources], _ask(rota, moment)
    for name, answer in zip(names, answers):
        if problem := _problem(answer):
            problems.append(f"{name}: {problem}.")
        problems += [f"{name}: {warning}." for warning in answer.get("warnings", [])]
    if people := _with_numbers(rota, answers):
        return OnCallNow(people, problems)
    # Not ZoneInfo("UTC"), which needs a database of time zones.
    zone = ZoneInfo(rota.timezone) if rota.timezone else timezone.utc
    when = moment.astimezone(zone).isoformat(timespec="seconds")
    if all("people" not in answer for answer in answers):
        lack = f"It is not known who is on call at {when}."
    else:
        lack = f"Nobody in people is on call at {when} in {', '.join(dict.fromkeys(names))}."
    reason = " ".join([lack, *problems])
    if rota.fallback:
        return OnCallNow(dict(rota.fallback), [f"{reason} The fallback is used: {', '.join(rota.fallback)}."])
    raise CalendarError(reason)


def _with_numbers(rota: Rota, answers: Iterable[Answer]) -> dict[str, str]:
    """Return the people that answers name, in the order of the rota's ``people``."""
    found = {key for answer in answers for key in answer.get("people", [])}
    # A person may have two keys, a name and an address.
    first: dict[str, str] = {}
    for key, number in rota.people.items():
        if key in found:
            first.setdefault(number, key)
    return {key: number for number, key in first.items()}


def _ask(rota: Rota, moment: datetime) -> list[Answer]:
    request = {
        "headers": rota.headers,
        "username": rota.username,
        "password": rota.password,
        "verify": rota.verify,
        "seconds": rota.timeout,
        "agent": f"oncall.twilio/{VERSION} (Ansible collection)",
    }
    job: dict[str, Any] = {
        "moment": moment.astimezone(timezone.utc).isoformat(),
        "timezone": rota.timezone,
        "people": list(rota.people),
        "match": rota.match,
        "free": rota.free,
        "cache": rota.cache,
        "max_age": rota.max_age,
        "request": request,
        "failed": None,
    }
    answers = read_all([{**job, "source": source} for source in rota.sources], rota.timeout)
    # A process that was killed or has crashed could not read the copy in the cache itself.
    for index, source in enumerate(rota.sources):
        if answers[index].get("is_lost") and rota.cache and is_url(source):
            again = {**job, "source": source, "failed": answers[index]["error"]}
            answers[index] = read_all([again], rota.timeout)[0]
    return answers


def _problem(answer: Mapping[str, Any]) -> str:
    if "missing" not in answer:
        return str(answer.get("error", ""))
    packages = "requests" if answer["missing"] == "requests" else "icalendar recurring-ical-events"
    return (
        f"the Python package {answer['missing']} is missing for the Python that runs Ansible;"
        f" install it with: {sys.executable} -m pip install {packages}"
    )
