// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** What unfolds below a message or a problem. */

import { element } from "./dom.js";

export function fact(name, ...value) {
  return [element("dt", {}, name), element("dd", {}, ...value)];
}

/** The form as it was received or sent, or false if there was none. */
export function formTable(caption, form) {
  const rows = form.map(([name, value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", { dir: "auto" }, value)));
  return rows.length > 0 && element("table", {}, element("caption", {}, caption), element("tbody", {}, ...rows));
}

/** A line that unfolds. fill() creates the content when it is opened first, which is then scrolled into view. */
export class Fold {
  constructor(summary, fill) {
    this.make = fill;
    this.card = element("div", { class: "card" });
    this.root = element("details", { ontoggle: () => this.toggle() }, element("summary", {}, ...summary), this.card);
  }

  toggle() {
    this.fill();
    const box = this.root.closest(".scroll");
    if (this.root.open && box) {
      this.root.scrollIntoView({ block: this.root.offsetHeight > box.clientHeight ? "start" : "nearest" });
    }
  }

  fill() {
    this.card.replaceChildren(...(this.root.open ? this.make().filter(Boolean) : []));
  }
}
