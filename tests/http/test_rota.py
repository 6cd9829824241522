# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is on call, by processes that read from files and servers: hostile feeds, dead servers, copies, fallbacks."""

from __future__ import annotations

import fcntl
import json
import os
import re
import sys
import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from unittest.mock import Mock

import pytest

from ansible_collections.oncall.twilio.plugins.module_utils._work.task import CalendarError
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota import process, reader
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.cache import Copy, load, store
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.options import make_rota
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.rota import on_call
from ansible_collections.oncall.twilio.plugins.plugin_utils._rota.source import NotRead
from support.faults import FaultyServer, answer, silence
from support.rota import always, calendar, event, moment

ADA, GRACE = {"Ada Lovelace": "+15551230001"}, {"Grace Hopper": "+15551230002"}
PEOPLE = ADA | GRACE
SECRET = "hunter2-4711"
NOW = moment("2026-11-26T10:00:00")


def ask(*sources, **options):
    return on_call(make_rota([str(source) for source in sources], {"people": PEOPLE, **options}), NOW)


def error(*sources, **options):
    with pytest.raises(CalendarError) as caught:
        ask(*sources, **options)
    assert SECRET not in str(caught.value)
    return str(caught.value)


def job(source, **more):
    """What a process is given."""
    request: dict[str, object] = {
        "headers": {},
        "username": None,
        "password": None,
        "verify": True,
        "seconds": 20,
        "agent": "Test/1",
    }
    settings = {"timezone": None, "free": True, "cache": None, "max_age": None, "failed": None, "request": request}
    whom = {"people": list(PEOPLE), "match": None}
    return {"source": str(source), "moment": NOW.isoformat(), **whom, **settings, **more}


def read(source, **more):
    """Do in this process what the other one does; return who is on call, and the warnings."""
    done = reader.read(job(source, **more))
    return done["people"], done["warnings"]


def written(path, content, age=0):
    path.write_bytes(content)
    then = (datetime.now(timezone.utc) - timedelta(seconds=age)).timestamp()
    os.utime(path, (then, then))
    return path


# Not screened: it would take half a minute, and more than a gigabyte.
BOMB = event(
    "all seconds of all years",
    "20200101T000000Z",
    "",
    f"RRULE:FREQ=YEARLY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"
    f";BYSECOND={','.join(map(str, range(60)))};BYYEARDAY={','.join(map(str, range(1, 366)))}",
)
BAD = [
    event("no interval", "20260101T000000Z", "", "RRULE:FREQ=DAILY;INTERVAL=0"),
    event("for ever", "20260101T000000Z", "99991231T235959Z"),
    event("every second", "19260101T000000Z", "", "RRULE:FREQ=SECONDLY"),
    event("nowhere", "TZID=Nowhere:20261126T000000"),
]

DAY = event("Ada Lovelace", "VALUE=DATE:20261126")


def test_hostile_feeds_and_several_sources(tmp_path):
    """A bomb beside a shift, a file that is missing, and a feed as large as it may be, all at once."""
    shift = event("Grace Hopper", "20261126T080000Z", "20261126T200000Z", "RRULE:FREQ=WEEKLY")
    hostile = written(tmp_path / "hostile.ics", calendar(BOMB, *BAD, shift))
    parties = [event(f"Party {number}", f"2025{number % 12 + 1:02}01T000000Z", "") for number in range(200)]
    description = f"\nDESCRIPTION:{'x' * 24_000}"
    whole = calendar(*[party + description for party in parties], DAY)
    assert 4_800_000 < len(whole) < 5_000_000
    large = written(tmp_path / "large.ics", whole)
    result = ask(hostile, large, tmp_path / "missing.ics")
    assert result.people == PEOPLE
    assert result.warnings == [
        f"{hostile}: left out 'no interval' (line 10): its RRULE has an INTERVAL below 1.",
        f"{hostile}: left out 'for ever' (line 16): it reaches beyond the year 2200.",
        f"{hostile}: left out 'every second' (line 22): it recurs every second.",
        f"{hostile}: left out 'nowhere' (line 28): its time zone Nowhere is unknown.",
        f"{hostile}: left out 'all seconds of all years' (line 4): it takes too long to compute.",
        f"{tmp_path}/missing.ics: there is no such file.",
    ]


def test_an_unknown_time_zone_is_a_warning(tmp_path):
    names, (warning,) = read(written(tmp_path / "rota.ics", calendar(DAY, head="X-WR-TIMEZONE:GMT+0100\n")))
    assert names == ["Ada Lovelace"]
    assert warning.startswith("its time zone 'GMT+0100' is unknown, so whole days")


def test_a_few_bad_events_are_named_and_the_rest_counted(tmp_path):
    names, warnings = read(written(tmp_path / "rota.ics", calendar(*BAD, *BAD, DAY)))
    assert names == ["Ada Lovelace"]
    assert warnings[4:] == ["left out 'no interval' (line 27): its RRULE has an INTERVAL below 1", "left out 3 more"]


def test_nobody(tmp_path):
    past = written(tmp_path / "past.ics", calendar(event("Ada Lovelace", "20261126T080000Z", "20261126T090000Z")))
    stranger = written(tmp_path / "stranger.ics", always("On Call - Linus"))
    lack = "Nobody in people is on call at 2026-11-26T10:00:00+00:00 in "
    assert error(past) == f"{lack}{past}."
    assert error(past, stranger, match="^On Call - (.+)", timezone="Europe/Berlin") == (
        f"Nobody in people is on call at 2026-11-26T11:00:00+01:00 in {past}, {stranger}."
        f" {stranger}: 'Linus' is on call, but people has no number for that name."
    )
    # A fallback does not help against wrong options.
    assert "timezone" in error(past, timezone="Nowhere", fallback=GRACE)
    result = ask(past, fallback=GRACE | {"Linus": "?"})
    assert result.people == GRACE
    (warning,) = result.warnings
    assert warning.startswith(f"{lack}{past}. fallback: 'Linus' is left out. '?' is not a phone number")
    assert warning.endswith(" The fallback is used: Grace Hopper.")


def test_a_match_that_takes_for_ever_costs_its_calendar_alone(tmp_path):
    slow = written(tmp_path / "slow.ics", always(f"On Call: {'a' * 60}!"))
    fine = written(tmp_path / "fine.ics", always("On Call: Ada Lovelace"))
    result = ask(slow, fine, match=r"^On Call: ((?:\w+ ?)+)$")
    assert result.people == ADA
    assert result.warnings == [
        f"{slow}: looking for names takes too long; match may repeat something that repeats itself, as in ((\\w+ ?)+)."
    ]


def test_somebody_with_two_names_is_there_once_in_the_order_of_people(tmp_path):
    one = written(tmp_path / "one.ics", always("Grace"))
    two = written(tmp_path / "two.ics", always("Ada Lovelace, Grace Hopper"))
    people = {"Ada Lovelace": "+15551230001", "Grace": "+15551230002", "Grace Hopper": "+15551230002"}
    result = on_call(make_rota([str(one), str(two)], {"people": people}), NOW)
    assert list(result.people.items()) == [("Ada Lovelace", "+15551230001"), ("Grace", "+15551230002")]


def test_a_machine_without_a_database_of_time_zones_has_a_fallback(tmp_path, monkeypatch):
    for module in ("tzdata", "tzdata.zoneinfo"):
        monkeypatch.setitem(sys.modules, module, None)
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        result = ask(written(tmp_path / "rota.json", b'{"Shifts": []}'), fallback=GRACE)
    finally:
        zoneinfo.reset_tzpath()
    assert result.people == GRACE


def test_a_dead_server_and_every_secret(tmp_path):
    url = f"http://ada:{SECRET}@127.0.0.1:1/private/{SECRET}/rota.ics?token={SECRET}"
    secrets = {"username": SECRET, "password": SECRET, "headers": {"X-Token": SECRET}, "cache": tmp_path / "cache"}
    secrets["cache"] = str(secrets["cache"])
    assert error(url, f"calendar.example.com/{SECRET}/basic.ics", f"//{SECRET * 99}", **secrets) == (
        "It is not known who is on call at 2026-11-26T10:00:00+00:00."
        " http://127.0.0.1:1/…: no connection: Connection refused; cache has no copy of it."
        " calendar.example.com/…: there is no such file; a URL begins with https://."
        " the URL: File name too long; a URL begins with https://."
    )
    result = ask(url, fallback=GRACE, **secrets)
    assert result.people == GRACE
    assert SECRET not in str(result)


def test_a_process_that_is_lost_and_a_copy(tmp_path, monkeypatch):
    cache = tmp_path / "folder" / "cache"
    with FaultyServer(answer(200, always("Ada Lovelace"), "text/calendar")).running() as server:
        url = f"{server.url}/{SECRET}"
        assert ask(url, cache=str(cache)) == (ADA, [])
        # As if what the server says killed it: only one that does not ask the server goes on.
        kill = "import io, sys; job = sys.stdin.read(); '\"failed\": null' in job and sys.exit(9); "
        monkeypatch.setattr(process, "_START", f"{kill}sys.stdin = io.StringIO(job); {process._START}")
        assert "reading it ended early (exit status 9)." in error(url)
        result = ask(url, cache=str(cache))
    assert result.people == ADA
    (warning,) = result.warnings
    assert warning.startswith(f"{server.url}/…: reading it ended early (exit status 9); a copy of ")
    assert SECRET not in cache.read_text() + warning
    assert cache.stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(cache.parent)) == [".cache.lock", "cache"]


def test_a_process_that_cannot_be_started(tmp_path, monkeypatch):
    rota = written(tmp_path / "rota.ics", always("Ada Lovelace"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert f"{rota}: cannot start a process: No such file or directory." in error(rota)


def test_a_process_that_does_not_come_to_an_end_is_ended(monkeypatch):
    """It waits for a server here, and has less time altogether than it may wait."""
    monkeypatch.setattr(process, "GRACE", -299.5)
    with FaultyServer(silence).running() as server:
        request = {**job("")["request"], "seconds": 300}
        (result,) = process.read_all([job(server.url, request=request)], 300)
    assert result == {"error": "reading it took too long", "is_lost": True}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit memory")
def test_a_process_that_takes_two_gigabytes_is_refused_them(tmp_path, monkeypatch):
    rota = written(tmp_path / "rota.ics", always("Ada Lovelace"))
    take = "from _rota import reader; reader.read = lambda job: str(len(bytes(2 * 1024**3))); main()"
    monkeypatch.setattr(process, "_START", process._START.replace("main()", take))
    assert f"{rota}: reading it takes too much time or memory" in error(rota)


def test_packages_that_are_missing(tmp_path, monkeypatch):
    rota = written(tmp_path / "rota.ics", always("Ada Lovelace"))
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    advice = f"is missing for the Python that runs Ansible; install it with: {sys.executable} -m pip install"
    text = error(rota, "http://127.0.0.1:1/")
    assert f"{rota}: the Python package icalendar {advice} icalendar recurring-ical-events." in text
    assert f"http://127.0.0.1:1/…: the Python package requests {advice} requests." in text


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (answer(503, SECRET), "HTTP status 503"),
        (answer(200, f"<html>{SECRET}"), "a web page instead of a calendar"),
        (answer(200, always()[:-20]), "the calendar is incomplete"),
        (answer(200, b"x" * 5_000_001), "the feed is larger than 5 MB"),
    ],
)
def test_a_copy_is_used_for_every_bad_answer(tmp_path, behaviour, why):
    cache = str(tmp_path / "cache")
    with FaultyServer(answer(200, always()), *[behaviour] * 9).running() as server:
        with pytest.raises(NotRead) as caught:
            read(server.url + "/other", cache=cache, failed="no luck")
        assert str(caught.value) == "no luck; cache has no copy of it"
        assert read(server.url, cache=cache) == (["Ada Lovelace"], [])
        names, (warning,) = read(server.url, cache=cache)
        with pytest.raises(NotRead, match=why):
            read(server.url)
    assert names == ["Ada Lovelace"]
    assert warning.startswith(why)
    assert re.search(r"; a copy of \d+ seconds ago is used$", warning)


def test_what_cannot_be_computed_does_not_replace_a_good_copy(tmp_path, monkeypatch):
    cache = str(tmp_path / "cache")
    with FaultyServer(answer(200, always()), answer(200, always("Bomb"))).running() as server:
        read(server.url, cache=cache)
        monkeypatch.setattr(reader, "shifts_at", Mock(side_effect=MemoryError))
        with pytest.raises(MemoryError):
            read(server.url, cache=cache)
        copy = load(cache, server.url)
    assert copy is not None
    assert copy.content == always()


def test_ages(tmp_path):
    cache, url = str(tmp_path / "cache"), "http://127.0.0.1:1/"
    old = datetime.now(timezone.utc) - timedelta(hours=50)
    store(cache, url, Copy(always(), old))
    too_old = ", which is longer than max_age: shifts may have changed since"
    failed = {"cache": cache, "failed": "no luck"}
    assert read(url, **failed, max_age=200_000)[1] == ["no luck; a copy of 2 days ago is used"]
    assert read(url, **failed, max_age=90_000)[1] == [f"no luck; a copy of 2 days ago is used{too_old}"]
    file = written(tmp_path / "rota.ics", always(), age=7300)
    assert read(file) == (["Ada Lovelace"], [])
    assert read(file, max_age=8000)[1] == []
    assert read(file, max_age=7000) == (
        ["Ada Lovelace"],
        [f"the file was changed 2 hours ago{too_old}"],
    )
    for endless in (1e14, float("inf")):
        assert read(file, max_age=endless)[1] == []
    store(cache, url, Copy(always(), datetime.now(timezone.utc) + timedelta(days=10, minutes=1)))
    assert read(url, **failed, max_age=900_000)[1] == ["no luck; a copy of 10 days from now is used"]
    assert read(url, **failed, max_age=90_000)[1] == [f"no luck; a copy of 10 days from now is used{too_old}"]
    assert read(written(tmp_path / "rota.ics", always(), age=150), max_age=1)[1][0].startswith(
        "the file was changed 2 minutes ago"
    )


def test_one_file_keeps_the_copies_of_many_servers(tmp_path):
    path = str(tmp_path / "cache")
    for number in range(25):
        store(path, f"https://{number}", Copy(b"\xff%d" % number, NOW + timedelta(minutes=number)))
    assert load(path, "https://24") == Copy(b"\xff24", NOW + timedelta(minutes=24))
    assert load(path, "https://5") is not None
    assert load(path, "https://4") is None


def test_copies_that_are_stored_at_once_are_all_kept(tmp_path):
    path = str(tmp_path / "cache")
    with open(tmp_path / ".cache.lock", "w") as lock, ThreadPoolExecutor() as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        late = pool.submit(store, path, "https://late", Copy(b"late", NOW))
        with pytest.raises(TimeoutError):
            late.result(0.2)
        os.rename(written_cache(tmp_path / "other"), path)
        fcntl.flock(lock, fcntl.LOCK_UN)
        late.result(10)
    assert [load(path, url) for url in ("https://late", "https://early")] == [Copy(b"late", NOW), Copy(b"early", NOW)]


@pytest.mark.parametrize("error", [OSError("No locks available"), BlockingIOError("Another process has it")])
def test_a_copy_is_stored_where_nothing_can_be_locked(tmp_path, monkeypatch, error):
    monkeypatch.setattr(fcntl, "flock", Mock(side_effect=error))
    monkeypatch.setattr(f"{store.__module__}._LONGEST_WAIT", 0.1)
    path = str(tmp_path / "cache")
    store(path, "https://early", Copy(b"early", NOW))
    assert load(path, "https://early") == Copy(b"early", NOW)


def written_cache(path):
    store(str(path), "https://early", Copy(b"early", NOW))
    return path


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "[" * 100_000, "\xff", None])
def test_a_cache_that_cannot_be_read_is_none(tmp_path, content):
    path, url = tmp_path / "cache", "https://x"
    if content is not None:
        path.write_text(content, encoding="latin-1")
    assert load(str(path), url) is None
    store(str(path), url, Copy(b"x", NOW))
    assert load(str(path), url) == Copy(b"x", NOW)
    (entry,) = json.loads(path.read_text()).items()
    for when in (3, "2026-11-26T10:00:00", "yesterday"):
        path.write_text(json.dumps({entry[0]: {**entry[1], "read": when}}))
        assert load(str(path), url) is None


def test_a_cache_that_cannot_be_written_is_a_warning(tmp_path):
    (tmp_path / "file").touch()
    cache = f"{tmp_path}/file/cache"
    with FaultyServer(answer(200, always())).running() as server:
        names, warnings = read(server.url, cache=cache)
    assert names == ["Ada Lovelace"]
    assert warnings[0].startswith(f"cannot store a copy in the cache {cache}: ")


@pytest.mark.parametrize(
    ("path", "why"), [("{}", "Is a directory"), ("{}/a\0b", "not a valid path"), ("{}/large", "larger than 5 MB")]
)
def test_files_that_cannot_be_read(tmp_path, path, why):
    (tmp_path / "large").write_bytes(b"x" * 5_000_001)
    with pytest.raises(NotRead, match=why):
        read(path.format(tmp_path))
