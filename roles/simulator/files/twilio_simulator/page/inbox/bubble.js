// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** One message: its bubble, a line with its status, and all details folded away behind that line. */

import { copyButton, element, icon, write } from "./dom.js";
import { Fold, fact, formTable } from "./facts.js";
import { created, day, hasFailed, isInbound, oursOf, price, seconds, size, status, time } from "./format.js";

/** Only web addresses become links. */
function link(url) {
  const name = url.split(/[?#]/, 1)[0].split("/").pop() || url;
  const content = [icon("attachment"), element("span", {}, name)];
  const scheme = url.slice(0, 8).toLowerCase();
  return scheme.startsWith("http://") || scheme === "https://"
    ? element("a", { href: url, title: url, target: "_blank", rel: "noopener noreferrer" }, ...content)
    : element("span", { title: url }, ...content);
}

/** The folded part: all facts, the statuses so far, and the form as it was received. */
function details(message) {
  const steps = (message.history ?? []).map(({ status: step, at }) =>
    element("li", {}, element("span", {}, step), element("time", { datetime: at }, seconds(new Date(at)))));
  return [
    element(
      "dl", {},
      fact("SID", element("code", {}, message.sid), copyButton(message.sid, "SID")),
      fact("From", element("code", {}, message.from ?? "not yet chosen")),
      fact("To", element("code", {}, message.to)),
      message.messaging_service_sid && fact("Service", element("code", {}, message.messaging_service_sid)),
      fact("Account", element("code", {}, message.account_sid)),
      fact("Size", size(message)),
      fact("Price", price(message) || "not yet known"),
      message.error_code && fact("Error", `${message.error_code} ${message.error_message ?? ""}`),
      (message.media ?? []).map((url) => fact("Media", element("code", {}, url))),
    ),
    steps.length > 0 && element("ol", { class: "steps", "aria-label": "Statuses" }, ...steps),
    formTable("Form fields received", message.form ?? []),
  ];
}

export class Bubble {
  /** showOurs: show our number, since there is more than one in this thread. */
  constructor(message, showOurs) {
    this.day = day(created(message));
    const inbound = isInbound(message);
    this.text = element("p", { class: "text", dir: "auto" });
    this.media = element("ul", { class: "media" }, ...(message.media ?? []).map((url) => element("li", {}, link(url))));
    this.error = element("p", { class: "error" });
    this.status = element("span", { class: "status" });
    this.picture = element("span", { class: "picture" });
    this.ours = element("span", { class: "ours" });
    this.size = element("span");
    this.price = element("span");
    this.fold = new Fold([
      this.picture, this.status, element("time", { datetime: created(message).toISOString() }, time(created(message))),
      this.ours, this.size, this.price,
    ], () => details(this.message));
    this.root = element(
      "li", { class: inbound ? "message in" : "message out", id: message.sid, "data-number": message.number },
      element("div", { class: "bubble" }, this.text, this.media.children.length > 0 && this.media), this.error, this.fold.root,
    );
    this.update(message, showOurs);
  }

  /** Show the current message. */
  update(message, showOurs = this.showOurs) {
    this.message = message;
    this.showOurs = showOurs;
    const [words, picture] = status(message);
    if (this.words !== words) {
      this.words = words;
      write(this.status, words);
      this.picture.replaceChildren(icon(picture));
    }
    this.root.dataset.status = message.status;
    write(this.text, message.body || (this.media.children.length ? "" : "(no text)"));
    this.text.classList.toggle("empty", !message.body);
    this.text.hidden = !this.text.textContent;
    write(this.error, hasFailed(message) && message.error_code
      ? `${message.error_code} ${message.error_message ?? ""}` : "");
    write(this.size, isInbound(message) ? "" : size(message));
    write(this.price, isInbound(message) ? "" : price(message));
    write(this.ours, showOurs && oursOf(message) ? `${isInbound(message) ? "to" : "from"} ${oursOf(message)}` : "");
    this.fold.fill();
  }
}
