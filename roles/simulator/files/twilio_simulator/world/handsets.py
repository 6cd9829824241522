# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a phone does that is called, as scripts say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .reading import number_of


class Handset(NamedTuple):
    """What picks up: someone ``answers``, or the ``voicemail`` does, ``after`` so many seconds.

    Or else it is ``busy``, ``rings`` for as long as the caller lets it, or cannot be reached: ``fails``. ``sip`` is the
    code of SIP with which it refuses.
    """

    does: str
    after: float = 0.0
    sip: int = 200


# Without a script somebody answers. A voicemail waits until few people would still come to the phone.
ANSWERS = Handset("answers", after=2.0)
WORDS = {
    "answers": ANSWERS,
    "voicemail": Handset("voicemail", after=20.0),
    "busy": Handset("busy", sip=486),
    "lets it ring": Handset("rings"),
}
# Those that take a number of seconds.
TIMED = ("answers", "voicemail")
# Phones that no text reaches and that do not ring either, by the code of the text's error.
# The codes of SIP: https://www.rfc-editor.org/rfc/rfc3261#section-21.4
UNREACHED = {30003: Handset("fails", sip=480), 30005: Handset("fails", sip=404)}


def read_handset(behaviour: object) -> Handset | None:
    """What a behaviour says about the phone, if anything."""
    if isinstance(behaviour, str):
        return WORDS.get(behaviour)
    if isinstance(behaviour, Mapping):
        for word in TIMED:
            if behaviour.keys() == {word}:
                return WORDS[word]._replace(after=number_of(behaviour, word))
    return None
