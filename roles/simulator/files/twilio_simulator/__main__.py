# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run it as ``python -m twilio_simulator`` from the folder above, or by this folder's path from anywhere."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit("simulator: Python 3.11 or newer is needed, and {} is {}.{}".format(sys.executable, *sys.version_info))

# An installed collection may be read-only, and must not get bytecode files.
sys.dont_write_bytecode = True
if not __package__:
    sys.path[0] = sys.path[0].rpartition("/")[0]

from twilio_simulator.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
