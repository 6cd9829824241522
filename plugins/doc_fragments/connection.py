# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options for the connection to Twilio."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of the connection, as in ``module_utils/_options/spec.py``."""

    # For modules and plugins.
    DOCUMENTATION = r"""
options:
  account_sid:
    description:
      - The SID of the account that sends, V(AC) and 32 hexadecimal digits.
      - It may differ from the credentials' own account, for example for a subaccount.
      - Read from the environment variable E(TWILIO_ACCOUNT_SID) if not set.
    type: str
  auth_account_sid:
    description:
      - The SID of a parent account, if O(auth_token) belongs to it and O(account_sid) is a subaccount.
      - Without it, O(auth_token) must belong to O(account_sid). An O(api_key) needs no O(auth_account_sid).
    type: str
  auth_token:
    description:
      - The account's auth token. Either O(auth_token) or O(api_key) with O(api_secret) is required.
      - Read from the environment variable E(TWILIO_AUTH_TOKEN) if not set.
    type: str
  api_key:
    description:
      - The SID of an API key, V(SK) and 32 hexadecimal digits. Requires O(api_secret). Both override O(auth_token).
      - Use an API key for automation, since you can revoke it without changing the account's auth token.
      - Read from the environment variable E(TWILIO_API_KEY) if not set.
    type: str
  api_secret:
    description:
      - The secret of O(api_key).
      - Read from the environment variable E(TWILIO_API_SECRET) if not set.
    type: str
  region:
    description:
      - The Twilio region that processes and stores the data, such as V(ie1), V(au1) or V(jp1). Requires O(edge).
      - Each region has its own credentials. Twilio rejects those of another region.
      - Read from the environment variable E(TWILIO_REGION) if not set.
    type: str
  edge:
    description:
      - The edge location through which requests enter Twilio's network, such as V(dublin), V(sydney) or V(tokyo).
      - Read from the environment variable E(TWILIO_EDGE) if not set.
    type: str
  api_url:
    description:
      - A base URL to use instead of Twilio's, such as that of a gateway or a local simulator. Overrides O(region) and
        O(edge).
      - Plain V(http) is allowed only for a loopback address, since each request contains the credentials.
      - Read from the environment variable E(TWILIO_API_URL) if not set.
    type: str
  validate_certs:
    description:
      - Whether the server's TLS certificate must be valid. With V(false), anybody who intercepts the connection can
        read the credentials.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory with the CA certificates to trust, instead of those of the package C(certifi).
      - Read from the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) if not set.
    type: path
  proxy:
    description:
      - The URL of the HTTP proxy to use, such as V(http://proxy.example.com:3128).
      - If it is not set, the environment variables E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY) and E(NO_PROXY) apply,
        except for a loopback O(api_url). A SOCKS proxy can be set only in the environment.
    type: str
  timeout:
    description:
      - How long one request may take, in seconds, from connecting to the last byte of the response. More than 0, at
        most 3600. Each retry has the same time.
      - Connecting to an address may take half of it, so that a host's second address has its turn.
      - If a request that sends a message takes longer, and Twilio may have received it, the outcome is V(unknown).
    type: float
    default: 30
  retries:
    description:
      - How often to retry a failed request, from 0 to 20, with growing pauses of at most 30 seconds.
      - A request that sends a message is retried only if Twilio cannot have acted on it, because no connection was made
        or because Twilio asked to slow down (HTTP status 429). A C(Retry-After) of up to 60 seconds is followed.
      - A request that only reads is also retried after a lost connection or a server error.
    type: int
    default: 4
"""

    # For plugins only, which are not tasks: oncall.twilio.connection.plugins. The environment variables are those of
    # the modules. Secrets cannot be set in ansible.cfg.
    PLUGINS = r"""
options:
  account_sid:
    env:
      - name: TWILIO_ACCOUNT_SID
    ini:
      - section: twilio
        key: account_sid
    vars:
      - name: twilio_account_sid
  auth_account_sid:
    ini:
      - section: twilio
        key: auth_account_sid
    vars:
      - name: twilio_auth_account_sid
  auth_token:
    env:
      - name: TWILIO_AUTH_TOKEN
    vars:
      - name: twilio_auth_token
  api_key:
    env:
      - name: TWILIO_API_KEY
    ini:
      - section: twilio
        key: api_key
    vars:
      - name: twilio_api_key
  api_secret:
    env:
      - name: TWILIO_API_SECRET
    vars:
      - name: twilio_api_secret
  region:
    env:
      - name: TWILIO_REGION
    ini:
      - section: twilio
        key: region
    vars:
      - name: twilio_region
  edge:
    env:
      - name: TWILIO_EDGE
    ini:
      - section: twilio
        key: edge
    vars:
      - name: twilio_edge
  api_url:
    env:
      - name: TWILIO_API_URL
    ini:
      - section: twilio
        key: api_url
    vars:
      - name: twilio_api_url
  validate_certs:
    ini:
      - section: twilio
        key: validate_certs
    vars:
      - name: twilio_validate_certs
  ca_path:
    ini:
      - section: twilio
        key: ca_path
    vars:
      - name: twilio_ca_path
  proxy:
    vars:
      - name: twilio_proxy
  timeout:
    ini:
      - section: twilio
        key: timeout
    vars:
      - name: twilio_timeout
  retries:
    ini:
      - section: twilio
        key: retries
    vars:
      - name: twilio_retries
"""

    # For modules only: oncall.twilio.connection.modules.
    MODULES = r"""
options:
  run_on:
    description:
      - Where to make the requests. V(controller) makes them in Ansible's own process. This is fast, and the
        credentials stay there. Ansible does not connect to the task's host, so you do not need
        C(delegate_to=localhost).
      - V(target) runs the module on the task's host, for a controller that cannot reach Twilio. The host then needs
        Python 3.9 or newer with C(requests), and environment variables are read there. A task with C(async) runs on
        the host too.
    type: str
    choices: [controller, target]
    default: controller
requirements:
  - Python >= 3.9 where the requests are made
  - The Python package C(requests) >= 2.28 there
notes:
  - Set the connection once for all modules with C(module_defaults) and the action group
    C(group/oncall.twilio.twilio), or with environment variables.
  - A task's C(environment) keyword applies, also for proxies.
"""
