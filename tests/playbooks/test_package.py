# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as it is published: built, installed elsewhere, and used from there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile

import pytest
import yaml

from support.paths import CHECKOUT
from support.playbook import run_play

# What tests and tools leave behind, or developers have lying about.
LEFTOVERS = (
    ".cache/collections/x",
    ".coverage",
    ".nox/tools/x",
    ".pytest_cache/x",
    ".venv/x",
    "dist/docs/index.html",
    "docs/site/conf.py",
    "oncall-twilio-0.0.1.tar.gz",
    "plugins/module_utils/_work/__pycache__/sms.cpython-313.pyc",
    "roles/simulator/files/twilio_simulator/__pycache__/app.cpython-313.pyc",
    "tests/output/x",
)


def build(folder, files):
    """Copy these files of the checkout to a folder, in that order, and build a tarball there."""
    source = folder / "twilio"
    for file in files:
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / file, source / file)
    for leftover in LEFTOVERS:
        (source / leftover).parent.mkdir(parents=True, exist_ok=True)
        (source / leftover).touch()
    subprocess.run([sys.executable, str(CHECKOUT / ".ci" / "build.py"), str(source), str(folder)], check=True)
    (tarball,) = folder.glob("oncall-twilio-*.tar.gz")
    return tarball


@pytest.fixture(scope="module")
def files():
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [file for file in found.split("\0") if (CHECKOUT / file).is_file()]


@pytest.fixture(scope="module")
def tarball(files, tmp_path_factory):
    return build(tmp_path_factory.mktemp("source"), files)


def test_the_tarball_holds_what_users_need(tarball):
    with tarfile.open(tarball) as archive:
        everything = archive.getnames()
    names = {name.split("/")[0] for name in everything}
    needed = {"FILES.json", "MANIFEST.json", "README.md", "LICENSES", "meta", "plugins", "roles", "playbooks", "docs"}
    assert needed <= names
    # What a guide shows, and what a page is made of.
    for directory in ("docs/docsite/rst/images", "roles/simulator/files/twilio_simulator/page/inbox"):
        tracked = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / directory).iterdir()}
        assert tracked <= set(everything)
    assert names.isdisjoint({".git", ".ci", ".github", ".venv", ".nox", ".cache", "noxfile.py", "Makefile"})
    # What tells Galaxy's ansible-test which Pythons the modules support.
    assert [name for name in everything if name.startswith("tests/")] == ["tests/config.yml"]
    assert set(everything).isdisjoint(LEFTOVERS)
    assert not [name for name in everything if "__pycache__" in name or name.startswith("docs/site")]


def test_the_same_sources_make_the_same_tarball(tarball, files, tmp_path):
    # The copies are younger, and the file system has them in another order.
    assert build(tmp_path, reversed(files)).read_bytes() == tarball.read_bytes()


def test_an_execution_environment_gets_what_the_modules_need(tarball, tmp_path):
    collection = tmp_path / "ansible_collections" / "oncall" / "twilio"
    with tarfile.open(tarball) as archive:
        archive.extractall(collection)
    command = ["ansible-builder", "introspect", str(tmp_path)]
    found = yaml.safe_load(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    lines = (collection / "requirements.txt").read_text().splitlines()
    assert [line.split("  #")[0] for line in found["python"]] == [
        line for line in lines if line and not line.startswith("#")
    ]
    assert not found["system"]
    # The files that a definition names are beside it.
    shutil.copy(collection / "meta" / "execution-environment.yml", collection)
    create = ["ansible-builder", "create", "--file", str(collection / "execution-environment.yml")]
    subprocess.run([*create, "--context", str(tmp_path / "context")], check=True)
    assert (tmp_path / "context" / "_build" / "requirements.txt").read_text().splitlines() == lines


def test_an_installed_collection_works(tarball, tmp_path, twilio):
    install = ["ansible-galaxy", "collection", "install", str(tarball), "--collections-path", str(tmp_path)]
    # Where the checkout is not installed already.
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    subprocess.run(install, env=environment, capture_output=True, check=True)
    installed = tmp_path / "ansible_collections" / "oncall" / "twilio"
    assert yaml.safe_load((installed / "MANIFEST.json").read_text())["collection_info"]["name"] == "twilio"
    # As a project names it; without Galaxy, only what is there already satisfies it.
    (wanted,) = re.findall(r"```yaml\n(collections:\n.*?)```", (installed / "README.md").read_text(), re.DOTALL)
    (tmp_path / "requirements.yml").write_text(wanted)
    again = [*install[:3], "--offline", "--requirements-file", str(tmp_path / "requirements.yml"), *install[4:]]
    said = subprocess.run(again, env=environment, capture_output=True, text=True, check=True).stdout
    assert "Nothing to do" in said
    message = {"to": "+15551234567", "from": "+15552223333", "body": "Hi"}
    tasks = [
        {"name": run_on, "oncall.twilio.twilio_sms": {**message, "run_on": run_on}}
        for run_on in ("controller", "target")
    ]
    run = run_play(tasks, twilio.connection, environment={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)})
    assert run.returncode == 0, run.output
    assert all(outcome.result["message"]["sid"].startswith("SM") for outcome in run.outcomes)
