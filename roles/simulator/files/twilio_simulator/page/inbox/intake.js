// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Updates everything that is shown: by the simulator's events, and by reading everything again if events may be missing. */

import { Again } from "./again.js";
import * as api from "./api.js";
import { isCall, isInbound, peerOf, plural } from "./format.js";
import { called, takeNames } from "./names.js";
import { alone, among, byPlace, title } from "./problems.js";

/** The announcement of new messages and problems for screen readers. */
function told(arrived, unit) {
  if (arrived.length > 1) {
    return plural(arrived.length, `new ${unit}`);
  }
  const [item] = arrived;
  if (item.isProblem) {
    return `${title(item)}${item.with ? ` for ${called(item.with)}` : ""}: ${item.reason}`;
  }
  if (isCall(item)) {
    return `Call to ${called(item.to)}`;
  }
  return `${isInbound(item) ? "Reply from" : "Message to"} ${called(peerOf(item))}: ${item.body}`;
}

export class Intake {
  /** parts are the parts of the page; onChange() is called after each change. */
  constructor(parts, onChange) {
    this.parts = parts;
    this.onChange = onChange;
    this.isLoaded = false;
    // The calls whose phones ring, by SID.
    this.ringing = new Set();
    // The simulator's state, and its credentials.
    this.state = { version: "", alerts: 0 };
    this.connection = {};
    this.again = new Again(() => this.readAll(), (isRead) => parts.bar.show(isRead ? "live" : "lost"));
  }

  listen() {
    api.listen((events) => this.apply(events), (link) => this.parts.bar.show(link));
  }

  /** Events were left out. */
  doubt() {
    for (const { roll } of [this.parts.thread, ...this.parts.streams]) {
      roll.doubt();
    }
    this.again.soon();
  }

  takeState(state) {
    this.state = state;
    this.parts.controls.show(state);
    this.parts.bar.countProblems(state.alerts);
  }

  async readAll() {
    const { bar, conversations, search, streams, thread } = this.parts;
    const [page, state, connection, names] = await Promise.all([
      api.getConversations(), api.getState(), api.getConnection(), api.getNames(), thread.refresh(), search.run(),
      ...streams.map((stream) => stream.refresh()),
    ]);
    this.connection = connection;
    const known = conversations.newest;
    conversations.take(page, true);
    this.rename(names);
    this.takeState(state);
    bar.count(state.counts);
    const arrived = page.conversations.map(({ latest }) => latest).filter(({ number }) => number > known);
    if (this.isLoaded && arrived.length) {
      bar.announce(told(arrived, "message"));
    }
    this.isLoaded = true;
    if (thread.peer !== null) {
      conversations.markRead(thread.peer);
    }
    this.onChange();
  }

  rename(names) {
    takeNames(names);
    this.parts.thread.rename();
    this.parts.streams.forEach(({ roll }) => roll.redraw());
  }

  /** Apply the events of one frame. */
  apply(events) {
    const { bar, conversations, search, streams, thread } = this.parts;
    const messages = [];
    const arrived = [];
    const alerts = [];
    const rings = [];
    for (const [name, data] of events) {
      if (name === "hello") {
        conversations.belongTo(data.instance);
        this.doubt();
      } else if (name === "reload") {
        this.doubt();
      } else if (name === "message" || name === "call") {
        name === "call" && this.hear(data) && rings.push(`The phone of ${called(data.to)} rings`);
        conversations.apply(data) && arrived.push(data);
        messages.push(data);
      } else if (name === "alert") {
        alerts.push(data);
      } else if (name === "deleted") {
        conversations.remove(data) && this.again.soon();
        [thread, ...streams].forEach(({ roll }) => roll.remove(data.sid));
      } else if (name === "reset") {
        conversations.clear();
        thread.clear();
        streams.forEach(({ roll }) => roll.clear());
      } else if (name === "state") {
        this.takeState(data);
      } else if (name === "names") {
        this.rename(data);
      } else if (name === "counts") {
        bar.count(data);
      }
    }
    this.hand(messages, alerts);
    const news = [rings.join(". "), alerts.length && told(alerts.map(among), "problem"), arrived.length && told(arrived, "message")];
    news.some(Boolean) && bar.announce(news.filter(Boolean).join(". "));
    arrived.length && search.stale();
    this.onChange();
  }

  /** Note a call. Returns whether its phone has begun to ring. */
  hear({ sid, status }) {
    const isNew = status === "ringing" && !this.ringing.has(sid);
    status === "ringing" ? this.ringing.add(sid) : this.ringing.delete(sid);
    return isNew;
  }

  /** Pass new and changed items to what is open. */
  hand(messages, alerts) {
    const { conversations, thread, timeline, problems } = this.parts;
    const all = [...messages, ...alerts.map(among)].sort(byPlace);
    timeline.isOpen && timeline.roll.apply(all);
    problems.isOpen && problems.roll.apply(alerts.map(alone));
    const mine = all.filter((item) => peerOf(item) === thread.peer);
    if (mine.length) {
      thread.apply(mine);
      // It may be STOP, and only the simulator knows what that means.
      mine.some(isInbound) && this.again.soon();
      document.hidden || conversations.markRead(thread.peer);
    }
  }
}
