// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** One call in a conversation: a phone that rings and that you can answer, the words as they are spoken, and how the call ended. */

import { copyButton, element, icon, write } from "./dom.js";
import { Fold, fact, formTable } from "./facts.js";
import { created, day, price, seconds, status, time } from "./format.js";

const TITLES = { queued: "The phone will ring", ringing: "The phone rings", "in-progress": "On the phone" };

function details(call) {
  const steps = call.history.map(({ status: step, at }) =>
    element("li", {}, element("span", {}, step), element("time", { datetime: at }, seconds(new Date(at)))));
  return [
    element(
      "dl", {},
      fact("SID", element("code", {}, call.sid), copyButton(call.sid, "SID")),
      fact("From", element("code", {}, call.from)),
      fact("To", element("code", {}, call.to)),
      fact("Account", element("code", {}, call.account_sid)),
      fact("Waited", `${Number(call.queue_time) / 1000} s`),
      fact("Rings", `for ${call.timeout} s at most`),
      call.answered_by && fact("Answered by", call.answered_by),
      fact("Price", price(call) || "none yet"),
    ),
    element("ol", { class: "steps", "aria-label": "Statuses" }, ...steps),
    formTable("Form fields received", call.form),
  ];
}

export class CallCard {
  /** onAct(sid, what) answers the call, declines it or hangs up. An Error that it throws is shown. */
  constructor(call, onAct) {
    this.onAct = onAct;
    this.day = day(created(call));
    this.title = element("strong");
    this.words = element("ol", { class: "words", "aria-label": "What was said", dir: "auto" });
    this.problem = element("p", { class: "problem", role: "alert" });
    this.answer = this.key("answer", "Answer", "phone");
    this.decline = this.key("decline", "Decline", "hangup");
    this.hangUp = this.key("hang_up", "Hang up", "hangup");
    this.keys = element("div", { class: "keys" }, this.answer, this.decline, this.hangUp);
    this.status = element("span", { class: "status" });
    this.picture = element("span", { class: "picture" });
    this.price = element("span");
    this.fold = new Fold([
      this.picture, this.status, element("time", { datetime: created(call).toISOString() }, time(created(call))), this.price,
    ], () => details(this.message));
    this.root = element(
      "li", { class: "message out call", id: call.sid, "data-number": call.number },
      element("div", { class: "bubble", role: "group", "aria-label": `Call from ${call.from}` },
        element("p", { class: "phone" }, element("span", { class: "bell" }, icon("phone")),
          element("span", {}, this.title, element("small", {}, `from ${call.from}`))), this.words, this.problem,
        this.keys),
      this.fold.root,
    );
    this.update(call);
  }

  key(act, label, picture) {
    return element("button", { type: "button", class: `key ${act}`, onclick: () => this.press(act) }, icon(picture), label);
  }

  async press(act) {
    try {
      this.update(await this.onAct(this.message.sid, act));
    } catch (error) {
      write(this.problem, `That was too late: ${error.message}`);
    }
  }

  /** Show the current call. */
  update(call) {
    this.message = call;
    const [words, picture] = status(call);
    const held = this.keys.contains(document.activeElement);
    this.root.dataset.status = call.status;
    write(this.title, TITLES[call.status] ?? "Call");
    write(this.status, words);
    if (this.shown !== picture) {
      this.shown = picture;
      this.picture.replaceChildren(icon(picture));
    }
    write(this.price, price(call));
    this.answer.hidden = this.decline.hidden = call.status !== "ringing";
    this.hangUp.hidden = call.status !== "in-progress";
    // Screen readers read it while it is spoken, and not when an old conversation is opened.
    this.words.setAttribute("aria-live", call.status === "in-progress" ? "polite" : "off");
    this.say(call.spoken);
    this.fold.fill();
    if (held) {
      // The focused button may be gone.
      const left = [...this.keys.children].find((key) => !key.hidden) ?? this.fold.root.firstElementChild;
      left.contains(document.activeElement) || left.focus();
    }
  }

  /** Show what was said. Lines that are already shown stay. */
  say(spoken) {
    spoken.forEach(({ text, times }, index) => {
      const line = this.words.children[index] ?? this.words.appendChild(element("li", {}, element("span"), element("small")));
      write(line.firstElementChild, text);
      write(line.lastElementChild, times > 1 ? `${times} times` : "");
    });
    this.words.hidden = spoken.length === 0;
  }
}
