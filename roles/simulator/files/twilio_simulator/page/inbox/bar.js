// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The top of the page: the number of messages in each state, whether the page is live, and announcements for screen readers. */

import { element, write } from "./dom.js";

// The Twilio statuses that are counted under each name.
const COUNTS = { queued: ["accepted", "queued", "sending"], scheduled: ["scheduled"], failed: ["failed", "undelivered"] };
const LINKS = { waiting: "Connecting", live: "Live", lost: "Reconnecting" };
const ANNOUNCE_PAUSE = 1000;

export class Bar {
  constructor(root) {
    this.link = root.querySelector(".link");
    this.announcer = document.querySelector("#announcer");
    this.problems = root.querySelector("#open-problems .badge");
    this.numbers = new Map();
    for (const name of Object.keys(COUNTS)) {
      const number = element("dd", {}, "0");
      this.numbers.set(name, number);
      root.querySelector(".counts").append(element("div", { "data-count": name }, element("dt", {}, name), number));
    }
    this.show("waiting");
  }

  /** Show how many messages there are; counts are by status. */
  count(counts) {
    for (const [name, number] of this.numbers) {
      const sum = COUNTS[name].reduce((total, status) => total + (counts[status] ?? 0), 0);
      write(number, String(sum));
      number.parentElement.classList.toggle("some", sum > 0);
    }
  }

  /** Show how many problems there are. */
  countProblems(count) {
    this.problems.hidden = count === 0;
    write(this.problems, String(count));
  }

  show(link) {
    this.link.dataset.state = link;
    write(this.link.firstElementChild, LINKS[link]);
  }

  /** Announce something to screen readers; only the last text of each second. */
  announce(text) {
    this.text = text;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      write(this.announcer, this.text);
    }, ANNOUNCE_PAUSE);
  }
}
