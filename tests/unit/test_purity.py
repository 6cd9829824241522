# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard in conftest.py, without which a unit test could open sockets unnoticed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "act", [socket.socket, lambda: subprocess.run([sys.executable, "-c", ""], check=True), lambda: os.system("true")]
)
def test_no_sockets_and_no_processes(act):
    with pytest.raises(AssertionError, match="unit tests open no sockets"):
        act()
