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
    """Return the TLS settings: ``verify`` is true or false, or the path of the CA certificates to trust."""
    if not verify:
        # The documentation of the option warns about this. A warning for each request adds nothing.
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
        # urllib3 checks that the certificate matches the host, as it does whenever Python does not. With urllib3 before
        # version 2, Python's own check fails for hosts that are IP addresses.
        context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
