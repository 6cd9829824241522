# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The YAML in READMEs and guides runs, in check mode, and sends nothing then."""

from __future__ import annotations

import re
import sys
import textwrap

import pytest
import yaml

from support.paths import CHECKOUT
from support.playbook import run_plays
from support.simulator import role_defaults

PAGES = [CHECKOUT / "README.md", *CHECKOUT.glob("roles/*/README.md"), *CHECKOUT.glob("docs/docsite/rst/*.rst")]
MARKDOWN = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
RST = re.compile(r"\.\. code-block:: yaml\n\n((?:  .*\n|\n)+)")


def blocks():
    for page in PAGES:
        text = page.read_text()
        for number, block in enumerate((MARKDOWN if page.suffix == ".md" else RST).findall(text), 1):
            # The guide to moving shows the other collection's module too.
            if "community.general.twilio:" not in block:
                yield pytest.param(textwrap.dedent(block), id=f"{page.relative_to(CHECKOUT)} {number}")


def test_there_are_blocks():
    assert len(list(blocks())) >= 12


@pytest.mark.parametrize("block", list(blocks()))
def test_block(block, twilio, tmp_path):
    content = yaml.safe_load(block)
    plays = content if "hosts" in content[0] else [{"hosts": "localhost", "gather_facts": False, "tasks": content}]
    defaults = role_defaults()
    # What the text around a block has said before.
    said = {
        "twilio_account_sid": defaults["account_sid"],
        "twilio_auth_token": defaults["auth_token"],
        "twilio_subaccount_sid": defaults["subaccount_sid"],
        "twilio_api_key": defaults["api_key"],
        "twilio_api_secret": defaults["api_key_secret"],
        "simulator_url": twilio.url,
        "sms": {"messages": [{"to": "+15551234567", "sid": "SM1", "status": "queued"}]},
        "shop_install": "true",
        "shop_roll_back": "true",
        "shop_check": "true",
        "shop_version": "2.4",
        "shop_dir": str(tmp_path),
    }
    plays[0]["vars"] = {**said, **plays[0].get("vars", {})}
    inventory = tmp_path / "hosts"
    inventory.write_text(f"[shop]\nweb[1:3] ansible_connection=local ansible_python_interpreter={sys.executable}\n")
    environment = {
        "TWILIO_ACCOUNT_SID": defaults["account_sid"],
        "TWILIO_AUTH_TOKEN": defaults["auth_token"],
        "TWILIO_API_URL": twilio.url,
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    run = run_plays(plays, ["-i", str(inventory), "--check"], environment)
    assert run.returncode == 0, run.output
    assert all(request["method"] == "GET" for request in twilio.ledger())
