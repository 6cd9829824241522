# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody who wonders where a text is gets to see, and what people are called."""

from __future__ import annotations

from typing import Any

import pytest

from support.events import listening, until
from support.simulator import FROM, SERVICE, TO, Simulator

OTHER = "+15551230009"


def alerts(simulator: Simulator, **query: Any) -> Any:
    response = simulator.call("GET", "/simulator/alerts", params=query, auth=None)
    assert response.status_code == 200, response.text
    return response.json()["alerts"]


def test_a_refusal_says_who_is_concerned_and_why(slow: Simulator) -> None:
    with listening(slow) as events:
        slow.create(To="(555) 123", From=FROM)
        told = until(events, "alert")
    (alert,) = alerts(slow)
    assert alert == told
    assert alert == {
        "number": alert["number"],
        "after": alert["after"],
        "at": alert["at"],
        "kind": "refused",
        "with": "(555) 123",
        "code": 21211,
        "reason": "The 'To' number (555) 123 is not a valid phone number.",
        "more_info": "https://www.twilio.com/docs/errors/21211",
        "message_sid": None,
        "call_sid": None,
        "method": "POST",
        "url": slow.messages,
        "form": [["To", "(555) 123"], ["From", FROM], ["Body", "Disk full"]],
        "status": 400,
        "fault": None,
    }
    assert slow.call("GET", "/simulator/state").json()["alerts"] == 1
    assert slow.call("GET", "/simulator/export").json()["alerts"] == [alert]
    slow.reset()
    assert alerts(slow) == []


def test_all_that_goes_wrong_is_told(slow: Simulator) -> None:
    message = slow.created()
    slow.create(To="+1 (555) 123-4567", Body="")
    slow.call("GET", f"{slow.messages}?PageSize=x")
    slow.call("DELETE", message["uri"])
    slow.call("POST", slow.messages, data={"To": OTHER}, auth=("AC", "wrong"))
    slow.fault("html_page", times=1)
    slow.fault("rate_limited", code=None, times=1)
    slow.fault("lost_response", times=1)
    slow.create(To=OTHER)
    slow.create(To=OTHER)
    with pytest.raises(Exception, match="Connection aborted"):
        slow.create(To=OTHER)
    found = alerts(slow)[::-1]
    assert [(each["with"], each["code"], each["status"], each["fault"]) for each in found] == [
        (TO, 21602, 400, None),
        (None, 20007, 400, None),
        (TO, 20009, 400, None),
        (OTHER, 20003, 401, None),
        (OTHER, None, 502, "html_page"),
        (OTHER, None, 429, "rate_limited"),
    ]
    assert found[1]["reason"] == "'x' is not a value for PageSize."
    assert found[2]["message_sid"] == message["sid"]
    assert [each["reason"] for each in found[4:]] == ["502 Bad Gateway", "429 Too Many Requests"]
    assert alerts(slow, **{"with": OTHER}) == found[:2:-1]
    assert alerts(slow, **{"with": OTHER, "before": found[4]["number"]}) == [found[3]]
    assert slow.call("GET", "/simulator/alerts?before=x", auth=None).status_code == 400


def test_what_is_dropped_before_its_end_is_told(slow: Simulator) -> None:
    """It keeps 20 messages."""
    scheduled = slow.scheduled()
    for _number in range(20):
        slow.inbound("hi", To=FROM)
    (alert,) = alerts(slow)
    assert (alert["kind"], alert["with"], alert["message_sid"]) == ("dropped", TO, scheduled["sid"])
    assert alert["reason"] == "dropped while it was scheduled, as the simulator keeps 20 messages: Disk full"
    assert ["MessagingServiceSid", SERVICE] in alert["form"]
    for _number in range(20):
        slow.inbound("hi", To=FROM)
    assert len(alerts(slow)) == 1


def test_alerts_stand_among_messages(swift: Simulator) -> None:
    """In a conversation and in the timeline, each after the message that was the latest then."""

    def place(what: str, **query: Any) -> tuple[list[str], list[str]]:
        answer = swift.call("GET", f"/simulator/{what}", params=query, auth=None).json()
        told = [dict(alert["form"])["MaxPrice"] for alert in answer["alerts"]]
        return [message["body"] for message in answer["messages"]], told

    def refuse(name: str, to: str) -> None:
        assert swift.create(To=to, Body="", MaxPrice=name).status_code == 400

    refuse("first", TO)
    for number in range(60):
        swift.created(Body=str(number))
        refuse(f"after {number}", TO)
        refuse(f"of another, after {number}", OTHER)
    latest = [str(number) for number in range(59, 9, -1)]
    assert place("thread", **{"with": TO}) == (latest, [f"after {number}" for number in latest])
    page = swift.call("GET", "/simulator/thread", params={"with": TO}, auth=None).json()
    oldest = page["messages"][-1]["number"]
    earlier = [str(number) for number in range(9, -1, -1)]
    told = [f"after {number}" for number in earlier]
    assert place("thread", **{"with": TO, "before": oldest}) == (earlier, [*told, "first"])
    around = [str(number) for number in range(34, -1, -1)]
    told = [f"after {number}" for number in around]
    assert place("thread", **{"with": TO, "around": oldest - 1}) == (around, [*told, "first"])
    bodies, told = place("timeline")
    assert (bodies, told) == (latest, [f"{whose}after {n}" for n in latest[:25] for whose in ("of another, ", "")])
    # Somebody to whom nothing has got through.
    bodies, told = place("thread", **{"with": OTHER})
    assert (bodies, told[0], len(told)) == ([], "of another, after 59", 50)


def test_alerts_come_in_pages(slow: Simulator) -> None:
    for number in range(21):
        slow.create(Body="", To=f"+155512300{number:02}")
    page = slow.call("GET", "/simulator/alerts", auth=None).json()
    assert (len(page["alerts"]), page["more"]) == (20, False)
    assert [each["number"] for each in page["alerts"]] == sorted(
        (each["number"] for each in page["alerts"]), reverse=True
    )
    assert page["alerts"][-1]["with"] == "+15551230001"


def test_people_have_names(simulate: Any) -> None:
    people = {TO: {"name": "Ada", "text": "on it"}, OTHER: ["silent", {"name": "Grace"}]}
    named = simulate(speed=0, names={"+1 555 123-0003": "Linus", OTHER: "Grace H."}, people=people)
    first = {TO: "Ada", OTHER: "Grace H.", "+15551230003": "Linus"}
    assert named.call("GET", "/simulator/names", auth=None).json() == {"names": first}
    wanted = {"+1 (555) 123-0003": None, TO: "Ada L.", "+15551230004": "Margaret"}
    with listening(named) as events:
        changed = named.call("PUT", "/simulator/names", json=wanted, auth=None)
        assert changed.json() == until(events, "names")
    assert changed.json() == {"names": {OTHER: "Grace H.", TO: "Ada L.", "+15551230004": "Margaret"}}
    assert named.call("GET", "/simulator/export").json()["names"] == changed.json()["names"]
    senseless: Any
    for senseless in ({"Ada": TO}, {TO: 1}, {TO: "x" * 101}, []):
        response = named.call("PUT", "/simulator/names", json=senseless, auth=None)
        assert (response.status_code, list(response.json())) == (400, ["error"])
    assert named.call("GET", "/simulator/names", auth=None).json() == changed.json()
    named.reset()
    assert named.call("GET", "/simulator/names", auth=None).json() == {"names": first}
    named.created()
    named.set_clock(advance=60)
    assert named.wait(direction="inbound")[0]["body"] == "on it"
