// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The timeline: the messages of all conversations, as they came and went, with the time that passed between them. */

import { element, icon, write } from "./dom.js";
import { created, day, hasFailed, isInbound, later, peerOf, placeOf, seconds, snippet, status } from "./format.js";
import { Roll } from "./roll.js";

/** One message: when, who, what was said, and what has become of it. */
class Entry {
  constructor(message, onOpen) {
    this.when = created(message);
    const words = isInbound(message) ? ["Reply from ", "in"] : ["Message to ", "out"];
    this.text = element("span", { class: "said" });
    this.picture = element("span", { class: "picture" });
    this.status = element("span", { class: "status" });
    const follow = (event) => {
      // Otherwise the browser does what was asked of it, such as another tab.
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        onOpen(this.message);
      }
    };
    this.root = element(
      "li", { class: `entry ${words[1]}`, id: message.sid, "data-number": message.number },
      element("a", { href: placeOf(peerOf(message)), onclick: follow },
        element("time", { datetime: this.when.toISOString() }, seconds(this.when)),
        element("span", { class: "who" }, words[0], element("b", {}, peerOf(message))),
        element("span", { class: "became" }, this.picture, this.status), this.text),
    );
    this.update(message);
  }

  update(message) {
    this.message = message;
    const [words, picture] = status(message);
    const became = hasFailed(message) && message.error_code ? `${words}, ${message.error_code}` : words;
    if (this.status.textContent !== became) {
      write(this.status, became);
      this.picture.replaceChildren(icon(picture));
    }
    this.root.dataset.status = message.status;
    write(this.text, snippet(message));
  }
}

/** Tell before each entry how much time has passed, and on which day it is where another one has begun. */
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
  /** load(place) reads messages of all conversations; onBack() goes back to the list; onOpen(message) to a conversation. */
  constructor(root, { load, onBack, onOpen }) {
    this.root = root;
    this.isOpen = false;
    this.title = element("h2", { tabindex: "-1" }, "Timeline");
    this.nothing = element("p", { class: "nothing" }, "Nothing has been sent yet. What happens appears here.");
    this.roll = new Roll(element("ol", { class: "entries" }), {
      label: "All messages",
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
        element("div", {}, this.title, element("p", {}, "all conversations, in the order of time"))),
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

  /** Read what is in sight again, after the events could not be relied on. */
  async refresh() {
    if (this.isOpen) {
      await this.roll.read({});
    }
  }
}
