# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, stop or run the local stand-in for Twilio's Messages API; ``--help`` tells how."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit("simulator: Python 3.11 or newer is needed, and this is {}.{}".format(*sys.version_info))

# An installed collection may be read-only, and is not ours to litter.
sys.dont_write_bytecode = True

from twilio_simulator.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
