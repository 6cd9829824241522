# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build a collection so that the same sources make the same tarball, byte for byte: ``build.py SOURCES FOLDER``.

ansible-galaxy writes the time of the build and the order in which the file system lists its files. Both are replaced:
the time by SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), the order by that of names.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

# Archives of another kind cannot hold a time before 1980.
DEFAULT_TIME = 315532800


def main() -> None:
    """Build, and say where the tarball is."""
    source, folder = map(Path, sys.argv[1:])
    galaxy = str(Path(sys.executable).with_name("ansible-galaxy"))
    with TemporaryDirectory() as scratch:
        command = [galaxy, "collection", "build", str(source), "--output-path", scratch]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (built,) = Path(scratch).glob("*.tar.gz")
        content = normalise(built, int(os.environ.get("SOURCE_DATE_EPOCH", DEFAULT_TIME)))
    folder.mkdir(parents=True, exist_ok=True)
    tarball = folder / built.name
    tarball.write_bytes(content)
    print(f"Built {tarball}")


def normalise(tarball: Path, moment: int) -> bytes:
    """Return a collection's tarball with its files in order and all of one time."""
    with tarfile.open(tarball) as archive:
        members = [(member, _content(archive, member)) for member in archive]
    contents = {member.name: content for member, content in members}
    files = json.loads(contents["FILES.json"])
    files["files"].sort(key=lambda file: file["name"])
    contents["FILES.json"] = json.dumps(files, indent=True).encode()
    manifest = json.loads(contents["MANIFEST.json"])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents["FILES.json"]).hexdigest()
    contents["MANIFEST.json"] = json.dumps(manifest, indent=True).encode()
    packed = BytesIO()
    # The name that gzip would write down is the temporary one.
    with (
        gzip.GzipFile("", "wb", fileobj=packed, mtime=moment) as stream,
        tarfile.open(fileobj=stream, mode="w") as archive,
    ):
        for member, _old in sorted(members, key=lambda pair: pair[0].name):
            member.mtime, member.size = moment, len(contents[member.name])
            # The time to the fraction of a second.
            member.pax_headers = {}
            archive.addfile(member, BytesIO(contents[member.name]))
    return packed.getvalue()


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


if __name__ == "__main__":
    main()
