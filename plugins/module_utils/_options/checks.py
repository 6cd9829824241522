# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that messages and calls share. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Optional, Union

from .._twilio.values import host_of, is_loopback

# The lowest and the highest value of options; None if there is no highest one.
Ranges = Mapping[str, tuple[Union[int, float], Optional[Union[int, float]]]]


def range_problems(options: Mapping[str, Any], ranges: Ranges) -> Iterator[str]:
    """Yield a problem for each of these options that is set and out of range."""
    for name, (least, most) in ranges.items():
        value = options.get(name)
        if isinstance(value, bool):
            yield f"{name}: must be a number, not {value}. YAML reads yes, no, on and off as booleans."
        elif value is not None and not least <= value <= (value if most is None else most):
            yield f"{name}: must be {f'{least} or more' if most is None else f'{least} to {most}'}, not {value}."


def callback_problems(name: str, url: str, api_url: str | None) -> Iterator[str]:
    """Yield why Twilio cannot request a callback URL. A local API, such as the simulator, can reach this machine."""
    if not host_of(url):
        yield f"{name}: {url!r} is not an http or https URL with a valid host name (without underscores)."
    elif is_loopback(url) and not is_loopback(api_url):
        yield f"{name}: {url!r} is on this machine, which Twilio cannot reach."


def extra_parameter_problems(extra: Mapping[str, Any], taken: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems with ``extra_parameters``; ``taken`` maps each parameter that has an option to this option."""
    options = {parameter.lower(): name for parameter, name in taken.items()}
    for name, value in extra.items():
        if name.lower() in options:
            yield f"extra_parameters: use the option {options[name.lower()]} instead of {name}."
        elif not isinstance(value, str):
            yield f'extra_parameters: {name} must be a string; quote it, as in {name}: "{value}".'


def recipient_warnings(to: Sequence[str], addresses: Iterable[str], once: str) -> Iterator[str]:
    """Yield a warning for empty entries in ``to``, and one if the ``addresses`` in it are named more than once."""
    gaps = sum(not text.strip() for text in to)
    if gaps:
        yield f"to: {gaps} of {len(to)} entries {'are' if gaps > 1 else 'is'} empty. Is a number missing?"
    repeated = [address for address, count in Counter(addresses).items() if count > 1]
    if repeated:
        yield f"to: contains {', '.join(repeated)} more than once. Each recipient {once}."
