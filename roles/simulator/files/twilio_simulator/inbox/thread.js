// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The open conversation: its messages as bubbles, oldest first, and the box to answer from the phone's side. */

import { element, icon, write } from "./dom.js";
import { Bubble } from "./bubble.js";
import { Reply } from "./reply.js";
import { hue, oursOf } from "./format.js";

// So many bubbles at most: a flood pushes the oldest out, and a button brings them back.
const MOST = 300;
const NEAR = 80;

export class Thread {
  /** load(peer, place) reads messages of a conversation; onBack() goes back to the list; onReply(fields) sends a reply. */
  constructor(root, { load, onBack, onReply }) {
    this.root = root;
    this.load = load;
    this.peer = null;
    this.turn = 0;
    this.bubbles = new Map();
    this.avatar = element("span", { class: "avatar", "aria-hidden": "true" }, icon("person"));
    this.title = element("h2", { tabindex: "-1" });
    this.subtitle = element("p");
    this.earlier = element("button", { type: "button", class: "more", onclick: () => this.showEarlier() }, "Earlier messages");
    this.list = element("ol", { class: "bubbles" });
    this.scroll = element("div", { class: "scroll", tabindex: "0", role: "log", "aria-live": "off", "aria-label": "Messages" },
      this.earlier, this.list);
    this.latest = element("button", { type: "button", class: "latest", onclick: () => this.showLatest() },
      icon("down"), element("span", {}, "Latest messages"));
    this.reply = new Reply(onReply);
    this.view = element("div", { class: "thread" },
      element("header", {},
        element("button", { type: "button", class: "tool back", "aria-label": "Back to the conversations", onclick: onBack },
          icon("back")),
        this.avatar, element("div", {}, this.title, this.subtitle)),
      this.scroll, this.latest, this.reply.root);
    this.scroll.addEventListener("scroll", () => this.mark(), { passive: true });
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.scroll);
    this.isAtEnd = true;
  }

  /** Open a conversation at its end, or around the message of that number. */
  async open(peer, around = null) {
    const isOther = peer !== this.peer;
    if (isOther) {
      this.peer = peer;
      this.clear();
      this.root.replaceChildren(this.view);
      write(this.title, peer);
      write(this.subtitle, "");
      this.avatar.style.setProperty("--hue", hue(peer));
      this.reply.open(peer);
    }
    await this.read(around === null ? {} : { around });
    const sought = around !== null && [...this.bubbles.values()].find((bubble) => bubble.message.number === around);
    if (sought) {
      sought.root.scrollIntoView({ block: "center" });
      sought.root.classList.add("sought");
      setTimeout(() => sought.root.classList.remove("sought"), 2000);
    } else {
      this.toEnd();
    }
  }

  close() {
    this.peer = null;
    this.turn++;
    this.clear();
  }

  clear() {
    this.bubbles.clear();
    this.list.replaceChildren();
    this.hasEarlier = this.hasLater = this.isMixed = false;
    this.isAtEnd = true;
    this.mark();
  }

  /** Read what is in sight again, after the events could not be relied on. */
  async refresh() {
    if (this.peer !== null && !this.hasLater) {
      await this.read({});
    }
  }

  async read(place) {
    const turn = ++this.turn;
    const answer = await this.load(this.peer, place);
    // Something else was asked for meanwhile.
    if (turn !== this.turn) {
      return;
    }
    const wasAtEnd = this.isAtEnd;
    // What was loaded above the latest messages may stay where it joins on to them; what is missing among them is gone.
    const oldest = answer.messages.at(-1);
    const isJoined = answer.earlier && !answer.later && this.bubbles.has(oldest.sid);
    const sids = new Set(answer.messages.map((message) => message.sid));
    for (const [sid, { message }] of this.bubbles) {
      if (!sids.has(sid) && !(isJoined && message.number < oldest.number)) {
        this.remove(sid);
      }
    }
    this.hasEarlier = isJoined ? this.hasEarlier : answer.earlier;
    this.hasLater = answer.later;
    this.reply.offer(answer.messages, answer.opted_out);
    this.put(answer.messages.reverse());
    if (wasAtEnd && !this.hasLater) {
      this.toEnd();
    }
  }

  async showEarlier() {
    const { peer } = this;
    const first = this.list.firstElementChild;
    const answer = await this.load(peer, { before: first.dataset.number });
    if (peer !== this.peer) {
      return;
    }
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.hasEarlier = answer.earlier;
    this.put(answer.messages.reverse());
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
  }

  async showLatest() {
    if (this.hasLater) {
      await this.read({});
    }
    this.toEnd();
    this.reply.focus();
  }

  /** Take in what events told: messages of this conversation, oldest first. */
  apply(messages) {
    const known = messages.filter((message) => this.bubbles.has(message.sid) || !this.hasLater);
    const follow = this.isAtEnd;
    this.reply.offer(known);
    this.put(known);
    if (follow) {
      this.toEnd();
    }
  }

  remove(sid) {
    const gone = this.bubbles.get(sid);
    if (gone) {
      gone.root.remove();
      this.bubbles.delete(sid);
      this.divide();
    }
  }

  put(messages) {
    const several = new Set([...this.bubbles.values()].map(({ message }) => oursOf(message)).concat(messages.map(oursOf)));
    several.delete(null);
    for (const message of messages) {
      const bubble = this.bubbles.get(message.sid);
      if (bubble) {
        bubble.update(message);
        continue;
      }
      const made = new Bubble(message, this.isMixed);
      this.bubbles.set(message.sid, made);
      let before = this.list.lastElementChild;
      while (before && Number(before.dataset.number) > message.number) {
        before = before.previousElementSibling;
      }
      before ? before.after(made.root) : this.list.prepend(made.root);
    }
    if (this.isMixed !== several.size > 1) {
      this.isMixed = several.size > 1;
      for (const bubble of this.bubbles.values()) {
        bubble.update(bubble.message, this.isMixed);
      }
    }
    if (this.isAtEnd) {
      this.trim();
    }
    this.divide();
    this.mark();
    write(this.subtitle, several.size ? `texts with ${[...several].join(", ")}` : "no sender chosen yet");
  }

  trim() {
    while (this.list.children.length > MOST) {
      this.bubbles.delete(this.list.firstElementChild.id);
      this.list.firstElementChild.remove();
      this.hasEarlier = true;
    }
  }

  /** Mark the first message of each day. */
  divide() {
    let last = null;
    for (const root of this.list.children) {
      const own = this.bubbles.get(root.id).day;
      if (own === last) {
        root.removeAttribute("data-day");
      } else if (root.dataset.day !== own) {
        root.dataset.day = own;
      }
      last = own;
    }
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
