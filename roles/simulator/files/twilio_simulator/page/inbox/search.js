// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The search box and its results. */

import { getFound } from "./api.js";
import { element } from "./dom.js";
import { peerOf, plural } from "./format.js";

const TYPING_PAUSE = 150;
const STALE_PAUSE = 1000;

export class Search {
  /** items is null if there is no search; onChange() is called after each response. */
  constructor(form, note, onChange) {
    this.input = form.querySelector("input");
    this.note = note;
    this.form = form;
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

  /** There are new messages: search again after a pause. */
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
      this.note.replaceChildren();
      this.onChange();
      return;
    }
    const { messages, more } = await getFound(text);
    if (text === this.text) {
      this.items = messages.map((message) => ({ key: message.sid, peer: peerOf(message), message, unread: false }));
      this.note.replaceChildren(...(messages.length ? this.found(messages.length, more) : this.nothing()));
      this.onChange();
    }
  }

  found(count, more) {
    return [`${more ? "The latest " : ""}${plural(count, "message")} with \u201c`, element("bdi", {}, this.text), "\u201d"];
  }

  /** What was searched, and what to try. */
  nothing() {
    return [
      "No message has \u201c", element("bdi", {}, this.text), "\u201d in its text, its numbers, the person\u2019s name, its SID or ",
      "another form field. Check the spelling or search for a part of it. ",
      element("button", { type: "button", class: "plain", onclick: () => {
        this.clear();
        this.focus();
      } }, "Clear the search"),
    ];
  }
}
