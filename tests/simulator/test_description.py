# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests made up from Twilio's own description of its API, allowed by it and not, about what exists.

Whatever is asked, the answer is what the description promises, or an error as Twilio's are. The requests are the same
in each run.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.contract import DESCRIPTION, hold, hold_error
from support.simulator import FROM, TO, Simulator

EXAMPLES = 20
# A phone that does not ring, so that a call to it is over at once.
DEAD = "+15557779999"
# What makes a request for a message or a call, or a change to one, that is likely to be accepted.
LIKELY = {
    "/2010-04-01/Accounts/{AccountSid}/Calls.json": {"To": TO, "From": FROM, "Twiml": "<Response/>"},
    "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json": {"Status": "completed"},
    "/2010-04-01/Accounts/{AccountSid}/Messages.json": {"To": TO, "From": FROM, "Body": "Disk full"},
    "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json": {"Body": ""},
}
# What means something to the simulator, beside what is made up.
KNOWN = {
    "phone-number": [TO, FROM, DEAD, "whatsapp:+15551234567", "+1 (555) 123-4567"],
    "date-time": ["2001-01-01", "2026-11-26T10:00:00Z", "Tue, 26 Nov 2030 12:00:00 -0000"],
    "uri": ["https://x.example/a.png", "http://127.0.0.1:9/#rc=0"],
}
OPERATIONS = [(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def schema() -> Any:
    """The description, as what makes up requests. It takes a second to import that, which only this test needs."""
    import schemathesis

    for name, values in KNOWN.items():
        schemathesis.openapi.format(name, st.sampled_from(values))
    return schemathesis.openapi.from_dict(DESCRIPTION)


def seed(simulator: Simulator, path: str, method: str) -> dict[str, str]:
    """Return the SIDs of what a request needs: a call, or a message and a medium that exist."""
    if "/Calls/" in path:
        call = simulator.placed(To=DEAD if method == "delete" else TO)
        if method == "delete":
            simulator.eventually(call["uri"], "failed")
        return {"call": call["sid"], "message": ""}
    form = {"MediaUrl": "https://x.example/a.png", "ProvideFeedback": "true"}
    message = simulator.eventually(simulator.created(**form)["uri"], "delivered")
    (medium,) = simulator.call("GET", message["subresource_uris"]["media"]).json()["media_list"]
    return {"message": message["sid"], "medium": medium["sid"]}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_is_asked(swift: Simulator, schema: Any, path: str, method: str) -> None:
    from schemathesis import GenerationMode

    operation = schema[path][method]
    modes = st.sampled_from(list(GenerationMode))
    statuses: Counter[int] = Counter()
    sids = seed(swift, path, method)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data(), modes, st.sampled_from(["any", "existing", "likely", "plain"]))
    def ask(data: Any, mode: Any, kind: str) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if kind != "any":
            found = seed(swift, path, method) if method == "delete" or "/Calls/" in path else sids
            case.path_parameters = {
                "AccountSid": swift.auth[0],
                "MessageSid": found["message"],
                "Sid": sid_for(path, found) or swift.auth[0],
            }
        if kind in ("likely", "plain") and isinstance(case.body, dict):
            # At most one field is made up, so that it is the one that counts.
            case.body = dict(list(case.body.items())[: kind == "likely"]) | LIKELY.get(path, {})
        wanted = case.as_transport_kwargs(base_url=swift.url)
        response = swift.session.request(**wanted, auth=swift.auth, timeout=60)
        statuses[response.status_code] += 1
        assert response.status_code < 500
        if response.status_code >= 400:
            hold_error(response)
        else:
            hold(response, path, method)

    ask()
    # Some did what they are for.
    assert statuses[200] + statuses[201] + statuses[204] > 1, statuses


def sid_for(path: str, sids: dict[str, str]) -> str | None:
    """Return the SID that a path with these names ends with."""
    if "/Media/" in path:
        return sids["medium"]
    if "/Calls/" in path:
        return sids["call"]
    return sids["message"] if "/Messages/" in path else None
