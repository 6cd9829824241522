# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of ansible-core that are tested, from the first that meta/runtime.yml allows."""

from __future__ import annotations

from typing import NamedTuple


class Core(NamedTuple):
    """What pip installs, and the Pythons for the tests with their controller, and for modules; preferred ones first.

    ``older`` are Pythons that run this ansible-core, but neither the simulator nor the tests.
    """

    package: str
    controllers: tuple[str, ...]
    targets: tuple[str, ...]
    older: tuple[str, ...] = ()


CORES = {
    "2.16": Core("ansible-core==2.16.0", ("3.11", "3.12"), ("3.9", "3.10"), ("3.10",)),
    "2.17": Core("ansible-core==2.17.14", ("3.12", "3.11"), ("3.10", "3.9"), ("3.10",)),
    "2.18": Core("ansible-core==2.18.19", ("3.11", "3.12", "3.13"), ("3.9", "3.10")),
    "2.19": Core("ansible-core==2.19.14", ("3.11", "3.13", "3.12"), ("3.9", "3.10")),
    "2.20": Core("ansible-core==2.20.10", ("3.12", "3.13", "3.14"), ("3.9", "3.10")),
    "2.21": Core("ansible-core==2.21.5", ("3.14", "3.13", "3.12"), ("3.14", "3.9")),
}
DEVEL = Core("https://github.com/ansible/ansible/archive/devel.tar.gz", ("3.14", "3.13"), ("3.14", "3.9"))
