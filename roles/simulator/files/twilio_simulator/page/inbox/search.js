// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The search box, and what it has found. */

import { getFound } from "./api.js";
import { peerOf, plural } from "./format.js";

const TYPING_PAUSE = 150;
const STALE_PAUSE = 1000;

export class Search {
  /** items is null while nothing is searched for; onChange() follows each answer. */
  constructor(form, note, onChange) {
    this.input = form.querySelector("input");
    this.note = note;
    this.onChange = onChange;
    this.items = null;
    this.chosen = null;
    form.addEventListener("submit", (event) => event.preventDefault());
    this.input.addEventListener("input", () => this.soon(this.text ? TYPING_PAUSE : 0));
  }

  get text() {
    return this.input.value.trim();
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  clear() {
    this.input.value = "";
    this.run();
  }

  /** Messages have come: look again, in a while. */
  stale() {
    if (this.text && !this.timer) {
      this.soon(STALE_PAUSE);
    }
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run().catch(() => {}), pause);
  }

  async run() {
    this.timer = null;
    const { text } = this;
    if (!text) {
      this.items = null;
      this.note.textContent = "";
      this.onChange();
      return;
    }
    const { messages, more } = await getFound(text);
    if (text === this.text) {
      this.items = messages.map((message) => ({ key: message.sid, peer: peerOf(message), message, unread: false }));
      this.note.textContent = `${more ? "The latest " : ""}${plural(messages.length, "message")} with \u00ab${text}\u00bb`;
      this.onChange();
    }
  }
}
