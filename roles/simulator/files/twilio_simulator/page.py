# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index page: what was sent, newest first, for a person with a browser."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .accounts import Account
from .messages import Message

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --muted: light-dark(#5b6470, #a0a9b4); }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem;
  background: light-dark(#fff, #14171b); color: light-dark(#1a1f26, #e6e9ed); }
h1 { font-size: 1.35rem; margin: 0; }
header p { margin: .25rem 0 1.5rem; color: var(--muted); }
article { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; margin: 0 0 .9rem; }
.head { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; }
.head strong { overflow-wrap: anywhere; }
.status { margin-left: auto; padding: 0 .6rem; border-radius: 1rem; background: var(--soft); font-size: .85rem; }
.delivered { background: light-dark(#d7f2df, #1c4a2b); }
.undelivered, .failed { background: light-dark(#fbdcd8, #5c2320); }
.body { white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0; }
.meta, summary { color: var(--muted); font-size: .85rem; overflow-wrap: anywhere; }
.meta { margin: .2rem 0; }
code, pre, td { font-family: ui-monospace, monospace; font-size: .85rem; }
pre { overflow-x: auto; background: var(--soft); border-radius: .4rem; padding: .8rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid var(--line); padding: .2rem .8rem .2rem 0; vertical-align: top;
  white-space: pre-wrap; overflow-wrap: anywhere; }
td:first-child { color: var(--muted); white-space: nowrap; }
"""


def index_page(messages: Sequence[Message], origin: str, account: Account) -> str:
    """The whole page as HTML; ``messages`` newest first."""
    shown = "".join(map(_article, messages)) or _empty(origin, account)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Twilio simulator</title>
<style>{_STYLE}</style>
</head>
<body>
<header><h1>Twilio simulator</h1><p>{_count(len(messages), "message")}. Nothing leaves this machine.</p></header>
<main>{shown}</main>
</body>
</html>
"""


def _article(message: Message) -> str:
    sender = message.sender or message.draft.service or ""
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in message.form)
    media = "".join(f'<p class="meta">Media: {escape(url)}</p>' for url in message.draft.media)
    error = f" {message.error_code}" if message.error_code else ""
    return f"""
<article>
<div class="head"><strong>{escape(message.draft.to)}</strong>
<span class="status {message.status}">{message.status}{error}</span></div>
<p class="meta">from {escape(sender)}</p>
<p class="body">{escape(message.body) or '<span class="meta">(no text)</span>'}</p>
{media}
<p class="meta"><time datetime="{message.created.isoformat()}">{message.created:%d %b %Y %H:%M:%S} UTC</time>
· {_size(message)}</p>
<p class="meta"><code>{message.sid}</code></p>
<details><summary>Form fields</summary><table>{rows}</table></details>
</article>"""


def _size(message: Message) -> str:
    if message.segments:
        return f"{_count(message.segments.total, 'segment')}, {message.segments.encoding}"
    if message.is_mms:
        return "MMS"
    return "not yet counted" if message.num_segments() == "0" else "1 segment"


def _empty(origin: str, account: Account) -> str:
    messages = f"{origin}/2010-04-01/Accounts/{account.sid}/Messages.json"
    command = (
        f"curl {messages} \\\n  -u {account.sid}:{account.token} \\\n"
        "  --data-urlencode To=+15551234567 --data-urlencode From=+15005550006 --data-urlencode Body=Hello"
    )
    return f"<p>No message yet. Send one, then reload this page:</p><pre>{escape(command)}</pre>"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
