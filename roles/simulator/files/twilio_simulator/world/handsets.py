# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a phone does when it is called, as set by scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .reading import number_of


class Handset(NamedTuple):
    """What happens to a call: somebody ``answers``, or the ``voicemail`` does, ``after`` a number of seconds.

    Otherwise it is ``busy``, ``rings`` until the caller hangs up, or ``fails`` because the phone cannot be reached.
    ``sip`` is the SIP code of the rejection.
    """

    does: str
    after: float = 0.0
    sip: int = 200


# Without a script, somebody answers. A voicemail answers after the time in which most people would.
ANSWERS = Handset("answers", after=2.0)
WORDS = {
    "answers": ANSWERS,
    "voicemail": Handset("voicemail", after=20.0),
    "busy": Handset("busy", sip=486),
    "lets it ring": Handset("rings"),
}
# The behaviours that have a number of seconds.
TIMED = ("answers", "voicemail")
# Error codes of texts to phones that do not ring either.
# The codes of SIP: https://www.rfc-editor.org/rfc/rfc3261#section-21.4
UNREACHED = {30003: Handset("fails", sip=480), 30005: Handset("fails", sip=404)}


def read_handset(behaviour: object) -> Handset | None:
    """Return what a behaviour says about calls; None if nothing."""
    if isinstance(behaviour, str):
        return WORDS.get(behaviour)
    if isinstance(behaviour, Mapping):
        for word in TIMED:
            if behaviour.keys() == {word}:
                return WORDS[word]._replace(after=number_of(behaviour, word))
    return None
