// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The reply box: texts typed here come from the phone, and go to the number that texted it. */

import { element, icon } from "./dom.js";
import { oursOf } from "./format.js";
import { called } from "./names.js";

export class Reply {
  /** onSend({From, To, Body, AccountSid}) delivers a reply; it may throw an Error to be shown. */
  constructor(onSend) {
    this.onSend = onSend;
    this.peer = null;
    this.accounts = new Map();
    this.to = element("select", { "aria-label": "Reply to" });
    this.to.addEventListener("change", () => this.note());
    this.text = element("textarea", {
      rows: "1", "aria-label": "Reply", placeholder: " ", enterkeyhint: "send", maxlength: "1600", dir: "auto",
    });
    this.notice = element("p", { class: "notice", role: "status" });
    this.problem = element("p", { class: "problem", role: "alert" });
    const keyword = (word, meaning) =>
      element("button", { type: "button", class: "keyword", title: meaning, onclick: () => this.send(word) }, word);
    this.root = element(
      "form", { class: "reply", "aria-label": "Reply", onsubmit: (event) => this.onSubmit(event) },
      this.notice, this.problem,
      element("div", { class: "choices" }, keyword("STOP", "Opt out: later messages are rejected with error 21610"),
        keyword("START", "Opt in again"), this.to),
      element("div", { class: "box" }, this.text,
        element("button", { type: "submit", class: "send", "aria-label": "Send the reply" }, icon("send"))),
    );
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.root.requestSubmit();
      }
    });
  }

  /** Reset the box for another phone. */
  open(peer) {
    this.peer = peer;
    this.isRead = false;
    this.isSending = false;
    this.accounts.clear();
    this.optedOut = [];
    this.to.replaceChildren();
    this.text.value = "";
    this.problem.textContent = "";
    this.grow();
    this.note();
    this.rename();
  }

  rename() {
    this.text.placeholder = `Reply as ${called(this.peer)}`;
  }

  /** Find out from messages, newest first, to which of our numbers to reply, and from which the person has opted out. */
  offer(messages, optedOut = this.optedOut) {
    for (const message of messages) {
      const ours = oursOf(message);
      if (ours && !this.accounts.has(ours)) {
        this.to.append(element("option", { value: ours }, ours));
      }
      if (ours) {
        this.accounts.set(ours, message.account_sid);
      }
    }
    this.optedOut = optedOut;
    this.to.hidden = this.accounts.size < 2;
    this.note();
    this.isRead = true;
  }

  note() {
    const out = this.optedOut.includes(this.to.value);
    this.notice.textContent = out
      ? `Opted out: messages from ${this.to.value} are rejected with error 21610 until you send START.` : "";
    this.root.classList.toggle("opted-out", out);
  }

  focus() {
    this.text.focus();
  }

  onSubmit(event) {
    event.preventDefault();
    if (this.text.value.trim()) {
      this.send(this.text.value);
    }
  }

  async send(body) {
    const { peer } = this;
    const to = this.to.value;
    // Who presses Enter twice still means one reply.
    if (this.isSending) {
      return;
    }
    if (this.isRead && !to) {
      this.problem.textContent = "There is no number to reply to yet. If the message is from a Messaging Service, it has not chosen one.";
      return;
    }
    this.isSending = true;
    try {
      // Before the conversation is read, only the simulator knows to which number.
      await this.onSend({ From: peer, To: to || undefined, Body: body, AccountSid: this.accounts.get(to) });
    } catch (error) {
      this.problem.textContent = `Not sent: ${error.message}`;
      return;
    } finally {
      if (peer === this.peer) {
        this.isSending = false;
      }
    }
    if (peer === this.peer) {
      this.problem.textContent = "";
      this.text.value = this.text.value === body ? "" : this.text.value;
      this.grow();
      // Unless the user has moved on to something else.
      if (this.root.contains(document.activeElement)) {
        this.text.focus();
      }
    }
  }

  /** Fit the height to the text. */
  grow() {
    this.text.style.height = "";
    if (this.text.value) {
      this.text.style.height = `${Math.min(this.text.scrollHeight, 140)}px`;
    }
  }
}
