// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The bar above the list: which conversations to show, and actions for all of them. */

import { element, icon, write } from "./dom.js";

export class Sieve {
  /** onChange() is called after a choice; onRead() marks all as read, and onForget() deletes all. */
  constructor(root, { onChange, onRead, onForget }) {
    this.isUnreadOnly = false;
    this.count = element("span", { class: "badge" });
    const choice = (label, isUnreadOnly, ...more) => element("button", {
      type: "button", class: "chip", onclick: () => {
        this.isUnreadOnly = isUnreadOnly;
        onChange();
      },
    }, label, ...more);
    this.all = choice("All", false);
    this.unread = choice("Unread", true, this.count);
    const tool = (picture, label, act) =>
      element("button", { type: "button", class: "tool", title: label, "aria-label": label, onclick: act }, icon(picture));
    this.read = tool("checks", "Mark all as read", onRead);
    root.append(
      element("div", { class: "chips", role: "group", "aria-label": "Show" }, this.all, this.unread),
      this.read, tool("trash", "Delete all messages", onForget));
    this.show(0, false);
  }

  /** Show how many conversations are unread, and whether there may be more. */
  show(unread, isMore) {
    this.all.setAttribute("aria-pressed", String(!this.isUnreadOnly));
    this.unread.setAttribute("aria-pressed", String(this.isUnreadOnly));
    this.count.hidden = unread === 0;
    write(this.count, `${unread}${isMore ? "+" : ""}`);
    this.read.disabled = unread === 0;
  }
}
