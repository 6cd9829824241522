# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The differences between sending messages and placing calls. Pure."""

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
    """A way to reach people. ``texting`` has the one for messages, ``calling`` the one for calls.

    ``noun`` is the word for a message or a call, and ``made`` the outcome of one that Twilio has created, which is also
    the verb in texts. ``outcomes`` maps statuses to other outcomes, and ``words`` has their verbs. ``late`` says what
    may still happen after waiting has timed out.
    """

    noun: str
    made: str
    late: str
    resources: Callable[[Client], Resources]
    normalise: Callable[[Mapping[str, Any]], Resource]
    # Return what check mode shows instead of making a create request, given the account's SID and the form.
    predict: Callable[[str, Form], Resource]
    # Return when one was created, in ISO 8601 and UTC; empty if Twilio does not say.
    created: Callable[[Resource], str]
    # Say whether one in Twilio's list may be the one that a form requested.
    is_alike: Callable[[Resource, Form], bool]
    # Return why one did not reach its recipient; None if it did or still may.
    failure: Callable[[Resource], ErrorDetails | None]
    # Say whether an error affects all recipients.
    is_fatal: Callable[[ErrorDetails], bool]
    outcomes: Mapping[str, str] = {}
    words: Mapping[str, str] = {}
    # Return the medium's own keys of a recipient's result, given the outcome.
    more: Callable[[str, Resource | None], dict[str, Any]] = lambda _outcome, _resource: {}
