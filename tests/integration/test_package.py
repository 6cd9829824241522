# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as it is published: built, installed elsewhere, and used from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile

import pytest
import yaml

from support.paths import CHECKOUT
from support.playbook import run_play


@pytest.fixture(scope="module")
def tarball(tmp_path_factory):
    # A clean copy, so that what a developer has lying about does not count.
    source = tmp_path_factory.mktemp("source") / "twilio"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for file in filter(None, files.split("\0")):
        if (CHECKOUT / file).is_file():
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / file, source / file)
    command = ["ansible-galaxy", "collection", "build", str(source), "--output-path", str(source.parent)]
    subprocess.run(command, capture_output=True, check=True)
    (built,) = source.parent.glob("oncall-twilio-*.tar.gz")
    return built


def test_the_tarball_holds_what_users_need(tarball):
    with tarfile.open(tarball) as archive:
        files = set(archive.getnames())
    names = {name.split("/")[0] for name in files}
    needed = {"FILES.json", "MANIFEST.json", "README.md", "LICENSES", "meta", "plugins", "roles", "playbooks", "docs"}
    assert needed <= names
    # What a guide shows, and what a page is made of.
    for directory in ("docs/docsite/rst/images", "roles/simulator/files/twilio_simulator/inbox"):
        tracked = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / directory).iterdir()}
        assert tracked <= files
    assert names.isdisjoint({".git", ".ci", ".venv", ".nox", ".cache", "noxfile.py", "Makefile"})


def test_an_installed_collection_works(tarball, tmp_path, twilio):
    install = ["ansible-galaxy", "collection", "install", str(tarball), "--collections-path", str(tmp_path)]
    # Where the checkout is not installed already.
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    subprocess.run(install, env=environment, capture_output=True, check=True)
    installed = tmp_path / "ansible_collections" / "oncall" / "twilio"
    assert yaml.safe_load((installed / "MANIFEST.json").read_text())["collection_info"]["name"] == "twilio"
    message = {"to": "+15551234567", "from": "+15552223333", "body": "Hi"}
    tasks = [
        {"name": run_on, "oncall.twilio.twilio_sms": {**message, "run_on": run_on}}
        for run_on in ("controller", "target")
    ]
    run = run_play(tasks, twilio.connection, environment={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)})
    assert run.returncode == 0, run.output
    assert all(outcome.result["message"]["sid"].startswith("SM") for outcome in run.outcomes)
