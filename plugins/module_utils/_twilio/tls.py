# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLS settings of a connection."""

from __future__ import annotations

import os
import ssl
import warnings

from .errors import InvalidOptions


def tls_context(verify: bool | str, usual: str) -> ssl.SSLContext:
    """Return the TLS settings: ``verify`` is a switch, or the path of the CA certificates to trust."""
    if not verify:
        # Whoever switched it off was told what it means, and need not hear it with each request.
        warnings.filterwarnings("ignore", "Unverified HTTPS request")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        path = verify if isinstance(verify, str) else named or usual
        try:
            if os.path.isdir(path):
                context = ssl.create_default_context(capath=path)
            else:
                context = ssl.create_default_context(cafile=path)
        except OSError as error:
            text = error.strerror or str(error)
            raise InvalidOptions([f"ca_path: {path} contains no CA certificates ({text})."]) from None
        # That the certificate is this very host's is for urllib3 to check, as it does wherever Python does not: before
        # its version 2, Python's own check fails for hosts that are IP addresses.
        context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
