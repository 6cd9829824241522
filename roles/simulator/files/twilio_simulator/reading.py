# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the files and variables in which people and accounts are described, in YAML or JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Misread(Exception):
    """What was given cannot be used; the text says where and why."""


def read_file(path: Path) -> Any:
    """What a file holds. JSON needs no package."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misread(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        import yaml
    except ImportError:
        raise Misread(f"{path} is not JSON, and for YAML {sys.executable} needs: pip install PyYAML") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Misread(f"{path}: {' '.join(str(error).split())}") from None


def read_either(path: Path | None, inline: str | None, name: str, default: Any) -> Any:
    """What the file holds, or else ``inline``, which is JSON in the environment's variable ``name``, or the default."""
    if path is not None:
        return read_file(path)
    if not inline:
        return default
    try:
        return json.loads(inline)
    except ValueError as error:
        raise Misread(f"{name}: {error}") from None


@contextmanager
def demand(place: str) -> Iterator[None]:
    """Have what is misread within say where."""
    try:
        yield
    except Misread as error:
        raise Misread(f"{place}: {error}") from None


def text_of(data: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise Misread(f"{name} must be a text")
    return value


def number_of(data: Mapping[str, object], name: str, default: float | None = None) -> float:
    """A number that is not negative."""
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise Misread(f"{name} must be a number, and not less than 0")
    return value
