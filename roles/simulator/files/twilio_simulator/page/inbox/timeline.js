// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The timeline of all messages and problems, or only problems, with the time between the entries. */

import { element, icon, write } from "./dom.js";
import { created, day, hasFailed, isCall, isInbound, later, peerOf, placeOf, said, seconds, snippet, status } from "./format.js";
import { called } from "./names.js";
import { advice, reason, request, sent, title } from "./problems.js";
import { Roll } from "./roll.js";

const ledTo = (message) => isCall(message) ? "Call to " : isInbound(message) ? "Reply from " : "Message to ";

/** One message, call or problem: when, who, what was said, and its status. */
class Entry {
  constructor(message, onOpen) {
    const peer = peerOf(message);
    this.when = message.isProblem ? new Date(message.at) : created(message);
    const kind = message.isProblem ? "trouble" : isInbound(message) ? "in" : "out";
    const words = message.isProblem ? title(message) + (peer ? " for " : "") : ledTo(message);
    this.name = element("b", { dir: "auto" });
    this.text = element("span", { class: "said", dir: "auto" });
    this.more = message.isProblem && element("span", { class: "aside" });
    this.picture = element("span", { class: "picture" });
    this.status = element("span", { class: "status" });
    const follow = (event) => {
      // Otherwise the browser handles the click, for example in a new tab.
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        onOpen(this.message);
      }
    };
    this.root = element(
      "li", { class: `entry ${kind}`, id: message.sid, "data-number": message.number },
      element(peer ? "a" : "div", peer ? { class: "what", href: placeOf(peer), onclick: follow } : { class: "what" },
        element("time", { datetime: this.when.toISOString() }, seconds(this.when)),
        element("span", { class: "who" }, words, this.name),
        element("span", { class: "became" }, this.picture, this.status), this.text, this.more),
    );
    this.update(message);
  }

  update(message) {
    this.message = message;
    const peer = peerOf(message);
    write(this.name, peer ? called(peer) : "");
    if (message.isProblem) {
      this.root.dataset.status = "failed";
      const body = message.kind === "webhook" ? "" : sent(message, "Body");
      write(this.text, reason(message));
      write(this.more, [body && `\u201c${body}\u201d`, request(message), advice(message)]
        .filter(Boolean).join("\n"));
      return;
    }
    const [words, picture] = status(message);
    const became = hasFailed(message) && message.error_code ? `${words}, ${message.error_code}` : words;
    if (this.status.textContent !== became) {
      write(this.status, became);
      this.picture.replaceChildren(icon(picture));
    }
    this.root.dataset.status = message.status;
    write(this.text, isCall(message) ? said(message) : snippet(message));
  }
}

/** Show before each entry how much time has passed, and the date if a new day has begun. */
function divide(entries) {
  let last = null;
  for (const { root, when } of entries) {
    const isOtherDay = !last || day(when) !== day(last);
    const gap = [isOtherDay && day(when), last && later(when - last)].filter(Boolean).join(", ");
    gap ? root.setAttribute("data-gap", gap) : root.removeAttribute("data-gap");
    last = when;
  }
}

export class Timeline {
  /** load(place) reads its entries; onBack() goes back to the list; onOpen(item) opens a conversation. */
  constructor(root, { title: name, about, nothing, label }, { load, onBack, onOpen }) {
    this.root = root;
    this.isOpen = false;
    this.title = element("h2", { tabindex: "-1" }, name);
    this.nothing = element("p", { class: "nothing" }, nothing);
    this.roll = new Roll(element("ol", { class: "entries" }), {
      label,
      make: (message) => new Entry(message, onOpen),
      load,
      onOrder: (entries) => {
        divide(entries);
        this.nothing.hidden = entries.length > 0;
      },
    });
    this.roll.scroll.append(this.nothing);
    this.view = element("div", { class: "thread timeline" },
      element("header", {},
        element("button", { type: "button", class: "tool back", "aria-label": "Back to the conversations", onclick: onBack },
          icon("back")),
        element("div", {}, this.title, element("p", {}, about))),
      this.roll.scroll, this.roll.latest);
  }

  async open() {
    this.isOpen = true;
    this.root.replaceChildren(this.view);
    this.title.focus();
    await this.refresh();
  }

  close() {
    this.isOpen = false;
    this.roll.close();
  }

  /** Read what is visible again, after events were lost. */
  async refresh() {
    if (this.isOpen) {
      await this.roll.read({});
    }
  }
}
