# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what people give: settings, and the files in which they describe people and accounts."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Read = Callable[[object], Any]


class BadInput(Exception):
    """What was given or asked for cannot be; the text is one sentence that says where and why."""


def read_file(path: Path) -> Any:
    """What a file holds, in YAML or JSON. JSON needs no package."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        import yaml
    except ImportError:
        raise BadInput(f"{path} is not JSON, and for YAML {sys.executable} needs: pip install PyYAML") from None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"{path}: {' '.join(str(error).split())}") from None


@contextmanager
def demand(place: str) -> Iterator[None]:
    """Have bad input within say where."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{place}: {error}") from None


def text_of(data: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a text")
    return value


def number_of(data: Mapping[str, object], name: str, default: float | None = None) -> float:
    """A number that is not negative."""
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise BadInput(f"{name} must be a number, and not less than 0")
    return value


# What follows reads one setting each. Numbers may be texts: flags are, and what Ansible is given with -e.
def text(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"must be a text, not {value!r}")
    return value


def number(highest: float = math.inf) -> Read:
    """Reads a number from 0 to ``highest``."""

    def read(value: object) -> float:
        try:
            found = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            found = math.nan
        if not 0 <= found <= highest or math.isinf(found):
            raise BadInput(f"must be a number {_range(0, highest)}, not {value!r}")
        return found

    return read


def whole(lowest: int, highest: float = math.inf) -> Read:
    """Reads a whole number from ``lowest`` to ``highest``."""

    def read(value: object) -> int:
        found = value if isinstance(value, int) and not isinstance(value, bool) else None
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
            found = int(value)
        if found is None or not lowest <= found <= highest:
            raise BadInput(f"must be a whole number {_range(lowest, highest)}, not {value!r}")
        return found

    return read


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"must be true or false, not {value!r}")
    return value


def mapping(value: object) -> Mapping[Any, object]:
    if not isinstance(value, Mapping):
        raise BadInput(f"must be a mapping, not {value!r}")
    return value


def sequence(value: object) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise BadInput(f"must be a list, not {value!r}")
    return list(value)


def from_file(read: Read) -> Read:
    """Reads a value as it is, or what the file holds whose path is given instead."""

    def read_either(value: object) -> Any:
        return read(read_file(Path(value).expanduser()) if isinstance(value, str) else value)

    return read_either


def _range(lowest: float, highest: float) -> str:
    return f"from {lowest:g}" if math.isinf(highest) else f"from {lowest:g} to {highest:g}"
