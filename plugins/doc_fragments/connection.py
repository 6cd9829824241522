# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How modules and plugins reach Twilio."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection's options, those of ``module_utils/_options.py``."""

    # What modules and plugins have in common.
    DOCUMENTATION = r"""
options:
  account_sid:
    description:
      - The SID of the account whose message it is, V(AC) and 32 hexadecimal digits.
      - A task may name another account than the credentials' own, such as a subaccount.
      - Read from the environment variable E(TWILIO_ACCOUNT_SID) if not set.
    type: str
  auth_account_sid:
    description:
      - The SID of a parent account whose O(auth_token) acts for the subaccount O(account_sid).
      - Without it, O(auth_token) is taken for O(account_sid)'s own. An O(api_key) needs no O(auth_account_sid).
    type: str
  auth_token:
    description:
      - The account's auth token. Either this or O(api_key) with O(api_secret) is needed.
      - Read from the environment variable E(TWILIO_AUTH_TOKEN) if not set.
    type: str
  api_key:
    description:
      - The SID of an API key, V(SK) and 32 hexadecimal digits. Needs O(api_secret); both win over O(auth_token).
      - An API key can be revoked without a change to the account's auth token, so it is what automation should use.
      - Read from the environment variable E(TWILIO_API_KEY) if not set.
    type: str
  api_secret:
    description:
      - The secret of O(api_key).
      - Read from the environment variable E(TWILIO_API_SECRET) if not set.
    type: str
  region:
    description:
      - The Twilio region that processes and stores the data, such as V(ie1), V(au1) or V(jp1). Needs O(edge).
      - Credentials belong to a region; those of another region are refused.
      - Read from the environment variable E(TWILIO_REGION) if not set.
    type: str
  edge:
    description:
      - The edge location through which requests enter Twilio's network, such as V(dublin), V(sydney) or V(tokyo).
      - Read from the environment variable E(TWILIO_EDGE) if not set.
    type: str
  api_url:
    description:
      - Another base URL than Twilio's, such as a gateway's or a local simulator's. Wins over O(region) and O(edge).
      - Plain V(http) is accepted for a loopback address only, since the credentials go with each request.
      - Read from the environment variable E(TWILIO_API_URL) if not set.
    type: str
  validate_certs:
    description:
      - Whether the server's TLS certificate must be valid. Setting this to V(false) hands the credentials to
        whoever answers.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder with the CA certificates to trust instead of the C(certifi) package's.
      - The environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) do the same if it is not set.
    type: path
  proxy:
    description:
      - The URL of the HTTP proxy to use, such as V(http://proxy.example.com:3128).
      - The environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) hold if it is not set. A loopback
        O(api_url) is reached without them.
    type: str
  timeout:
    description:
      - How long one request may take, in seconds, from connecting to the last byte of the answer. Each retry may take
        as long again.
      - If a request that sends a message takes longer, and Twilio may have received it, the outcome is V(unknown).
    type: float
    default: 30
  retries:
    description:
      - How often a request is made again after a failure, with growing pauses of at most 30 seconds between the tries.
      - A request that sends a message is made again only where Twilio cannot have acted on it, which is when no
        connection was made or when Twilio refused it for coming too soon (HTTP status 429). A C(Retry-After) of up to
        60 seconds is obeyed.
      - A request that only reads is made again after a lost connection or a server's error as well.
    type: int
    default: 4
"""

    # What plugins have beside it, which are no tasks: oncall.twilio.connection.plugins. The environment variables are
    # the modules'. Secrets have no place in ansible.cfg.
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

    # What modules have beside it: oncall.twilio.connection.modules.
    MODULES = r"""
options:
  run_on:
    description:
      - Where the requests are made from. The default is the controller, in Ansible's own process, which is fast and
        keeps the credentials where they are; the task's host is not even connected to, so no
        C(delegate_to=localhost) is needed.
      - V(target) runs the module on the task's host, for a controller without a way out. The host then needs
        C(requests), and environment variables are the host's. A task with C(async) runs there as well.
    type: str
    choices: [controller, target]
    default: controller
requirements:
  - Python >= 3.9 where the requests are made from
  - The Python package C(requests) >= 2.28 there
notes:
  - Set the connection once for all modules with C(module_defaults) and the action group
    C(group/oncall.twilio.twilio), or with environment variables.
  - Task C(environment) is honoured, proxies included.
"""
