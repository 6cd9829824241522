# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source: read its arguments, and run its mode."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ...module_utils._twilio.errors import TwilioError
from .arguments import POLL, QUEUE, read_arguments
from .delivery import Delivery, Queue, log
from .poll import poll
from .state import open_state
from .webhook import serve


async def run(queue: Queue, args: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Put an event into the queue for each message, forever. Raises ``TwilioError`` if the source cannot start."""
    arguments = read_arguments(args, environment)
    if arguments.mode == POLL and not find_spec("requests"):
        raise TwilioError("The Python that runs ansible-rulebook lacks the package requests. Install it.")
    feedback = args.get(QUEUE)
    if arguments.feedback and not feedback:
        log.warning("feedback: has no effect, since ansible-rulebook returns no events. Run it with --persistence-id")
    with open_state(arguments.state) as state:
        async with Delivery(arguments, state, queue, feedback) as delivery:
            await (poll if arguments.mode == POLL else serve)(arguments, state, delivery)
