# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages of npm that tests compare with, installed once into the cache of this checkout."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

import pytest

from support.paths import CHECKOUT

CACHE = CHECKOUT / ".cache" / "npm"
# Twilio's command line, and the part of it that brings Twilio's description of its API.
TWILIO_CLI = ("twilio-cli@6.2.4", "@twilio/cli-core@8.3.2")


def installed(*packages: str) -> Path:
    """Return the directory that holds these packages, each with its version; without npm the test is skipped."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not both on this machine")
    directory = CACHE / "-".join(package.replace("/", "-") for package in packages)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        # One worker at a time: another one that wants the same finds it installed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.exists():
            _install(packages, directory)
    return directory


def _install(packages: tuple[str, ...], directory: Path) -> None:
    # Elsewhere first: this worker may be interrupted.
    scratch = Path(mkdtemp(dir=CACHE))
    try:
        command = ["npm", "install", "--prefix", str(scratch), "--no-audit", "--no-fund", "--ignore-scripts", *packages]
        process = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if process.returncode:
            pytest.skip(f"npm cannot install {', '.join(packages)}: {process.stderr.strip()}")
        os.rename(scratch, directory)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
