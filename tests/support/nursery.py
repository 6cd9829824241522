# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that has imported the simulator already, and forks for each one that is to run.

Nearly all that a start costs is imports. A child gets the arguments, environment, directory, input and outputs of
whoever starts it, and does what the simulator's command line does. A second process waits for it, since only a parent
learns how its child has ended.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

# The length of what is said of a child: its process ID, and later its exit status or minus the signal that ended it.
WORD = 16
# More than the arguments and the environment take.
REQUEST = 1 << 17


class Process:
    """A simulator that the nursery has started, to be used as one of subprocess.Popen."""

    def __init__(self, life: socket.socket, stdin: int, stdout: int) -> None:
        self._life = life
        self._status: int | None = None
        self.stdin: IO[str] = os.fdopen(stdin, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(stdout, encoding="utf-8")
        self.pid = int(life.recv(WORD, socket.MSG_WAITALL))

    def send_signal(self, number: int) -> None:
        # It may just have ended.
        with suppress(ProcessLookupError):
            if self._status is None:
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def wait(self, timeout: float) -> int:
        """Return the exit status, or minus the signal that ended it."""
        if self._status is None:
            self._life.settimeout(timeout)
            self._status = int(self._life.recv(WORD, socket.MSG_WAITALL))
            self._life.close()
            self.stdout.close()
        return self._status


class Nursery:
    """The nursery, as seen from the process that started it, with which it ends."""

    def __init__(self, entry: Path) -> None:
        # Each request is one piece, whole or not at all.
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(entry), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._stop)

    def start(self, arguments: Sequence[str], stderr: int) -> Process:
        life, their_life = socket.socketpair()
        their_stdin, stdin = os.pipe()
        stdout, their_stdout = os.pipe()
        request = json.dumps([[*arguments], {**os.environ}, os.getcwd()]).encode()
        socket.send_fds(self._channel, [request], [their_life.fileno(), their_stdin, their_stdout, stderr])
        their_life.close()
        os.close(their_stdin)
        os.close(their_stdout)
        return Process(life, stdin, stdout)

    def _stop(self) -> None:
        self._channel.close()
        self._process.wait(10)


@cache
def nursery(entry: Path) -> Nursery:
    """Return the one of this process."""
    return Nursery(entry)


def serve(channel: socket.socket) -> list[str] | None:
    """Fork for one request after the other; return the arguments in a child, and nothing once nobody asks any more."""
    importlib.import_module("twilio_simulator.server")
    # Else children would copy what they collect.
    gc.freeze()
    while (received := socket.recv_fds(channel, REQUEST, 4))[0]:
        if os.fork() == 0:
            channel.close()
            return watch(received[0], *received[1])
        for descriptor in received[1]:
            os.close(descriptor)
        # Those that waited for a child, and have told of its end.
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    return None


def watch(request: bytes, life: int, *streams: int) -> list[str]:
    """Fork, and tell how the child ends; return the arguments in the child."""
    child = os.fork()
    for number, stream in enumerate(streams):
        if child == 0:
            os.dup2(stream, number)
        os.close(stream)
    with socket.socket(fileno=life) as told:
        if child == 0:
            arguments: list[str]
            arguments, environment, directory = json.loads(request)
            os.environ.clear()
            os.environ.update(environment)
            os.chdir(directory)
            return arguments
        told.sendall(f"{child:{WORD}}".encode())
        _child, status = os.waitpid(child, 0)
        # Whoever started it may be gone.
        with suppress(BrokenPipeError):
            told.sendall(f"{os.waitstatus_to_exitcode(status):{WORD}}".encode())
    os._exit(0)


if __name__ == "__main__":
    # As the simulator's own entry point does.
    sys.dont_write_bytecode = True
    sys.path[0] = str(Path(sys.argv[1]).parent)
    if (wanted := serve(socket.socket(fileno=int(sys.argv[2])))) is not None:
        sys.exit(importlib.import_module("twilio_simulator.cli").main(wanted))
