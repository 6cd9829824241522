# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What sending messages and placing calls differ in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._twilio.client import Client
from .._twilio.errors import ErrorDetails
from .._twilio.message import Form
from .._twilio.resources import Resources

# A message or a call as results show it.
Resource = dict[str, Any]


class Medium(NamedTuple):
    """A way to reach people: ``texting`` has that of messages, ``calling`` that of calls.

    ``noun`` is what one is called, and ``made`` the outcome of one that Twilio has created, which is the verb in texts
    too. ``outcomes`` are those that statuses tell instead, and ``words`` what texts say of them. ``late`` is what may
    yet happen when waiting ends too early.
    """

    noun: str
    made: str
    late: str
    resources: Callable[[Client], Resources]
    normalise: Callable[[Mapping[str, Any]], Resource]
    # What check mode does instead of a create request, given the account's SID and the form.
    predict: Callable[[str, Form], Resource]
    # When one was created, in ISO 8601 and UTC; empty where Twilio does not say it.
    created: Callable[[Resource], str]
    # Whether one in Twilio's list may be that of a form.
    is_alike: Callable[[Resource, Form], bool]
    # Why one did not reach its recipient; None if it did or still may.
    failure: Callable[[Resource], ErrorDetails | None]
    # Whether each other recipient would get this error too.
    is_fatal: Callable[[ErrorDetails], bool]
    outcomes: Mapping[str, str] = {}
    words: Mapping[str, str] = {}
    # What a recipient's result has besides what all have, given the outcome.
    more: Callable[[str, Resource | None], dict[str, Any]] = lambda _outcome, _resource: {}
