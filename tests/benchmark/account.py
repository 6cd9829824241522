# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account of the stub, for both its sides: what imports this is measured, so it imports nothing."""

from __future__ import annotations

ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef"
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
FROM, BODY = "+15552223333", "Disk full"

# How long the stub takes for an answer, on its slow ports.
LATENCY_MS = 100
