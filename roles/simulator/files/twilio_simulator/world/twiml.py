# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TwiML, and a webhook's response to an inbound message: https://www.twilio.com/docs/messaging/twiml"""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree

# The content types that Twilio reads as TwiML, and the one that it sends as text.
TWIML = frozenset({"application/xml", "text/html", "text/xml"})
PLAIN = "text/plain"
# Twilio's error codes: https://www.twilio.com/docs/api/errors
NO_XML, NO_RESPONSE, BAD_TYPE = 12100, 12200, 12300


class BadTwiml(Exception):
    """A response that Twilio cannot use. The text says why, and ``code`` is Twilio's error code."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(reason)


class MessageVerb(NamedTuple):
    """A message to send. The default for ``to`` is the person, and for ``sender`` the number that they wrote to."""

    body: str
    media: tuple[str, ...] = ()
    to: str | None = None
    sender: str | None = None


def messages_in(text: str, content_type: str) -> list[MessageVerb]:
    """Return the ``<Message>`` verbs of TwiML, or a plain text as one message. Other verbs are ignored.

    :raises BadTwiml: if it is neither. An empty response of any type means no message.
    """
    if not text.strip():
        return []
    if content_type == PLAIN:
        return [MessageVerb(text.strip())]
    return [_reply(verb) for verb in response_in(text, content_type).findall("Message")]


def response_in(text: str, content_type: str) -> ElementTree.Element:
    """Return the root element.

    :raises BadTwiml: if there is none.
    """
    if content_type not in TWIML:
        raise BadTwiml(BAD_TYPE, f"is of the type {content_type}, neither XML nor plain text")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadTwiml(NO_XML, f"is not XML: {error}") from None
    if root.tag != "Response":
        raise BadTwiml(NO_RESPONSE, f"begins with the element {root.tag} instead of Response")
    return root


def _reply(verb: ElementTree.Element) -> MessageVerb:
    body = "".join(part.text or "" for part in verb.findall("Body")) or verb.text or ""
    media = tuple(part.text.strip() for part in verb.findall("Media") if part.text)
    return MessageVerb(body.strip(), media, verb.get("to"), verb.get("from"))
