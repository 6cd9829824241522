# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rota is asked with, and what messages call its sources."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work.task import CalendarError
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.options import make_rota
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.source import address_of, lacks_scheme, shown
from support.rota import moment

PEOPLE = {"Ada": "+15551230001"}


def test_defaults():
    rota = make_rota(["rota.ics", "rota.ics"], {"people": PEOPLE})
    assert rota.sources == ("rota.ics",)
    assert (rota.people, rota.fallback, rota.free, rota.timeout, rota.verify) == (PEOPLE, None, True, 10, True)
    assert (rota.at, rota.match, rota.cache, rota.headers) == (None, None, None, {})


def test_options():
    options = {"people": PEOPLE, "at": "2026-11-26T10:00", "timezone": "Europe/Berlin", "match": "(.)", "timeout": "2"}
    rota = make_rota(["rota.ics"], options)
    assert rota.at == moment("2026-11-26T09:00:00")
    assert (rota.match, rota.timeout) == ("(.)", 2)
    assert make_rota(["x"], {"people": PEOPLE, "at": "2026-11-26 10:00:00+02:00"}).at == moment("2026-11-26T08:00:00")
    assert make_rota(["x"], {"people": PEOPLE, "at": "2026-11-26T10:00"}).at == moment("2026-11-26T10:00:00")
    assert make_rota(["x"], {"people": PEOPLE, "validate_certs": "no", "ca_path": "/"}).verify is False
    assert make_rota(["x"], {"people": PEOPLE, "ca_path": "/"}).verify == "/"


def test_all_problems_come_up_at_once():
    options = {
        "peple": {},
        "people": {"Ada": 15551230001, "Grace": "555-1234"},
        "at": "tomorrow",
        "timezone": "Middle-earth/Shire",
        "match": "Ada",
        "max_age": -1,
        "timeout": 601,
        "free": "perhaps",
        "ca_path": "/no/such/file",
        "password": "hunter2",
        "headers": {"X-Token": "hunter2\n", "X Y": "hunter2", "X-Number": 3, "X-Space": " hunter2"},
    }
    sources: list[Any] = [
        "gopher://hunter2",
        "https://exa mple/hunter2",
        "https:///hunter2",
        "https://x:port/hunter2",
        "https://a..b/hunter2",
        f"https://{'a' * 64}.example.com/hunter2",
        "",
        3,
    ]
    with pytest.raises(CalendarError) as caught:
        make_rota(sources, options)
    text = str(caught.value)
    assert "hunter2" not in text
    wanted = [
        "peple: is not an option",
        "argument 'free'",
        "the URL: only http, https and webcal",
        "the URL: the URL contains spaces",
        *["the URL: the URL has no valid host"] * 4,
        "A source must be a string",
        "A source must be a string",
        "timezone: 'Middle-earth/Shire' is not a time zone known",
        "at: 'tomorrow' is not",
        "match: 'Ada' must have a group",
        "timeout: must be more than 0 seconds and at most 600, not 601",
        "max_age: must be more than 0 seconds, not -1",
        "ca_path: /no/such/file does not exist",
        "username: is required with password",
        "headers: 'X-Token' must",
        "headers: 'X Y' is not a valid name",
        "headers: 'X-Number' must",
        "headers: 'X-Space' must be a string of printable ASCII characters that does not begin with a space",
        "people: must contain somebody",
        "people: 'Ada' is left out. '15551230001' has no plus sign",
        "people: 'Grace' is left out. '555-1234' has no plus sign",
    ]
    assert [line[2 : len(start) + 2] for line, start in zip(text.splitlines()[1:], wanted, strict=True)] == wanted


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "people"),
        ({"people": {}}, "people: must contain somebody"),
        ({"people": PEOPLE, "match": "("}, "is not a regular expression"),
        ({"people": PEOPLE, "match": "(a{99999999999})"}, "is not a regular expression"),
        ({"people": PEOPLE, "match": "(" * 5000}, "is not a regular expression"),
        ({"people": PEOPLE, "timezone": "../../etc/passwd"}, "timezone: "),
        ({"people": PEOPLE, "at": "9999-12-31T23:59:59-12:00"}, "at: "),
        ({"people": PEOPLE, "at": "0001-01-01T00:00:00Z", "timezone": "America/Lima"}, "at: "),
        ({"people": PEOPLE, "timeout": 0}, "timeout: must be more than 0 seconds"),
    ],
)
def test_problems(options, why):
    with pytest.raises(CalendarError, match=why):
        make_rota(["rota.ics"], options)


def test_people_whose_numbers_cannot_be_read_are_left_out_and_the_others_not():
    people = {
        "Ada": "+1 (555) 123-0001",
        "Grace": 15551230002,
        "Linus": None,
        " ": "+15551230003",
        "Zoë": "whatsapp:+15551230004",
    }
    rota = make_rota(["rota.ics"], {"people": people, "fallback": {"Margaret": "+0", "Conan": "+15551230005"}})
    assert rota.people == {"Ada": "+15551230001", "Zoë": "whatsapp:+15551230004"}
    assert rota.fallback == {"Conan": "+15551230005"}
    starts = [
        "people: 'Grace' is left out. '15551230002' has no plus sign",
        "people: 'Linus' is left out. 'None' is not a phone number.",
        "people: ' ' is left out. '+15551230003' has no name.",
        "fallback: 'Margaret' is left out. '+0'",
    ]
    assert [problem[: len(start)] for problem, start in zip(rota.problems, starts, strict=True)] == starts
    assert "it was read as an integer: quote it in YAML" in rota.problems[0]


@pytest.mark.parametrize(("sources", "why"), [([], "At least one"), (["x"] * 11, "At most 10")])
def test_number_of_sources(sources, why):
    with pytest.raises(CalendarError, match=why):
        make_rota(sources, {"people": PEOPLE})


def test_a_rota_does_not_show_its_secrets():
    secret = {"password": "hunter2", "username": "hunter2", "headers": {"X": "hunter2"}}
    assert "hunter2" not in repr(make_rota(["https://x/hunter2"], {"people": PEOPLE, **secret}))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("rota.ics", "rota.ics"),
        ("/etc/rota.d/primary.ics", "/etc/rota.d/primary.ics"),
        ("https://x.pagerduty.com/private/hunter2/feed/P1", "https://x.pagerduty.com/…"),
        ("https://ada:hunter2@x.example.com:8443/a?token=hunter2#hunter2", "https://x.example.com:8443/…"),
        ("webcal://x.app.opsgenie.com/a?webcalToken=hunter2", "https://x.app.opsgenie.com/…"),
        ("HTTP://[::1]:80/hunter2", "http://[::1]:80/…"),
        ("calendar.google.com/calendar/ical/hunter2/basic.ics", "calendar.google.com/…"),
        ("ada:hunter2@calendar.example.com/basic.ics", "calendar.example.com/…"),
        ("https://hunter2 /", "the URL"),
        ("hunter2://x", "the URL"),
        ("https:/host/hunter2", "the URL"),
        ("htps:/host/hunter2", "the URL"),
        ("https:host/hunter2", "the URL"),
        ("https//host/hunter2", "the URL"),
        (" webcal:host/private-hunter2", "the URL"),
        ("//host/hunter2", "the URL"),
        ("intranet:8080/ical/hunter2", "the URL"),
        ("intranet/ical?token=hunter2", "the URL"),
        ("webcals/https.ics", "webcals/https.ics"),
        ("C:rota.ics", "C:rota.ics"),
    ],
)
def test_what_messages_call_a_source(source, name):
    assert shown(source) == name


def test_a_url_and_its_login():
    assert address_of("webcal://a%40b:p%2Fw@x.example.com:8443/rota?x=1#y") == (
        "https://x.example.com:8443/rota?x=1",
        "a@b",
        "p/w",
    )
    for url in ("http://x/", "http://x.example.com./", "http://[2001:db8::1]/", f"http://{'a' * 63}.example.com/"):
        assert address_of(url) == (url, "", "")


@pytest.mark.parametrize("source", ["calendar.google.com/basic.ics", "https:/host/basic.ics", "intranet/ical?token=1"])
def test_a_path_that_looks_like_a_url(source):
    assert lacks_scheme(source)
    assert not lacks_scheme("rotas/basic.ics")
