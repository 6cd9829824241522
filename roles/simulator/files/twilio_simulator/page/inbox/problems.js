// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Problems, as items between messages: rejected requests, failed webhooks, dropped messages. */

const words = (name) => name.replaceAll("_", " ");

/** A problem's place between the messages: after the latest message at that time. */
export const among = (alert) => ({ ...alert, isProblem: true, sid: `problem-${alert.number}`, number: alert.after + 0.5, count: alert.number });

/** A problem in the list of problems. */
export const alone = (alert) => ({ ...among(alert), number: alert.number });

/** A simulator's response, with problems between the messages, newest first. */
export function merged({ messages, alerts, ...rest }) {
  const items = [...messages, ...alerts.map(among)];
  return { ...rest, messages: items.sort(byPlace).reverse() };
}

/** Items in chronological order. */
export const byPlace = (one, other) => one.number - other.number || (one.count ?? 0) - (other.count ?? 0);

/** A field of the form that was sent, or undefined. */
export const sent = (problem, wanted) => problem.form.find(([name]) => name === wanted)?.[1];

/** What happened, in two or three words. */
export function title(problem) {
  if (problem.kind === "dropped") {
    return "Dropped";
  }
  if (problem.kind === "twiml") {
    return "Words that cannot be said";
  }
  if (problem.kind === "webhook") {
    const status = sent(problem, "MessageStatus") ?? (sent(problem, "CallbackSource") && sent(problem, "CallStatus"));
    return status ? `Status callback \u201c${status}\u201d failed` : "Webhook failed";
  }
  return problem.status >= 500 ? "Request failed" : "Request rejected";
}

/** The request, without the part that all requests to Twilio's API share. */
export function request({ method, url }) {
  return url ? `${method} ${url.replace(/^\/2010-04-01\/Accounts\/\w+\//, "\u2026/")}` : "";
}

/** Why, with the code. */
export function reason(problem) {
  const text = problem.reason.charAt(0).toUpperCase() + problem.reason.slice(1);
  return problem.code ? `${problem.code} ${text}` : text;
}

/** What to do about it, or its cause; empty if the reason is enough. */
export function advice(problem) {
  if (problem.fault) {
    return `The fault \u201c${words(problem.fault)}\u201d that you added has caused this.`;
  }
  return problem.kind === "dropped" ? "Start the simulator with a higher simulator_keep to keep more messages." : "";
}
