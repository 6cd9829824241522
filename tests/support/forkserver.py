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
import json
import os
import random
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
PRELOADED = ("ansible.cli.playbook", "ansible.executor.playbook_executor", "jmespath", "requests")
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
    for name in PRELOADED:
        importlib.import_module(name)
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
    random.seed()
    # These belong to the server, such as the one that removes its temporary files.
    atexit._clear()
    atexit.register(util._exit_function)  # type: ignore[attr-defined]
    sys.argv = [program, *arguments]


if __name__ == "__main__":
    # A script's own folder comes first.
    sys.path[0] = os.path.dirname(sys.argv[1])
    if serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2]))):
        sys.exit(importlib.import_module(PRELOADED[0]).main())
