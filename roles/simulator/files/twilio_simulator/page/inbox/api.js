// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The page's requests to the simulator. */

import { alone, merged } from "./problems.js";

// How many responses are pending.
let reading = 0;

async function read(path) {
  reading++;
  try {
    return await call("GET", path);
  } finally {
    reading--;
  }
}

async function call(method, path, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    throw new Error(answer?.error ?? answer?.detail ?? answer?.message ?? `The simulator answered with status ${response.status}.`);
  }
  return answer;
}

const query = (path, parameters) => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  return read(`${path}?${new URLSearchParams(given)}`);
};

export const getConversations = (before) => query("simulator/conversations", { before });
export const getThread = (peer, place = {}) => query("simulator/thread", { with: peer, ...place }).then(merged);
export const getTimeline = (place) => query("simulator/timeline", place).then(merged);
export const getProblems = (place) => query("simulator/alerts", place).then(
  ({ alerts, more }) => ({ messages: alerts.map(alone), earlier: more, later: false }));
export const getNames = () => read("simulator/names");
export const deleteMessages = () => call("DELETE", "simulator/messages");
export const deleteConversation = (peer) => call("DELETE", `simulator/conversations?${new URLSearchParams({ with: peer })}`);
export const getFound = (text) => query("simulator/search", { text });
export const getState = () => read("simulator/state");
export const getConnection = () => read("simulator/connection");
export const postInbound = (fields) => call("POST", "simulator/inbound", fields);
export const postCall = (sid, act) => call("POST", `simulator/calls/${sid}/${act}`);
export const postReset = () => call("POST", "simulator/reset");
export const putClock = (setting) => call("PUT", "simulator/clock", setting);
export const getFaults = () => read("simulator/faults");
export const postFault = (fault) => call("POST", "simulator/faults", fault);
export const deleteFault = (id) => call("DELETE", `simulator/faults/${encodeURIComponent(id)}`);

const EVENTS = ["hello", "reload", "message", "deleted", "reset", "state", "counts", "alert", "names", "call"];
const LARGEST_BATCH = 2000;

/**
 * Listen to the simulator. Events are passed on as [[name, data], ...] once per frame, or once per
 * second if the page is hidden; of those about one message, only the last. The browser reconnects by itself, and
 * "hello" then comes again.
 *
 * Events wait while anything is being read: a response that was written before them must not undo them.
 */
export function listen(onEvents, onLink) {
  let waiting = new Map();
  let isAsked = false;

  const ask = () => document.hidden ? setTimeout(hand, 1000) : requestAnimationFrame(hand);
  const hand = () => {
    if (reading) {
      ask();
      return;
    }
    isAsked = false;
    const batch = [...waiting.values()];
    waiting = new Map();
    onEvents(batch);
  };
  const take = (name, event) => {
    const data = JSON.parse(event.data);
    const key = data.sid ?? (name === "alert" ? `alert ${data.number}` : name);
    waiting.delete(key);
    waiting.set(key, [name, data]);
    if (waiting.size > LARGEST_BATCH) {
      waiting = new Map([["reload", ["reload", {}]]]);
    }
    if (!isAsked) {
      isAsked = true;
      ask();
    }
  };
  const connect = () => {
    const source = new EventSource("simulator/events");
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => take(name, event));
    }
    source.addEventListener("open", () => onLink("live"));
    source.addEventListener("error", () => {
      onLink("lost");
      // A response that is not a stream of events ends the browser's own attempts.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(connect, 2000);
      }
    });
  };
  connect();
}
