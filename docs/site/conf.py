# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx's settings for the site; `make docs` writes the pages' sources from the collection first."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from sphinx.application import Sphinx

project = "oncall.twilio"
copyright = "2026, the oncall.twilio authors"
html_title = "oncall.twilio"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext", "sphinx_copybutton"]
default_role = "any"
nitpicky = True
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
# Its own schemes follow the system's setting alone, not the theme's switch.
antsibull_ext_color_scheme = "none"
# What a reader copies has neither the prompts of a shell nor what it printed.
copybutton_prompt_text = "$ "
copybutton_exclude = ".linenos, .gp, .go"

# Colours of the reference, in light and dark.
COLOURS = {
    "links-background": ("#1f7a7c", "#1f7a7c"),
    "links-background-active": ("#2b9699", "#2b9699"),
    "links-focus-outline": ("#204748", "#91d9db"),
    "links-text": ("white", "white"),
    "table-background-header": ("#d7e6f0", "#38383b"),
    "table-background-even": ("#f4f8fb", "#1c1c1e"),
    "table-background-odd": ("#ffffff", "#242426"),
    "table-border": ("#c3cdd5", "#656569"),
    "narrowtable-background": ("#eef5fa", "#303033"),
    "option-type": ("#800080", "#ff93ff"),
    "option-elements": ("#800080", "#ff93ff"),
    "option-required": ("#c00000", "#ff8282"),
    "option-version-added": ("#006400", "#71d471"),
    "option-aliases": ("#006400", "#71d471"),
    "option-default": ("#0000e0", "#adadff"),
    "option-sample": ("#0000e0", "#adadff"),
    "option-sample-header": ("black", "white"),
    "attribute-support-none": ("#c00000", "#ff8282"),
    "attribute-support-partial": ("#7a6a00", "#b6b600"),
    "attribute-support-full": ("#006400", "#00cc00"),
    "attribute-support-na": ("inherit", "inherit"),
    "deprecation-border": ("#000", "#fff"),
    "deprecation-background": ("#eee", "#111"),
    "deprecation-color": ("#000", "#fff"),
}

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {
    "light_css_variables": {f"antsibull-{name}": light for name, (light, _dark) in COLOURS.items()},
    "dark_css_variables": {f"antsibull-{name}": dark for name, (_light, dark) in COLOURS.items()},
}
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
    """Add what the pages need beyond the extensions."""
    write_inventory(app)
    app.connect("source-read", add_dark_pictures)


def write_inventory(app: Sphinx) -> None:
    """Make an inventory of ANSIBLE, in the form that intersphinx reads."""
    lines = "".join(f"{label} std:label -1 {place} {label.replace('_', ' ')}\n" for label, place in ANSIBLE.items())
    inventory = Path(app.doctreedir, "ansible.inv")
    inventory.parent.mkdir(parents=True, exist_ok=True)
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version:\n# The remainder is compressed using zlib.\n"
    inventory.write_bytes(head.encode() + zlib.compress(lines.encode()))
    mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", str(inventory))}
    app.config["intersphinx_mapping"] = mapping


def add_dark_pictures(app: Sphinx, page: str, source: list[str]) -> None:
    """Show a picture named ``…_light.png`` on light pages only, and the ``…_dark.png`` beside it on dark ones."""

    def both(match: re.Match[str]) -> str:
        light, options = match.groups()
        dark = light.replace("_light.", "_dark.")
        if not Path(app.srcdir, page).parent.joinpath(dark).exists():
            return match[0]
        kinds = (light, "only-light"), (dark, "only-dark")
        return "\n".join(f".. image:: {name}\n   :class: {kind}\n{options}" for name, kind in kinds)

    source[0] = re.sub(r"^\.\. image:: (\S+_light\.\w+)\n((?: +\S.*\n)*)", both, source[0], flags=re.MULTILINE)
