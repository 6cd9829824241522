# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options, validated and combined: where requests go, and with which credentials. Pure."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .values import HOST_LABEL, host_of, is_loopback, is_sid, is_url

TWILIO_URL = "https://api.twilio.com"
API_VERSION = "2010-04-01"


@dataclass(frozen=True)
class Connection:
    """How to reach the API for one account.

    ``timeout`` is in seconds, ``retries`` a number of further tries, ``verify`` a switch or a CA bundle's path.
    """

    account_sid: str
    user: str
    secret: str = field(repr=False)
    base_url: str
    verify: bool | str
    proxy: str | None = field(repr=False)
    timeout: float
    retries: int


# The options that authenticate a request: a token, or a key with its secret.
_PROOFS = ("auth_token", "api_key", "api_secret")

# Where the options are set: those of modules, those of the event source, and those of the callback, whose secrets are
# not in a file.
IN_PLAYBOOK = "in the task, in module_defaults"
IN_RULEBOOK = "in the rulebook's source"
IN_CONFIGURATION = "in the section [twilio] of ansible.cfg"

_PRINTABLE = re.compile(r"[!-~]+")


def nearest_credentials(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the options that must stay empty, so that the environment adds nothing to the given credentials.

    ``given`` are the options that the task or its defaults set. A token, and a key with its secret, are never mixed
    from two places. An empty option disables the environment variable.
    """
    if not any(given.get(name) for name in _PROOFS):
        return {}
    return {name: "" for name in _PROOFS if given.get(name) is None}


def connect(params: Mapping[str, Any]) -> Connection:
    """Return the connection that options describe. They must have passed ``connection_problems``."""
    if params["api_key"]:
        user, secret = params["api_key"], params["api_secret"]
    else:
        user, secret = params["auth_account_sid"] or params["account_sid"], params["auth_token"]
    return Connection(
        account_sid=params["account_sid"],
        user=user,
        secret=secret,
        base_url=_base_url(params),
        verify=params["validate_certs"] and (params["ca_path"] or True),
        proxy=params["proxy"] or None,
        timeout=params["timeout"],
        retries=params["retries"],
    )


def _base_url(params: Mapping[str, Any]) -> str:
    # There are no hosts with a region but no edge any more. An edge without a region is in us1.
    # Source: https://www.twilio.com/docs/global-infrastructure/api-urls
    if params["api_url"]:
        return str(params["api_url"]).rstrip("/")
    if params["edge"]:
        return f"https://api.{params['edge']}.{params['region'] or 'us1'}.twilio.com"
    return TWILIO_URL


def connection_problems(params: Mapping[str, Any], place: str = IN_PLAYBOOK) -> Iterator[str]:
    """Yield the problems with the connection options, each with what to do. Secrets are never quoted.

    ``place`` is where the options are set, as words of a sentence.
    """
    yield from _credential_problems(params, place)
    yield from _address_problems(params)
    if params["ca_path"] and not os.path.exists(params["ca_path"]):
        yield f"ca_path: {params['ca_path']} does not exist on the machine that sends the requests."
    if params["timeout"] is not None and not 0 < params["timeout"] <= 3600:
        yield f"timeout: must be more than 0 and at most 3600 seconds, not {params['timeout']:g}."
    if params["retries"] is not None and not 0 <= params["retries"] <= 20:
        yield f"retries: must be 0 to 20, not {params['retries']}."


def _credential_problems(params: Mapping[str, Any], place: str) -> Iterator[str]:
    if not params["account_sid"]:
        yield f"account_sid: is required. Set it {place} or as TWILIO_ACCOUNT_SID."
    for name, prefix in (("account_sid", "AC"), ("auth_account_sid", "AC"), ("api_key", "SK")):
        if params[name] and not is_sid(params[name], prefix):
            # Not quoted: it may be a secret that was set in the wrong place.
            yield f"{name}: must be {prefix} and 32 hexadecimal digits."
    if bool(params["api_key"]) != bool(params["api_secret"]):
        given, missing = ("api_key", "api_secret") if params["api_key"] else ("api_secret", "api_key")
        yield f"{missing}: is required with {given}. Set both in the same place."
    elif not params["api_key"] and not params["auth_token"]:
        yield (
            f"auth_token: is required. Set it, or api_key and api_secret, {place}"
            " or as TWILIO_AUTH_TOKEN, TWILIO_API_KEY and TWILIO_API_SECRET."
            if place != IN_CONFIGURATION
            else "auth_token: is required. Set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET."
        )
    for name in ("auth_token", "api_secret"):
        if params[name] and not _PRINTABLE.fullmatch(params[name]):
            yield f"{name}: contains spaces or characters outside ASCII. Was it copied or decrypted incompletely?"


def _address_problems(params: Mapping[str, Any]) -> Iterator[str]:
    if params["region"] and not params["edge"] and not params["api_url"]:
        yield f"edge: is required with region {params['region']}. The region ie1, for example, has the edge dublin."
    for name in ("region", "edge"):
        if params[name] and not HOST_LABEL.fullmatch(params[name]):
            yield f"{name}: must be a name such as {'ie1' if name == 'region' else 'dublin'}, not {params[name]!r}."
    if params["api_url"]:
        yield from _api_url_problems(params["api_url"])
    if params["proxy"] and not is_url(params["proxy"]):
        yield "proxy: must be an http or https URL such as http://proxy.example.com:3128."


def _api_url_problems(url: str) -> Iterator[str]:
    if not host_of(url):
        yield "api_url: must be an http or https URL with a valid host."
        return
    parts = urlsplit(url)
    if parts.username or parts.password:
        yield "api_url: must not contain a user or a password. Use the options for credentials."
    elif parts.query or parts.fragment:
        yield f"api_url: {url!r} must not have a query or a fragment."
    elif parts.scheme == "http" and not is_loopback(url):
        yield f"api_url: {url!r} would send the credentials unencrypted. Plain http is only for a loopback address."
