// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The page: what the simulator tells goes in here, and what is to be seen comes out. */

import { Again } from "./again.js";
import * as api from "./api.js";
import { Bar } from "./bar.js";
import { Controls } from "./controls.js";
import { Conversations } from "./conversations.js";
import { openCompose, openConnection } from "./dialog.js";
import { day, isInbound, oursOf, peerOf, placeOf, plural } from "./format.js";
import { isNarrow, listenToKeys } from "./keys.js";
import { List } from "./list.js";
import { Search } from "./search.js";
import { Thread } from "./thread.js";
import { Timeline } from "./timeline.js";
import { nothingOpen, welcome } from "./welcome.js";

const TITLE = document.title;
const TIMELINE = "#timeline";

const find = (selector) => document.querySelector(selector);
const main = find("main");
const pane = find(".conversation");

const conversations = new Conversations();
const bar = new Bar(find(".bar"));
const controls = new Controls(find("#open-controls"), api);
const search = new Search(find(".search"), find(".found"), draw);
const list = new List(find(".list"), choose, more);
const thread = new Thread(pane, { load: api.getThread, onBack: back, onReply: deliver });
const timeline = new Timeline(pane, {
  load: api.getTimeline, onBack: back, onOpen: (message) => show(peerOf(message), message.number),
});

const again = new Again(readAll, (isRead) => bar.show(isRead ? "live" : "lost"));

let connection = {};
let isLoaded = false;

const isOpen = () => thread.peer !== null || timeline.isOpen;

/** Show the list, and beside it the open conversation or what stands in its place. */
function draw() {
  const items = search.items ?? conversations.items();
  const isEmpty = isLoaded && conversations.byPeer.size === 0;
  const chosen = search.items ? search.chosen : thread.peer;
  list.show(items, { chosen, today: day(controls.now()), wanted: search.text });
  main.classList.toggle("empty", isEmpty);
  main.classList.toggle("open", isOpen());
  find("#open-timeline").setAttribute("aria-current", timeline.isOpen ? "page" : "false");
  const standIn = !isLoaded || isOpen() ? null : isEmpty ? "welcome" : "nothing";
  if (standIn && pane.dataset.shown !== standIn) {
    pane.replaceChildren(standIn === "welcome" ? welcome(connection) : nothingOpen());
  }
  pane.dataset.shown = standIn ?? "thread";
  const unread = search.items ? 0 : items.filter((item) => item.unread).length;
  document.title = unread ? `(${unread}) ${TITLE}` : TITLE;
}

/** A choice in the list; one by arrow keys alone opens beside it, but does not take a narrow screen over. */
function choose(item, isKeyboard, isFirm) {
  if (!isFirm && isNarrow()) {
    return;
  }
  search.chosen = item.key;
  show(item.peer, search.items ? item.message.number : null, isKeyboard && isFirm);
}

async function show(peer, around = null, isFocused = false) {
  timeline.close();
  const isSame = peer === thread.peer;
  const opening = isSame && around === null ? thread.showLatest() : thread.open(peer, around);
  const place = placeOf(peer);
  if (location.hash !== place) {
    // One step back from any conversation leads to the list, or to the timeline that led there.
    const isInstead = location.hash.length > 1 && location.hash !== TIMELINE;
    isInstead ? history.replaceState(null, "", place) : history.pushState(null, "", place);
  }
  conversations.markRead(peer);
  draw();
  if (isNarrow()) {
    thread.title.focus();
  } else if (isFocused) {
    thread.reply.focus();
  }
  await opening.catch(complain);
}

function back() {
  history.replaceState(null, "", location.pathname);
  leave();
}

function leave() {
  thread.close();
  timeline.close();
  draw();
  list.root.focus();
}

/** The browser's own way back and forth, or an address that was typed. */
function follow() {
  if (location.hash === TIMELINE) {
    thread.close();
    const opening = timeline.open();
    draw();
    opening.catch(complain);
    return;
  }
  // Unlike decodeURIComponent, this makes something of whatever was typed.
  const peer = new URLSearchParams(`peer=${location.hash.slice(1).replaceAll("+", "%2B")}`).get("peer");
  if (peer && peer !== thread.peer) {
    show(peer);
  } else if (!peer && isOpen()) {
    leave();
  }
}

async function deliver(fields) {
  const message = await api.postInbound(fields);
  apply([["message", message]]);
  if (thread.peer === fields.From) {
    await thread.refresh();
  } else {
    await show(message.from);
  }
}

function complain(error) {
  bar.announce(error.message);
}

/** Events were left out. */
function doubt() {
  thread.roll.doubt();
  timeline.roll.doubt();
  again.soon();
}

async function readAll() {
  const [page, state, settings] = await Promise.all([
    api.getConversations(), api.getState(), api.getConnection(), thread.refresh(), timeline.refresh(), search.run(),
  ]);
  connection = settings;
  const known = conversations.newest;
  conversations.take(page, true);
  controls.show(state);
  bar.count(state.counts);
  const arrived = page.conversations.map(({ latest }) => latest).filter(({ number }) => number > known);
  if (isLoaded && arrived.length) {
    bar.announce(told(arrived));
  }
  isLoaded = true;
  if (thread.peer !== null) {
    conversations.markRead(thread.peer);
  }
  draw();
}

let isReading = false;

/** The end of the list came into sight: read on. */
async function more() {
  if (!conversations.hasMore || isReading || search.items) {
    return;
  }
  isReading = true;
  try {
    conversations.take(await api.getConversations(conversations.oldest), false);
  } catch (error) {
    complain(error);
  } finally {
    isReading = false;
  }
  draw();
}

/** Take in a frame's worth of events. */
function apply(events) {
  const mine = [];
  const all = [];
  const arrived = [];
  for (const [name, data] of events) {
    if (name === "hello") {
      conversations.belongTo(data.instance);
      doubt();
    } else if (name === "reload") {
      doubt();
    } else if (name === "message") {
      if (conversations.apply(data)) {
        arrived.push(data);
      }
      all.push(data);
      if (peerOf(data) === thread.peer) {
        mine.push(data);
      }
    } else if (name === "deleted") {
      conversations.remove(data) && again.soon();
      thread.remove(data.sid);
      timeline.roll.remove(data.sid);
    } else if (name === "reset") {
      conversations.clear();
      thread.clear();
      timeline.roll.clear();
    } else if (name === "state") {
      controls.show(data);
    } else if (name === "counts") {
      bar.count(data);
    }
  }
  const byNumber = (one, other) => one.number - other.number;
  if (timeline.isOpen) {
    timeline.roll.apply(all.sort(byNumber));
  }
  if (mine.length) {
    thread.apply(mine.sort(byNumber));
    // It may say STOP, and what that means is the simulator's to tell.
    mine.some(isInbound) && again.soon();
    document.hidden || conversations.markRead(thread.peer);
  }
  if (arrived.length) {
    bar.announce(told(arrived));
    search.stale();
  }
  draw();
}

function told(arrived) {
  if (arrived.length > 1) {
    return `${plural(arrived.length, "new message")}`;
  }
  const [message] = arrived;
  return `${isInbound(message) ? "Reply from" : "Message to"} ${peerOf(message)}: ${message.body}`;
}

listenToKeys({ search, list, isOpen, back });
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && thread.peer !== null) {
    conversations.markRead(thread.peer);
    draw();
  }
});
addEventListener("popstate", follow);
find("#open-connection").addEventListener("click", () => api.getConnection().then(openConnection, complain));
find("#open-compose").addEventListener("click", () => {
  const latest = conversations.items()[0]?.message;
  openCompose((latest && oursOf(latest)) ?? "", deliver);
});

api.listen(apply, (link) => bar.show(link));
follow();
