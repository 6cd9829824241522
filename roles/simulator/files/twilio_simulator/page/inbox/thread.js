// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The open conversation: its messages as bubbles and its calls, oldest first, and the box to reply as that person. */

import { element, icon, write } from "./dom.js";
import { Bubble } from "./bubble.js";
import { CallCard } from "./call.js";
import { hue, isCall, oursOf } from "./format.js";
import { called, nameOf } from "./names.js";
import { Notice } from "./notice.js";
import { Reply } from "./reply.js";
import { Roll } from "./roll.js";

const messagesIn = (items) => items.filter((item) => !item.isProblem);

/** Mark the first message of each day. */
function divide(bubbles) {
  let last = null;
  for (const { root, day } of bubbles) {
    if (day === last) {
      root.removeAttribute("data-day");
    } else if (root.dataset.day !== day) {
      root.dataset.day = day;
    }
    last = day;
  }
}

const tool = (picture, label, act) =>
  element("button", { type: "button", class: "tool", title: label, "aria-label": label, onclick: act }, icon(picture));

export class Thread {
  /**
   * load(peer, place) reads messages of a conversation; onBack() goes back to the list; onReply(fields) sends a reply;
   * onCall(sid, act) answers a call, declines it or hangs up;
   * onFault(peer) lets the reader choose what fails for this number; onForget(peer) deletes the conversation.
   */
  constructor(root, { load, onBack, onReply, onCall, onFault, onForget }) {
    this.root = root;
    this.onCall = onCall;
    this.peer = null;
    this.isMixed = false;
    this.avatar = element("span", { class: "avatar", "aria-hidden": "true" }, icon("person"));
    this.title = element("h2", { tabindex: "-1", dir: "auto" });
    this.subtitle = element("p");
    this.reply = new Reply(onReply);
    this.roll = new Roll(element("ol", { class: "bubbles" }), {
      label: "Messages",
      make: (item) => this.make(item),
      load: (place) => load(this.peer, place),
      onPut: (messages) => this.meet(messages),
      onOrder: divide,
    });
    this.roll.latest.addEventListener("click", () => this.reply.focus());
    this.view = element("div", { class: "thread" },
      element("header", {},
        element("button", { type: "button", class: "tool back", "aria-label": "Back to the conversations", onclick: onBack },
          icon("back")),
        this.avatar, element("div", {}, this.title, this.subtitle),
        tool("alert", "Fail messages to this number", () => onFault(this.peer)),
        tool("trash", "Delete this conversation", () => onForget(this.peer))),
      this.roll.scroll, this.roll.latest, this.reply.root);
  }

  make(item) {
    if (item.isProblem) {
      return new Notice(item);
    }
    return isCall(item) ? new CallCard(item, this.onCall) : new Bubble(item, this.isMixed);
  }

  /** Open a conversation at its end, or around one of its messages or problems. */
  async open(peer, around = null) {
    const isOther = peer !== this.peer;
    if (isOther) {
      this.peer = peer;
      this.clear();
      this.root.replaceChildren(this.view);
      this.avatar.style.setProperty("--hue", hue(peer));
      this.reply.open(peer);
      this.rename();
    }
    await this.read(around === null ? {} : { around: Math.floor(around.number) });
    const sought = around !== null && this.roll.items.get(around.sid);
    if (sought) {
      sought.root.scrollIntoView({ block: "center" });
      sought.root.classList.add("sought");
      setTimeout(() => sought.root.classList.remove("sought"), 2000);
    } else {
      this.roll.toEnd();
    }
  }

  close() {
    this.peer = null;
    this.isMixed = false;
    this.roll.close();
  }

  clear() {
    this.isMixed = false;
    this.roll.clear();
  }

  /** Show the person's current name. */
  rename() {
    if (this.peer !== null) {
      write(this.title, called(this.peer));
      this.meet([]);
      this.reply.rename();
    }
  }

  /** Read what is visible again, after events were lost. */
  async refresh() {
    if (this.peer !== null && !this.roll.hasLater) {
      await this.read({});
    }
  }

  async read(place) {
    const answer = await this.roll.read(place);
    if (answer) {
      this.reply.offer(messagesIn(answer.messages), answer.opted_out);
    }
  }

  async showLatest() {
    await this.roll.showLatest();
    this.reply.focus();
  }

  /** Apply events: messages and problems of this conversation, oldest first. */
  apply(items) {
    this.reply.offer(messagesIn(items));
    this.roll.apply(items);
  }

  remove(sid) {
    this.roll.remove(sid);
  }

  /** Show our numbers if the messages have more than one. */
  meet(items) {
    const known = [...this.roll.items.values()].map(({ message }) => message);
    const several = new Set(messagesIn(known.concat(items)).map(oursOf));
    several.delete(null);
    if (this.isMixed !== several.size > 1) {
      this.isMixed = several.size > 1;
      for (const bubble of this.roll.items.values()) {
        bubble.update(bubble.message, this.isMixed);
      }
    }
    const texts = several.size ? `texts with ${[...several].join(", ")}` : "no messages yet";
    write(this.subtitle, nameOf(this.peer) ? `${this.peer}, ${texts}` : texts);
  }
}
