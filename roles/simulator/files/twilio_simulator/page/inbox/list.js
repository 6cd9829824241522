// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The list of conversations or search results. Only the visible rows exist. */

import { element, icon, write } from "./dom.js";
import { created, day, hasFailed, hue, isCall, isInbound, snippet, status, time } from "./format.js";
import { called, nameOf } from "./names.js";

const OVERSCAN = 6;

/** A piece of text as nodes, with the search text marked. */
function marked(text, wanted) {
  const at = wanted ? text.toLowerCase().indexOf(wanted.toLowerCase()) : -1;
  if (at < 0) {
    return [text];
  }
  // If the match is far inside, begin a little before it: a row shows one line.
  const from = at > 30 ? at - 15 : 0;
  return [
    (from ? "\u2026" : "") + text.slice(from, at),
    element("mark", {}, text.slice(at, at + wanted.length)),
    text.slice(at + wanted.length),
  ];
}

/** One row. An item is {key, peer, message, unread}. */
class Row {
  constructor(id) {
    this.avatar = element("span", { class: "avatar", "aria-hidden": "true" }, icon("person"));
    this.peer = element("bdi", { class: "peer" });
    this.number = element("span", { class: "number" });
    this.when = element("time");
    this.mark = element("span", { class: "mark" });
    this.snippet = element("span", { class: "snippet", dir: "auto" });
    this.dot = element("span", { class: "dot" }, element("span", { class: "unseen" }, "unread"));
    this.root = element(
      "div", { class: "row", role: "option", id },
      this.avatar,
      element("span", { class: "head" }, this.peer, this.number, this.when),
      element("span", { class: "line" }, this.mark, this.snippet, this.dot),
    );
  }

  show(item, position, total, top, today, wanted, selected, active) {
    const { message } = item;
    const name = nameOf(item.peer);
    const drawn = [name, item.key, message.status, snippet(message), message.number, item.unread, today, wanted].join("\n");
    if (this.drawn !== drawn) {
      this.drawn = drawn;
      this.root.dataset.key = item.key;
      this.avatar.style.setProperty("--hue", hue(item.peer));
      this.peer.replaceChildren(...marked(called(item.peer), wanted));
      this.number.replaceChildren(...(name ? marked(item.peer, wanted) : []));
      const moment = created(message);
      this.when.dateTime = moment.toISOString();
      write(this.when, day(moment) === today ? time(moment) : day(moment));
      const [words, picture] = status(message);
      this.mark.replaceChildren(icon(picture), element("span", { class: "unseen" }, words));
      this.mark.dataset.kind = isInbound(message) ? "in" : hasFailed(message) ? "bad" : message.status;
      this.snippet.replaceChildren(...marked(snippet(message), wanted));
      this.root.classList.toggle("unread", item.unread);
      this.root.classList.toggle("ringing", isCall(message) && message.status === "ringing");
      this.dot.hidden = !item.unread;
    }
    this.root.style.transform = `translateY(${top}px)`;
    this.root.setAttribute("aria-setsize", total);
    this.root.setAttribute("aria-posinset", position + 1);
    this.root.setAttribute("aria-selected", selected);
    this.root.classList.toggle("active", active);
  }
}

export class List {
  /**
   * onOpen(item, isKeyboard, isFirm) is called for a choice; one made with arrow keys alone is not firm. onEnd() when the
   * last rows come into sight.
   */
  constructor(root, onOpen, onEnd) {
    this.root = root;
    this.onOpen = onOpen;
    this.onEnd = onEnd;
    this.items = [];
    this.rows = new Map();
    this.space = element("div", { class: "space", role: "presentation" });
    this.active = null;
    this.count = 0;
    root.append(this.space);
    root.addEventListener("scroll", () => this.draw(), { passive: true });
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.draw()).observe(root);
  }

  /** Show these items. chosen is the key of the open one. */
  show(items, { chosen = null, today = "", wanted = "" } = {}) {
    this.items = items;
    this.chosen = chosen;
    this.today = today;
    this.wanted = wanted;
    if (!items.some((item) => item.key === this.active)) {
      this.active = chosen ?? items[0]?.key ?? null;
    }
    this.draw();
  }

  draw() {
    const { root, items } = this;
    const height = Number.parseFloat(getComputedStyle(root).getPropertyValue("--row"));
    const first = Math.max(0, Math.floor(root.scrollTop / height) - OVERSCAN);
    const last = Math.min(items.length, Math.ceil((root.scrollTop + root.clientHeight) / height) + OVERSCAN);
    this.height = height;
    this.space.style.height = `${items.length * height}px`;
    const kept = new Map();
    for (let index = first; index < last; index++) {
      const item = items[index];
      const row = this.rows.get(item.key) ?? new Row(`row-${++this.count}`);
      kept.set(item.key, row);
      row.show(
        item, index, items.length, index * height, this.today, this.wanted, item.key === this.chosen,
        item.key === this.active,
      );
    }
    for (const [key, row] of this.rows) {
      if (!kept.has(key)) {
        row.root.remove();
      }
    }
    this.rows = kept;
    // In the visible order, without touching rows that are in place, since a finger may be on one.
    let place = this.space.firstElementChild;
    for (const { root: row } of kept.values()) {
      if (row === place) {
        place = place.nextElementSibling;
      } else {
        this.space.insertBefore(row, place);
      }
    }
    const active = kept.get(this.active);
    active ? root.setAttribute("aria-activedescendant", active.root.id) : root.removeAttribute("aria-activedescendant");
    if (last === items.length) {
      this.onEnd();
    }
  }

  onClick(event) {
    const key = event.target.closest(".row")?.dataset.key;
    const item = this.items.find((each) => each.key === key);
    if (item) {
      this.active = item.key;
      this.onOpen(item, false, true);
    }
  }

  onKey(event) {
    const at = this.items.findIndex((item) => item.key === this.active);
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.altKey || event.ctrlKey || event.metaKey || !this.items.length) {
      return;
    }
    if (event.key in steps) {
      event.preventDefault();
      const to = Math.min(this.items.length - 1, Math.max(0, at + steps[event.key]));
      this.active = this.items[to].key;
      this.root.scrollTop = Math.max(
        Math.min(this.root.scrollTop, to * this.height), (to + 1) * this.height - this.root.clientHeight,
      );
      this.draw();
      this.onOpen(this.items[to], true, false);
    } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
      event.preventDefault();
      this.onOpen(this.items[at], true, true);
    }
  }
}
