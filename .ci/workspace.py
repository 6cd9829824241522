# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the sessions of noxfile.py run in: directories below .cache, virtual environments below .nox, and Pythons."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
COLLECTION = Path("ansible_collections", "oncall", "twilio")
# The Pythons that modules support.
PYTHONS = [f"3.{minor}" for minor in range(9, 15)]
# ansible-test looks for its script under a name that depends on the ansible-core: 2.16 and 2.17, 2.18 to 2.20, 2.21.
_GET_PIP_NAMES = [f"get_pip_{version}.py" for version in ("23_1_2", "24_2", "25_2")]


def link_checkout() -> Path:
    """Let Python and Ansible find this checkout under the collection's full name."""
    link = CACHE / "collections" / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    # Another session may be doing the same.
    with suppress(FileExistsError):
        link.symlink_to(Path("..", "..", "..", ".."))
    return link


def copy_checkout(tree: Path) -> Path:
    """Copy what git tracks or could track."""
    _empty(tree)
    for file in list_checkout():
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, tree / file, follow_symlinks=False)
    return tree


def digest_checkout() -> bytes:
    """Return a digest of what git tracks or could track: names, modes and contents."""
    digest = hashlib.sha256()
    for file in list_checkout():
        content = hashlib.sha256((ROOT / file).read_bytes()).hexdigest()
        digest.update(f"{file}\0{(ROOT / file).stat().st_mode}\0{content}\0".encode())
    return digest.digest()


def list_checkout() -> list[str]:
    """List the files that git tracks or could track."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(file for file in listed if (ROOT / file).is_file())


def unpack(tarball: Path, tree: Path) -> Path:
    """Unpack a built collection as Galaxy does, into a directory of the collection's name."""
    _empty(tree)
    with tarfile.open(tarball) as archive:
        archive.extractall(tree)
    return tree


def _empty(tree: Path) -> None:
    """Leave an empty repository there: ansible-test looks at what git could track, and at .cache git does not look."""
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)


def make_home() -> Path:
    """Make a HOME for the checks: several of them write to it, and would obey the settings they find in the user's."""
    home = CACHE / "home"
    scripts = home / ".ansible" / "test" / "cache"
    scripts.mkdir(parents=True, exist_ok=True)
    for name in _GET_PIP_NAMES:
        shutil.copyfile(ROOT / ".ci" / "get_pip.py", scripts / name)
    # How to reach packages and whose checkouts to trust is still for the user to say.
    for kept in (".cache/pip", ".config/git", ".config/pip", ".gitconfig", ".pip"):
        link = home / kept
        link.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            link.symlink_to(Path.home() / kept)
    return home


@cache
def find_pythons() -> dict[str, Path]:
    """Find the Pythons that work: those of pyenv need not be on PATH, and its shims on PATH need not work."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = {}
    for version in PYTHONS:
        name = f"python{version}"
        on_path = [Path(directory, name) for directory in os.environ["PATH"].split(os.pathsep)]
        for python in [*on_path, *pyenv.glob(f"versions/*/bin/{name}")]:
            probe = [str(python), "-c", "import ensurepip, sys, venv; print(sys._base_executable)"]
            if python.exists():
                answer = subprocess.run(probe, capture_output=True, text=True, check=False)
                if answer.returncode == 0:
                    found[version] = Path(answer.stdout.strip())
                    break
    return found


def link_pythons() -> Path:
    """Make a directory in which the Pythons that work have their names, and return it."""
    links = CACHE / "pythons"
    links.mkdir(parents=True, exist_ok=True)
    for version, python in find_pythons().items():
        link = links / f"python{version}"
        link.unlink(missing_ok=True)
        link.symlink_to(python)
    return links


def requirements() -> bytes:
    """Return what names the versions of all tools."""
    return b"".join(path.read_bytes() for path in sorted((ROOT / "requirements").iterdir()))


def make_venv(venv: Path, python: Path, *wanted: str) -> Path:
    """Make a virtual environment and let pip install what is wanted, if anything has changed; return its Python."""
    digest = hashlib.sha256(requirements() + "\n".join([str(python), *wanted]).encode()).hexdigest()
    stamp = venv / "installed"
    if not stamp.exists() or stamp.read_text() != digest:
        if not (venv / "bin" / "pip").exists():
            subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
        # Half of the time would go into compiling what nobody imports.
        subprocess.run([venv / "bin" / "pip", "install", "-qq", "--no-compile", *wanted], cwd=ROOT, check=True)
        stamp.write_text(digest)
    return venv / "bin" / "python"
