// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The simulator's clock and faults: shown in the bar, changed in a dialog. */

import { element, write } from "./dom.js";
import { confirm, openDialog } from "./dialog.js";
import { Faults } from "./faults.js";
import { date, plural, seconds, time } from "./format.js";

const SPEEDS = [[0, "Stopped"], [1, "1\u00d7"], [10, "10\u00d7"], [60, "60\u00d7"], [600, "600\u00d7"]];
// The clock cannot pass this year, since dates cannot.
const LATEST = Date.UTC(9999, 11, 30);
const LEAPS = [[60, "1 min"], [600, "10 min"], [3600, "1 h"], [28800, "8 h"], [86400, "1 day"]];

export class Controls {
  /** button opens the dialog; api has the functions that change the simulator. */
  constructor(button, api) {
    this.count = button.querySelector(".unseen");
    this.label = button.querySelector("#clock");
    this.pace = button.querySelector("#pace");
    this.badge = button.querySelector(".badge");
    this.api = api;
    this.clock = { now: Date.now(), speed: 1, at: performance.now() };
    this.faults = [];
    button.addEventListener("click", () => this.open());
    setInterval(() => this.tick(), 1000);
  }

  /** The simulator's time, as far as the page knows it. */
  now() {
    return new Date(Math.min(LATEST, this.clock.now + (performance.now() - this.clock.at) * this.clock.speed));
  }

  /** Apply the simulator's state. */
  show({ clock, faults = [] }) {
    this.clock = { now: Date.parse(clock.now), speed: clock.speed, at: performance.now() };
    this.faults = faults;
    this.badge.hidden = faults.length === 0;
    write(this.badge, String(faults.length));
    write(this.count, `clock and faults${faults.length ? `, ${plural(faults.length, "fault")} in force` : ""}`);
    this.tick();
    this.fill();
  }

  tick() {
    const now = this.now();
    const { speed } = this.clock;
    const pace = speed === 1 ? "" : speed === 0 ? " \u00b7 stopped" : ` \u00b7 ${speed}\u00d7`;
    write(this.label, time(now));
    write(this.pace, pace);
    if (this.dialog?.open) {
      write(this.moment, `${date(now)}, ${seconds(now)}`);
    }
  }

  async act(change) {
    try {
      await change();
      this.problem.textContent = "";
    } catch (error) {
      this.problem.textContent = error.message;
    }
  }

  /** For a number: the faults for this number only. */
  open(number = "") {
    this.moment = element("span");
    this.problem = element("p", { class: "problem", role: "alert" });
    this.speeds = SPEEDS.map(([speed, label]) => this.chip(label, { speed }));
    this.panel = new Faults(this.api, number);
    this.dialog = openDialog(
      "Clock and faults",
      element("p", { class: "now" }, this.moment, element("small", {}, "is the time in the simulator")),
      element("div", { class: "chips", role: "group", "aria-label": "Speed" }, element("span", {}, "Speed"), this.speeds),
      element("div", { class: "chips", role: "group", "aria-label": "Go forward" }, element("span", {}, "Go forward"),
        LEAPS.map(([advance, label]) => this.chip(label, { advance }))),
      this.problem,
      this.panel.root,
      element("hr"),
      element("div", { class: "last" },
        element("p", {}, "Delete messages, problems, faults and opt-outs, and set the clock to the real time."),
        element("button", { type: "button", class: "danger", onclick: () => this.startOver() }, "Start over")),
    );
    if (number) {
      this.panel.root.scrollIntoView();
    }
    this.panel.offer().catch((error) => { this.problem.textContent = error.message; });
    this.fill();
    this.tick();
  }

  startOver() {
    confirm("Start over?", "Everything that has happened in this simulator will be deleted.", "Start over",
      () => this.act(() => this.api.postReset()));
  }

  chip(label, setting) {
    return element("button", {
      type: "button", class: "chip", onclick: () => this.act(() => this.api.putClock(setting)),
    }, label);
  }

  /** Update an open dialog. */
  fill() {
    if (this.dialog?.open) {
      SPEEDS.forEach(([speed], index) => {
        this.speeds[index].setAttribute("aria-pressed", String(this.clock.speed === speed));
      });
      this.panel.show(this.faults);
    }
  }
}
