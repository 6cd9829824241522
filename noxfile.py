# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of this collection. `make test` runs them all, `nox --list` tells them apart."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
CACHE = ROOT / ".cache"
TOOLS = ROOT / ".nox" / "tools"
COLLECTION = Path("ansible_collections", "oncall", "twilio")
WORKFLOWS = [str(path) for path in (ROOT / ".github" / "workflows").glob("*.yml")]
# One more than there are processors: the tests spend much of the time waiting for servers and for sleeps.
WORKERS = str((os.cpu_count() or 1) + 1)

# One virtual environment, made by the session `tools`, serves all sessions: each of its own would cost 20 seconds.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "sanity", "targets", "docs", "docs_check", "galaxy_importer", "tests"]
os.environ["PATH"] = os.pathsep.join([str(TOOLS / "bin"), os.environ["PATH"]])

# Neither the user's credentials nor the user's settings of Ansible may have a say in the checks.
for name in [name for name in os.environ if name.startswith(("ANSIBLE_", "TWILIO_"))]:
    del os.environ[name]


@nox.session(default=False)
def tools(session: nox.Session) -> None:
    """Install what the other sessions run."""
    if not (TOOLS / "bin" / "pip").exists():
        session.run(sys.executable, "-m", "venv", "--clear", str(TOOLS))
    session.run("pip", "install", "-qq", "--requirement", "requirements/checks.txt")


@nox.session(requires=["tools"], default=False, name="format")
def reformat(session: nox.Session) -> None:
    """Rewrite the Python files as lint wants them."""
    session.run("ruff", "check", "--fix")
    session.run("ruff", "format")


@nox.session(requires=["tools"], allow_parallel=True)
def lint(session: nox.Session) -> None:
    """Style, types, licences, changelog fragments."""
    session.env["HOME"] = str(make_home())
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    link = link_checkout()
    session.run("mypy", str(link / "plugins"), "roles/simulator/files", "tests", "docs/site", ".ci/build.py")
    session.run("yamllint", "--strict", ".")
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    session.run("shellcheck", ".ci/run")
    session.run("reuse", "lint", "--quiet")
    session.run("antsibull-changelog", "lint")
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(link.parents[2])
    session.run("ansible-lint", "--nocolor")


@nox.session(requires=["tools"], allow_parallel=True)
def sanity(session: nox.Session) -> None:
    """Ansible's own checks, on each Python that modules support and this machine has."""
    tree = copy_checkout(CACHE / "sanity" / COLLECTION)
    session.chdir(tree)
    # ansible-test keeps its virtual environments below HOME and finds the Pythons on PATH.
    session.env["HOME"] = str(make_home())
    session.env["PATH"] = os.pathsep.join([str(link_pythons(session)), os.environ["PATH"]])
    session.run("git", "init", "--quiet")
    session.run("ansible-test", "sanity", *session.posargs)


@nox.session(requires=["tools"], allow_parallel=True)
def targets(session: nox.Session) -> None:
    """The integration targets, as ansible-test runs them."""
    if " " in str(TOOLS):
        session.skip("Left out: ansible-test cannot run commands of a virtual environment below a path with blanks")
    session.chdir(copy_checkout(CACHE / "targets" / COLLECTION))
    session.env["HOME"] = str(make_home())
    session.run("git", "init", "--quiet")
    session.run("ansible-test", "integration", *session.posargs)


@nox.session(requires=["tools"], allow_parallel=True)
def docs(session: nox.Session) -> None:
    """The documentation's site, into dist/docs; a warning of Sphinx's, as about a dead reference, is an error."""
    session.env["HOME"] = str(make_home())
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(link_checkout().parents[2])
    pages = CACHE / "docs" / "pages"
    pages.mkdir(mode=0o755, parents=True, exist_ok=True)
    settings = ["--config-file", "docs/site/antsibull-docs.cfg"]
    content = ["--use-current", "--squash-hierarchy", "--cleanup", "everything", "--fail-on-error"]
    session.run("antsibull-docs", *settings, "collection", *content, "--dest-dir", str(pages), "oncall.twilio")
    # antsibull-docs copies the guides without their pictures.
    shutil.copytree(ROOT / "docs" / "docsite" / "rst" / "images", pages / "docsite" / "images", dirs_exist_ok=True)
    # Sphinx leaves the pages of what is gone where they were.
    shutil.rmtree(site := ROOT / "dist" / "docs", ignore_errors=True)
    checks = ["--quiet", "--fail-on-warning", "--keep-going", "--fresh-env"]
    places = ["--conf-dir", "docs/site", "--doctree-dir", str(CACHE / "docs" / "trees"), str(pages), str(site)]
    session.run("sphinx-build", *checks, *places)


@nox.session(requires=["tools"], allow_parallel=True)
def docs_check(session: nox.Session) -> None:
    """The documentation of plugins and roles, as docs.ansible.com would render it."""
    session.env["HOME"] = str(make_home())
    checks = ["--plugin-docs", "--check-extra-docs-refs", "--validate-collection-refs", "dependent"]
    session.run("antsibull-docs", "lint-collection-docs", *checks, ".")


@nox.session(requires=["tools"], allow_parallel=True)
def galaxy_importer(session: nox.Session) -> None:
    """What Ansible Galaxy would say to the tarball, ansible-lint and ansible-test apart: they have run already."""
    session.env["HOME"] = str(make_home())
    # The importer leaves its result in the current directory, which is to hold the one tarball.
    scratch = CACHE / "galaxy"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    session.chdir(scratch)
    session.run("python", str(ROOT / ".ci" / "build.py"), str(ROOT), ".")
    session.env["GALAXY_IMPORTER_RUN_ANSIBLE_LINT"] = "false"
    (tarball,) = scratch.glob("*.tar.gz")
    said = str(session.run("python", "-m", "galaxy_importer.main", tarball.name, silent=True))
    print(said)
    if "WARNING" in said:
        session.error("The importer warns")


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Install Chromium, in which the tests open the simulator's page, where that can be done unasked."""
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        session.warn(
            "Left out: the tests of the simulator's page, which need a Chromium (on Debian: apt install chromium)"
        )
        return
    session.run("apt-get", "update", "-qq", external=True)
    # A machine without any font shows no text, to tests either.
    install(session, "chromium", "fonts-liberation")


@nox.session(requires=["tools", "browser"])
def tests(session: nox.Session) -> None:
    """Unit and integration tests; arguments after -- go to pytest."""
    session.run("pytest", "--numprocesses", WORKERS, *session.posargs)
    # The last word is pytest's; nox still reports failures.
    logging.disable(logging.WARNING)


@nox.session(requires=["tools", "browser"], default=False)
def screenshots(session: nox.Session) -> None:
    """Take the pictures of the simulator's page that the documentation shows."""
    # The page takes the fonts it finds; these are good ones. The last one makes the pictures small.
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install(session, "fonts-inter", "fonts-noto-color-emoji", "pngquant")
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run("python", "-m", "support.screenshots", *session.posargs)


@nox.session(requires=["tools"], default=False)
def timelines(session: nox.Session) -> None:
    """Run the jobs and draw their timelines for the documentation."""
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.env["ANSIBLE_COLLECTIONS_PATH"] = str(link_checkout().parents[2])
    session.run("python", "-m", "support.timeline")


@nox.session(requires=["tools"], default=False)
def coverage(session: nox.Session) -> None:
    """How much of plugins and simulator the tests run, with modules and all else that they start; at least 95 %."""
    folder = CACHE / "coverage"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    session.run("coverage", "run", "-m", "pytest", "--numprocesses", WORKERS, *session.posargs)
    # What the tests kill leaves data that cannot be read.
    session.run("coverage", "combine", "--quiet", env={"PYTHONWARNINGS": "ignore"})
    session.run("coverage", "report", "--show-missing", "--skip-covered")
    session.run("coverage", "html", "--quiet", "--directory", "dist/coverage")
    session.run("coverage", "json", "--quiet", "-o", str(folder / "report.json"))
    branches = json.loads((folder / "report.json").read_text())["totals"]["percent_branches_covered"]
    session.log(f"{branches:.1f} % of all branches")
    if branches < 95:
        session.error("At least 95 % of the branches must be run")


# The releases of ansible-core that the tests must pass on, from the first that meta/runtime.yml allows, and the Pythons
# that can run both them and the tests.
CORES = {
    "2.16": ("2.16.0", ("3.11", "3.12")),
    "2.18": ("2.18.19", ("3.11", "3.12", "3.13")),
    "2.19": ("2.19.14", ("3.11", "3.12", "3.13")),
    "2.20": ("2.20.10", ("3.12", "3.13", "3.14")),
    "2.21": ("2.21.5", ("3.12", "3.13", "3.14")),
}


@nox.session(default=False)
@nox.parametrize("core", list(CORES), ids=list(CORES))
def matrix(session: nox.Session, core: str) -> None:
    """Unit and integration tests on one ansible-core, on the oldest Pythons that this machine has for it."""
    release, controllers = CORES[core]
    pythons = find_pythons()
    if not (here := [name for name in controllers if name in pythons]):
        session.skip(f"Left out: ansible-core {core} needs one of the Pythons {', '.join(controllers)}")
    wanted = ["--requirement", "requirements/tests.txt"]
    python = make_venv(session, f"core-{core}", pythons[here[0]], f"ansible-core=={release}", *wanted)
    # Modules run on Pythons that no longer run ansible-core.
    target = next(name for name in PYTHONS if name in pythons)
    interpreter = make_venv(session, f"target-{target}", pythons[target], "requests", "jmespath")
    session.log(f"ansible-core {release} on Python {here[0]}, modules on Python {target}")
    session.env["TARGET_PYTHON"] = str(interpreter)
    session.run(str(python), "-m", "pytest", "--numprocesses", WORKERS, *session.posargs)


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Change the pure core in small ways, one at a time, and tell which changes its unit tests do not notice."""
    python = make_venv(session, "mutation", Path(sys.executable), "--requirement", "requirements/mutation.txt")
    session.chdir(copy_checkout(CACHE / "mutation"))
    session.env["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    # Two changes within a second look alike to the cache of compiled files.
    session.env["PYTHONDONTWRITEBYTECODE"] = "1"
    settings, record = "tests/mutation/cosmic-ray.toml", "record.sqlite"
    for command in (
        ["cosmic-ray", "init", settings, record],
        ["cr-filter-operators", record, settings],
        ["cosmic-ray", "exec", settings, record],
        # Those that are left are explained in tests/mutation/README.md.
        ["cr-report", "--surviving-only", "--show-diff", record],
    ):
        session.run(str(python.with_name(command[0])), *command[1:])


@nox.session(default=False)
def benchmark(session: nox.Session) -> None:
    """This collection beside other ways to send, each in the version that requirements/benchmark.txt names."""
    # Apart from the tools: what is measured is not to find more installed than it needs.
    wanted = ["--requirement", "requirements/playbook.txt", "--constraint", "requirements/benchmark.txt"]
    python = make_venv(session, "benchmark", Path(sys.executable), *wanted, "trustme", "twilio")
    link_checkout()
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run(str(python), "-m", "benchmark", *session.posargs)


def make_venv(session: nox.Session, name: str, python: Path, *wanted: str) -> Path:
    """Make a virtual environment below .nox, or bring the one of that name up to date; return its Python."""
    venv = ROOT / ".nox" / name
    if not (venv / "bin" / "pip").exists():
        session.run(str(python), "-m", "venv", "--clear", str(venv))
    session.run(str(venv / "bin" / "pip"), "install", "-qq", *wanted)
    return venv / "bin" / "python"


@nox.session(requires=["tools"], default=False)
def load(session: nox.Session) -> None:
    """How many messages a second the simulator accepts while its page is open."""
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run("python", "-m", "load", *session.posargs)


def install(session: nox.Session, *packages: str) -> None:
    """Install Debian's packages."""
    session.env["DEBIAN_FRONTEND"] = "noninteractive"
    session.run("apt-get", "install", "-qq", "--no-install-recommends", *packages, external=True, silent=True)


def link_checkout() -> Path:
    """Let Python and Ansible find this checkout under the collection's full name."""
    link = CACHE / "collections" / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    # Another session may be doing the same.
    with suppress(FileExistsError):
        link.symlink_to(Path("..", "..", "..", ".."))
    return link


def copy_checkout(tree: Path) -> Path:
    """Copy what git tracks or could track: ansible-test insists on a directory of the collection's name."""
    for old in tree.glob("*") if tree.exists() else ():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for file in subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0"):
        if (ROOT / file).is_file():
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, tree / file, follow_symlinks=False)
    return tree


# ansible-test downloads this script from a host of its own; a machine that reaches PyPI alone needs a stand-in.
GET_PIP = """\
import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip", "--upgrade"])
packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", *packages])
"""


def make_home() -> Path:
    """Make a HOME for the checks: several of them write to it, and would obey the settings they find in the user's."""
    home = CACHE / "home"
    scripts = home / ".ansible" / "test" / "cache"
    scripts.mkdir(parents=True, exist_ok=True)
    for version in ("24_2", "25_2"):  # the names that ansible-core 2.19 and 2.21 look for
        (scripts / f"get_pip_{version}.py").write_text(GET_PIP)
    # How to reach packages and whose checkouts to trust is still for the user to say.
    for kept in (".cache/pip", ".config/git", ".config/pip", ".gitconfig", ".pip"):
        link = home / kept
        link.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            link.symlink_to(Path.home() / kept)
    return home


# From what tests/config.yml asks for to the newest.
PYTHONS = [f"3.{minor}" for minor in range(9, 15)]


def find_pythons() -> dict[str, Path]:
    """Find the Pythons that work: those of pyenv need not be on PATH, and its shims on PATH need not work."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = {}
    for version in PYTHONS:
        name = f"python{version}"
        on_path = [Path(directory, name) for directory in os.environ["PATH"].split(os.pathsep)]
        for python in [*on_path, *pyenv.glob(f"versions/*/bin/{name}")]:
            probe = [python, "-c", "import ensurepip, sys, venv; print(sys._base_executable)"]
            if python.exists():
                answer = subprocess.run(probe, capture_output=True, text=True, check=False)
                if answer.returncode == 0:
                    found[version] = Path(answer.stdout.strip())
                    break
    return found


def link_pythons(session: nox.Session) -> Path:
    """Gather the Pythons that work in a folder, and say which are missing."""
    links = CACHE / "pythons"
    shutil.rmtree(links, ignore_errors=True)
    links.mkdir()
    found = find_pythons()
    for version, python in found.items():
        (links / f"python{version}").symlink_to(python)
    if missing := [f"python{version}" for version in PYTHONS if version not in found]:
        session.warn(f"Left out, not on this machine: {', '.join(missing)}")
    return links
