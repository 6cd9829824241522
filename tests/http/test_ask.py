# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions over HTTP. Who decides by what is tested in tests/unit/paging; here it is what Twilio is asked to do."""

from __future__ import annotations

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from support.cast import DEAD, OTHER, REFUSED, SAYS_NO, SAYS_YES, SILENT
from support.faults import FaultyTwilio, answer, reset
from support.pages import ask, sent
from support.simulator import FROM, SERVICE


@pytest.fixture
def twilio(cast):
    return cast


def test_an_answer(twilio):
    asked = ask(twilio, {"Ada": SILENT, "Grace": SAYS_YES}, wait="20m")
    assert (asked["approved"], asked["decided"], asked["outcome"]) == (True, True, "yes")
    assert (asked["changed"], asked["verdict"], asked.warnings) == (True, "Yes, by Grace", [])
    assert not asked["failed"]
    code, texts = asked["code"], sent(twilio)
    assert re.fullmatch("[2-9A-Z]{6}", code)
    assert sorted(texts[:2]) == [(to, f"Deploy?\nReply YES {code} or NO {code}") for to in (SILENT, SAYS_YES)]
    assert sorted(texts[2:]) == [(to, "Yes, by Grace: Deploy?") for to in (SILENT, SAYS_YES)]
    created = [dict(map(tuple, request["form"])) for request in twilio.ledger() if request["method"] == "POST"]
    assert {(form["From"], form["ValidityPeriod"]) for form in created} == {(FROM, "1200")}
    assert any(line.endswith("Grace says yes") for line in asked.progress)
    # Each question has a code of its own.
    second = ask(twilio, [SAYS_NO], tell=False)
    assert (second["approved"], second["decided"], second["code"] == code) == (False, True, False)


def test_of_a_yes_and_a_no_between_two_looks_the_no_counts(twilio):
    sender = {"from": None, "messaging_service_sid": SERVICE}
    with ThreadPoolExecutor() as threads:
        running = threads.submit(ask, twilio, [SILENT, OTHER], poll_interval=20, **sender)
        text = twilio.wait(2)[0]["body"]
        code = text.split()[-1]
        twilio.inbound(f"YES {code}", SILENT, To=FROM)
        twilio.inbound(f"NO {code}", OTHER, To=FROM)
        asked = running.result()
    assert [answer["answer"] for answer in asked["answers"]] == ["yes", "no"]
    assert asked["outcome"] == "no"


@pytest.mark.parametrize(
    ("faults", "attempts"),
    # After the sixth attempt there is half a minute, in which the list shows that it was not in vain.
    [({"server_error": 3}, 4), ({"server_error": 5, "lost_response": 1}, 6)],
    ids=["outage", "lost"],
)
def test_an_outage_delays_a_question_and_sends_none_twice(twilio, faults, attempts):
    for kind, times in faults.items():
        twilio.fault(operation="create", kind=kind, times=times)
    asked = ask(twilio, [SAYS_YES])
    assert asked["approved"]
    assert asked["questions"][0]["attempts"] == attempts
    assert len([to for to, text in sent(twilio) if "Reply" in text]) == 1


@pytest.mark.parametrize("sent_late", [False, True])
def test_a_lost_question_is_found_behind_a_text_that_was_scheduled_long_ago(sent_late):
    now, long_ago = (formatdate(time.time() - age, usegmt=True) for age in (0, 3 * 86400))
    late = {"status": "delivered", "date_sent": now} if sent_late else {"status": "scheduled", "date_sent": None}

    class Twilio(FaultyTwilio):
        """Lists by the date of sending."""

        def _listed(self, request):
            listed = [{**self.accepted[0], "sid": "SM" + "f" * 32, "body": "Hi", "date_created": long_ago, **late}]
            shown = [*listed, *self.accepted] if "To=" in request.line else []
            return answer(200, json.dumps({"messages": shown}), Date=formatdate(usegmt=True))

    with Twilio(lambda _request: (True, reset)).running() as server:
        connection = {"account_sid": "AC" + "0" * 32, "auth_token": "0" * 32, "api_url": server.url}
        account = SimpleNamespace(connection=connection)
        asked = ask(account, [SILENT], wait=2, tell=False)
    assert len(server.accepted) == 1
    assert [entry["outcome"] for entry in asked["questions"]] == ["sent"]


def test_a_dead_and_a_refused_number_cost_only_themselves(twilio):
    asked = ask(twilio, [SAYS_YES, DEAD, REFUSED], quorum=2, default=True)
    assert (asked["outcome"], asked["approved"], asked["decided"]) == ("undecided", True, False)
    assert [entry["outcome"] for entry in asked["questions"]] == ["sent", "sent", "rejected"]
    assert [(entry["error"] or {}).get("code") for entry in asked["questions"]] == [None, 30005, 21211]
    nobody = ask(twilio, {"Ada": DEAD, "Bo": REFUSED}, default=True)
    assert nobody["failed"]
    assert (nobody["outcome"], nobody["approved"]) == ("unasked", False)
    assert nobody["msg"].startswith(f"Nobody could be asked (Deploy?). Ada ({DEAD}): The question is undelivered")
    assert "code 21211" in nobody["msg"]


def test_wrong_credentials_fail_it_at_once(twilio):
    asked = ask(twilio, {"Ada": SAYS_YES}, default=True, auth_token="x" * 32)
    assert asked["failed"]
    assert (asked["outcome"], asked["approved"], asked["changed"]) == ("unasked", False, False)
    assert asked["msg"].startswith(f"Nobody could be asked (Deploy?). Ada ({SAYS_YES}): ")
    assert "code 20003" in asked["msg"]


def test_answers_that_cannot_be_read_fail_it(twilio):
    twilio.fault("server_error", operation="list", times=10_000)
    # The last look takes half a minute.
    twilio.set_clock(speed=50)
    asked = ask(twilio, [SAYS_YES], wait=10, default=True, retries=0)
    assert asked["failed"]
    assert (asked["outcome"], asked["approved"]) == ("unread", False)
    assert asked["msg"].startswith(f"Not all answers could be read (Deploy?). Unread: {SAYS_YES}. ")
    assert "HTTP 50" in asked["msg"]


def test_without_its_controller_it_ends_and_approves_nothing(twilio):
    gone = threading.Event()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(ask, twilio, [SILENT], is_abandoned=gone.is_set, default=True)
        twilio.wait(1)
        gone.set()
        asked = running.result()
    assert asked["failed"]
    assert (asked["approved"], asked["outcome"]) == (False, "interrupted")
    assert asked["msg"] == "Interrupted. The question is not decided. Run the task again to ask again."


def test_check_mode_and_wrong_options_make_no_request(twilio):
    planned = ask(twilio, {"Ada": SILENT}, check_mode=True)
    assert (planned["changed"], planned["approved"], planned["outcome"]) == (True, True, "planned")
    assert planned["questions"][0]["outcome"] == "planned"
    assert planned["text"] == "Deploy?\nReply YES {0} or NO {0}".format(planned["code"])
    wrong = ask(twilio, ["5551230002"], body="", quorum=9, account_sid="AC1", **{"from": ""})
    assert wrong["failed"]
    assert [problem.partition(":")[0] for problem in wrong["problems"]] == [
        *("account_sid", "to", "body", "from", "quorum")
    ]
    assert twilio.ledger() == []
