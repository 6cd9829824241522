// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The page: its parts, and what is open. */

import * as api from "./api.js";
import { Bar } from "./bar.js";
import { Controls } from "./controls.js";
import { Conversations } from "./conversations.js";
import { confirm, openCompose, openConnection } from "./dialog.js";
import { day, oursOf, peerOf, placeOf } from "./format.js";
import { openHelp } from "./help.js";
import { Intake } from "./intake.js";
import { isNarrow, listenToKeys } from "./keys.js";
import { List } from "./list.js";
import { called } from "./names.js";
import { Search } from "./search.js";
import { Sieve } from "./sieve.js";
import { Thread } from "./thread.js";
import { Timeline } from "./timeline.js";
import { nothingOpen, welcome } from "./welcome.js";

const TITLE = document.title;

const find = (selector) => document.querySelector(selector);
const main = find("main");
const pane = find(".conversation");

const conversations = new Conversations();
const bar = new Bar(find(".bar"));
const controls = new Controls(find("#open-controls"), api);
const search = new Search(find(".search"), find(".found"), draw);
const list = new List(find(".list"), choose, more);
const sieve = new Sieve(find(".sieve"), { onChange: draw, onRead: readEverything, onForget: forgetEverything });
const thread = new Thread(pane, {
  load: api.getThread, onBack: back, onReply: deliver, onCall: api.postCall,
  onFault: (peer) => controls.open(peer), onForget: forget,
});
const open = (item) => show(peerOf(item), item);
const timeline = new Timeline(pane, {
  title: "Timeline", about: "all conversations, in the order of time", label: "All messages and calls",
  nothing: "Nothing has been sent yet. New messages appear here.",
}, { load: api.getTimeline, onBack: back, onOpen: open });
const problems = new Timeline(pane, {
  title: "Problems", about: "rejected requests, failed webhooks and dropped messages", label: "All problems",
  nothing: "There are no problems. Rejected requests and failed webhooks appear here.",
}, { load: api.getProblems, onBack: back, onOpen: open });

const STREAMS = { "#timeline": timeline, "#problems": problems };
const streams = Object.values(STREAMS);
const intake = new Intake({ bar, controls, conversations, search, thread, timeline, problems, streams }, draw);

const isOpen = () => thread.peer !== null || streams.some((stream) => stream.isOpen);

/** What the list shows. */
function items() {
  const all = conversations.items();
  // An open conversation stays in the list, although opening it marked it as read.
  return search.items ?? (sieve.isUnreadOnly ? all.filter((item) => item.unread || item.peer === thread.peer) : all);
}

/** Show the list, and beside it the open conversation or a placeholder. */
function draw() {
  const isEmpty = intake.isLoaded && conversations.byPeer.size === 0;
  const chosen = search.items ? search.chosen : thread.peer;
  const shown = items();
  const unread = conversations.items().filter((item) => item.unread).length;
  list.show(shown, { chosen, today: day(controls.now()), wanted: search.text });
  sieve.show(unread, conversations.mayHaveUnread);
  find(".none").hidden = shown.length > 0 || isEmpty || search.items !== null || conversations.mayHaveUnread;
  main.classList.toggle("empty", isEmpty);
  main.classList.toggle("open", isOpen());
  for (const [place, stream] of Object.entries(STREAMS)) {
    find(`a[href="${place}"]`).setAttribute("aria-current", stream.isOpen ? "page" : "false");
  }
  stand(isEmpty);
  document.title = unread ? `(${unread}) ${TITLE}` : TITLE;
}

/** Show a placeholder while no conversation is open. */
function stand(isEmpty) {
  const { alerts, version } = intake.state;
  const standIn = !intake.isLoaded || isOpen() ? "thread" : isEmpty ? `welcome ${alerts}` : "nothing";
  if (standIn !== "thread" && pane.dataset.shown !== standIn) {
    pane.replaceChildren(isEmpty ? welcome(intake.connection, alerts) : nothingOpen(version));
  }
  pane.dataset.shown = standIn;
}

/** A choice in the list. A choice by arrow keys opens the conversation beside the list, but not on a narrow screen. */
function choose(item, isKeyboard, isFirm) {
  if (!isFirm && isNarrow()) {
    return;
  }
  search.chosen = item.key;
  show(item.peer, search.items ? item.message : null, isKeyboard && isFirm);
}

async function show(peer, around = null, isFocused = false) {
  streams.forEach((stream) => stream.close());
  const isSame = peer === thread.peer;
  const opening = isSame && around === null ? thread.showLatest() : thread.open(peer, around);
  const place = placeOf(peer);
  if (location.hash !== place) {
    // One step back from a conversation goes to the list, or to the timeline from which it was opened.
    const isInstead = location.hash.length > 1 && !(location.hash in STREAMS);
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
  streams.forEach((stream) => stream.close());
  draw();
  list.root.focus();
}

/** The browser's back and forward buttons, or an address that was typed. */
function follow() {
  const stream = STREAMS[location.hash];
  if (stream) {
    thread.close();
    streams.forEach((each) => each.close());
    const opening = stream.open();
    draw();
    opening.catch(complain);
    return;
  }
  // Unlike decodeURIComponent, this accepts any text.
  const peer = new URLSearchParams(`peer=${location.hash.slice(1).replaceAll("+", "%2B")}`).get("peer");
  if (peer && peer !== thread.peer) {
    show(peer);
  } else if (!peer && isOpen()) {
    leave();
  }
}

async function deliver(fields) {
  const message = await api.postInbound(fields);
  intake.apply([["message", message]]);
  if (thread.peer === message.from) {
    await thread.refresh();
  }
  return message;
}

function complain(error) {
  bar.announce(error.message);
}

function readEverything() {
  conversations.markAllRead();
  draw();
  list.root.focus();
}

function forgetEverything() {
  const scheduled = "This includes calls, and messages that are scheduled or under way.";
  confirm("Delete all messages?", `${scheduled} Clock, faults and opt-outs stay as they are.`, "Delete all messages",
    () => api.deleteMessages().then(back, complain));
}

function forget(peer) {
  const { count = 0 } = conversations.byPeer.get(peer) ?? {};
  const what = count === 1 ? "1 message or call" : `${count} messages and calls`;
  confirm(`Delete the conversation with ${called(peer)}?`, `${what} and all problems with this number will be deleted.`, "Delete",
    () => api.deleteConversation(peer).then(back, complain));
}

let isReading = false;

/** The end of the list is visible: load more. */
async function more() {
  const isEnough = sieve.isUnreadOnly && !conversations.mayHaveUnread;
  if (!conversations.hasMore || isReading || search.items || isEnough) {
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

const help = () => openHelp(intake.state.version);

listenToKeys({ search, list, isOpen, back, help });
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && thread.peer !== null) {
    conversations.markRead(thread.peer);
    draw();
  }
});
addEventListener("popstate", follow);
find("#open-help").addEventListener("click", help);
find("#open-connection").addEventListener("click", () => api.getConnection().then(openConnection, complain));
find("#open-compose").addEventListener("click", () => {
  const latest = conversations.items()[0]?.message;
  openCompose((latest && oursOf(latest)) ?? "", (fields) => deliver(fields).then(({ from }) => show(from)));
});

intake.listen();
follow();
