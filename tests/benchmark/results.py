# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the runs come to: medians, and ratios between them."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from benchmark.cases import Case
from benchmark.measure import Sample

Key = tuple[str, str]


class Results:
    """The samples of each case, by its section and its way."""

    def __init__(self, cases: list[Case]) -> None:
        self.cases = {(case.section, case.way): case for case in cases}
        self.samples: dict[Key, list[Sample]] = {key: [] for key in self.cases}

    def add(self, case: Case, sample: Sample) -> None:
        self.samples[case.section, case.way].append(sample)

    def section(self, name: str) -> Iterator[Case]:
        return (case for case in self.cases.values() if case.section == name)

    def seconds(self, section: str, way: str) -> float:
        """Return how long the whole work takes, start of Ansible included."""
        return self._whole("seconds", section, way)

    def cpu(self, section: str, way: str) -> float:
        """Return how much processor time the whole work takes."""
        return self._whole("cpu", section, way)

    def _whole(self, field: str, section: str, way: str) -> float:
        part = self._median(field, section, way)
        scale = self.cases[section, way].scale
        if scale == 1:
            return part
        one = self._median(field, "one", way.split("-")[0])
        return one + (part - one) * scale

    def _median(self, field: str, section: str, way: str) -> float:
        values: list[float] = [getattr(sample, field) for sample in self.samples[section, way]]
        return median(values)

    def first(self, section: str, way: str) -> float:
        """Return how long it takes until the first message is asked for, start of Ansible included."""
        return self._median("first", section, way)

    def memory(self, section: str, way: str) -> float:
        """Return the size of the largest process, in MB."""
        return self._median("memory", section, way) / 1e6

    def handshakes(self, section: str, way: str) -> int:
        return max(sample.handshakes for sample in self.samples[section, way])

    def spread(self, section: str, way: str) -> float:
        """Return how far apart the slowest and the fastest run are, in relation to the median."""
        values = [sample.seconds for sample in self.samples[section, way]]
        return (max(values) - min(values)) / median(values)


class Goal(NamedTuple):
    """A ratio, and what it may be at most; or at least, with ``at_least``."""

    text: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def goals(results: Results) -> list[Goal]:
    """Return the goals of the collection with what was measured."""
    one, loop, tasks = ({case.way: results.seconds(name, case.way) for case in results.section(name)} for name in FEW)
    ours = [case for case in results.section("many") if case.way.startswith("ours")]
    return [
        Goal("One send, to one debug", one["ours"] / one["debug"], 1.3),
        Goal("One send with run_on: target, to one ping", one["target"] / one["ping"], 1.2),
        Goal(
            "Until page_on_call sends its first text, to one debug", results.first("page", "ours") / one["debug"], 1.6
        ),
        Goal("A loop of 50 sends, to one of 50 debugs", loop["ours"] / loop["debug"], 1.7),
        Goal("50 tasks that send, to 50 that debug", tasks["ours"] / tasks["debug"], 1.7),
        Goal("50 by community.general.twilio, to 50 sends", loop["general"] / loop["ours"], 5, at_least=True),
        Goal("The same, both over TLS through a proxy", loop["general"] / loop["ours-tls"], 5, at_least=True),
        Goal("50 by ansible.builtin.uri, to 50 sends", loop["uri"] / loop["ours"], 5, at_least=True),
        *(
            Goal(f"1,000 recipients, {case.name}, to the bound", results.seconds("many", case.way) / case.bound, 1.25)
            for case in ours
            if case.bound
        ),
        Goal(
            "Memory for 1,000 recipients, to a debug's",
            results.memory("many", "ours-32") / results.memory("one", "debug"),
            1.5,
        ),
        Goal("TLS handshakes for 200 recipients, to workers", results.handshakes("secure", "ours") / 8, 1),
    ]


# The sections with few messages at a time.
FEW = ("one", "loop", "tasks")
