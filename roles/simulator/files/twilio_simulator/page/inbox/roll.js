// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Messages in chronological order, in a box that scrolls. It stays at the end, and contains a limited number of them. */

import { element, icon } from "./dom.js";

// The maximum number of messages. Many new ones remove the oldest, and a button loads them again.
const MOST = 300;
const NEAR = 80;

export class Roll {
  /**
   * make(message) returns {root, message, update(message)}, where root.id is the SID; load(place) reads messages, newest
   * first; onPut(messages) is called before messages go in, and onOrder(items) after the order of what is there has changed.
   */
  constructor(list, { label, make, load, onPut = () => {}, onOrder = () => {} }) {
    this.list = list;
    this.make = make;
    this.load = load;
    this.onPut = onPut;
    this.onOrder = onOrder;
    this.turn = 0;
    // Up to this number, no message is missing between those that are shown.
    this.known = Infinity;
    this.items = new Map();
    this.earlier = element("button", { type: "button", class: "more", onclick: () => this.showEarlier() }, "Earlier messages");
    this.scroll = element("div", { class: "scroll", tabindex: "0", role: "log", "aria-live": "off", "aria-label": label },
      this.earlier, this.list);
    this.latest = element("button", { type: "button", class: "latest", onclick: () => this.showLatest() },
      icon("down"), element("span", {}, "Latest messages"));
    this.scroll.addEventListener("scroll", () => this.mark(), { passive: true });
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.scroll);
    this.isAtEnd = true;
  }

  /** Remove everything, and ignore pending reads. */
  close() {
    this.turn++;
    this.clear();
  }

  clear() {
    this.items = new Map();
    this.list.replaceChildren();
    this.known = Infinity;
    this.hasEarlier = this.hasLater = false;
    this.isAtEnd = true;
    this.mark();
    this.onOrder([]);
  }

  /** Events were lost: messages after the last one shown may be missing. */
  doubt() {
    this.known = Math.min(this.known, Number(this.list.lastElementChild?.dataset.number ?? 0));
  }

  /** Read messages and show them; return the simulator's response, or null if something else was requested meanwhile. */
  async read(place) {
    const turn = ++this.turn;
    const answer = await this.load(place);
    if (turn !== this.turn) {
      return null;
    }
    const wasAtEnd = this.isAtEnd;
    // What was loaded above the latest messages may stay where it joins on to them; what is missing among them is gone.
    const oldest = answer.messages.at(-1);
    const isJoined = answer.earlier && !answer.later && this.items.has(oldest.sid) && oldest.number <= this.known;
    this.known = Infinity;
    const sids = new Set(answer.messages.map((message) => message.sid));
    for (const [sid, { message }] of this.items) {
      if (!sids.has(sid) && !(isJoined && message.number < oldest.number)) {
        this.remove(sid);
      }
    }
    this.hasEarlier = isJoined ? this.hasEarlier : answer.earlier;
    this.hasLater = answer.later;
    this.put(answer.messages.toReversed());
    if (wasAtEnd && !this.hasLater) {
      this.toEnd();
    }
    return answer;
  }

  async showEarlier() {
    const { items } = this;
    const first = this.list.firstElementChild;
    const answer = await this.load({ before: Math.ceil(first.dataset.number) });
    if (items !== this.items) {
      return;
    }
    // What was first is gone by now: the answer would leave a gap above what is first instead.
    if (!items.has(first.id)) {
      await this.showEarlier();
      return;
    }
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.hasEarlier = answer.earlier;
    this.put(answer.messages.toReversed());
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
  }

  async showLatest() {
    if (this.hasLater) {
      await this.read({});
    }
    this.toEnd();
  }

  /** Apply events: messages, oldest first. */
  apply(messages) {
    const first = this.hasEarlier ? Number(this.list.firstElementChild?.dataset.number ?? 0) : 0;
    // Messages of a range that is not shown are left out.
    const known = messages.filter(({ sid, number }) => this.items.has(sid) || (!this.hasLater && number > first));
    const follow = this.isAtEnd;
    this.put(known);
    if (follow) {
      this.toEnd();
    }
  }

  /** Show everything again, for example when names have changed. */
  redraw() {
    for (const item of this.items.values()) {
      item.update(item.message);
    }
  }

  remove(sid) {
    const gone = this.items.get(sid);
    if (gone) {
      gone.root.remove();
      this.items.delete(sid);
      this.order();
    }
  }

  put(messages) {
    this.onPut(messages);
    for (const message of messages) {
      const item = this.items.get(message.sid);
      if (item) {
        item.update(message);
        continue;
      }
      const made = this.make(message);
      this.items.set(message.sid, made);
      let before = this.list.lastElementChild;
      while (before && Number(before.dataset.number) > message.number) {
        before = before.previousElementSibling;
      }
      before ? before.after(made.root) : this.list.prepend(made.root);
    }
    if (this.isAtEnd) {
      this.trim();
    }
    this.order();
    this.mark();
  }

  trim() {
    while (this.list.children.length > MOST) {
      this.items.delete(this.list.firstElementChild.id);
      this.list.firstElementChild.remove();
      this.hasEarlier = true;
    }
  }

  order() {
    this.onOrder([...this.list.children].map((root) => this.items.get(root.id)));
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.mark();
  }

  mark() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    this.isAtEnd = !this.hasLater && scrollHeight - scrollTop - clientHeight < NEAR;
    this.earlier.hidden = !this.hasEarlier;
    this.latest.hidden = this.isAtEnd;
  }
}
