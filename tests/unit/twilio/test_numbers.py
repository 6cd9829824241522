# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers as people keep them."""

from __future__ import annotations

import re

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._twilio.numbers import (
    read_address,
    read_recipients,
    read_sender,
    split_addresses,
)

ONE, TWO = "+15551234567", "+15552345678"


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        f"  {ONE}\n",
        "+1 (555) 123-4567",
        "+1-555-123-4567",
        "+1.555.123.4567",
        "tel:+1-555-123-4567",
        "TEL:+15551234567",
        "+1\u00a0555\u202f123\u20094567",
        "+1\u2011555\u2013123\u22124567",
        "\u202a+1 555 123 4567\u202c",
        "\u200e+15551234567\ufeff",
        "(+1) 555 1234567",
    ],
)
def test_a_number_as_people_write_it(text):
    assert read_address(text) == ONE


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("whatsapp:+1 (555) 123-4567", f"whatsapp:{ONE}"),
        ("WhatsApp: +15551234567", f"whatsapp:{ONE}"),
        ("rcs:+1-555-123-4567", f"rcs:{ONE}"),
        ("rcs:brand_x_agent", "rcs:brand_x_agent"),
        ("messenger:1234567890", "messenger:1234567890"),
    ],
)
def test_an_address_of_a_channel(text, address):
    assert read_address(text) == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4155550102", "no plus sign and country code"),
        ("(415) 555-0102", "no plus sign"),
        ("0041791234567", "begins with 00"),
        ("00 41 79 123 45 67", "begins with 00"),
        ("+44 (0)20 7946 0000", "(0)"),
        ("+0441234567", "0 after the plus sign"),
        ("+1555", "4 digits"),
        ("+1234567890123456", "16 digits"),
        ("12345", "short code"),
        ("+15551234567 ext. 12", "Extensions"),
        ("+1-800-FLOWERS", "letters"),
        ("whatsapp:4155550102", "no plus sign"),
        ("+15551234567.0", "ends with .0"),
        ("+155512345\u0663\u0664", "not a phone number"),
        ("", "not a phone number"),
    ],
)
def test_what_is_not_clear_is_an_error_that_says_what_to_write(text, words):
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        read_address(text)
    assert repr(text) in str(caught.value)


def test_no_error_suggests_a_number_made_of_the_digits_given():
    with pytest.raises(ValueError, match="no plus sign") as caught:
        read_address("4155550102")
    assert "+4155550102" not in str(caught.value)


@pytest.mark.parametrize(
    "texts",
    [
        [ONE, TWO],
        [f"{ONE}, {TWO}"],
        [f"{ONE},{TWO},"],
        [f"{ONE}; {TWO};"],
        [f"{ONE}\n{TWO}\n"],
        [f"\r\n{ONE}\r\n\r\n{TWO}\r\n"],
        [f"{ONE} {TWO}"],
        ["+1 555 123 4567, +1 (555) 234-5678"],
        ["", ONE, "\u200b", TWO, "  "],
        [ONE, f"tel:{TWO}"],
        [f" {ONE}  \t {TWO} "],
        [f"{ONE}, \n {TWO}"],
    ],
)
def test_recipients_however_they_are_listed(texts):
    assert read_recipients(texts) == ([ONE, TWO], {})


def test_a_space_after_a_channel_does_not_make_two_recipients():
    for text in (f"whatsapp: {ONE} {TWO}", f"WhatsApp:  {ONE}, Tel: {TWO}"):
        assert read_recipients([text]) == ([f"whatsapp:{ONE}", TWO], {})


def test_each_unreadable_recipient_is_a_problem_of_its_own():
    addresses, problems = read_recipients([f"{ONE}, 4155550102; nobody"])
    assert addresses == [ONE]
    assert list(problems) == ["4155550102", "nobody"]
    assert "no plus sign" in problems["4155550102"]


def test_an_extension_parameter_is_not_taken_for_a_separate_number():
    assert split_addresses(["tel:+1-555-123-4567;ext=12"])[1] == "ext=12"
    assert read_recipients(["tel:+1-555-123-4567;ext=12"])[1].keys() == {"ext=12"}


@pytest.mark.parametrize(
    ("given", "sender"),
    [("+1 (555) 123-4567", ONE), (" My Shop ", "My Shop"), ("12345", "12345"), ("4155550102", "4155550102")],
)
def test_a_sender_is_a_number_only_where_it_can_only_be_one(given, sender):
    assert read_sender(given) == sender
