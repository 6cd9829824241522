# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A step of an incident under way: the state as it changes, and the actions that follow. Pure."""

from __future__ import annotations

from typing import Any

from .events import Action
from .incident import WAITING, Incident, Look, Lookup, Note, Page, Ring, Tell


class Work:
    """One step under way: the incident as it changes, and the actions so far."""

    def __init__(self, incident: Incident, now: float) -> None:
        self.incident = incident
        self.now = now
        self.actions: list[Action] = []

    def put(self, **changes: Any) -> None:
        """Change the incident."""
        self.incident = self.incident._replace(**changes)

    def put_page(self, page: Page, **changes: Any) -> Page:
        """Change a page."""
        changed = page._replace(**changes)
        self.put(pages=tuple(changed if item is page else item for item in self.incident.pages))
        return changed

    def put_lookup(self, lookup: Lookup, **changes: Any) -> None:
        """Change what is known about a calendar."""
        changed = lookup._replace(**changes)
        self.put(lookups=tuple(changed if item is lookup else item for item in self.incident.lookups))

    def put_ring(self, ring: Ring, **changes: Any) -> Ring:
        """Change a call."""
        changed = ring._replace(**changes)
        self.put(rings=tuple(changed if item is ring else item for item in self.incident.rings))
        return changed

    def put_look(self, number: str, **changes: Any) -> None:
        """Change how somebody's messages are read."""
        look = self.incident.looks.get(number, Look(self.now))
        self.put(looks={**self.incident.looks, number: look._replace(**changes)})

    def put_tell(self, tell: Tell, **changes: Any) -> None:
        """Change a text other than a page."""
        changed = tell._replace(**changes)
        self.put(tells=tuple(changed if item is tell else item for item in self.incident.tells))

    def tell(self, kind: str, number: str, body: str, after: float = 0.0) -> None:
        """Tell somebody something in ``after`` seconds, unless they were told already."""
        if (kind, number) not in self.incident.told:
            tell = Tell(kind, number, body, WAITING, self.now + after)
            self.put(tells=(*self.incident.tells, tell), told=self.incident.told | {(kind, number)})

    def say(self, kind: str, text: str, number: str = "", tier: str = "") -> None:
        """Note what has happened."""
        self.put(notes=(*self.incident.notes, Note(self.now, kind, text, number, tier)))

    def do(self, action: Action) -> None:
        """Add an action."""
        self.actions.append(action)
