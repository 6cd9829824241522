# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make this checkout, wherever it lies, the collection that Python and ansible-playbook find."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from pathlib import Path

pytest_plugins = ["support.fixtures"]

CHECKOUT = Path(__file__).resolve().parent.parent
SIMULATOR = CHECKOUT / "roles" / "simulator" / "files"

# A fresh place, away from the checkout: nothing that walks the checkout may meet the link back to it.
_scratch = tempfile.TemporaryDirectory(prefix="oncall-twilio-")
atexit.register(_scratch.cleanup)
SCRATCH = Path(_scratch.name)

_link = SCRATCH / "collections" / "ansible_collections" / "oncall" / "twilio"
_link.parent.mkdir(parents=True)
_link.symlink_to(CHECKOUT)
sys.path.insert(0, str(SCRATCH / "collections"))

# No test may reach the user's account, obey the user's configuration, or go through a proxy to the simulator.
for _name in list(os.environ):
    if _name.startswith(("ANSIBLE_", "TWILIO_")) or _name.lower() in ("all_proxy", "http_proxy", "https_proxy"):
        del os.environ[_name]

# What Python is to lose is an error wherever this collection's own code runs (a module does as __main__).
_PACKAGES = ((CHECKOUT, "plugins", "ansible_collections.oncall.twilio."), (SIMULATOR, "twilio_simulator", ""))
_modules = [
    prefix + ".".join(path.relative_to(folder).with_suffix("").parts)
    for folder, package, prefix in _PACKAGES
    for path in (folder / package).glob("**/*.py")
]

(SCRATCH / "ansible.cfg").touch()
os.environ.update(
    ANSIBLE_ASYNC_DIR=str(SCRATCH / "async"),
    ANSIBLE_COLLECTIONS_PATH=str(SCRATCH / "collections"),
    ANSIBLE_CONFIG=str(SCRATCH / "ansible.cfg"),
    ANSIBLE_HOME=str(SCRATCH / "home"),
    ANSIBLE_LOCAL_TEMP=str(SCRATCH / "tmp"),
    ANSIBLE_REMOTE_TMP=str(SCRATCH / "tmp"),
    ANSIBLE_NOCOLOR="1",
    ANSIBLE_NOCOWS="1",
    NO_PROXY="*",
    PYTHONWARNINGS=",".join(f"error::DeprecationWarning:{module}" for module in ("__main__", *_modules)),
    no_proxy="*",
    # The ansible-playbook that belongs to the Python which runs the tests.
    PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
)
# Ansible would kill a worker that is still writing down what of this collection it has run.
if "COVERAGE_PROCESS_CONFIG" in os.environ:
    os.environ["ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT"] = "100"
