# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other people's code, in the very version that requirements/benchmark.txt names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from support.paths import CHECKOUT

_CONSTRAINTS = CHECKOUT / "requirements" / "benchmark.txt"
_GENERAL = "ansible_collections/community/general/"


def fetch_general(cache: Path) -> Path:
    """Return a directory of collections with community.general, out of the wheel of the package ansible on PyPI."""
    collections = cache / "collections"
    stamp = cache / "collections-from"
    wanted = f"{version('ansible-core')}\n{_CONSTRAINTS.read_text()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return collections
    stamp.unlink(missing_ok=True)
    shutil.rmtree(collections, ignore_errors=True)
    with TemporaryDirectory() as scratch:
        download = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*download, "--dest", scratch, "--constraint", str(_CONSTRAINTS), "ansible"], check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        with ZipFile(wheel) as archive:
            archive.extractall(collections, [name for name in archive.namelist() if name.startswith(_GENERAL)])
    assert (collections / _GENERAL / "plugins" / "modules" / "twilio.py").exists()
    stamp.write_text(wanted)
    return collections
