# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that has imported ansible-playbook already, and forks for each run.

Most of what a short run costs is imports. A child gets the run's arguments, environment, directory and output, does
what the script ansible-playbook does, and ends as any interpreter does. Ansible reads its settings when it is
imported, so a server is for runs that have the environment's ANSIBLE_... and PYTHON... variables in common.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import importlib.resources
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing import util
from pathlib import Path
from tempfile import TemporaryFile

# What a run imports in any case, and what this collection's action plugins do, in each worker anew.
PROGRAM = "ansible.cli.playbook"
PRELOADED = (
    PROGRAM,
    "ansible.executor.playbook_executor",
    "ansible.executor.process.worker",
    "ansible.executor.task_executor",
    "jmespath",
    "requests",
)
# Kinds of ansible-core's plugins of which a run loads several. The first have options, told in their documentation.
CONFIGURED = ("become", "callback", "connection", "inventory", "shell", "strategy", "vars")
OTHERS = ("action", "doc_fragments", "filter", "test")
# How long a run may take, in seconds.
TIMEOUT = 300
# The length of the server's words.
WORD = 16


class ForkServer:
    """A server, as seen from the process that started it, with which it ends. It does one run at a time."""

    def __init__(self, program: Path, environment: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [str(program.with_name("python")), __file__, str(program), str(theirs.fileno())],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._stop)

    def run(self, arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
        """Return the exit status, or minus the signal that ended it, and the output of a run."""
        self._channel.settimeout(TIMEOUT)
        with TemporaryFile() as request, TemporaryFile() as output:
            request.write(json.dumps([[*arguments], {**environment}, os.getcwd()]).encode())
            request.seek(0)
            socket.send_fds(self._channel, [b"x"], [request.fileno(), output.fileno()])
            child = int(self._channel.recv(WORD, socket.MSG_WAITALL))
            try:
                status = int(self._channel.recv(WORD, socket.MSG_WAITALL))
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise
            output.seek(0)
            return status, output.read().decode()

    def _stop(self) -> None:
        self._channel.close()
        self._process.wait(10)


def serve(program: str, channel: socket.socket) -> bool:
    """Fork for one request after the other; say whether this is a child rather than the server, which nobody needs."""
    preload()
    # Else children would copy what they collect.
    gc.freeze()
    while (received := socket.recv_fds(channel, 1, 2))[0]:
        request, output = received[1]
        if (child := os.fork()) == 0:
            channel.close()
            become(program, request, output)
            return True
        os.close(request)
        os.close(output)
        channel.sendall(f"{child:{WORD}}".encode())
        _child, status = os.waitpid(child, 0)
        channel.sendall(f"{os.waitstatus_to_exitcode(status):{WORD}}".encode())
    return False


def preload() -> None:
    """Import what a run imports, ansible-core's own plugins included, and parse the YAML that each run parses."""
    for name in PRELOADED:
        importlib.import_module(name)
    loaders = importlib.import_module("ansible.plugins.loader")
    for kind in (*CONFIGURED, *OTHERS):
        package = importlib.import_module(f"ansible.plugins.{kind}")
        for _finder, name, _is_package in pkgutil.iter_modules(package.__path__):
            plugin = importlib.import_module(f"{package.__name__}.{name}")
            if kind in CONFIGURED:
                getattr(loaders, f"{kind}_loader")._load_config_defs(name, plugin, plugin.__file__)
    remember_routing()


def remember_routing() -> None:
    """Parse once where ansible-core's plugins have gone: half a megabyte of YAML is a third of a short run."""
    finder = importlib.import_module("ansible.utils.collection_loader._collection_finder")
    parse = finder._meta_yml_to_dict
    source = importlib.resources.files("ansible").joinpath("config/ansible_builtin_runtime.yml").read_bytes()
    parsed = {source: parse(source, "ansible_builtin_runtime.yml")}

    def parse_unless_known(text: bytes | str, content_id: object) -> object:
        # Whoever asks may change it, and each child asks once.
        known = text.encode() if isinstance(text, str) else text
        return parsed.pop(known) if known in parsed else parse(text, content_id)

    finder._meta_yml_to_dict = parse_unless_known  # type: ignore[attr-defined]


def become(program: str, request: int, output: int) -> None:
    """Make the child look as if it had just been started."""
    with open(request, encoding="utf-8") as file:
        arguments, environment, directory = json.load(file)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    time.tzset()
    # These belong to the server, such as the one that removes its temporary files.
    atexit._clear()
    atexit.register(util._exit_function)  # type: ignore[attr-defined]
    sys.argv = [program, *arguments]


if __name__ == "__main__":
    # A script's own folder comes first.
    sys.path[0] = os.path.dirname(sys.argv[1])
    if serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2]))):
        sys.exit(importlib.import_module(PROGRAM).main())
