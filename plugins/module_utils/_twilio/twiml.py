# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TwiML: what a call says. Pure.

Sources: https://www.twilio.com/docs/voice/twiml, https://www.twilio.com/docs/voice/twiml/say,
https://www.twilio.com/docs/api/errors/13521
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

# In characters. Twilio rejects longer documents with the error 32018.
LONGEST = 4000
# A voice of Amazon Polly says a shorter text at most. Other voices say more than a document can have.
LONGEST_OF_POLLY = 3000

# Characters that XML does not allow, escaped or not.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def spoken(text: str, repeat: int = 1, language: str | None = None, voice: str | None = None) -> str:
    """Return TwiML that says any text ``repeat`` times, with a second of silence before each time."""
    attributes = "".join(
        f" {name}={quoteattr(_NOT_XML.sub('', value))}"
        for name, value in (("language", language), ("voice", voice))
        if value
    )
    # The attribute `loop` would leave no silence in between.
    once = f'<Pause length="1"/><Say{attributes}>{escape(audible(text))}</Say>'
    return f"<Response>{once * repeat}</Response>"


def audible(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    return _NOT_XML.sub(" ", text)


def twiml_problem(twiml: str) -> str | None:
    """Return why Twilio cannot use a document. Twilio itself reports that only after somebody has answered."""
    if len(twiml) > LONGEST:
        return f"has {len(twiml):,} characters. Twilio accepts at most {LONGEST:,}"
    try:
        root = ElementTree.fromstring(twiml.strip())
    except (ElementTree.ParseError, UnicodeError) as error:
        return f"is not well-formed XML ({error})"
    return None if root.tag == "Response" else f"must be a <Response> element, not <{root.tag}>"
