# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx's settings for the site; `make docs` writes the pages' sources from the collection first."""

from __future__ import annotations

import zlib
from pathlib import Path

from sphinx.application import Sphinx

project = "oncall.twilio"
copyright = "2026, the oncall.twilio authors"
html_title = "oncall.twilio"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
default_role = "any"
nitpicky = True
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
antsibull_ext_color_scheme = "default-autodark"

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False

# What generated pages point to in Ansible's own documentation. Written down, since the site is built offline.
ANSIBLE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "callback_plugins": "plugins/callback.html#callback-plugins",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    "list_of_callback_plugins": "collections/index_callback.html#list-of-callback-plugins",
}


def setup(app: Sphinx) -> None:
    """Make an inventory of ANSIBLE, in the form that intersphinx reads."""
    lines = "".join(f"{label} std:label -1 {place} {label.replace('_', ' ')}\n" for label, place in ANSIBLE.items())
    inventory = Path(app.doctreedir, "ansible.inv")
    inventory.parent.mkdir(parents=True, exist_ok=True)
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version:\n# The remainder is compressed using zlib.\n"
    inventory.write_bytes(head.encode() + zlib.compress(lines.encode()))
    mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", str(inventory))}
    app.config["intersphinx_mapping"] = mapping
