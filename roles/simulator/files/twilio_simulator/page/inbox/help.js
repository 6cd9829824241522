// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The help: what the page does, and its keyboard shortcuts. */

import { element } from "./dom.js";
import { openDialog } from "./dialog.js";

const KEYS = [
  ["/", "Search"], ["\u2191 \u2193", "Move through the conversations"], ["Enter", "Open a conversation and reply"],
  ["Shift Enter", "Begin a new line in a reply"], ["Esc", "Go back to the list"], ["?", "Open this help"],
];

export function openHelp(version) {
  openDialog(
    "Help",
    element("p", {}, "This is a simulator of Twilio. Playbooks and programs send their messages to it, and you see them here ",
      "as the recipients would on their phones. No phone gets them, and nothing is charged."),
    element("p", {}, "Type into the box below a conversation to reply as that person. Open the line below a message to see ",
      "everything about it. ", element("b", {}, "Problems"), " lists rejected requests and failed webhooks. ",
      element("b", {}, "Clock and faults"), ", the button with the time, changes the time and makes requests fail."),
    element("h3", {}, "Keyboard shortcuts"),
    element("table", { class: "keys" }, element("tbody", {}, KEYS.map(([keys, meaning]) => element("tr", {},
      element("th", { scope: "row" }, keys.split(" ").map((key) => element("kbd", {}, key))), element("td", {}, meaning))))),
    element("p", { class: "version" }, `Twilio simulator ${version}, from the Ansible collection oncall.twilio`),
  );
}
