// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** What went wrong, as items that stand among messages: refused requests, failed webhooks, forgotten messages. */

const words = (name) => name.replaceAll("_", " ");

/** A problem has a place among the messages: after the one that was the latest then. */
export const among = (alert) => ({ ...alert, isProblem: true, sid: `problem-${alert.number}`, number: alert.after + 0.5, count: alert.number });

/** A problem by itself, in the order of problems. */
export const alone = (alert) => ({ ...among(alert), number: alert.number });

/** A simulator's answer with its problems among its messages, newest first. */
export function merged({ messages, alerts, ...rest }) {
  const items = [...messages, ...alerts.map(among)];
  return { ...rest, messages: items.sort(byPlace).reverse() };
}

/** Items in the order of time. */
export const byPlace = (one, other) => one.number - other.number || (one.count ?? 0) - (other.count ?? 0);

/** A field of the form that was sent, or undefined. */
export const sent = (problem, wanted) => problem.form.find(([name]) => name === wanted)?.[1];

/** What happened, in two or three words. */
export function title(problem) {
  if (problem.kind === "dropped") {
    return "Forgotten";
  }
  if (problem.kind === "twiml") {
    return "Words that cannot be said";
  }
  if (problem.kind === "webhook") {
    const status = sent(problem, "MessageStatus") ?? (sent(problem, "CallbackSource") && sent(problem, "CallStatus"));
    return status ? `Status callback \u201c${status}\u201d failed` : "Webhook failed";
  }
  return problem.status >= 500 ? "Request failed" : "Request refused";
}

/** The request, without what all requests to Twilio's API have in common. */
export function request({ method, url }) {
  return url ? `${method} ${url.replace(/^\/2010-04-01\/Accounts\/\w+\//, "\u2026/")}` : "";
}

/** Why, with the code. */
export function reason(problem) {
  const text = problem.reason.charAt(0).toUpperCase() + problem.reason.slice(1);
  return problem.code ? `${problem.code} ${text}` : text;
}

/** What to do about it, or what it came from; empty where the reason says all. */
export function advice(problem) {
  if (problem.fault) {
    return `You asked for this with the fault \u201c${words(problem.fault)}\u201d.`;
  }
  return problem.kind === "dropped" ? "Start the simulator with a greater simulator_keep to keep more messages." : "";
}
