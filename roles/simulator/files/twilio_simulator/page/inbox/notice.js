// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** A problem in a conversation: the text that was not sent, what went wrong and why, and the request. */

import { element, icon } from "./dom.js";
import { Fold, fact, formTable } from "./facts.js";
import { day, seconds, time } from "./format.js";
import { advice, reason, sent, title } from "./problems.js";

export class Notice {
  constructor(problem) {
    this.message = problem;
    const when = new Date(problem.at);
    this.day = day(when);
    const text = problem.kind === "webhook" ? undefined : sent(problem, "Body");
    const fold = new Fold([
      element("span", { class: "picture" }, icon("alert")), element("span", { class: "status" }, title(problem)),
      element("time", { datetime: problem.at }, time(when)),
    ], () => this.details(when));
    this.root = element(
      "li", { class: "message trouble", id: problem.sid, "data-number": problem.number, "data-kind": problem.kind },
      text && element("div", { class: "bubble" }, element("p", { class: "text", dir: "auto" }, text)),
      element("p", { class: "error" }, reason(problem)), advice(problem) && element("p", { class: "advice" }, advice(problem)),
      fold.root,
    );
  }

  /** A problem does not change. */
  update() {}

  details(when) {
    const { code, more_info: info, method, url, status, message_sid: sid, call_sid: call, form, kind } = this.message;
    const link = code && element("a", { href: info, target: "_blank", rel: "noopener noreferrer" }, `Twilio's page on error ${code}`);
    return [
      element(
        "dl", {},
        fact("Time", seconds(when)),
        url && fact(kind === "webhook" ? "Webhook" : "Request", element("code", {}, `${method} ${url}`)),
        status && fact("Answered", `status ${status}`),
        sid && fact("Message", element("code", {}, sid)),
        call && fact("Call", element("code", {}, call)),
        link && fact("Read more", link),
      ),
      formTable(kind === "webhook" ? "Form fields sent" : "Form fields received", form),
    ];
  }
}
