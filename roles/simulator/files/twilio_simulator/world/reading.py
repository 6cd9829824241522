# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read settings, and the files that describe people and accounts."""

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
    """An input is invalid. The text is one sentence that says where and why."""


def read_file(path: Path) -> Any:
    """Return the content of a YAML or JSON file. JSON needs no package."""
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
        raise BadInput(f"{path} is not JSON. To read YAML, {sys.executable} needs PyYAML: pip install PyYAML") from None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"{path}: {' '.join(str(error).split())}") from None


@contextmanager
def demand(place: str) -> Iterator[None]:
    """Add a place to the text of any ``BadInput`` in the block."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{place}: {error}") from None


def text_of(data: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a string")
    return value


def number_of(data: Mapping[str, object], name: str, default: float | None = None) -> float:
    """Return a number that is not negative."""
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise BadInput(f"{name} must be a number of 0 or more")
    return value


# The following functions each read one setting. Numbers may be strings, as from flags and Ansible's -e.
def text(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"must be a string, not {value!r}")
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
    """Reads a value as it is, or from a file if it is the path of one."""

    def read_either(value: object) -> Any:
        return read(read_file(Path(value).expanduser()) if isinstance(value, str) else value)

    return read_either


def _range(lowest: float, highest: float) -> str:
    return f"from {lowest:g}" if math.isinf(highest) else f"from {lowest:g} to {highest:g}"
