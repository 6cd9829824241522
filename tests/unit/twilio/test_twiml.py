# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call says."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.twiml import LONGEST, spoken, twiml_problem


def test_a_text_is_said_so_many_times_with_silence_before_each():
    assert spoken("Disk full", repeat=2) == (
        '<Response><Pause length="1"/><Say>Disk full</Say><Pause length="1"/><Say>Disk full</Say></Response>'
    )


def test_language_and_voice():
    twiml = spoken("Hallo", language="de-DE", voice='a"b')
    (say,) = ElementTree.fromstring(twiml).findall("Say")
    assert say.attrib == {"language": "de-DE", "voice": 'a"b'}
    # Pasted with a character that XML does not allow.
    assert 'voice="Polly.Vicki"' in spoken("Hallo", voice="Polly.\vVicki")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_in_it(text):
    twiml = spoken(text)
    (say,) = ElementTree.fromstring(twiml).findall("Say")
    assert len(say) == 0
    # What XML cannot have is a blank; XML itself makes \n of \r.
    blank = "".join(char if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff") else " " for char in text)
    assert (say.text or "") == blank.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("twiml", "problem"),
    [
        ("<Response><Say>Hi</Say></Response>", None),
        ('\n<?xml version="1.0" encoding="UTF-8"?><Response/>', None),
        ("<Response><Say>R&D</Say></Response>", "is not well-formed XML (not well-formed"),
        ("Hello", "is not well-formed XML"),
        ("<Response>\udcff</Response>", "is not well-formed XML ('utf-8' codec"),
        ("<Say>Hi</Say>", "must be a <Response> element, not <Say>"),
        ("<Response>" + "x" * LONGEST + "</Response>", "has 4,021 characters. Twilio accepts at most 4,000"),
    ],
)
def test_what_twilio_could_not_use(twiml, problem):
    found = twiml_problem(twiml)
    assert found == problem or (problem and found and found.startswith(problem))
