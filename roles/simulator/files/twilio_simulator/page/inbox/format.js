// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Messages and calls as text. All functions are pure. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECONDS = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const DATE = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

const STATUSES = {
  accepted: ["Accepted", "clock"],
  scheduled: ["Scheduled", "clock"],
  queued: ["Queued", "clock"],
  sending: ["Sending", "clock"],
  sent: ["Sent", "check"],
  delivered: ["Delivered", "checks"],
  read: ["Read", "checks"],
  undelivered: ["Undelivered", "alert"],
  failed: ["Failed", "alert"],
  canceled: ["Canceled", "stop"],
  received: ["Received", "reply"],
};

const CALLS = {
  queued: ["Waits for its turn", "clock"],
  ringing: ["Rings", "phone"],
  "in-progress": ["Talking", "phone"],
  completed: ["Answered", "phone"],
  busy: ["Busy", "hangup"],
  "no-answer": ["Not answered", "hangup"],
  failed: ["Not reached", "alert"],
  canceled: ["Canceled", "stop"],
};

export const time = (moment) => TIME.format(moment);
export const seconds = (moment) => SECONDS.format(moment);
export const day = (moment) => DAY.format(moment);
export const date = (moment) => DATE.format(moment);
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
export const created = (message) => new Date(message.date_created);
export const isInbound = (message) => message.direction === "inbound";
export const hasFailed = (message) => message.status === "undelivered" || message.status === "failed";

export const isCall = (item) => item.kind === "call";

/** The number at the other end of a message: whose phone it is. A problem may concern none. */
export const peerOf = (item) => (item.isProblem ? item.with : isInbound(item) ? item.from : item.to);

/** Our number, or null if a Messaging Service has not chosen one yet. */
export const oursOf = (message) => (isInbound(message) ? message.to : message.from);

/** A conversation's place in the page's address. */
export const placeOf = (peer) => `#${encodeURIComponent(peer)}`;

/** How much later something was, given in milliseconds; an empty string for less than a minute. */
export function later(passed) {
  const minutes = Math.floor(passed / 60_000);
  const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
  const told = parts.filter(([count]) => count > 0).slice(0, 2).map(([count, unit]) => `${count} ${unit}`);
  return told.length ? `${told.join(" ")} later` : "";
}

/** A call's status as [words, icon], with its duration in seconds. */
function ending({ status: state, duration, answered_by: by }) {
  const [words, picture] = CALLS[state] ?? [state, "phone"];
  const took = state === "completed" ? `${by?.startsWith("machine") ? " by a machine" : ""}, ${duration} s` : "";
  return [words + took, picture];
}

/** A status as [words, icon]; a scheduled message tells its time. */
export function status(message) {
  if (isCall(message)) {
    return ending(message);
  }
  const [words, picture] = STATUSES[message.status] ?? [message.status, "clock"];
  const sendAt = message.status === "scheduled" && (message.form ?? []).find(([name]) => name === "SendAt");
  const moment = sendAt ? new Date(sendAt[1]) : null;
  return moment && !Number.isNaN(moment.valueOf())
    ? [`${words} for ${day(moment)}, ${time(moment)}`, picture]
    : [words, picture];
}

/** Segments and encoding, or the kind of message if it has none. */
export function size(message) {
  const count = Number(message.num_segments);
  if (count === 0) {
    return "not yet counted";
  }
  if (!message.encoding) {
    return message.sid.startsWith("MM") ? "MMS" : "1 message";
  }
  return `${plural(count, "segment")}, ${message.encoding}`;
}

/** The price, or an empty string if Twilio has not set it. */
export function price(message) {
  if (!message.price) {
    return "";
  }
  const sum = Number(message.price).toFixed(4).replace("-", "");
  return message.price_unit === "USD" ? `$${sum}` : `${sum} ${message.price_unit}`;
}

/** All that was said in a call. */
export const said = (call) => call.spoken.map(({ text }) => text).join(" ");

/** A text in one line. For a call, what was said, or else its status. */
export function snippet(message) {
  if (isCall(message)) {
    return said(message) || (message.status === "ringing" ? "The phone rings" : ending(message)[0]);
  }
  const text = (message.body ?? "").replace(/\s+/g, " ").trim();
  return text || (Number(message.num_media) ? plural(Number(message.num_media), "attachment") : "(no text)");
}

/** A hue for a number, always the same. */
export function hue(number) {
  let sum = 0;
  for (const character of number) {
    sum = (sum * 31 + character.codePointAt(0)) % 360;
  }
  return sum;
}
