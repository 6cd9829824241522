# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages below module_utils, and the simulator's: who may import whom, as CONTRIBUTING.md draws it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
MODULE_UTILS = PLUGINS / "module_utils"

# What each package may import beside itself.
MAY_IMPORT = {
    "_text": set(),
    "_twilio": set(),
    "_options": {"_text", "_twilio"},
    "_paging": {"_options", "_text", "_twilio"},
    "_work": {"_options", "_paging", "_text", "_twilio"},
}


def packages_imported(path: Path) -> set[str]:
    """Return the packages of module_utils that a file imports from, wherever in the file it does."""
    package = list(path.parent.relative_to(PLUGINS).parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            found |= {parts[1]} if parts[0] == "module_utils" else {parts[0]}
    return found


@pytest.mark.parametrize("package", sorted(path.name for path in MODULE_UTILS.iterdir() if path.name[0] != "."))
def test_imports_run_down_only(package):
    files = list((MODULE_UTILS / package).rglob("*.py"))
    upward = {str(path): packages_imported(path) - {package} - MAY_IMPORT[package] for path in files}
    assert files
    assert {path: names for path, names in upward.items() if names} == {}


def test_only_the_http_layers_import_requests():
    importers = {path.name for path in PLUGINS.rglob("*.py") if "requests" in top_level_imports(path)}
    assert importers <= {"session.py", "web.py"}


def test_the_process_that_reads_a_feed_needs_its_neighbours_only():
    """It runs without Ansible's loader, which alone finds collections."""
    rota = PLUGINS / "plugin_utils" / "_rota"
    needed, seen = ["reader"], set()
    while needed:
        if (name := needed.pop()) not in seen:
            seen.add(name)
            tree = ast.parse((rota / f"{name}.py").read_text())
            nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            assert all(node.level < 2 for node in nodes), name
            assert "ansible" not in top_level_imports(rota / f"{name}.py")
            needed += [str(node.module) for node in nodes if node.level == 1]
    assert {"cache", "feed", "limits", "people", "screen", "shifts", "source", "web"} < seen


def top_level_imports(path: Path) -> set[str]:
    """Return the first names of the packages that a file imports absolutely."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return plain | froms


def test_no_package_has_an_init_that_could_hide_its_modules():
    assert list(PLUGINS.rglob("__init__.py")) == []


SIMULATOR = PLUGINS.parent / "roles" / "simulator" / "files" / "twilio_simulator"
# What each of the simulator's packages may import beside itself. What lies above them may import all.
SIMULATOR_MAY_IMPORT = {
    "world": set(),
    "api": {"world"},
    "control": {"api", "world"},
    "page": {"api", "control", "world"},
}


def outside(path: Path) -> set[str]:
    """Return the simulator's packages and modules outside its own that a file imports from."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    found = {node.module.split(".")[0] for node in nodes if node.level == 2 and node.module}
    bare = {alias.name for node in nodes if node.level == 2 and not node.module for alias in node.names}
    # The version is everybody's.
    return found | bare - {"__version__"}


@pytest.mark.parametrize("package", sorted(path.name for path in SIMULATOR.iterdir() if path.name[0] not in "._"))
def test_imports_within_the_simulator_run_down_only(package):
    files = list((SIMULATOR / package).rglob("*.py"))
    upward = {path.name: outside(path) - SIMULATOR_MAY_IMPORT.get(package, set()) for path in files}
    assert bool(files) == (package in SIMULATOR_MAY_IMPORT)
    assert {name: names for name, names in upward.items() if names} == {}
    assert not any("twilio_simulator" in top_level_imports(path) for path in files)


def test_the_world_behind_the_simulator_serves_no_http():
    assert {path.name for path in (SIMULATOR / "world").glob("*.py") if "aiohttp" in top_level_imports(path)} == {
        "webhooks.py"
    }
