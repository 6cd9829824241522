# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms of create requests: a module's, and those of Twilio's own SDK for the same arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.simulator import Simulator
from support.work import work

Arguments = Mapping[str, Any]
# A task's options, and the SDK's arguments where these differ.
Case = Arguments | tuple[Arguments, Arguments]
# By case, in the order of their names.
Forms = dict[str, list[tuple[str, str]]]


def arguments_of(case: Case, renamed: Mapping[str, str]) -> dict[str, Any]:
    """Return a case's arguments for the SDK, which has other names for some options."""
    arguments = case[1] if isinstance(case, tuple) else case
    return {renamed.get(name, name): value for name, value in arguments.items()}


def both_forms(
    twilio: Simulator,
    module: str,
    create: Callable[..., Any],
    cases: Mapping[str, Case],
    renamed: Mapping[str, str],
) -> tuple[Forms, Forms]:
    """Return the forms that a module sends, and those that the SDK's ``create`` sends."""
    for case in cases.values():
        create(**arguments_of(case, renamed))
    from_sdk = _forms(twilio, cases)
    twilio.reset()
    for case in cases.values():
        result = work(module, twilio.connection, **(case[0] if isinstance(case, tuple) else case))
        assert not result["failed"], result["msg"]
    return _forms(twilio, cases), from_sdk


def _forms(twilio: Simulator, cases: Mapping[str, Case]) -> Forms:
    posts = [request for request in twilio.ledger() if request["method"] == "POST"]
    return dict(zip(cases, [sorted(map(tuple, request["form"])) for request in posts], strict=True))
