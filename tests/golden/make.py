# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the files beside this one anew, from packages of npm: ``cd tests && python -m golden.make``.

``twilio_api.json`` is what Twilio's description of its API says about messages and calls, and what a login asks for.
The description comes with the package @twilio/cli-core. Only what programs need is kept: no operation besides those
in ``OPERATIONS``, no prose.

``segments.json`` is what Twilio's calculator, sms-segments-calculator, says of some bodies. ``smart_encoding.json`` is
what it makes of each character of Unicode where it has Smart Encoding on, as far as that is something else.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from support.npm import PACKAGES, modules

HERE = Path(__file__).parent

_DESCRIPTION = "@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
_MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages"
_CALLS = "/2010-04-01/Accounts/{AccountSid}/Calls"
OPERATIONS = {
    f"{_MESSAGES}.json": ("get", "post"),
    f"{_MESSAGES}/{{Sid}}.json": ("get", "post", "delete"),
    f"{_MESSAGES}/{{MessageSid}}/Media.json": ("get",),
    f"{_MESSAGES}/{{MessageSid}}/Media/{{Sid}}.json": ("get", "delete"),
    f"{_MESSAGES}/{{MessageSid}}/Feedback.json": ("post",),
    f"{_CALLS}.json": ("get", "post"),
    f"{_CALLS}/{{Sid}}.json": ("get", "post", "delete"),
    "/2010-04-01/Accounts/{Sid}.json": ("get",),
    "/2010-04-01/Accounts/{AccountSid}/Keys.json": ("post",),
}
_KEPT = ("parameters", "requestBody", "responses")

_ASK_SMART = """
const { SegmentedMessage } = require('sms-segments-calculator');
const changed = {};
for (let code = 0; code < 0x110000; code++) {
  if (code >= 0xd800 && code < 0xe000) continue;
  const char = String.fromCodePoint(code);
  const encoded = new SegmentedMessage(char, 'auto', true).encodedChars.map((each) => each.raw).join('');
  if (encoded !== char) changed[char] = encoded;
}
process.stdout.write(JSON.stringify(changed));
"""
_ASK = """
const { SegmentedMessage } = require('sms-segments-calculator');
const answer = (body) => {
  const message = new SegmentedMessage(body);
  return [message.encodingName, message.segmentsCount, message.graphemes.length];
};
process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(answer)));
"""
_SEED = 20260214
_DOUBLES = "^{}\\[~]|€\f"
# None of them joins with a neighbour, not even the zero-width space, which is a control character to clusters.
_OTHER = "őçÁ\u2019–…`\t\u00a0\u200bжΩא漢字한かァ①☃✂"
_PAIRS = "😀🚀🎉🀄𝒳𐍈"
# The calculator never divides a grapheme cluster, such as a letter with its combining marks, a flag or a family of
# emoji. By 3GPP TS 23.040, only a character's own two units stay together. So the counts may differ.
_CLUSTERS = {
    "empty": "",
    "combining mark": "ő" * 66 + "e\u0301" + "ő" * 66,
    "flags": "a" + "🇦🇹" * 33 + "b",
    "families": "👨\u200d👩\u200d👧" * 16 + "abcdef",
    "skin tones": "👍🏽" * 33,
    "longer than a segment": "e" + "\u0301" * 200,
}


def main() -> None:
    """Write the files."""
    (HERE / "twilio_api.json").write_text(api())
    (HERE / "segments.json").write_text(segments())
    (HERE / "smart_encoding.json").write_text(smart_encoding())


def _named(package: str) -> str:
    return f"{package}@{PACKAGES[package]}"


def api() -> str:
    """Return the text of ``twilio_api.json``."""
    whole = json.loads((modules() / _DESCRIPTION).read_text())
    paths = {
        path: {method: _operation(whole["paths"][path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    schemas: dict[str, Any] = {}
    _collect(paths, whole["components"]["schemas"], schemas)
    kept = {
        "openapi": whole["openapi"],
        "x-from": _named("@twilio/cli-core"),
        "info": {key: whole["info"][key] for key in ("title", "version", "license")},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    return json.dumps(kept, indent=1) + "\n"


def _operation(whole: Any) -> Any:
    kept = {name: _essence(whole[name]) for name in _KEPT if name in whole}
    # A response must have a description, even where it says nothing.
    for response in kept["responses"].values():
        response["description"] = ""
    return kept


def _essence(part: Any) -> Any:
    """Return a part of the description without what does not matter to a validator."""
    if isinstance(part, list):
        return [_essence(each) for each in part]
    if not isinstance(part, dict):
        return part
    prose = ("description", "example", "examples", "headers")
    return {name: _essence(value) for name, value in part.items() if name not in prose and not name.startswith("x-")}


def _collect(part: Any, schemas: Any, found: dict[str, Any]) -> None:
    """Add to ``found`` the schemas that a part refers to, and those that they refer to."""
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _collect(value, schemas, found)
    name = str(part.get("$ref", "")).rpartition("/")[2] if isinstance(part, dict) else ""
    if name and name not in found:
        found[name] = _essence(schemas[name])
        _collect(found[name], schemas, found)


def segments() -> str:
    """Return the text of ``segments.json``: a body is written as a list of texts and how often each is repeated."""
    everyone = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    alphabet = [char for char, (encoding, *_counts) in zip(everyone, _ask(everyone)) if encoding == "GSM-7"]
    # Nothing is to be learned from one body twice.
    bodies = list(dict.fromkeys([*_boundary_bodies(), *_random_bodies(random.Random(_SEED), alphabet)]))
    bodies += _CLUSTERS.values()
    answers = []
    for body, (encoding, count, clusters) in zip(bodies, _ask(bodies)):
        assert clusters == len(body) or body in _CLUSTERS.values(), f"no body to compare: {body!r}"
        answers.append(json.dumps([encoding, count, _runs(body)], separators=(",", ":")))
    names = list(_CLUSTERS)
    lines = [
        f'{{"from": "{_named("sms-segments-calculator")}",',
        f'"gsm7": {json.dumps("".join(alphabet))},',
        '"answers": [',
        ",\n".join(answers[: -len(names)]),
        '],\n"clusters": {',
        ",\n".join(f"{json.dumps(name)}: {answer}" for name, answer in zip(names, answers[-len(names) :])),
        "}}\n",
    ]
    return "\n".join(lines)


def smart_encoding() -> str:
    """Return the text of ``smart_encoding.json``."""
    kept = {"from": _named("sms-segments-calculator"), "changed": json.loads(_run(_ASK_SMART, ""))}
    return json.dumps(kept, indent=1) + "\n"


def _runs(body: str) -> list[Any]:
    """Return a text as ``[[text, times], ...]``; one that is not repetitive as ``[[text, 1]]``."""
    runs = [[char, len(list(equal))] for char, equal in groupby(body)]
    return runs if len(runs) * 4 <= len(body) else [[body, 1]]


def _ask(bodies: list[str]) -> list[list[Any]]:
    """Return ``[encoding, segments, clusters]`` for each body."""
    answers: list[list[Any]] = json.loads(_run(_ASK, json.dumps(bodies)))
    return answers


def _run(script: str, given: str) -> str:
    """Run a script that has the packages at hand."""
    command, directory = ["node", "--eval", script], modules().parent
    said = subprocess.run(command, input=given, cwd=directory, capture_output=True, text=True, timeout=300, check=True)
    return said.stdout


def _boundary_bodies() -> Iterator[str]:
    """Yield bodies that end near a boundary between segments, and ones with a character of two units on it."""
    for filler, single, joined, doubles in (("a", 160, 153, _DOUBLES), ("ő", 70, 67, _PAIRS)):
        for boundary in (single, *(joined * count for count in (1, 2, 3, 10))):
            for length in range(boundary - 2, boundary + 3):
                yield filler * length
                yield filler * (length - 2) + "\r\n"
                yield doubles[0] * (length // 2) + filler * (length % 2)
                yield filler + doubles[-1] * (length // 2)
                for tail in (0, joined - 1, joined):
                    yield filler * length + doubles[length % len(doubles)] + filler * tail
        for double in doubles:
            for length in (single - 2, single - 1, joined - 1):
                yield filler * length + double + filler * joined


def _random_bodies(source: random.Random, alphabet: list[str]) -> Iterator[str]:
    """Yield mixes of all kinds, half of them GSM-7."""
    basic = [char for char in alphabet if char not in _DOUBLES]
    for number in range(150):
        kinds = [basic, "aaaaaa eeee tttt", _DOUBLES, ["\r\n", "\n", "\r"]]
        if number % 2:
            kinds += [_OTHER, _PAIRS]
        weights = [1 + source.choice((0, 1, 5, 30)), *(source.choice((0, 1, 5, 30)) for _kind in kinds[1:])]
        length = source.choice((source.randint(1, 80), source.randint(130, 330)))
        yield "".join(source.choice(kind) for kind in source.choices(kinds, weights, k=length))


if __name__ == "__main__":
    main()
