# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's files, and what the page asks for. How it looks and behaves is tested in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.simulator import FROM, ROLE, TO, Simulator

FILES = sorted(path.name for path in (ROLE / "files" / "twilio_simulator" / "page" / "inbox").iterdir())
TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml"}
OTHER = "+15550100142"


def ask(simulator: Simulator, what: str, **parameters: Any) -> Any:
    response = simulator.call("GET", f"/simulator/{what}", params=parameters, auth=None)
    assert response.status_code == 200
    return response.json()


def bodies(answer: Any) -> list[str]:
    return [message["body"] for message in answer["messages"]]


@pytest.mark.parametrize("path", ["/", *(f"/inbox/{name}" for name in FILES)])
def test_files(slow: Simulator, path: str) -> None:
    response = slow.call("GET", path, auth=None)
    kind = TYPES[path.rpartition(".")[2] if "." in path else "html"]
    assert (response.status_code, response.headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpage.py", "%2e%2e%2fpage.py"])
def test_no_other_file(slow: Simulator, name: str) -> None:
    assert slow.call("GET", f"/inbox/{name}", auth=None).status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_nothing_from_outside_and_no_html_from_text(slow: Simulator, name: str) -> None:
    text = slow.call("GET", f"/inbox/{name}", auth=None).text
    # Names of licences and namespaces are no addresses to load from.
    addresses = set(re.findall(r"(?:https?:)?//[\w.]+", text))
    assert addresses <= {"https://www.gnu.org", "http://www.w3.org", "https://www.twilio.com"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|setHTML", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=\"|\sstyle=\"|url\(|@import", text)


def test_connection(slow: Simulator) -> None:
    assert ask(slow, "connection") == {"account_sid": slow.auth[0], "auth_token": slow.auth[1]}


def test_conversations(slow: Simulator) -> None:
    for to, body in ((TO, "one"), (OTHER, "two"), (TO, "three")):
        slow.created(To=to, Body=body)
    slow.call("POST", "/simulator/inbound", json={"From": OTHER, "To": FROM, "Body": "four"})
    answer = ask(slow, "conversations")
    assert not answer["more"]
    found = [(each["with"], each["count"], each["latest"]["body"]) for each in answer["conversations"]]
    assert found == [(OTHER, 2, "four"), (TO, 2, "three")]
    shown = ask(slow, "messages")["messages"]
    assert answer["conversations"][0]["latest"] == shown[0]


def test_pages_of_conversations(swift: Simulator) -> None:
    numbers = [f"+1555010{index:04}" for index in range(60)]
    for number in numbers:
        swift.created(To=number)
    first = ask(swift, "conversations")
    assert first["more"]
    rest = ask(swift, "conversations", before=first["conversations"][-1]["latest"]["number"])
    assert not rest["more"]
    found = [each["with"] for each in first["conversations"] + rest["conversations"]]
    assert found == numbers[::-1]


def test_pages_of_a_conversation(swift: Simulator) -> None:
    for index in range(60):
        swift.created(Body=str(index))
        swift.created(To=OTHER)
    latest = ask(swift, "thread", **{"with": TO})
    assert (bodies(latest), latest["earlier"], latest["later"]) == ([str(n) for n in range(59, 9, -1)], True, False)
    before = ask(swift, "thread", **{"with": TO, "before": latest["messages"][-1]["number"]})
    assert (bodies(before), before["earlier"], before["later"]) == ([str(n) for n in range(9, -1, -1)], False, True)
    around = ask(swift, "thread", **{"with": TO, "around": before["messages"][0]["number"]})
    assert (bodies(around), around["earlier"], around["later"]) == ([str(n) for n in range(34, -1, -1)], False, True)
    assert ask(swift, "thread", **{"with": "+1"})["messages"] == []


def test_who_has_opted_out(slow: Simulator) -> None:
    slow.created()
    assert ask(slow, "thread", **{"with": TO})["opted_out"] == []
    slow.call("POST", "/simulator/inbound", json={"From": TO, "To": FROM, "Body": "Stop"})
    assert ask(slow, "thread", **{"with": TO})["opted_out"] == [FROM]
    assert ask(slow, "thread", **{"with": OTHER})["opted_out"] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GRÖSSE", ["Größe"]),
        ("größe", ["Größe"]),
        (OTHER[1:], ["two"]),
        (FROM, ["two", "Größe"]),
        ("x.example/DISK", ["two"]),
        ("nowhere", []),
    ],
)
def test_search(swift: Simulator, text: str, found: list[str]) -> None:
    swift.created(Body="Größe")
    sid = swift.created(To=OTHER, Body="two", StatusCallback="https://x.example/disk")["sid"]
    assert bodies(ask(swift, "search", text=text)) == found
    assert bodies(ask(swift, "search", text=sid.upper())) == ["two"]


def test_search_for_a_person(swift: Simulator) -> None:
    swift.call("PUT", "/simulator/names", json={OTHER: "Ada Lovelace"}, auth=None)
    swift.created(Body="one")
    swift.created(To=OTHER, Body="two")
    assert bodies(ask(swift, "search", text="lovelace")) == ["two"]


def test_one_conversation_is_forgotten(slow: Simulator) -> None:
    """Whatever is still under way in it, and what went wrong."""
    slow.created(Body="one")
    slow.created(To=OTHER, Body="two")
    slow.inbound("three", To=FROM)
    slow.create(Body="")
    slow.create(To=OTHER, Body="")
    response = slow.call("DELETE", "/simulator/conversations", params={"with": TO}, auth=None)
    assert response.status_code == 204
    assert bodies(ask(slow, "messages")) == ["two"]
    assert [alert["with"] for alert in ask(slow, "alerts")["alerts"]] == [OTHER]
    assert slow.call("DELETE", "/simulator/conversations", auth=None).status_code == 400
    assert slow.call("DELETE", "/simulator/conversations", params={"with": "+1"}, auth=None).status_code == 204
    assert bodies(ask(slow, "messages")) == ["two"]


def test_all_messages_are_forgotten(slow: Simulator) -> None:
    """What is set, and who has opted out, stays."""
    slow.scheduled()
    slow.create(Body="")
    slow.fault("slow", seconds=0)
    slow.inbound("STOP", To=FROM)
    assert slow.call("DELETE", "/simulator/messages", auth=None).status_code == 204
    left = slow.call("GET", "/simulator/export", auth=None).json()
    assert (left["messages"], left["alerts"], left["state"]["alerts"]) == ([], [], 0)
    assert [fault["kind"] for fault in left["state"]["faults"]] == ["slow"]
    assert left["opt_outs"] == [{"person": TO, "sender": FROM}]


@pytest.mark.parametrize("query", ["conversations?before=x", "thread?with=1&around=-1", "thread?with=1&before=x"])
def test_unusable_queries(slow: Simulator, query: str) -> None:
    response = slow.call("GET", f"/simulator/{query}", auth=None)
    assert response.status_code == 400
    assert response.json()["error"].endswith("must be the number of a message or call")
