# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that all files name the same version of the collection, and the same releases of ansible-core.

Between two releases, the version is the next one's: ``galaxy.yml`` has it, and the fragments in ``changelogs`` belong
to it. In the commit of a release, ``changelog.yaml`` has it too, and no fragments are left.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from cores import CORES

ROOT = Path(__file__).resolve().parent.parent
# Each has the version in a line of its own.
COPIES = {
    "plugins/module_utils/_twilio/version.py": r'^VERSION = "(.+)"$',
    "roles/simulator/files/twilio_simulator/__init__.py": r'^__version__ = "(.+)"$',
}


def main() -> None:
    problems = [*collection_problems(), *core_problems()]
    sys.exit("\n".join(problems) if problems else 0)


def collection_problems() -> Iterator[str]:
    version = str(load("galaxy.yml")["version"])
    released = sorted(load("changelogs/changelog.yaml")["releases"], key=numbers)
    fragments = [path.name for path in (ROOT / "changelogs" / "fragments").glob("*.y*ml")]
    if version in released and fragments:
        yield f"galaxy.yml: {version} is released, but there are fragments for another version: {', '.join(fragments)}"
    if numbers(version) < numbers(released[-1]):
        yield f"galaxy.yml: {version} is older than {released[-1]} in changelog.yaml"
    for name, pattern in COPIES.items():
        for copy in re.findall(pattern, (ROOT / name).read_text(), re.MULTILINE) or ["no version"]:
            if copy != version:
                yield f"{name}: {copy} instead of {version}"
    for folder in ("plugins", "roles", "extensions"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in (".py", ".yml"):
                for added in re.findall(r"^\s*version_added: [\"']?([\d.]+)", path.read_text(), re.MULTILINE):
                    if added not in (*released, version):
                        yield f"{path.relative_to(ROOT)}: version_added {added} is neither released nor {version}"


def core_problems() -> Iterator[str]:
    oldest, *_others, newest = [core.package.rpartition("==")[2] for core in CORES.values()]
    if (required := load("meta/runtime.yml")["requires_ansible"]) != f">={oldest}":
        yield f"meta/runtime.yml: {required} instead of >={oldest}, the oldest that is tested"
    if f"ansible-core=={newest} ;" not in (ROOT / "requirements" / "playbook.txt").read_text():
        yield f"requirements/playbook.txt: not {newest}, the newest that is tested"
    tested = load(".github/workflows/checks.yml")["jobs"]["matrix"]["strategy"]["matrix"]["session"]
    if missing := {f"matrix({name})" for name in CORES} - set(tested):
        yield f".github/workflows/checks.yml: lacks {', '.join(sorted(missing))}"


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


if __name__ == "__main__":
    main()
