# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages of npm that this collection is compared with, installed once into the cache of this checkout."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from support.paths import CHECKOUT

PACKAGES = {
    "@twilio/cli-core": "8.3.2",
    "grapheme-splitter": "1.0.4",
    "sms-segments-calculator": "1.3.0",
    "twilio-cli": "6.2.4",
}
_CACHE = CHECKOUT / ".cache" / "npm"


def modules() -> Path:
    """Return the directory ``node_modules`` that holds these packages; needs node and npm."""
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    directory = _CACHE / "-".join(wanted).replace("/", "-")
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        # One worker at a time: another one that wants the same finds it installed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.exists():
            _install(wanted, directory)
    return directory / "node_modules"


def _install(wanted: list[str], directory: Path) -> None:
    # Elsewhere first: this worker may be interrupted.
    scratch = Path(mkdtemp(dir=_CACHE))
    try:
        command = ["npm", "install", "--prefix", str(scratch), "--no-audit", "--no-fund", "--ignore-scripts", *wanted]
        subprocess.run(command, timeout=600, check=True)
        scratch.rename(directory)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
