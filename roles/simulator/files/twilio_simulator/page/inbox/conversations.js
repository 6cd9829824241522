// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The conversations that the page knows: the latest ones, as far as the list was scrolled. */

import { peerOf } from "./format.js";

const KEY = "twilio-simulator-read";

export class Conversations {
  constructor() {
    this.byPeer = new Map();
    this.hasMore = false;
    this.read = new Map();
    // All messages up to this number are read.
    this.readTo = 0;
  }

  /** Remember what was read, as long as the same simulator runs: each simulator numbers its messages from 1. */
  belongTo(instance) {
    if (this.instance === instance) {
      return;
    }
    this.instance = instance;
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(KEY));
    } catch {
      // Nothing valid was stored.
    }
    const isSame = kept?.instance === instance;
    this.read = new Map(isSame ? kept.read : []);
    this.readTo = isSame ? kept.readTo ?? 0 : 0;
  }

  markRead(peer) {
    const latest = this.byPeer.get(peer)?.message.number ?? 0;
    if (latest > (this.read.get(peer) ?? 0)) {
      this.read.set(peer, latest);
      this.keep();
    }
  }

  markAllRead() {
    this.readTo = this.newest;
    this.keep();
  }

  keep() {
    const { instance, read, readTo } = this;
    localStorage.setItem(KEY, JSON.stringify({ instance, read: [...read].slice(-1000), readTo }));
  }

  isUnread({ peer, message }) {
    return message.number > Math.max(this.readTo, this.read.get(peer) ?? 0);
  }

  /** Whether there may be unread conversations further down than the list was scrolled. */
  get mayHaveUnread() {
    return this.hasMore && this.oldest > this.readTo;
  }

  /** Add a page from the simulator: the first one, or the one after the known conversations. */
  take({ conversations, more }, isFirst) {
    if (isFirst) {
      this.byPeer.clear();
    }
    for (const { with: peer, latest, count } of conversations) {
      this.byPeer.set(peer, { peer, message: latest, count });
    }
    this.hasMore = more;
  }

  /** Add or change a message. Returns whether it is new. */
  apply(message) {
    const peer = peerOf(message);
    const known = this.byPeer.get(peer);
    if (!known) {
      this.byPeer.set(peer, { peer, message, count: 1 });
      return true;
    }
    const isNew = message.number > known.message.number;
    if (isNew || message.sid === known.message.sid) {
      known.message = message;
      known.count += isNew;
    }
    return isNew;
  }

  /** Remove a message. Returns whether the list must be read again to find the latest one. */
  remove({ sid, with: peer }) {
    const known = this.byPeer.get(peer);
    if (!known) {
      return false;
    }
    known.count -= 1;
    if (known.count <= 0) {
      this.byPeer.delete(peer);
      return false;
    }
    return known.message.sid === sid;
  }

  clear() {
    this.byPeer.clear();
    this.read.clear();
    this.hasMore = false;
  }

  get newest() {
    return Math.max(0, ...[...this.byPeer.values()].map(({ message }) => message.number));
  }

  get oldest() {
    return Math.min(...[...this.byPeer.values()].map(({ message }) => message.number));
  }

  /** All known conversations as items of the list, the latest first. */
  items() {
    return [...this.byPeer.values()]
      .sort((one, other) => other.message.number - one.message.number)
      .map((each) => ({ key: each.peer, peer: each.peer, message: each.message, unread: this.isUnread(each) }));
  }
}
