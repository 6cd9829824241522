# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a webhook answers to a message that came in: https://www.twilio.com/docs/messaging/twiml"""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree


class Answer(NamedTuple):
    """A message to send; without ``to`` it goes back to the person, without ``sender`` from the number written to."""

    body: str
    media: tuple[str, ...]
    to: str | None
    sender: str | None


def answers_in(text: str) -> list[Answer]:
    """The ``<Message>`` verbs of TwiML. All else is left aside, and so is what is no XML."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return []
    return [_answer(verb) for verb in root.findall("Message")] if root.tag == "Response" else []


def _answer(verb: ElementTree.Element) -> Answer:
    body = "".join(part.text or "" for part in verb.findall("Body")) or verb.text or ""
    media = tuple(part.text.strip() for part in verb.findall("Media") if part.text)
    return Answer(body.strip(), media, verb.get("to"), verb.get("from"))
